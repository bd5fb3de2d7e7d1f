package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/comfydeck/comfydeck/internal/config"
	"github.com/comfydeck/comfydeck/internal/store"
)

const usage = `usage:
  comfydeck [-demo]        serve the dashboard
  comfydeck backup FILE    write what the database holds, without sessions, to a new file; it may be in use meanwhile
  comfydeck restore FILE   fill a new, empty database from a backup; everybody signs in again
  comfydeck sessions list|end ID|end-all [-account FINGERPRINT]
                           show or end who is signed in, on every server at once

Settings are COMFYDECK_* variables of the environment; see the README.`

// command is what the first argument names: something done once, with the settings of the server.
type command func(ctx context.Context, args []string, c config.Config, db *store.Store, stdout io.Writer) error

func commandNamed(name string) (command, bool) {
	c, ok := map[string]command{"backup": withFile(backup), "restore": withFile(restore), "sessions": manageSessions}[name]
	return c, ok
}

// withFile is a command whose one argument is a file.
func withFile(do func(ctx context.Context, db *store.Store, file string, stdout io.Writer) error) command {
	return func(ctx context.Context, args []string, _ config.Config, db *store.Store, stdout io.Writer) error {
		return do(ctx, db, args[1], stdout)
	}
}

// check finds what is wrong with the arguments before anything is opened.
func check(args []string) error {
	if args[0] == "sessions" {
		_, err := parseSessions(args[1:])
		return err
	}
	if len(args) != 2 || args[1] == "" {
		return fmt.Errorf("%s needs the name of one file", args[0])
	}
	return nil
}

func (c command) run(ctx context.Context, args, environ []string, stdout io.Writer) (err error) {
	if err := check(args); err != nil {
		return err
	}
	settings, err := config.Load(environ)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, settings.Database)
	if err != nil {
		return fmt.Errorf("COMFYDECK_DATABASE_URL: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return c(ctx, args, settings, db, stdout)
}

// backup writes beside the file first: a file with that name is whole.
func backup(ctx context.Context, db *store.Store, file string, stdout io.Writer) (err error) {
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already: name a new file", file)
	}
	part, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".part-") // readable by its owner only
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, removed(part.Name())) }()
	rows, err := db.Backup(ctx, part)
	if err = errors.Join(err, part.Sync(), part.Close()); err != nil {
		return err
	}
	if err := os.Rename(part.Name(), file); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%d rows are in %s. Keep it like the database: it holds names, settings and notes, and no token.\n", rows, file)
	return err
}

// removed makes sure that a file is not there.
func removed(file string) error {
	if err := os.Remove(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func restore(ctx context.Context, db *store.Store, file string, stdout io.Writer) error {
	f, err := os.Open(filepath.Clean(file))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	rows, err := db.Restore(ctx, f)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%d rows are back. Everybody signs in again; what was under way when the backup was made waits to be looked at.\n", rows)
	return err
}
