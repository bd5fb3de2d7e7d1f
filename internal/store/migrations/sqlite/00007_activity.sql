-- Times are milliseconds since 1970 by the database's clock.

-- +goose Up
ALTER TABLE writes ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE bulk_runs ADD COLUMN reason TEXT NOT NULL DEFAULT '';

CREATE INDEX writes_by_person ON writes (account, person, asked_at, id);
CREATE INDEX writes_by_action ON writes (account, action, asked_at, id);
CREATE INDEX writes_by_state ON writes (account, state, asked_at, id);
CREATE INDEX writes_by_age ON writes (asked_at);

CREATE TABLE events (
    id          TEXT NOT NULL PRIMARY KEY,
    account     TEXT NOT NULL, -- '' for one that nobody's log shows
    once_key    TEXT NOT NULL, -- '' for none
    kind        TEXT NOT NULL,
    person      TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    session     TEXT NOT NULL,
    deployment  TEXT NOT NULL,
    name        TEXT NOT NULL,
    words       TEXT NOT NULL,
    changes     TEXT NOT NULL, -- JSON
    ref         TEXT NOT NULL,
    request     TEXT NOT NULL,
    at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX events_once ON events (account, once_key) WHERE once_key <> '';
CREATE INDEX events_by_account ON events (account, at, id);
CREATE INDEX events_by_deployment ON events (account, deployment, at, id);
CREATE INDEX events_by_kind ON events (account, kind, at, id);
CREATE INDEX events_by_person ON events (account, person, at, id);
CREATE INDEX events_by_age ON events (at);

CREATE TABLE tombstones (
    entry      TEXT NOT NULL PRIMARY KEY, -- of writes
    account    TEXT NOT NULL,
    deployment TEXT NOT NULL,
    settings   TEXT NOT NULL, -- JSON
    readme     TEXT NOT NULL,
    workflow   BLOB, -- packed JSON, NULL for none
    missing    TEXT NOT NULL,
    kept_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX tombstones_by_age ON tombstones (kept_at);

-- What was last seen of an account, to notice what others change.
CREATE TABLE sights (
    account TEXT NOT NULL PRIMARY KEY,
    data    BLOB NOT NULL,
    version INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sights_by_age ON sights (seen_at);

-- The log is append-only (SR-43): what was recorded stays as it is, and an outcome that is known is final.
-- +goose StatementBegin
CREATE TRIGGER events_fixed BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'the change log is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER tombstones_fixed BEFORE UPDATE ON tombstones
BEGIN
    SELECT RAISE(ABORT, 'the change log is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER writes_fixed BEFORE UPDATE OF id, account, session, person, form_key, digest, action, name, version, changes, request, asked_at, reason ON writes
BEGIN
    SELECT RAISE(ABORT, 'the change log is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER writes_ended BEFORE UPDATE ON writes WHEN OLD.state IN ('done', 'refused')
BEGIN
    SELECT RAISE(ABORT, 'the change log is append-only');
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER writes_ended;
DROP TRIGGER writes_fixed;
DROP TABLE sights;
DROP TABLE tombstones;
DROP TABLE events;
DROP INDEX writes_by_age;
DROP INDEX writes_by_state;
DROP INDEX writes_by_action;
DROP INDEX writes_by_person;
ALTER TABLE bulk_runs DROP COLUMN reason;
ALTER TABLE writes DROP COLUMN reason;
