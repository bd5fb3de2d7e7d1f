-- Every process hears of the saved views of all, as of notes: lists show them.

-- +goose Up
-- What it does is the same for every table with an account.
CREATE TRIGGER saved_views_changed AFTER INSERT OR UPDATE OR DELETE ON saved_views
    FOR EACH ROW EXECUTE FUNCTION comfydeck_lock_changed();

-- +goose Down
DROP TRIGGER saved_views_changed ON saved_views;
