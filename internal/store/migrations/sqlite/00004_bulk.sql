-- Times are milliseconds since 1970 by the database's clock.

-- +goose Up
CREATE TABLE bulk_runs (
    id           TEXT    NOT NULL PRIMARY KEY,
    account      TEXT    NOT NULL,
    person       TEXT    NOT NULL,
    action       TEXT    NOT NULL,
    value        TEXT    NOT NULL,
    note         TEXT    NOT NULL DEFAULT '',
    created_at   INTEGER NOT NULL,
    begun_at     INTEGER, -- NULL for a draft
    ended_at     INTEGER,
    stopped      INTEGER NOT NULL DEFAULT 0 CHECK (stopped IN (0, 1)),
    worker       TEXT    NOT NULL DEFAULT '',
    worker_until INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX bulk_runs_by_account ON bulk_runs (account, created_at);
CREATE INDEX bulk_runs_by_age ON bulk_runs (created_at);

CREATE TABLE bulk_items (
    run         TEXT    NOT NULL REFERENCES bulk_runs (id) ON DELETE CASCADE,
    n           INTEGER NOT NULL,
    deployment  TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    base        TEXT    NOT NULL, -- JSON
    changes     TEXT    NOT NULL, -- JSON
    state       TEXT    NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'differs', 'refused', 'unknown', 'gone', 'skipped', 'unchanged', 'unfit')),
    item_key    TEXT    NOT NULL DEFAULT '',
    tries       INTEGER NOT NULL DEFAULT 0,
    message     TEXT    NOT NULL DEFAULT '',
    upstream_id TEXT    NOT NULL DEFAULT '',
    looked      INTEGER NOT NULL DEFAULT 0 CHECK (looked IN (0, 1)),
    PRIMARY KEY (run, n),
    UNIQUE (run, deployment)
) STRICT, WITHOUT ROWID;

CREATE INDEX bulk_items_by_state ON bulk_items (run, state, n);

-- +goose Down
DROP TABLE bulk_items;
DROP TABLE bulk_runs;
