CREATE TABLE dossier (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    round_id INTEGER NOT NULL REFERENCES round (id),
    counter_id INTEGER NOT NULL REFERENCES counter (id),
    service_id INTEGER NOT NULL REFERENCES service (id),
    number_enc BLOB,
    contact_enc BLOB,
    finished_on TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('granted', 'refused', 'returned')),
    late BOOLEAN NOT NULL,
    sex TEXT,
    age_group TEXT,
    stratum TEXT NOT NULL,
    asked BOOLEAN NOT NULL
) WITHOUT ROWID;
CREATE INDEX dossier_round ON dossier (round_id, counter_id);
CREATE TABLE dossier_seen (
    round_id INTEGER NOT NULL REFERENCES round (id),
    number_mac BLOB NOT NULL CHECK (length(number_mac) = 16),
    PRIMARY KEY (round_id, number_mac)
) WITHOUT ROWID;
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
    kind TEXT NOT NULL CHECK (kind IN ('poster', 'ticket', 'invitation', 'kiosk', 'paper')),
    serial BIGINT NOT NULL,
    lookup BLOB NOT NULL UNIQUE CHECK (length(lookup) = 16),
    code_enc BLOB,
    dossier_id BLOB UNIQUE REFERENCES dossier (id),
    state TEXT NOT NULL CHECK (state IN ('ready', 'spent', 'void')),
    expires_at BIGINT,
    prints INTEGER NOT NULL DEFAULT 0,
    printed_enc BLOB,
    CHECK (kind NOT IN ('ticket', 'invitation') OR dossier_id IS NOT NULL),
    UNIQUE (round_id, counter_id, kind, serial)
) WITHOUT ROWID;
CREATE UNIQUE INDEX link_one_poster ON link (round_id, counter_id) WHERE kind = 'poster' AND state = 'ready';
