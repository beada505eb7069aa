CREATE TABLE response (
    id BYTEA NOT NULL CHECK (length(id) = 16),
    round_id INTEGER NOT NULL,
    answers BYTEA NOT NULL,
    comment_enc BYTEA,
    language TEXT NOT NULL,
    ticket BYTEA CHECK (length(ticket) = 16),
    tie BYTEA NOT NULL,
    withdrawn BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (round_id, id)
);
CREATE UNIQUE INDEX response_ticket ON response (ticket) WHERE ticket IS NOT NULL;
CREATE TABLE flag (
    round_id INTEGER NOT NULL REFERENCES round (id),
    response_id BYTEA NOT NULL,
    rule TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('low', 'medium', 'high')),
    score DOUBLE PRECISION NOT NULL,
    related_id BYTEA,
    explanation TEXT NOT NULL,
    PRIMARY KEY (round_id, response_id, rule),
    FOREIGN KEY (round_id, response_id) REFERENCES response (round_id, id)
);
CREATE TABLE verdict (
    response_id BYTEA NOT NULL,
    round_id INTEGER NOT NULL REFERENCES round (id),
    decision TEXT NOT NULL CHECK (decision IN ('keep', 'exclude')),
    reason TEXT NOT NULL CHECK (length(reason) > 0),
    decided_by TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    PRIMARY KEY (round_id, response_id),
    FOREIGN KEY (round_id, response_id) REFERENCES response (round_id, id)
);
CREATE TABLE sealed_record (
    id BYTEA NOT NULL CHECK (length(id) = 16),
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
    answers BYTEA NOT NULL,
    PRIMARY KEY (round_id, id)
);
CREATE TABLE sealed_comment (
    id BYTEA NOT NULL CHECK (length(id) = 16),
    round_id INTEGER NOT NULL REFERENCES round (id),
    unit_id INTEGER NOT NULL REFERENCES unit (id),
    comment TEXT NOT NULL,
    PRIMARY KEY (round_id, id)
);
