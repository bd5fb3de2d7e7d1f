-- Who a session is, for whoever looks for it. The account it works as keeps its token in credentials, as before; those it
-- holds beside that one have theirs here.

-- +goose Up
ALTER TABLE sessions ADD COLUMN id TEXT NOT NULL DEFAULT ''; -- as logs call it
ALTER TABLE sessions ADD COLUMN account TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
-- An ended session that goes on under another id: whoever ends it means that one too.
ALTER TABLE sessions ADD COLUMN renewed_as TEXT NOT NULL DEFAULT '';
CREATE INDEX sessions_by_account ON sessions (account);

CREATE TABLE session_accounts (
    token_hash TEXT NOT NULL REFERENCES sessions (token_hash) ON DELETE CASCADE,
    account    TEXT NOT NULL,
    name       TEXT NOT NULL,
    sealed     BLOB NOT NULL,
    PRIMARY KEY (token_hash, account)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE session_accounts;
DROP INDEX sessions_by_account;
ALTER TABLE sessions DROP COLUMN renewed_as;
ALTER TABLE sessions DROP COLUMN address;
ALTER TABLE sessions DROP COLUMN device;
ALTER TABLE sessions DROP COLUMN name;
ALTER TABLE sessions DROP COLUMN account;
ALTER TABLE sessions DROP COLUMN id;
