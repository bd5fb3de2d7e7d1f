-- Times are milliseconds since 1970 by the database's clock.

-- +goose Up
CREATE TABLE webhooks (
    id         TEXT NOT NULL PRIMARY KEY,
    account    TEXT NOT NULL,
    name       TEXT NOT NULL,
    format     TEXT NOT NULL,
    sealed     BLOB NOT NULL, -- address and signing secret
    paused     INTEGER NOT NULL,
    note       TEXT NOT NULL, -- why it was paused, when nobody did
    person     TEXT NOT NULL,
    made_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX webhooks_by_account ON webhooks (account, made_at, id);

-- What a webhook tells of.
CREATE TABLE webhook_kinds (
    hook TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    PRIMARY KEY (hook, kind)
) STRICT, WITHOUT ROWID;

-- The outbox: a row is made in the transaction that makes the line of the change log, so that neither is there alone.
CREATE TABLE webhook_deliveries (
    id           TEXT NOT NULL PRIMARY KEY, -- the receiver's key against doubles; made of the hook, the line and its outcome
    hook         TEXT NOT NULL, -- may be gone: whoever deletes a webhook does not wait for a line
    line         TEXT NOT NULL, -- of the change log; '' for a test
    outcome      TEXT NOT NULL,
    state        TEXT NOT NULL,
    tries        INTEGER NOT NULL, -- of all
    round        INTEGER NOT NULL, -- tries since somebody asked for it
    due_at       INTEGER NOT NULL,
    worker       TEXT NOT NULL,
    worker_until INTEGER NOT NULL,
    status       INTEGER NOT NULL, -- of the last answer; 0 for none
    took         INTEGER NOT NULL, -- ms of the last try
    said         TEXT NOT NULL, -- the beginning of the last answer
    message      TEXT NOT NULL, -- what went wrong, for people
    tried_at     INTEGER,
    made_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_held ON webhook_deliveries (hook) WHERE worker_until > 0;
CREATE INDEX webhook_deliveries_by_hook ON webhook_deliveries (hook, made_at, id);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (made_at);

-- +goose Down
DROP TABLE webhook_deliveries;
DROP TABLE webhook_kinds;
DROP TABLE webhooks;
