-- Times are milliseconds since 1970 by the database's clock.

-- +goose Up
CREATE TABLE bulk_runs (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account      TEXT COLLATE "C" NOT NULL,
    person       TEXT COLLATE "C" NOT NULL,
    action       TEXT COLLATE "C" NOT NULL,
    value        TEXT COLLATE "C" NOT NULL,
    note         TEXT COLLATE "C" NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    begun_at     BIGINT, -- NULL for a draft
    ended_at     BIGINT,
    stopped      BOOLEAN NOT NULL DEFAULT FALSE,
    worker       TEXT COLLATE "C" NOT NULL DEFAULT '',
    worker_until BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX bulk_runs_by_account ON bulk_runs (account, created_at);
CREATE INDEX bulk_runs_by_age ON bulk_runs (created_at);

CREATE TABLE bulk_items (
    run         TEXT COLLATE "C" NOT NULL REFERENCES bulk_runs (id) ON DELETE CASCADE,
    n           BIGINT NOT NULL,
    deployment  TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    base        TEXT COLLATE "C" NOT NULL, -- JSON
    changes     TEXT COLLATE "C" NOT NULL, -- JSON
    state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'differs', 'refused', 'unknown', 'gone', 'skipped', 'unchanged', 'unfit')),
    item_key    TEXT COLLATE "C" NOT NULL DEFAULT '',
    tries       BIGINT NOT NULL DEFAULT 0,
    message     TEXT COLLATE "C" NOT NULL DEFAULT '',
    upstream_id TEXT COLLATE "C" NOT NULL DEFAULT '',
    looked      BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (run, n),
    UNIQUE (run, deployment)
);

CREATE INDEX bulk_items_by_state ON bulk_items (run, state, n);

-- +goose Down
DROP TABLE bulk_items;
DROP TABLE bulk_runs;
