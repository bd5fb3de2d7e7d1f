-- What was last seen of an account, in parts: a look replaces those in which something changed. Servers of the version before go on
-- with sights, which nothing else needs any more.

-- +goose Up
CREATE TABLE looks (
    account TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX looks_by_age ON looks (seen_at);

CREATE TABLE look_parts (
    account TEXT NOT NULL REFERENCES looks (account) ON DELETE CASCADE,
    part    INTEGER NOT NULL,
    data    BLOB NOT NULL,
    PRIMARY KEY (account, part)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE look_parts;
DROP TABLE looks;
