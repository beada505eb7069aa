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
    case_id BLOB NOT NULL CHECK (length(case_id) = 16),
    PRIMARY KEY (round_id, response_id, rule),
    FOREIGN KEY (round_id, response_id) REFERENCES response (round_id, id)
) WITHOUT ROWID;
CREATE INDEX flag_case ON flag (round_id, case_id, response_id);
-- Flagged answers that belong together: one decision, not eighty. severity: 0 high, 1 medium, 2 low.
CREATE TABLE review_case (
    round_id INTEGER NOT NULL REFERENCES round (id),
    id BLOB NOT NULL CHECK (length(id) = 16),
    severity INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 2),
    size INTEGER NOT NULL CHECK (size > 0),
    undecided INTEGER NOT NULL CHECK (undecided BETWEEN 0 AND size),
    rules TEXT NOT NULL,
    PRIMARY KEY (round_id, id)
) WITHOUT ROWID;
CREATE INDEX review_case_open ON review_case (round_id, severity, id) WHERE undecided > 0;
CREATE INDEX review_case_all ON review_case (round_id, severity, id);
-- A later verdict supersedes an earlier one; none is deleted before sealing, which deletes all.
CREATE TABLE verdict (
    response_id BLOB NOT NULL,
    round_id INTEGER NOT NULL REFERENCES round (id),
    number INTEGER NOT NULL CHECK (number > 0),
    is_current BOOLEAN NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('keep', 'exclude', 'undone')),
    reason TEXT NOT NULL CHECK (length(reason) > 0),
    decided_by TEXT NOT NULL,
    confirmed_by TEXT,
    decided_at BIGINT NOT NULL,
    PRIMARY KEY (round_id, response_id, number),
    FOREIGN KEY (round_id, response_id) REFERENCES response (round_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX verdict_current ON verdict (round_id, response_id) WHERE is_current;
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
CREATE INDEX sealed_comment_unit ON sealed_comment (round_id, unit_id, id);
-- Topics of comments; the latest list counts, none: the one that comes with khaosat.
CREATE TABLE topic_list (
    number INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    source TEXT NOT NULL,
    at BIGINT NOT NULL
);
