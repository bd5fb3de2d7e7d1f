-- Times are milliseconds since 1970 by the database's clock.

-- +goose Up
CREATE TABLE sessions (
    token_hash   TEXT    NOT NULL PRIMARY KEY,
    data         BLOB    NOT NULL,
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    -- An ended session stays as a dead row until expires_at: nothing can insert it again.
    dead         INTEGER NOT NULL DEFAULT 0 CHECK (dead IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE credentials (
    token_hash TEXT NOT NULL PRIMARY KEY REFERENCES sessions (token_hash) ON DELETE CASCADE,
    sealed     BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE credentials;
DROP TABLE sessions;
