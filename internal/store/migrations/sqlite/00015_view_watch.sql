-- One process has the file: it knows what it writes. The number is PostgreSQL's.

-- +goose Up
SELECT 1;

-- +goose Down
SELECT 1;
