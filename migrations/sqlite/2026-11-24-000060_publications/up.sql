CREATE TABLE weight_run (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    round_id INTEGER NOT NULL REFERENCES round (id),
    at BIGINT NOT NULL,
    input_digest TEXT NOT NULL CHECK (length(input_digest) = 64),
    diagnostics TEXT NOT NULL,
    weights BLOB NOT NULL,
    UNIQUE (round_id, input_digest)
);
CREATE TABLE index_run (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    weight_run_id INTEGER NOT NULL UNIQUE REFERENCES weight_run (id),
    at BIGINT NOT NULL,
    figures TEXT NOT NULL
);
CREATE TABLE publication (
    digest TEXT NOT NULL PRIMARY KEY CHECK (length(digest) = 64),
    round_id INTEGER NOT NULL REFERENCES round (id),
    number INTEGER NOT NULL CHECK (number > 0),
    bytes BLOB NOT NULL,
    signature TEXT NOT NULL,
    kid TEXT NOT NULL REFERENCES signing_key (kid),
    published_at BIGINT NOT NULL,
    supersedes TEXT UNIQUE REFERENCES publication (digest),
    UNIQUE (round_id, number),
    CHECK ((number = 1) = (supersedes IS NULL))
);
CREATE TRIGGER publication_no_update BEFORE UPDATE ON publication BEGIN SELECT RAISE(ABORT, 'publication is never altered'); END;
CREATE TRIGGER publication_no_delete BEFORE DELETE ON publication BEGIN SELECT RAISE(ABORT, 'publication is never altered'); END;
CREATE TABLE scorecard (
    year INTEGER NOT NULL CHECK (year BETWEEN 2000 AND 2200),
    series TEXT NOT NULL,
    document TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (year, series)
);
-- A mail to a citizen holds the link and no address: that one is the dossier's, encrypted, until it is erased.
-- trying: a try began whose end is not recorded; due_at is when its lock ends, or when it is tried again.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    link_id BLOB REFERENCES link (id),
    subject_ref TEXT NOT NULL,
    message_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('queued', 'trying', 'sent', 'dead', 'dropped')),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    perhaps_twice INTEGER NOT NULL DEFAULT 0 CHECK (perhaps_twice >= 0),
    due_at BIGINT NOT NULL,
    last_error TEXT,
    sent_at BIGINT,
    UNIQUE (kind, recipient, subject_ref),
    CHECK ((recipient = '') = (link_id IS NOT NULL)),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE state IN ('queued', 'trying');
CREATE INDEX outbox_link ON outbox (link_id) WHERE link_id IS NOT NULL;
