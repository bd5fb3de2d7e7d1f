package store

import (
	"bufio"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// table is one of the database's, as a backup treats it.
type table struct {
	name   string
	leave  bool   // stays out of a backup
	revive string // what makes its rows harmless after a restore, "" for nothing
}

// tables are all of them, each after those it refers to. Sessions stay out of a backup: what it brings back must not
// revive one that ended since (RR-37), and neither must share links. So do leases, which are over by then, and the
// assets of servers, which leave them again when they start.
//
// A write or an item of a run that was under way may have left or not: it is Unknown until somebody looks. What waited
// in a run is left undone, so that a restore sends nothing by itself.
var tables = []table{
	{name: "sessions", leave: true},
	{name: "credentials", leave: true},
	{name: "session_accounts", leave: true},
	{name: "leases", leave: true},
	{name: "shares", leave: true}, // a restore would revive a link that was revoked since
	{name: "assets", leave: true},
	{name: "writes", revive: `UPDATE writes SET state = 'unknown', ended_at = ` + sqlNow + `,
		message = 'This write was under way when the backup was made. Look at the deployment to see whether it happened.' WHERE state = 'open'`},
	{name: "events"},
	{name: "tombstones"},
	{name: "sights", leave: true}, // an old one would call everything since a change from outside
	{name: "looks", leave: true},
	{name: "look_parts", leave: true},
	{name: "locks"},
	{name: "saved_views"},
	{name: "notes"},
	{name: "webhooks", revive: `UPDATE webhooks SET paused = TRUE, note = 'It came from a backup. Resume it when it should tell again.'`},
	{name: "webhook_kinds"},
	{name: "webhook_deliveries", leave: true}, // what was told since then must not be told again
	{name: "bulk_runs", revive: `UPDATE bulk_runs SET stopped = TRUE, worker = '', worker_until = 0, ended_at = coalesce(ended_at, ` + sqlNow + `)
		WHERE begun_at IS NOT NULL`},
	{name: "bulk_items", revive: `UPDATE bulk_items SET state = CASE state WHEN 'waiting' THEN 'skipped' ELSE 'unknown' END
		WHERE state IN ('waiting', 'running') AND run IN (SELECT id FROM bulk_runs WHERE begun_at IS NOT NULL)`},
}

const backupFormat = "comfydeck backup 1"

// backupHead is the first line of a backup, backupTable the line before a table's rows, backupFoot the last line. Between
// them each line is a row: a JSON array in the order of the columns, with bytes in base64.
type (
	backupHead struct {
		Format  string    `json:"format"`
		Version int64     `json:"version"` // of the newest migration
		MadeAt  time.Time `json:"made_at"`
	}
	backupTable struct {
		Table   string   `json:"table"`
		Columns []string `json:"columns"`
	}
	backupFoot struct {
		Rows *int `json:"rows"`
	}
)

// Backup writes what the database holds, as of one moment, while it goes on being used. Sessions are left out: whoever is
// signed in signs in again after a restore. The backup can be restored into either kind of database.
func (s *Store) Backup(ctx context.Context, w io.Writer) (rows int, err error) {
	packed := gzip.NewWriter(w)
	out := bufio.NewWriterSize(packed, 1<<16)
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{Isolation: s.read.dialect.snapshot, ReadOnly: s.read.dialect.postgres})
	if err != nil {
		return 0, fmt.Errorf("store: back up: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was changed
	b := backup{tx: transaction{Tx: tx, dialect: s.read.dialect}, out: json.NewEncoder(out)}
	b.out.SetEscapeHTML(false)
	if err := b.tx.patient(ctx); err != nil {
		return 0, fmt.Errorf("store: back up: %w", err)
	}
	err = b.out.Encode(backupHead{Format: backupFormat, Version: s.version, MadeAt: time.Now().UTC()})
	for _, t := range tables {
		if err == nil && !t.leave {
			err = b.table(ctx, t.name)
		}
	}
	if err == nil {
		err = b.out.Encode(backupFoot{Rows: &b.rows})
	}
	if err = errors.Join(err, out.Flush(), packed.Close()); err != nil {
		return 0, fmt.Errorf("store: back up: %w", err)
	}
	return b.rows, nil
}

type backup struct {
	tx   transaction
	out  *json.Encoder
	rows int
}

func (b *backup) table(ctx context.Context, name string) (err error) {
	columns, err := b.tx.columns(ctx, name)
	if err != nil {
		return err
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	if err := b.out.Encode(backupTable{Table: name, Columns: names}); err != nil {
		return err
	}
	rows, err := b.tx.QueryContext(ctx, `SELECT `+strings.Join(names, ", ")+` FROM `+name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	values, targets := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		if err := b.out.Encode(values); err != nil {
			return err
		}
		b.rows++
	}
	return rows.Err()
}

// column is one of a table's, with what kind of value it keeps.
type column struct {
	name        string
	truth, blob bool
}

// columns are a table's, in their order; none for a table that is not there.
func (t transaction) columns(ctx context.Context, name string) (out []column, err error) {
	rows, err := t.QueryContext(ctx, t.dialect.columns, sql.Named("name", name))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var c column
		var kind string
		if err := rows.Scan(&c.name, &kind); err != nil {
			return nil, err
		}
		kind = strings.ToLower(kind)
		c.truth, c.blob = kind == "boolean", slices.Contains([]string{"blob", "bytea"}, kind)
		out = append(out, c)
	}
	return out, rows.Err()
}
