-- Times are milliseconds since 1970 by the database's clock.

-- +goose Up
CREATE TABLE saved_views (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account    TEXT COLLATE "C" NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    name_key   TEXT COLLATE "C" NOT NULL, -- the name as it is compared
    query      TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX saved_views_by_name ON saved_views (account, name_key);

-- +goose Down
DROP TABLE saved_views;
