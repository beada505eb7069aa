CREATE TABLE unit (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 32),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    kind TEXT NOT NULL,
    parent_id INTEGER REFERENCES unit (id),
    valid_from TEXT NOT NULL DEFAULT '0001-01-01',
    valid_to TEXT NOT NULL DEFAULT '9999-12-31',
    UNIQUE (code, valid_from),
    CHECK (valid_from <= valid_to),
    CHECK (parent_id <> id)
);
CREATE INDEX unit_parent ON unit (parent_id);
CREATE TABLE unit_alias (
    unit_id INTEGER NOT NULL REFERENCES unit (id),
    alias TEXT NOT NULL,
    search_key TEXT NOT NULL,
    PRIMARY KEY (unit_id, alias)
);
CREATE TABLE unit_successor (
    old_unit_id INTEGER NOT NULL REFERENCES unit (id),
    new_unit_id INTEGER NOT NULL REFERENCES unit (id),
    kind TEXT NOT NULL CHECK (kind IN ('whole', 'split')),
    PRIMARY KEY (old_unit_id, new_unit_id)
);
CREATE TABLE counter (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    unit_id INTEGER NOT NULL REFERENCES unit (id),
    code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 32),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    UNIQUE (unit_id, code)
);
CREATE TABLE service (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    code TEXT NOT NULL UNIQUE CHECK (length(code) BETWEEN 1 AND 32),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200)
);
-- Names of officials that comments are not to show.
CREATE TABLE staff (
    unit_id INTEGER NOT NULL REFERENCES unit (id),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    PRIMARY KEY (unit_id, name)
) WITHOUT ROWID;
