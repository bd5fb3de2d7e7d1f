-- Times are milliseconds since 1970 by the database's clock.

-- +goose Up
CREATE TABLE webhooks (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account    TEXT COLLATE "C" NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    format     TEXT COLLATE "C" NOT NULL,
    sealed     BYTEA NOT NULL, -- address and signing secret
    paused     BOOLEAN NOT NULL,
    note       TEXT COLLATE "C" NOT NULL, -- why it was paused, when nobody did
    person     TEXT COLLATE "C" NOT NULL,
    made_at    BIGINT NOT NULL
);

CREATE INDEX webhooks_by_account ON webhooks (account, made_at, id);

-- What a webhook tells of.
CREATE TABLE webhook_kinds (
    hook TEXT COLLATE "C" NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    kind TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (hook, kind)
);

-- The outbox: a row is made in the transaction that makes the line of the change log, so that neither is there alone.
CREATE TABLE webhook_deliveries (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY, -- the receiver's key against doubles; made of the hook, the line and its outcome
    hook         TEXT COLLATE "C" NOT NULL, -- may be gone: whoever deletes a webhook does not wait for a line
    line         TEXT COLLATE "C" NOT NULL, -- of the change log; '' for a test
    outcome      TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    tries        BIGINT NOT NULL, -- of all
    round        BIGINT NOT NULL, -- tries since somebody asked for it
    due_at       BIGINT NOT NULL,
    worker       TEXT COLLATE "C" NOT NULL,
    worker_until BIGINT NOT NULL,
    status       BIGINT NOT NULL, -- of the last answer; 0 for none
    took         BIGINT NOT NULL, -- ms of the last try
    said         TEXT COLLATE "C" NOT NULL, -- the beginning of the last answer
    message      TEXT COLLATE "C" NOT NULL, -- what went wrong, for people
    tried_at     BIGINT,
    made_at      BIGINT NOT NULL
);

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_held ON webhook_deliveries (hook) WHERE worker_until > 0;
CREATE INDEX webhook_deliveries_by_hook ON webhook_deliveries (hook, made_at, id);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (made_at);

-- +goose Down
DROP TABLE webhook_deliveries;
DROP TABLE webhook_kinds;
DROP TABLE webhooks;
