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
