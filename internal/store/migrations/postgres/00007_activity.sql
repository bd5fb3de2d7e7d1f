-- Times are milliseconds since 1970 by the database's clock.

-- +goose Up
ALTER TABLE writes ADD COLUMN reason TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE bulk_runs ADD COLUMN reason TEXT COLLATE "C" NOT NULL DEFAULT '';

CREATE INDEX writes_by_person ON writes (account, person, asked_at, id);
CREATE INDEX writes_by_action ON writes (account, action, asked_at, id);
CREATE INDEX writes_by_state ON writes (account, state, asked_at, id);
CREATE INDEX writes_by_age ON writes (asked_at);

CREATE TABLE events (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account     TEXT COLLATE "C" NOT NULL, -- '' for one that nobody's log shows
    once_key    TEXT COLLATE "C" NOT NULL, -- '' for none
    kind        TEXT COLLATE "C" NOT NULL,
    person      TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    session     TEXT COLLATE "C" NOT NULL,
    deployment  TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    words       TEXT COLLATE "C" NOT NULL,
    changes     TEXT COLLATE "C" NOT NULL, -- JSON
    ref         TEXT COLLATE "C" NOT NULL,
    request     TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL
);

CREATE UNIQUE INDEX events_once ON events (account, once_key) WHERE once_key <> '';
CREATE INDEX events_by_account ON events (account, at, id);
CREATE INDEX events_by_deployment ON events (account, deployment, at, id);
CREATE INDEX events_by_kind ON events (account, kind, at, id);
CREATE INDEX events_by_person ON events (account, person, at, id);
CREATE INDEX events_by_age ON events (at);

CREATE TABLE tombstones (
    entry      TEXT COLLATE "C" NOT NULL PRIMARY KEY, -- of writes
    account    TEXT COLLATE "C" NOT NULL,
    deployment TEXT COLLATE "C" NOT NULL,
    settings   TEXT COLLATE "C" NOT NULL, -- JSON
    readme     TEXT COLLATE "C" NOT NULL,
    workflow   BYTEA, -- packed JSON, NULL for none
    missing    TEXT COLLATE "C" NOT NULL,
    kept_at    BIGINT NOT NULL
);

CREATE INDEX tombstones_by_age ON tombstones (kept_at);

-- What was last seen of an account, to notice what others change.
CREATE TABLE sights (
    account TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    data    BYTEA NOT NULL,
    version BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);

CREATE INDEX sights_by_age ON sights (seen_at);

-- The log is append-only (SR-43): what was recorded stays as it is, and an outcome that is known is final.
-- +goose StatementBegin
CREATE FUNCTION comfydeck_log_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the change log is append-only';
END
$$;
-- +goose StatementEnd

CREATE TRIGGER events_fixed BEFORE UPDATE ON events
    FOR EACH ROW EXECUTE FUNCTION comfydeck_log_fixed();
CREATE TRIGGER tombstones_fixed BEFORE UPDATE ON tombstones
    FOR EACH ROW EXECUTE FUNCTION comfydeck_log_fixed();
CREATE TRIGGER writes_fixed BEFORE UPDATE OF id, account, session, person, form_key, digest, action, name, version, changes, request, asked_at, reason ON writes
    FOR EACH ROW EXECUTE FUNCTION comfydeck_log_fixed();
CREATE TRIGGER writes_ended BEFORE UPDATE ON writes
    FOR EACH ROW WHEN (OLD.state IN ('done', 'refused')) EXECUTE FUNCTION comfydeck_log_fixed();

-- +goose Down
DROP TRIGGER writes_ended ON writes;
DROP TRIGGER writes_fixed ON writes;
DROP TABLE sights;
DROP TABLE tombstones;
DROP TABLE events;
DROP FUNCTION comfydeck_log_fixed();
DROP INDEX writes_by_age;
DROP INDEX writes_by_state;
DROP INDEX writes_by_action;
DROP INDEX writes_by_person;
ALTER TABLE bulk_runs DROP COLUMN reason;
ALTER TABLE writes DROP COLUMN reason;
