-- Times are milliseconds since 1970 by the database's clock.

-- +goose Up
CREATE TABLE shares (
    id           TEXT    NOT NULL PRIMARY KEY,
    account      TEXT    NOT NULL,
    form_key     TEXT    NOT NULL,
    secret_hash  TEXT    NOT NULL, -- SHA-256; the secret is in the link alone
    deployment   TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    parts        TEXT    NOT NULL,
    person       TEXT    NOT NULL,
    note         TEXT    NOT NULL,
    content      BLOB,             -- the copy, sealed; NULL once the link has ended
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    view_limit   INTEGER NOT NULL, -- 0 for none
    views        INTEGER NOT NULL DEFAULT 0,
    last_seen_at INTEGER NOT NULL DEFAULT 0,
    revoked_at   INTEGER
) STRICT;

CREATE UNIQUE INDEX shares_by_form ON shares (account, form_key);
CREATE INDEX shares_by_account ON shares (account, created_at);
CREATE INDEX shares_by_end ON shares (expires_at);

-- +goose Down
DROP TABLE shares;
