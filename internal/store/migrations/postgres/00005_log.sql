-- +goose Up
CREATE INDEX writes_by_account ON writes (account, asked_at, id);

-- +goose Down
DROP INDEX writes_by_account;
