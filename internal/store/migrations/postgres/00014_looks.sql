-- What was last seen of an account, in parts: a look replaces those in which something changed. Servers of the version before go on
-- with sights, which nothing else needs any more.

-- +goose Up
CREATE TABLE looks (
    account TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);

CREATE INDEX looks_by_age ON looks (seen_at);

CREATE TABLE look_parts (
    account TEXT COLLATE "C" NOT NULL REFERENCES looks (account) ON DELETE CASCADE,
    part    BIGINT NOT NULL,
    data    BYTEA NOT NULL,
    PRIMARY KEY (account, part)
);

-- +goose Down
DROP TABLE look_parts;
DROP TABLE looks;
