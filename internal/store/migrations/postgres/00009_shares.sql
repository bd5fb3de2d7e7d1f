-- Times are milliseconds since 1970 by the database's clock.

-- +goose Up
CREATE TABLE shares (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account      TEXT COLLATE "C" NOT NULL,
    form_key     TEXT COLLATE "C" NOT NULL,
    secret_hash  TEXT COLLATE "C" NOT NULL, -- SHA-256; the secret is in the link alone
    deployment   TEXT COLLATE "C" NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,
    parts        TEXT COLLATE "C" NOT NULL,
    person       TEXT COLLATE "C" NOT NULL,
    note         TEXT COLLATE "C" NOT NULL,
    content      BYTEA,                     -- the copy, sealed; NULL once the link has ended
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    view_limit   BIGINT NOT NULL,           -- 0 for none
    views        BIGINT NOT NULL DEFAULT 0,
    last_seen_at BIGINT NOT NULL DEFAULT 0,
    revoked_at   BIGINT
);

CREATE UNIQUE INDEX shares_by_form ON shares (account, form_key);
CREATE INDEX shares_by_account ON shares (account, created_at);
CREATE INDEX shares_by_end ON shares (expires_at);

-- +goose Down
DROP TABLE shares;
