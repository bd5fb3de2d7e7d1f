-- What a team keeps about its deployments. Times are milliseconds since 1970 by the database's clock.

-- +goose Up
CREATE TABLE notes (
    account    TEXT    NOT NULL,
    deployment TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    owner      TEXT    NOT NULL,
    tags       TEXT    NOT NULL, -- JSON
    version    INTEGER NOT NULL,
    person     TEXT    NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (account, deployment)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE notes;
