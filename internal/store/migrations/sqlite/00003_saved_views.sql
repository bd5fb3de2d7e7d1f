-- Times are milliseconds since 1970 by the database's clock.

-- +goose Up
CREATE TABLE saved_views (
    id         TEXT    NOT NULL PRIMARY KEY,
    account    TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    name_key   TEXT    NOT NULL, -- the name as it is compared
    query      TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX saved_views_by_name ON saved_views (account, name_key);

-- +goose Down
DROP TABLE saved_views;
