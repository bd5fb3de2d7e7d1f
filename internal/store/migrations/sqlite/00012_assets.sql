-- While a new version replaces the old one server by server, each must hand out the styles and scripts of both (RR-22).
-- Times are milliseconds since 1970 by the database's clock.

-- +goose Up
CREATE TABLE assets (
    name    TEXT    NOT NULL PRIMARY KEY,
    body    BLOB    NOT NULL,
    used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE assets;
