CREATE TABLE dossier (
    id BYTEA PRIMARY KEY CHECK (length(id) = 16),
    round_id INTEGER NOT NULL REFERENCES round (id),
    counter_id INTEGER NOT NULL REFERENCES counter (id),
    service_id INTEGER NOT NULL REFERENCES service (id),
    number_enc BYTEA,
    contact_enc BYTEA,
    finished_on TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('granted', 'refused', 'returned')),
    late BOOLEAN NOT NULL,
    sex TEXT,
    age_group TEXT,
    stratum TEXT NOT NULL,
    asked BOOLEAN NOT NULL
);
CREATE INDEX dossier_round ON dossier (round_id, counter_id);
CREATE TABLE dossier_seen (
    round_id INTEGER NOT NULL REFERENCES round (id),
    number_mac BYTEA NOT NULL CHECK (length(number_mac) = 16),
    PRIMARY KEY (round_id, number_mac)
);
CREATE TABLE callback (
    id BYTEA PRIMARY KEY CHECK (length(id) = 16),
    round_id INTEGER NOT NULL REFERENCES round (id),
    unit_id INTEGER NOT NULL REFERENCES unit (id),
    sheet BYTEA NOT NULL,
    given BOOLEAN,
    own BOOLEAN,
    beside BOOLEAN,
    CHECK (given IS NOT NULL OR (own IS NULL AND beside IS NULL))
);
CREATE INDEX callback_round ON callback (round_id);
CREATE TABLE link (
    id BYTEA PRIMARY KEY CHECK (length(id) = 16),
    round_id INTEGER NOT NULL REFERENCES round (id),
    counter_id INTEGER NOT NULL REFERENCES counter (id),
    kind TEXT NOT NULL CHECK (kind IN ('poster', 'ticket', 'invitation', 'kiosk', 'paper')),
    serial BIGINT NOT NULL,
    lookup BYTEA NOT NULL UNIQUE CHECK (length(lookup) = 16),
    code_enc BYTEA,
    dossier_id BYTEA UNIQUE REFERENCES dossier (id),
    state TEXT NOT NULL CHECK (state IN ('ready', 'spent', 'void')),
    expires_at BIGINT,
    prints INTEGER NOT NULL DEFAULT 0,
    printed_enc BYTEA,
    CHECK (kind NOT IN ('ticket', 'invitation') OR dossier_id IS NOT NULL),
    UNIQUE (round_id, counter_id, kind, serial)
);
CREATE UNIQUE INDEX link_one_poster ON link (round_id, counter_id) WHERE kind = 'poster' AND state = 'ready';
