CREATE TABLE account (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 64),
    email TEXT,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);
CREATE TABLE account_role (
    account_id INTEGER NOT NULL REFERENCES account (id),
    role TEXT NOT NULL CHECK (role IN ('system_admin', 'province_admin', 'unit_admin', 'clerk', 'paper_clerk',
        'reviewer', 'inspector', 'publisher')),
    unit_id INTEGER REFERENCES unit (id),
    CHECK (role NOT IN ('unit_admin', 'clerk', 'paper_clerk') OR unit_id IS NOT NULL)
);
CREATE UNIQUE INDEX account_role_once ON account_role (account_id, role, coalesce(unit_id, 0));
-- What a person proves himself with; no row before the first password. factor_step: the step of the last one-time password
-- taken, so that none is taken twice.
CREATE TABLE credential (
    account_id INTEGER NOT NULL PRIMARY KEY REFERENCES account (id),
    password_hash TEXT NOT NULL,
    password_at BIGINT NOT NULL,
    factor_enc BLOB,
    factor_step BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE recovery_code (
    account_id INTEGER NOT NULL REFERENCES account (id),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    PRIMARY KEY (account_id, digest)
);
-- Only the digest of a cookie is here. stage: the password alone was right, or all that is needed.
CREATE TABLE session (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    account_id INTEGER NOT NULL REFERENCES account (id),
    stage TEXT NOT NULL CHECK (stage IN ('half', 'whole')),
    began_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    proved_at BIGINT NOT NULL,
    browser TEXT NOT NULL CHECK (length(browser) <= 200)
);
CREATE INDEX session_account ON session (account_id);
-- Tries to sign in, counted over all servers; who: a keyed digest of the name that was typed.
CREATE TABLE guess (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    who BLOB NOT NULL CHECK (length(who) = 16),
    at BIGINT NOT NULL
);
CREATE INDEX guess_who ON guess (who, at);
CREATE INDEX guess_at ON guess (at);
-- A link that sets a password once. The row is no secret: the link carries the nonce under a MAC whose key is no column.
CREATE TABLE one_time_link (
    nonce BLOB NOT NULL PRIMARY KEY CHECK (length(nonce) = 16),
    account_id INTEGER NOT NULL REFERENCES account (id),
    valid_until BIGINT NOT NULL
);
CREATE INDEX one_time_link_account ON one_time_link (account_id);
CREATE TABLE client (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    contact TEXT,
    secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);
CREATE TABLE client_unit (
    client_id TEXT NOT NULL REFERENCES client (id),
    unit_id INTEGER NOT NULL REFERENCES unit (id),
    PRIMARY KEY (client_id, unit_id)
);
CREATE TABLE signing_key (
    kid TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('publication', 'token')),
    public_key BLOB NOT NULL CHECK (length(public_key) = 32),
    created_at BIGINT NOT NULL,
    retired_at BIGINT
);
CREATE UNIQUE INDEX signing_key_current ON signing_key (purpose) WHERE retired_at IS NULL;
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    witness TEXT,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is never altered'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is never altered'); END;
