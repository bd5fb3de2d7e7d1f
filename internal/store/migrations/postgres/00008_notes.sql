-- What a team keeps about its deployments. Times are milliseconds since 1970 by the database's clock.

-- +goose Up
CREATE TABLE notes (
    account    TEXT    NOT NULL,
    deployment TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    owner      TEXT    NOT NULL,
    tags       TEXT    NOT NULL, -- JSON
    version    BIGINT NOT NULL,
    person     TEXT    NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (account, deployment)
);

-- The payload and the channel are those of the writes: every process forgets what it holds of the account (Store.Watch).
CREATE TRIGGER notes_changed AFTER INSERT OR UPDATE ON notes
    FOR EACH ROW EXECUTE FUNCTION comfydeck_write_changed();

-- +goose Down
DROP TABLE notes;
