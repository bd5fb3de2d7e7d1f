-- Times are milliseconds since 1970 by the database's clock.

-- +goose Up
CREATE TABLE writes (
    id         TEXT    NOT NULL PRIMARY KEY,
    account    TEXT    NOT NULL,
    session    TEXT    NOT NULL,
    person     TEXT    NOT NULL,
    form_key   TEXT    NOT NULL, -- '' for none
    digest     TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    deployment TEXT    NOT NULL, -- '' until a create brought one
    name       TEXT    NOT NULL,
    version    TEXT    NOT NULL,
    changes    TEXT    NOT NULL, -- JSON
    request    TEXT    NOT NULL,
    asked_at   INTEGER NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('open', 'done', 'refused', 'unknown')),
    settled    INTEGER NOT NULL DEFAULT 0 CHECK (settled IN (0, 1)),
    got        TEXT    NOT NULL DEFAULT '[]', -- JSON
    message    TEXT    NOT NULL DEFAULT '',
    ended_at   INTEGER
) STRICT, WITHOUT ROWID;

-- One write per form, whichever process is asked (RR-07).
CREATE UNIQUE INDEX writes_by_key ON writes (account, form_key) WHERE form_key <> '';
CREATE INDEX writes_by_deployment ON writes (account, deployment, asked_at);
CREATE INDEX writes_unsettled ON writes (account, asked_at) WHERE state IN ('open', 'unknown');

CREATE TABLE leases (
    deployment TEXT    NOT NULL PRIMARY KEY,
    holder     TEXT    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE locks (
    account    TEXT    NOT NULL,
    deployment TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    person     TEXT    NOT NULL,
    locked_at  INTEGER NOT NULL,
    PRIMARY KEY (account, deployment)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE locks;
DROP TABLE leases;
DROP TABLE writes;
