-- While a new version replaces the old one server by server, each must hand out the styles and scripts of both (RR-22).
-- Times are milliseconds since 1970 by the database's clock.

-- +goose Up
CREATE TABLE assets (
    name    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    body    BYTEA  NOT NULL,
    used_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE assets;
