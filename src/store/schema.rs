//! The tables as diesel sees them; the same on both engines.

diesel::table! {
    unit (id) {
        id -> Integer,
        code -> Text,
        name -> Text,
        kind -> Text,
        parent_id -> Nullable<Integer>,
        valid_from -> Text,
        valid_to -> Text,
    }
}

diesel::table! {
    unit_alias (unit_id, alias) {
        unit_id -> Integer,
        alias -> Text,
        search_key -> Text,
    }
}

diesel::table! {
    unit_successor (old_unit_id, new_unit_id) {
        old_unit_id -> Integer,
        new_unit_id -> Integer,
        kind -> Text,
    }
}

diesel::table! {
    staff (unit_id, name) {
        unit_id -> Integer,
        name -> Text,
    }
}

diesel::table! {
    counter (id) {
        id -> Integer,
        unit_id -> Integer,
        code -> Text,
        name -> Text,
    }
}

diesel::table! {
    service (id) {
        id -> Integer,
        code -> Text,
        name -> Text,
    }
}

diesel::table! {
    account (id) {
        id -> Integer,
        name -> Text,
        email -> Nullable<Text>,
        created_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    account_role (account_id, role) {
        account_id -> Integer,
        role -> Text,
        unit_id -> Nullable<Integer>,
    }
}

diesel::table! {
    credential (account_id) {
        account_id -> Integer,
        password_hash -> Text,
        password_at -> BigInt,
        factor_enc -> Nullable<Binary>,
        factor_step -> BigInt,
    }
}

diesel::table! {
    recovery_code (account_id, digest) {
        account_id -> Integer,
        digest -> Binary,
    }
}

diesel::table! {
    session (digest) {
        digest -> Binary,
        account_id -> Integer,
        stage -> Text,
        began_at -> BigInt,
        seen_at -> BigInt,
        proved_at -> BigInt,
        browser -> Text,
    }
}

diesel::table! {
    guess (id) {
        id -> BigInt,
        who -> Binary,
        at -> BigInt,
    }
}

diesel::table! {
    one_time_link (nonce) {
        nonce -> Binary,
        account_id -> Integer,
        valid_until -> BigInt,
    }
}

diesel::table! {
    client (id) {
        id -> Text,
        name -> Text,
        contact -> Nullable<Text>,
        secret_hash -> Binary,
        scopes -> Text,
        created_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    client_unit (client_id, unit_id) {
        client_id -> Text,
        unit_id -> Integer,
    }
}

diesel::table! {
    signing_key (kid) {
        kid -> Text,
        purpose -> Text,
        public_key -> Binary,
        created_at -> BigInt,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    audit (seq) {
        seq -> BigInt,
        at -> BigInt,
        actor -> Text,
        witness -> Nullable<Text>,
        action -> Text,
        subject -> Text,
        detail -> Text,
    }
}

diesel::table! {
    form (id) {
        id -> Integer,
        code -> Text,
        version -> Integer,
        digest -> Text,
        source -> Text,
    }
}

diesel::table! {
    round (id) {
        id -> Integer,
        code -> Text,
        form_id -> Integer,
        state -> Text,
        opens_at -> BigInt,
        closes_at -> BigInt,
        grace_ms -> BigInt,
        rules -> Text,
        rules_digest -> Nullable<Text>,
        asked_digests -> Nullable<Text>,
        amendments -> Text,
        outcome -> Nullable<Text>,
        changed_at -> BigInt,
    }
}

diesel::table! {
    round_unit (round_id, unit_id) {
        round_id -> Integer,
        unit_id -> Integer,
    }
}

diesel::table! {
    margin (round_id, variable, category) {
        round_id -> Integer,
        variable -> Text,
        category -> Text,
        total -> BigInt,
    }
}

diesel::table! {
    tally (round_id, counter_id, kind, what, hour) {
        round_id -> Integer,
        counter_id -> Integer,
        kind -> Text,
        what -> Text,
        hour -> BigInt,
        n -> BigInt,
    }
}

diesel::table! {
    dossier (id) {
        id -> Binary,
        round_id -> Integer,
        counter_id -> Integer,
        service_id -> Integer,
        number_mac -> Nullable<Binary>,
        number_enc -> Nullable<Binary>,
        contact_enc -> Nullable<Binary>,
        finished_on -> Text,
        outcome -> Text,
        late -> Bool,
        apology -> Nullable<Bool>,
        sex -> Nullable<Text>,
        age_group -> Nullable<Text>,
        stratum -> Text,
        asked -> Bool,
        language -> Text,
        list -> Nullable<Integer>,
        reminders -> Integer,
        import_id -> Nullable<Binary>,
    }
}

diesel::table! {
    dossier_draft (id) {
        id -> Binary,
        round_id -> Integer,
        staged_by -> Text,
        staged_at -> BigInt,
        file -> Text,
        mapping -> Text,
        parts -> Integer,
    }
}

diesel::table! {
    dossier_draft_part (draft_id, number) {
        draft_id -> Binary,
        number -> Integer,
        content_enc -> Binary,
    }
}

diesel::table! {
    dossier_import (id) {
        id -> Binary,
        round_id -> Integer,
        imported_by -> Text,
        file -> Text,
        began_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        undone_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    callback (id) {
        id -> Binary,
        round_id -> Integer,
        unit_id -> Integer,
        sheet -> Binary,
        given -> Nullable<Bool>,
        own -> Nullable<Bool>,
        beside -> Nullable<Bool>,
    }
}

diesel::table! {
    dossier_count (round_id, counter_id) {
        round_id -> Integer,
        counter_id -> Integer,
        n -> BigInt,
    }
}

diesel::table! {
    dossier_seen (round_id, number_mac) {
        round_id -> Integer,
        number_mac -> Binary,
    }
}

diesel::table! {
    draw_list (round_id, number) {
        round_id -> Integer,
        number -> Integer,
        digest -> Text,
        entries -> Binary,
        strata -> Text,
        frozen_at -> BigInt,
        random -> Nullable<Text>,
        drawn_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    received (round_id, unit_id) {
        round_id -> Integer,
        unit_id -> Integer,
        n -> BigInt,
    }
}

diesel::table! {
    link (id) {
        id -> Binary,
        round_id -> Integer,
        counter_id -> Integer,
        kind -> Text,
        serial -> BigInt,
        lookup -> Binary,
        code_enc -> Nullable<Binary>,
        dossier_id -> Nullable<Binary>,
        state -> Text,
        expires_at -> Nullable<BigInt>,
        prints -> Integer,
        printed_enc -> Nullable<Binary>,
        handed_by -> Nullable<Text>,
    }
}

diesel::table! {
    kiosk (link_id) {
        link_id -> Binary,
        enrol_lookup -> Nullable<Binary>,
        enrol_until -> BigInt,
        key_hash -> Nullable<Binary>,
        enrolled_at -> Nullable<BigInt>,
        sign_key -> Nullable<Binary>,
        seen_at -> Nullable<BigInt>,
        waiting -> Integer,
    }
}

diesel::table! {
    paper_entry (link_id, pass) {
        link_id -> Binary,
        pass -> Integer,
        entered_by -> Text,
        entered_at -> BigInt,
        fields_enc -> Nullable<Binary>,
        differing -> Nullable<Text>,
    }
}

diesel::table! {
    response (round_id, id) {
        id -> Binary,
        round_id -> Integer,
        answers -> Binary,
        comment_enc -> Nullable<Binary>,
        language -> Text,
        ticket -> Nullable<Binary>,
        tie -> Binary,
        withdrawn -> Bool,
    }
}

diesel::table! {
    flag (round_id, response_id, rule) {
        round_id -> Integer,
        response_id -> Binary,
        rule -> Text,
        severity -> Text,
        score -> Double,
        related_id -> Nullable<Binary>,
        explanation -> Text,
        case_id -> Binary,
    }
}

diesel::table! {
    review_case (round_id, id) {
        round_id -> Integer,
        id -> Binary,
        severity -> Integer,
        size -> Integer,
        undecided -> Integer,
        rules -> Text,
    }
}

diesel::table! {
    verdict (round_id, response_id, number) {
        response_id -> Binary,
        round_id -> Integer,
        number -> Integer,
        is_current -> Bool,
        decision -> Text,
        reason -> Text,
        decided_by -> Text,
        confirmed_by -> Nullable<Text>,
        decided_at -> BigInt,
    }
}

diesel::table! {
    topic_list (number) {
        number -> Integer,
        source -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    job (id) {
        id -> BigInt,
        kind -> Text,
        subject -> Text,
        params -> Text,
        asked_by -> Text,
        witness -> Nullable<Text>,
        asked_at -> BigInt,
        state -> Text,
        lease_until -> Nullable<BigInt>,
        attempts -> Integer,
        cancel -> Bool,
        step -> Text,
        done -> BigInt,
        total -> BigInt,
        last_error -> Nullable<Text>,
        result -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    job_file (job_id, part) {
        job_id -> BigInt,
        part -> Integer,
        bytes -> Binary,
    }
}

diesel::table! {
    approval (id) {
        id -> BigInt,
        kind -> Text,
        round_id -> Integer,
        detail -> Text,
        reason -> Text,
        asked_by -> Text,
        asked_at -> BigInt,
        state -> Text,
        settled_by -> Nullable<Text>,
        settled_at -> Nullable<BigInt>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    retention (id) {
        id -> BigInt,
        rule -> Text,
        before -> BigInt,
        n -> BigInt,
        announced_at -> BigInt,
        due_at -> BigInt,
        state -> Text,
        settled_by -> Nullable<Text>,
        settled_at -> Nullable<BigInt>,
        deleted -> Nullable<BigInt>,
    }
}

diesel::table! {
    sealed_record (round_id, id) {
        id -> Binary,
        round_id -> Integer,
        unit_id -> Integer,
        kind -> Text,
        service -> Text,
        sex -> Text,
        age_group -> Text,
        stratum -> Text,
        population -> BigInt,
        drawn -> BigInt,
        psu -> Integer,
        excluded -> Bool,
        answers -> Binary,
    }
}

diesel::table! {
    sealed_comment (round_id, id) {
        id -> Binary,
        round_id -> Integer,
        unit_id -> Integer,
        comment -> Text,
    }
}

diesel::table! {
    weight_run (id) {
        id -> Integer,
        round_id -> Integer,
        at -> BigInt,
        input_digest -> Text,
        diagnostics -> Text,
        weights -> Binary,
    }
}

diesel::table! {
    index_run (id) {
        id -> Integer,
        weight_run_id -> Integer,
        at -> BigInt,
        figures -> Text,
    }
}

diesel::table! {
    publication (digest) {
        digest -> Text,
        round_id -> Integer,
        number -> Integer,
        bytes -> Binary,
        signature -> Text,
        kid -> Text,
        published_at -> BigInt,
        supersedes -> Nullable<Text>,
    }
}

diesel::table! {
    scorecard (year, series) {
        year -> Integer,
        series -> Text,
        document -> Text,
        changed_at -> BigInt,
    }
}

diesel::table! {
    outbox (id) {
        id -> BigInt,
        kind -> Text,
        recipient -> Text,
        link_id -> Nullable<Binary>,
        subject_ref -> Text,
        message_id -> Text,
        state -> Text,
        attempts -> Integer,
        perhaps_twice -> Integer,
        due_at -> BigInt,
        last_error -> Nullable<Text>,
        sent_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    ledger_queue (seq) {
        seq -> BigInt,
        leaves -> Binary,
    }
}

diesel::table! {
    ledger_leaf (seq) {
        seq -> BigInt,
        kind -> Text,
        round_id -> Nullable<Integer>,
        day -> Text,
        receipt -> Nullable<Binary>,
        commitment -> Binary,
        hash -> Binary,
        salt -> Nullable<Binary>,
        subject -> Text,
    }
}

diesel::table! {
    ledger_node (level, pos) {
        level -> Integer,
        pos -> BigInt,
        hash -> Binary,
    }
}

diesel::table! {
    ledger_head (size) {
        size -> BigInt,
        at -> BigInt,
        reason -> Text,
        statement -> Binary,
        signature -> Text,
        kid -> Text,
    }
}

diesel::joinable!(counter -> unit (unit_id));
diesel::joinable!(link -> counter (counter_id));
diesel::joinable!(kiosk -> link (link_id));
diesel::joinable!(dossier -> counter (counter_id));
diesel::joinable!(dossier -> service (service_id));
diesel::joinable!(account_role -> account (account_id));
diesel::joinable!(credential -> account (account_id));
diesel::joinable!(session -> account (account_id));
diesel::joinable!(one_time_link -> account (account_id));
diesel::joinable!(round -> form (form_id));
diesel::joinable!(round_unit -> unit (unit_id));

diesel::allow_tables_to_appear_in_same_query!(
    unit,
    unit_alias,
    unit_successor,
    counter,
    service,
    account,
    account_role,
    credential,
    recovery_code,
    session,
    guess,
    one_time_link,
    client,
    client_unit,
    signing_key,
    audit,
    form,
    round,
    round_unit,
    margin,
    tally,
    dossier,
    dossier_count,
    dossier_seen,
    dossier_draft,
    dossier_draft_part,
    dossier_import,
    draw_list,
    received,
    callback,
    link,
    kiosk,
    paper_entry,
    response,
    flag,
    verdict,
    sealed_record,
    sealed_comment,
    weight_run,
    index_run,
    publication,
    scorecard,
    outbox,
    staff,
    review_case,
    topic_list,
    job,
    job_file,
    approval,
    retention,
    ledger_queue,
    ledger_leaf,
    ledger_node,
    ledger_head
);

diesel::allow_columns_to_appear_in_same_group_by_clause!(
    counter::unit_id,
    dossier::round_id,
    service::code,
    dossier::asked,
    dossier::sex,
    dossier::age_group,
);
