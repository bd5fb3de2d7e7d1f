package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/internal/journal"
)

// Bury implements [journal.Graves].
func (j *Journal) Bury(ctx context.Context, t journal.Tombstone) error {
	packed, err := squeeze(t.Workflow)
	if err != nil {
		return fmt.Errorf("store: keep what is deleted: %w", err)
	}
	return j.exec(ctx, "keep what is deleted", `
		INSERT INTO tombstones (entry, account, deployment, settings, readme, workflow, missing, kept_at)
		VALUES (@entry, @account, @deployment, @settings, @readme, @workflow, @missing, `+sqlNow+`) ON CONFLICT (entry) DO NOTHING`,
		sql.Named("entry", t.Entry), sql.Named("account", t.Account), sql.Named("deployment", t.Deployment), sql.Named("settings", t.Settings),
		sql.Named("readme", t.Readme), sql.Named("workflow", packed), sql.Named("missing", t.Missing), j.store.clock())
}

// Dig implements [journal.Graves].
func (j *Journal) Dig(ctx context.Context, account, entry string) (journal.Tombstone, bool, error) {
	ctx, cancel := j.deadline(ctx)
	defer cancel()
	t := journal.Tombstone{Entry: entry, Account: account}
	var packed []byte
	var at int64
	err := j.store.read.QueryRowContext(ctx, `SELECT deployment, settings, readme, workflow, missing, kept_at FROM tombstones
		WHERE entry = @entry AND account = @account`, sql.Named("entry", entry), sql.Named("account", account)).
		Scan(&t.Deployment, &t.Settings, &t.Readme, &packed, &t.Missing, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return journal.Tombstone{}, false, nil
	}
	if err == nil {
		t.Workflow, err = swell(packed)
	}
	if err != nil {
		return journal.Tombstone{}, false, fmt.Errorf("store: find what was deleted: %w", err)
	}
	t.KeptAt = moment(at)
	return t, true, nil
}

// squeeze compresses; what is nil stays nil.
func squeeze(data []byte) ([]byte, error) {
	if data == nil {
		return nil, nil
	}
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(data)
	err = errors.Join(err, w.Close())
	return out.Bytes(), err
}

func swell(packed []byte) ([]byte, error) {
	if packed == nil {
		return nil, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// LastSeen implements [journal.Sights].
func (j *Journal) LastSeen(ctx context.Context, account string, parts ...int) (_ journal.Sight, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("store: find what was seen: %w", err)
		}
	}()
	ctx, cancel := j.deadline(ctx)
	defer cancel()
	statement := `SELECT version, ` + sqlNow + ` - seen_at, part, data FROM looks LEFT JOIN look_parts ON look_parts.account = looks.account`
	if len(parts) > 0 {
		statement += ` AND part IN (` + strings.Trim(strings.ReplaceAll(fmt.Sprint(parts), " ", ", "), "[]") + `)`
	}
	rows, err := j.store.read.QueryContext(ctx, statement+` WHERE looks.account = @account`, sql.Named("account", account), j.store.clock())
	if err != nil {
		return journal.Sight{}, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	s := journal.Sight{Parts: map[int][]byte{}}
	for rows.Next() {
		var age int64
		var part sql.NullInt64 // none has been named that there is
		var packed []byte
		if err := rows.Scan(&s.Version, &age, &part, &packed); err != nil {
			return journal.Sight{}, err
		}
		s.Age = time.Duration(age) * time.Millisecond
		if part.Valid {
			if s.Parts[int(part.Int64)], err = swell(packed); err != nil {
				return journal.Sight{}, err
			}
		}
	}
	return s, rows.Err()
}

// See implements [journal.Sights].
func (j *Journal) See(ctx context.Context, account string, version int64, parts map[int][]byte) (ok bool, err error) {
	ctx, cancel := j.deadline(ctx)
	defer cancel()
	err = j.store.write.transact(ctx, func(ctx context.Context, tx transaction) error {
		// What was there and is gone, as after a long time, does not come back in parts: the next look is the first.
		statement := `UPDATE looks SET version = @version + 1, seen_at = ` + sqlNow + ` WHERE account = @account AND version = @version`
		if version == 0 {
			statement = `INSERT INTO looks (account, version, seen_at) VALUES (@account, @version + 1, ` + sqlNow + `) ON CONFLICT (account) DO NOTHING`
		}
		result, err := tx.ExecContext(ctx, statement, sql.Named("account", account), sql.Named("version", version), j.store.clock())
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err
		}
		ok = true
		for _, part := range slices.Sorted(maps.Keys(parts)) {
			packed, err := squeeze(parts[part])
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO look_parts (account, part, data) VALUES (@account, @part, @data)
				ON CONFLICT (account, part) DO UPDATE SET data = excluded.data`,
				sql.Named("account", account), sql.Named("part", part), sql.Named("data", packed)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("store: keep what was seen: %w", err)
	}
	return ok, nil
}

// forget are the statements that take old rows of the log away. No other takes any.
var forget = []string{
	`DELETE FROM writes WHERE id IN (SELECT id FROM writes WHERE asked_at < ` + sqlNow + ` - @age ORDER BY asked_at LIMIT @limit)`,
	`DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at < ` + sqlNow + ` - @age ORDER BY at LIMIT @limit)`,
	`DELETE FROM tombstones WHERE entry IN (SELECT entry FROM tombstones WHERE kept_at < ` + sqlNow + ` - @age ORDER BY kept_at LIMIT @limit)`,
	`DELETE FROM looks WHERE account IN (SELECT account FROM looks WHERE seen_at < ` + sqlNow + ` - @age ORDER BY seen_at LIMIT @limit)`,
	`DELETE FROM sights WHERE account IN (SELECT account FROM sights WHERE seen_at < ` + sqlNow + ` - @age ORDER BY seen_at LIMIT @limit)`,
}

// Forget implements [journal.Log].
func (j *Journal) Forget(ctx context.Context, age time.Duration, limit int) (int, error) {
	total := 0
	for _, statement := range forget {
		n, err := j.take(ctx, statement, age, limit)
		if err != nil {
			return total, fmt.Errorf("store: forget what is old: %w", err)
		}
		total += n
	}
	return total, nil
}

func (j *Journal) take(ctx context.Context, statement string, age time.Duration, limit int) (int, error) {
	ctx, cancel := j.deadline(ctx)
	defer cancel()
	result, err := j.store.write.ExecContext(ctx, statement, sql.Named("age", age.Milliseconds()), sql.Named("limit", limit), j.store.clock())
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}
