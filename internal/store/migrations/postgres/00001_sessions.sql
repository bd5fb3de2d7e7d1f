-- Times are milliseconds since 1970 by the database's clock.

-- +goose Up
CREATE TABLE sessions (
    token_hash   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    data         BYTEA    NOT NULL,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    -- An ended session stays as a dead row until expires_at: nothing can insert it again.
    dead         BOOLEAN NOT NULL DEFAULT FALSE
);

CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE credentials (
    token_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES sessions (token_hash) ON DELETE CASCADE,
    sealed     BYTEA NOT NULL
);

-- +goose Down
DROP TABLE credentials;
DROP TABLE sessions;
