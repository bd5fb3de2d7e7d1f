package store

import (
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

const memoryPath = ":memory:"

// sqlitePath returns the file, or ":memory:", that a database URL names. A URL it
// refuses is not repeated in the error: it may hold a password.
func sqlitePath(databaseURL string) (string, error) {
	scheme, path, _ := strings.Cut(databaseURL, ":")
	switch {
	case scheme != "sqlite":
		return "", errors.New("store: the database URL must be sqlite:PATH, sqlite::memory: for none that lasts, or postgres://user:password@host/database")
	case path == "":
		return "", errors.New("store: the database URL sqlite: names no file")
	case strings.HasPrefix(path, "//"):
		return "", errors.New("store: write the database URL as sqlite:PATH, without //")
	case path == memoryPath:
		return path, nil
	}
	return filepath.Abs(path)
}

// openSQLite opens the pool of one connection that writes and the pool that reads.
func openSQLite(path string) (write, read *sql.DB, err error) {
	options := url.Values{
		"_txlock": {"immediate"}, // a transaction waits for the lock at its start, where waiting is safe
		"_pragma": {"busy_timeout(5000)", "foreign_keys(1)", "journal_mode(WAL)", "synchronous(NORMAL)"},
	}
	if path == memoryPath {
		// Each connection to ":memory:" would be a database of its own.
		db, err := openPool(memoryPath+"?"+options.Encode(), 1)
		return db, db, err
	}
	if err := createPrivate(path); err != nil {
		return nil, nil, err
	}
	file := (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
	if write, err = openPool(file+"?"+options.Encode(), 1); err != nil {
		return nil, nil, err
	}
	reading := url.Values{"_pragma": {"busy_timeout(5000)", "query_only(1)"}}
	if read, err = openPool(file+"?"+reading.Encode(), max(4, runtime.GOMAXPROCS(0))); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	return write, read, nil
}

func openPool(dsn string, size int) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

// createPrivate makes an empty file that only its owner can open; SQLite gives its
// -wal and -shm files the same mode. An existing file is not even opened: closing it
// again would drop the locks this process holds on it.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}
