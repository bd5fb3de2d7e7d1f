package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Both databases have the same migrations by number and name. One that has been released is never changed, and none takes
// away what the version before still uses: during an upgrade both run (RR-26).
//
//go:embed migrations/sqlite/*.sql migrations/postgres/*.sql
var migrations embed.FS

// migrateSQLite brings the tables of a file up to date while holding the lock beside it.
func migrateSQLite(ctx context.Context, db *sql.DB, path string) (int64, error) {
	if path == memoryPath {
		return migrate(ctx, goose.DialectSQLite3, db, "sqlite")
	}
	// Not the database itself: closing it again would drop the locks SQLite holds on it in this process.
	guard := flock.New(path+".lock", flock.SetPermissions(0o600))
	if _, err := guard.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	version, err := migrate(ctx, goose.DialectSQLite3, db, "sqlite")
	return version, errors.Join(err, guard.Unlock())
}

// migratePostgres brings the tables up to date while holding an advisory lock of the database.
func migratePostgres(ctx context.Context, db *sql.DB) (int64, error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60), lock.WithUnlockTimeout(1, 10))
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	return migrate(ctx, goose.DialectPostgres, db, "postgres", goose.WithSessionLocker(locker))
}

// migrate runs the migrations db has not seen, whatever their numbers: they are given out before they are ready, and none
// builds on a later one. It runs each in a transaction, and returns
// the version of the newest one.
func migrate(ctx context.Context, dialect goose.Dialect, db *sql.DB, folder string, options ...goose.ProviderOption) (int64, error) {
	files, err := fs.Sub(migrations, "migrations/"+folder)
	if err != nil {
		return 0, err
	}
	provider, err := goose.NewProvider(dialect, db, files, append(options, goose.WithDisableGlobalRegistry(true), goose.WithAllowOutofOrder(true))...)
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	sources := provider.ListSources()
	return sources[len(sources)-1].Version, nil
}

// appliedVersion returns the version db's tables are at.
func appliedVersion(ctx context.Context, db pool) (int64, error) {
	var version int64
	err := db.QueryRowContext(ctx,
		`SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&version)
	return version, err
}
