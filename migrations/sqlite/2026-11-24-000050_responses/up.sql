CREATE TABLE response (
    id BLOB NOT NULL CHECK (length(id) = 16),
    round_id INTEGER NOT NULL,
    answers BLOB NOT NULL,
    comment_enc BLOB,
    language TEXT NOT NULL,
    ticket BLOB CHECK (length(ticket) = 16),
    tie BLOB NOT NULL,
    withdrawn BOOLEAN NOT NULL DEFAULT 0,
    PRIMARY KEY (round_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX response_ticket ON response (ticket) WHERE ticket IS NOT NULL;
CREATE TABLE flag (
    round_id INTEGER NOT NULL REFERENCES round (id),
    response_id BLOB NOT NULL,
    rule TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('low', 'medium', 'high')),
    score DOUBLE PRECISION NOT NULL,
    related_id BLOB,
    explanation TEXT NOT NULL,
    PRIMARY KEY (round_id, response_id, rule),
    FOREIGN KEY (round_id, response_id) REFERENCES response (round_id, id)
) WITHOUT ROWID;
CREATE TABLE verdict (
    response_id BLOB NOT NULL,
    round_id INTEGER NOT NULL REFERENCES round (id),
    decision TEXT NOT NULL CHECK (decision IN ('keep', 'exclude')),
    reason TEXT NOT NULL CHECK (length(reason) > 0),
    decided_by TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    PRIMARY KEY (round_id, response_id),
    FOREIGN KEY (round_id, response_id) REFERENCES response (round_id, id)
) WITHOUT ROWID;
CREATE TABLE sealed_record (
    id BLOB NOT NULL CHECK (length(id) = 16),
    round_id INTEGER NOT NULL REFERENCES round (id),
    unit_id INTEGER NOT NULL REFERENCES unit (id),
    kind TEXT NOT NULL,
    service TEXT NOT NULL,
    sex TEXT NOT NULL,
    age_group TEXT NOT NULL,
    stratum TEXT NOT NULL,
    population BIGINT NOT NULL CHECK (population >= 0),
    drawn BIGINT NOT NULL CHECK (drawn > 0),
    psu INTEGER NOT NULL,
    excluded BOOLEAN NOT NULL,
    answers BLOB NOT NULL,
    PRIMARY KEY (round_id, id)
) WITHOUT ROWID;
CREATE TABLE sealed_comment (
    id BLOB NOT NULL CHECK (length(id) = 16),
    round_id INTEGER NOT NULL REFERENCES round (id),
    unit_id INTEGER NOT NULL REFERENCES unit (id),
    comment TEXT NOT NULL,
    PRIMARY KEY (round_id, id)
) WITHOUT ROWID;
