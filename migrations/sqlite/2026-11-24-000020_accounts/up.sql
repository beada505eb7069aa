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
