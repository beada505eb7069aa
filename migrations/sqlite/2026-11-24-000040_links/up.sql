CREATE TABLE dossier (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    round_id INTEGER NOT NULL REFERENCES round (id),
    counter_id INTEGER NOT NULL REFERENCES counter (id),
    service_id INTEGER NOT NULL REFERENCES service (id),
    number_mac BLOB CHECK (length(number_mac) = 16),
    number_enc BLOB,
    contact_enc BLOB,
    finished_on TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('granted', 'refused', 'returned')),
    late BOOLEAN NOT NULL,
    apology BOOLEAN,
    sex TEXT,
    age_group TEXT,
    stratum TEXT NOT NULL,
    asked BOOLEAN NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('vi', 'en')),
    list INTEGER,
    reminders INTEGER NOT NULL DEFAULT 0 CHECK (reminders BETWEEN 0 AND 2),
    import_id BLOB
) WITHOUT ROWID;
CREATE INDEX dossier_round ON dossier (round_id, counter_id);
CREATE UNIQUE INDEX dossier_number ON dossier (round_id, number_mac);
CREATE INDEX dossier_import_of ON dossier (import_id) WHERE import_id IS NOT NULL;
-- Finished dossiers as they are reported, so that no page counts the dossiers themselves.
CREATE TABLE dossier_count (
    round_id INTEGER NOT NULL REFERENCES round (id),
    counter_id INTEGER NOT NULL REFERENCES counter (id),
    n BIGINT NOT NULL CHECK (n >= 0),
    PRIMARY KEY (round_id, counter_id)
) WITHOUT ROWID;
CREATE TABLE dossier_seen (
    round_id INTEGER NOT NULL REFERENCES round (id),
    number_mac BLOB NOT NULL CHECK (length(number_mac) = 16),
    PRIMARY KEY (round_id, number_mac)
) WITHOUT ROWID;
CREATE TABLE draw_list (
    round_id INTEGER NOT NULL REFERENCES round (id),
    number INTEGER NOT NULL CHECK (number > 0),
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    entries BLOB NOT NULL,
    strata TEXT NOT NULL,
    frozen_at INTEGER NOT NULL,
    random TEXT,
    drawn_at INTEGER,
    PRIMARY KEY (round_id, number),
    CHECK (drawn_at IS NULL OR random IS NOT NULL)
);
-- A file of dossiers that somebody looks at before taking it: in parts, encrypted, gone once taken, given up or a day old.
CREATE TABLE dossier_draft (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    round_id INTEGER NOT NULL REFERENCES round (id),
    staged_by TEXT NOT NULL,
    staged_at BIGINT NOT NULL,
    file TEXT NOT NULL,
    mapping TEXT NOT NULL,
    parts INTEGER NOT NULL CHECK (parts >= 0)
) WITHOUT ROWID;
CREATE TABLE dossier_draft_part (
    draft_id BLOB NOT NULL REFERENCES dossier_draft (id),
    number INTEGER NOT NULL,
    content_enc BLOB NOT NULL,
    PRIMARY KEY (draft_id, number)
) WITHOUT ROWID;
-- A file that was taken in the console, until used to be undone.
CREATE TABLE dossier_import (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    round_id INTEGER NOT NULL REFERENCES round (id),
    imported_by TEXT NOT NULL,
    file TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    ended_at BIGINT,
    undone_at BIGINT
) WITHOUT ROWID;
CREATE INDEX dossier_import_round ON dossier_import (round_id, began_at);
CREATE TABLE received (
    round_id INTEGER NOT NULL REFERENCES round (id),
    unit_id INTEGER NOT NULL REFERENCES unit (id),
    n INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (round_id, unit_id)
);
CREATE TABLE callback (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    round_id INTEGER NOT NULL REFERENCES round (id),
    unit_id INTEGER NOT NULL REFERENCES unit (id),
    sheet BLOB NOT NULL,
    given BOOLEAN,
    own BOOLEAN,
    beside BOOLEAN,
    CHECK (given IS NOT NULL OR (own IS NULL AND beside IS NULL))
) WITHOUT ROWID;
CREATE INDEX callback_round ON callback (round_id);
CREATE TABLE link (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    round_id INTEGER NOT NULL REFERENCES round (id),
    counter_id INTEGER NOT NULL REFERENCES counter (id),
    kind TEXT NOT NULL CHECK (kind IN ('poster', 'ticket', 'invitation', 'kiosk', 'paper', 'drawn_paper')),
    serial BIGINT NOT NULL,
    lookup BLOB NOT NULL UNIQUE CHECK (length(lookup) = 16),
    code_enc BLOB,
    dossier_id BLOB UNIQUE REFERENCES dossier (id),
    state TEXT NOT NULL CHECK (state IN ('ready', 'spent', 'void')),
    expires_at BIGINT,
    prints INTEGER NOT NULL DEFAULT 0,
    printed_enc BLOB,
    handed_by TEXT,
    CHECK (kind NOT IN ('ticket', 'invitation', 'drawn_paper') OR dossier_id IS NOT NULL OR state = 'void'),
    UNIQUE (round_id, counter_id, kind, serial)
) WITHOUT ROWID;
CREATE UNIQUE INDEX link_one_poster ON link (round_id, counter_id) WHERE kind = 'poster' AND state = 'ready';
-- A paper form is keyed in twice by two persons, and where they differ a third time by another. fields_enc goes when the
-- sheet is settled or the round sealed; who keyed it and when stays.
CREATE TABLE paper_entry (
    link_id BLOB NOT NULL REFERENCES link (id),
    pass INTEGER NOT NULL CHECK (pass IN (1, 2, 3)),
    entered_by TEXT NOT NULL,
    entered_at BIGINT NOT NULL,
    fields_enc BLOB,
    differing TEXT,
    PRIMARY KEY (link_id, pass),
    UNIQUE (link_id, entered_by),
    CHECK ((pass = 2) = (differing IS NOT NULL))
) WITHOUT ROWID;
-- A tablet: the code that enrols it works once; the tablet then holds a key of its own, of which only a digest is here, and
-- a pair that signs what it keeps while there is no network. When it was heard last, by the minute, and how many wait on it.
CREATE TABLE kiosk (
    link_id BLOB NOT NULL PRIMARY KEY REFERENCES link (id),
    enrol_lookup BLOB UNIQUE CHECK (length(enrol_lookup) = 16),
    enrol_until BIGINT NOT NULL,
    key_hash BLOB CHECK (length(key_hash) = 32),
    enrolled_at BIGINT,
    sign_key BLOB CHECK (length(sign_key) = 65),
    seen_at BIGINT,
    waiting INTEGER NOT NULL DEFAULT 0 CHECK (waiting >= 0),
    CHECK ((enrol_lookup IS NULL) = (key_hash IS NOT NULL)),
    CHECK ((key_hash IS NULL) = (enrolled_at IS NULL))
) WITHOUT ROWID;
