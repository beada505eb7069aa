CREATE TABLE form (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    code TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    source TEXT NOT NULL,
    UNIQUE (code, version)
);
CREATE TRIGGER form_no_update BEFORE UPDATE ON form BEGIN SELECT RAISE(ABORT, 'form is never altered'); END;
CREATE TRIGGER form_no_delete BEFORE DELETE ON form BEGIN SELECT RAISE(ABORT, 'form is never altered'); END;
CREATE TABLE round (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    code TEXT NOT NULL UNIQUE CHECK (length(code) BETWEEN 1 AND 64),
    form_id INTEGER NOT NULL REFERENCES form (id),
    state TEXT NOT NULL CHECK (state IN ('planned', 'open', 'closed', 'flagged', 'sealed', 'weighed', 'indexed',
        'published')),
    opens_at BIGINT NOT NULL,
    closes_at BIGINT NOT NULL,
    grace_ms BIGINT NOT NULL CHECK (grace_ms >= 0),
    rules TEXT NOT NULL,
    rules_digest TEXT,
    asked_digests TEXT,
    amendments TEXT NOT NULL DEFAULT '[]',
    outcome TEXT,
    changed_at BIGINT NOT NULL,
    CHECK (opens_at < closes_at),
    CHECK (state = 'planned' OR rules_digest IS NOT NULL)
);
CREATE TABLE round_unit (
    round_id INTEGER NOT NULL REFERENCES round (id),
    unit_id INTEGER NOT NULL REFERENCES unit (id),
    PRIMARY KEY (round_id, unit_id)
);
CREATE TABLE margin (
    round_id INTEGER NOT NULL REFERENCES round (id),
    variable TEXT NOT NULL,
    category TEXT NOT NULL,
    total BIGINT NOT NULL CHECK (total >= 0),
    PRIMARY KEY (round_id, variable, category)
);
CREATE TABLE tally (
    round_id INTEGER NOT NULL REFERENCES round (id),
    counter_id INTEGER NOT NULL REFERENCES counter (id),
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    hour BIGINT NOT NULL,
    n BIGINT NOT NULL CHECK (n >= 0),
    PRIMARY KEY (round_id, counter_id, kind, what, hour)
) WITHOUT ROWID;
-- Work in the background. attempts is the token of a lease: whoever holds an older one writes nothing more.
CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    params TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    witness TEXT,
    asked_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    lease_until BIGINT,
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    cancel BOOLEAN NOT NULL DEFAULT 0,
    step TEXT NOT NULL DEFAULT '',
    done BIGINT NOT NULL DEFAULT 0,
    total BIGINT NOT NULL DEFAULT 0,
    last_error TEXT,
    result TEXT,
    ended_at BIGINT,
    CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    CHECK ((state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX job_once ON job (kind, subject) WHERE state IN ('waiting', 'running');
CREATE TABLE job_file (
    job_id BIGINT NOT NULL REFERENCES job (id),
    part INTEGER NOT NULL CHECK (part >= 0),
    bytes BLOB NOT NULL,
    PRIMARY KEY (job_id, part)
);
-- What one person asks for and another grants, each in his own session.
CREATE TABLE approval (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('seal', 'publish', 'extend', 'close', 'verdict')),
    round_id INTEGER NOT NULL REFERENCES round (id),
    detail TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'granted', 'declined', 'taken_back')),
    settled_by TEXT,
    settled_at BIGINT,
    answer TEXT,
    CHECK ((state = 'waiting') = (settled_at IS NULL))
);
CREATE INDEX approval_waiting ON approval (round_id) WHERE state = 'waiting';
-- What retention is about to delete, announced before it does.
CREATE TABLE retention (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    rule TEXT NOT NULL,
    before BIGINT NOT NULL,
    n BIGINT NOT NULL CHECK (n >= 0),
    announced_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('announced', 'held', 'done')),
    settled_by TEXT,
    settled_at BIGINT,
    deleted BIGINT,
    CHECK ((state = 'done') = (deleted IS NOT NULL))
);
CREATE UNIQUE INDEX retention_once ON retention (rule) WHERE state = 'announced';
