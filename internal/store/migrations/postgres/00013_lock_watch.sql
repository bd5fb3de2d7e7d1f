-- Every process hears of the locks of all, as of notes: lists show them.

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION comfydeck_lock_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM pg_notify('comfydeck_writes', OLD.account);
    ELSE
        PERFORM pg_notify('comfydeck_writes', NEW.account);
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER locks_changed AFTER INSERT OR UPDATE OR DELETE ON locks
    FOR EACH ROW EXECUTE FUNCTION comfydeck_lock_changed();

-- +goose Down
DROP TRIGGER locks_changed ON locks;
DROP FUNCTION comfydeck_lock_changed();
