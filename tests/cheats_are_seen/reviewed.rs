//! Reviewers at work on the evening: cases instead of eighty flags, evidence without a result, two pairs of eyes, and the
//! second thought.

use khaosat::round::{self, Granted, Matter};
use khaosat::store::id::ResponseId;
use khaosat::store::verdict::Decision;

use super::evening;
use super::evening::{Evening, ROUND, unit_code};
use crate::support::on_each_engine;

const WHY: &str = "seen beside the counter's list of the day";

/// The largest case that waits.
fn largest(evening: &Evening) -> (ResponseId, usize) {
    let (desk, reviewer) = (&evening.desk, evening.actor("reviewer"));
    let mut after = None;
    let mut found = Vec::new();
    loop {
        let page = round::review_queue(desk, &reviewer, ROUND, true, after).unwrap();
        found.extend(page.cases.into_iter().map(|line| (line.case.id, line.case.size as usize)));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    found.into_iter().max_by_key(|(_, size)| *size).unwrap()
}

#[test]
fn a_pile_is_one_decision_of_two_that_can_be_taken_back() {
    on_each_engine(|engine| {
        let (evening, _) = evening(engine, 41, 5);
        let desk = &evening.desk;
        let round_id = desk.store.round(ROUND).unwrap().id;
        let [one, two] = ["reviewer", "reviewer-2"].map(|name| evening.actor(name));
        let flags = desk.store.flags(round_id).unwrap();
        let queue = round::review_queue(desk, &one, ROUND, true, None).unwrap();
        let severities: Vec<i32> = queue.cases.iter().map(|line| line.case.severity).collect();
        assert!(severities.is_sorted(), "gravest first: {severities:?}");
        let (case, size) = largest(&evening);
        assert!(size >= 30, "the clerk's forty tickets are one case, not forty: {size}");
        let cases: i64 = queue.open.values().sum();
        assert!((cases as usize) < flags.len() / 2, "{cases} cases of {} flags", flags.len());

        let evidence = round::evidence(desk, &one, ROUND, case, None).unwrap();
        assert_eq!(evidence.members.len(), size);
        let letters = evidence.members.iter().flat_map(|m| m.pattern.iter().flatten());
        assert!(letters.clone().all(char::is_ascii_uppercase), "no answer is shown as a number");
        for nobody in ["province", "publisher-1"] {
            let seen = round::evidence(desk, &evening.actor(nobody), ROUND, case, None);
            assert!(seen.unwrap_err().to_string().contains("may not see flagged"), "{nobody}");
        }

        let all = round::case_answers(desk, &one, ROUND, case).unwrap();
        let exclude = Decision::Exclude;
        let alone = round::decide(desk, &one, None, ROUND, &all, exclude, WHY).unwrap_err();
        assert!(alone.to_string().contains("two reviewers decide"), "{alone}");
        let matter = Matter::Verdict {
            decision: exclude,
            responses: all.iter().map(|id| id.hex()).collect(),
        };
        let request = round::ask_second(desk, &one, ROUND, &matter, WHY).unwrap();
        let own = round::grant(desk, &one, request).unwrap_err().to_string();
        assert!(own.contains("second person to himself"), "{own}");
        for nobody in ["province", "publisher-1", "inspector"] {
            let refused = round::grant(desk, &evening.actor(nobody), request).unwrap_err();
            assert!(refused.to_string().contains("may not decide"), "{nobody}: {refused}");
        }
        assert_eq!(round::grant(desk, &two, request).unwrap(), Granted::Done);
        assert!(round::grant(desk, &two, request).is_err(), "settled once");
        let decided = desk.store.verdicts(round_id).unwrap();
        assert_eq!(decided.len(), size);
        let by_two = |v: &khaosat::store::verdict::Verdict| {
            v.decided_by == "reviewer" && v.confirmed_by.as_deref() == Some("reviewer-2")
        };
        assert!(decided.values().all(by_two));
        assert_eq!(desk.store.case(round_id, case).unwrap().undecided, 0);

        // One of them was an honest citizen: the verdict is taken back, then another given. Nothing is deleted.
        let first = all[0];
        round::decide(desk, &two, None, ROUND, &[first], Decision::Undone, WHY).unwrap();
        assert_eq!(desk.store.case(round_id, case).unwrap().undecided, 1);
        assert!(!desk.store.verdicts(round_id).unwrap().contains_key(&first));
        round::decide(desk, &two, None, ROUND, &[first], Decision::Keep, WHY).unwrap();
        let past = desk.store.past_verdicts_on(round_id, &[first]).unwrap();
        let past: Vec<Decision> = past.iter().map(|past| past.verdict.decision).collect();
        assert_eq!(past, [exclude, Decision::Undone, Decision::Keep]);
        assert_eq!(round::verify(desk, ROUND).unwrap().faults, Vec::<String>::new());

        // Whoever belongs to a unit of the case neither decides nor sees it.
        let act = khaosat::store::Act::new(
            &khaosat::store::Actor::Service("test"),
            khaosat::store::Right::ManageAccounts,
            desk.clock.now(),
            "user.add",
            "own",
        );
        let counters: Vec<_> = (0..2).map(unit_code).collect();
        for code in counters {
            let unit = desk.store.unit_on(&code, "2026-01-01").unwrap().id;
            let role = khaosat::store::Role::UnitAdmin;
            desk.store.grant_role(&act, "reviewer-2", None, role, Some(unit)).unwrap();
        }
        let two = evening.actor("reviewer-2");
        let own: Vec<_> = round::review_queue(desk, &two, ROUND, false, None)
            .unwrap()
            .cases
            .into_iter()
            .filter(|line| line.own)
            .collect();
        let case = own.first().unwrap().case.id;
        assert!(round::evidence(desk, &two, ROUND, case, None).unwrap().members.is_empty());
        let ids = round::case_answers(desk, &two, ROUND, case).unwrap();
        let refused = round::decide(desk, &two, None, ROUND, &ids[..1], exclude, WHY).unwrap_err();
        assert!(refused.to_string().contains("his own unit"), "{refused}");
        // Nor as the second person.
        let refused = round::decide(desk, &one, Some(&two), ROUND, &ids[..1], exclude, WHY);
        assert!(refused.unwrap_err().to_string().contains("his own unit"));
    });
}
