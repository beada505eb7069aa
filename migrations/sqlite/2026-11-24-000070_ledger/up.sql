CREATE TABLE ledger_queue (
    seq INTEGER PRIMARY KEY NOT NULL,
    leaves BLOB NOT NULL
);
CREATE TABLE ledger_leaf (
    seq INTEGER PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    round_id INTEGER REFERENCES round (id),
    day TEXT NOT NULL CHECK (length(day) = 10),
    receipt BLOB UNIQUE CHECK (length(receipt) = 32),
    commitment BLOB NOT NULL CHECK (length(commitment) = 32),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    salt BLOB CHECK (length(salt) = 16),
    subject TEXT NOT NULL,
    CHECK (seq >= 0),
    CHECK ((kind = 'response') = (receipt IS NOT NULL))
);
CREATE INDEX ledger_leaf_round ON ledger_leaf (round_id) WHERE kind <> 'response';
CREATE INDEX ledger_leaf_audit ON ledger_leaf (subject) WHERE kind = 'audit';
CREATE TABLE ledger_node (
    level INTEGER NOT NULL CHECK (level > 0),
    pos BIGINT NOT NULL CHECK (pos >= 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, pos)
) WITHOUT ROWID;
CREATE TABLE ledger_head (
    size BIGINT PRIMARY KEY NOT NULL CHECK (size > 0),
    at BIGINT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('daily', 'closing', 'sealing', 'publication')),
    statement BLOB NOT NULL,
    signature TEXT NOT NULL,
    kid TEXT NOT NULL REFERENCES signing_key (kid)
);
CREATE TRIGGER ledger_leaf_no_delete BEFORE DELETE ON ledger_leaf BEGIN SELECT RAISE(ABORT, 'ledger_leaf is never altered'); END;
CREATE TRIGGER ledger_node_no_delete BEFORE DELETE ON ledger_node BEGIN SELECT RAISE(ABORT, 'ledger_node is never altered'); END;
CREATE TRIGGER ledger_head_no_delete BEFORE DELETE ON ledger_head BEGIN SELECT RAISE(ABORT, 'ledger_head is never altered'); END;
CREATE TRIGGER ledger_leaf_no_update BEFORE UPDATE OF seq, kind, round_id, day, receipt, commitment, hash ON ledger_leaf
BEGIN SELECT RAISE(ABORT, 'ledger_leaf is never altered'); END;
CREATE TRIGGER ledger_node_no_update BEFORE UPDATE ON ledger_node BEGIN SELECT RAISE(ABORT, 'ledger_node is never altered'); END;
CREATE TRIGGER ledger_head_no_update BEFORE UPDATE ON ledger_head BEGIN SELECT RAISE(ABORT, 'ledger_head is never altered'); END;
