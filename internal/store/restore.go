package store

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Errors of Restore that a person can do something about.
var (
	ErrNotBackup = errors.New("this is not a ComfyDeck backup, or only a part of one")
	ErrNewer     = errors.New("the backup was made by a newer version of ComfyDeck: restore it with that version or a later one")
	ErrNotEmpty  = errors.New("the database is in use already: restore into a new one")
)

// Restore fills a new database with a backup, whole or not at all, and returns the number of rows. Nothing that was under
// way goes on by itself: see tables.
func (s *Store) Restore(ctx context.Context, r io.Reader) (int, error) {
	packed, err := gzip.NewReader(r)
	if err != nil {
		return 0, ErrNotBackup
	}
	var back restore
	err = s.write.transact(ctx, func(ctx context.Context, tx transaction) error {
		if err := tx.patient(ctx); err != nil {
			return err
		}
		back = restore{tx: tx, in: bufio.NewReaderSize(packed, 1<<16)}
		if err := back.all(ctx, s.version); err != nil {
			return err
		}
		for _, t := range tables {
			if t.revive == "" {
				continue
			}
			if _, err := tx.ExecContext(ctx, t.revive, s.clock()); err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
		}
		if !s.write.dialect.postgres {
			return nil
		}
		// What PostgreSQL does not know the size of it reads in the wrong way, until it looks by itself.
		_, err := tx.ExecContext(ctx, `ANALYZE`)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("store: restore: %w", err)
	}
	return back.rows, nil
}

type restore struct {
	tx   transaction
	in   *bufio.Reader
	rows int

	insert string   // into the present table
	kinds  []column // of the values of a row
}

func (r *restore) all(ctx context.Context, version int64) error {
	if err := r.empty(ctx); err != nil {
		return err
	}
	var head backupHead
	if err := r.line(&head); err != nil || head.Format != backupFormat {
		return ErrNotBackup
	}
	if head.Version > version {
		return ErrNewer
	}
	for {
		var line json.RawMessage
		if err := r.line(&line); err != nil {
			return ErrNotBackup
		}
		if line[0] == '[' {
			if err := r.row(ctx, line); err != nil {
				return err
			}
			continue
		}
		var next struct {
			backupTable
			backupFoot
		}
		if err := json.Unmarshal(line, &next); err != nil {
			return ErrNotBackup
		}
		switch {
		case next.Rows != nil && *next.Rows == r.rows:
			return nil
		case next.Rows != nil:
			return ErrNotBackup
		}
		if err := r.table(ctx, next.backupTable); err != nil {
			return err
		}
	}
}

// empty refuses a database in which somebody has worked. That somebody signed in does not count.
func (r *restore) empty(ctx context.Context) error {
	for _, t := range tables {
		if t.leave {
			continue
		}
		var used bool
		if err := r.tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM `+t.name+`)`).Scan(&used); err != nil {
			return err
		}
		if used {
			return ErrNotEmpty
		}
	}
	return nil
}

// table checks every name against the database before it becomes part of a statement.
func (r *restore) table(ctx context.Context, t backupTable) error {
	if !slices.ContainsFunc(tables, func(known table) bool { return known.name == t.Table && !known.leave }) {
		return ErrNotBackup
	}
	columns, err := r.tx.columns(ctx, t.Table)
	if err != nil {
		return err
	}
	r.kinds = r.kinds[:0]
	for _, name := range t.Columns {
		i := slices.IndexFunc(columns, func(c column) bool { return c.name == name })
		if i < 0 {
			return ErrNotBackup
		}
		r.kinds = append(r.kinds, columns[i])
	}
	values := make([]string, len(t.Columns))
	for i := range values {
		values[i] = fmt.Sprintf("@v%d", i)
	}
	r.insert = `INSERT INTO ` + t.Table + ` (` + strings.Join(t.Columns, ", ") + `) VALUES (` + strings.Join(values, ", ") + `)`
	return nil
}

func (r *restore) row(ctx context.Context, line []byte) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var values []any
	if err := d.Decode(&values); err != nil || len(values) != len(r.kinds) || r.insert == "" {
		return ErrNotBackup
	}
	args := make([]any, len(values))
	for i, v := range values {
		value, err := r.kinds[i].value(v)
		if err != nil {
			return err
		}
		args[i] = sql.Named(fmt.Sprintf("v%d", i), value)
	}
	if _, err := r.tx.ExecContext(ctx, r.insert, args...); err != nil {
		return err
	}
	r.rows++
	return nil
}

// value is what JSON holds as the column keeps it: the two databases differ in truth and bytes.
func (c column) value(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			return nil, ErrNotBackup
		}
		if c.truth {
			return n != 0, nil
		}
		return n, nil
	case string:
		if !c.blob {
			return v, nil
		}
		b, err := base64.StdEncoding.DecodeString(v)
		if err != nil {
			return nil, ErrNotBackup
		}
		return b, nil
	case bool, nil:
		return v, nil
	default:
		return nil, ErrNotBackup
	}
}

// line reads the next one.
func (r *restore) line(to any) error {
	line, err := r.in.ReadBytes('\n')
	if err != nil {
		return err
	}
	return json.Unmarshal(line, to)
}
