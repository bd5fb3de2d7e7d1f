-- Every process hears of the writes of all, so that none shows a list from before one (Store.Watch).

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION comfydeck_write_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('comfydeck_writes', NEW.account);
    RETURN NULL;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER writes_changed AFTER INSERT OR UPDATE ON writes
    FOR EACH ROW EXECUTE FUNCTION comfydeck_write_changed();

-- +goose Down
DROP TRIGGER writes_changed ON writes;
DROP FUNCTION comfydeck_write_changed();
