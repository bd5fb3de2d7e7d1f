-- Times are milliseconds since 1970 by the database's clock.

-- +goose Up
CREATE TABLE writes (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account    TEXT COLLATE "C" NOT NULL,
    session    TEXT COLLATE "C" NOT NULL,
    person     TEXT COLLATE "C" NOT NULL,
    form_key   TEXT COLLATE "C" NOT NULL, -- '' for none
    digest     TEXT COLLATE "C" NOT NULL,
    action     TEXT COLLATE "C" NOT NULL,
    deployment TEXT COLLATE "C" NOT NULL, -- '' until a create brought one
    name       TEXT COLLATE "C" NOT NULL,
    version    TEXT COLLATE "C" NOT NULL,
    changes    TEXT COLLATE "C" NOT NULL, -- JSON
    request    TEXT COLLATE "C" NOT NULL,
    asked_at   BIGINT NOT NULL,
    state      TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'done', 'refused', 'unknown')),
    settled    BOOLEAN NOT NULL DEFAULT FALSE,
    got        TEXT COLLATE "C" NOT NULL DEFAULT '[]', -- JSON
    message    TEXT COLLATE "C" NOT NULL DEFAULT '',
    ended_at   BIGINT
);

-- One write per form, whichever process is asked (RR-07).
CREATE UNIQUE INDEX writes_by_key ON writes (account, form_key) WHERE form_key <> '';
CREATE INDEX writes_by_deployment ON writes (account, deployment, asked_at);
CREATE INDEX writes_unsettled ON writes (account, asked_at) WHERE state IN ('open', 'unknown');

CREATE TABLE leases (
    deployment TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder     TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE locks (
    account    TEXT COLLATE "C" NOT NULL,
    deployment TEXT COLLATE "C" NOT NULL,
    reason     TEXT COLLATE "C" NOT NULL,
    person     TEXT COLLATE "C" NOT NULL,
    locked_at  BIGINT NOT NULL,
    PRIMARY KEY (account, deployment)
);

-- +goose Down
DROP TABLE locks;
DROP TABLE leases;
DROP TABLE writes;
