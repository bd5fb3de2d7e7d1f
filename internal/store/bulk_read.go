package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/comfydeck/comfydeck/internal/bulk"
)

const (
	itemColumns = `n, deployment, name, base, changes, state, item_key, tries, message, upstream_id, looked`
	// runColumns end with the counts per state as a JSON object.
	runColumns = `id, account, person, action, value, note, reason, created_at, begun_at, ended_at, worker_until > ` + sqlNow + `,
		(SELECT ` + sqlCounts + ` FROM (SELECT state, count(*) AS of FROM bulk_items WHERE run = id GROUP BY state) AS counted)`
)

// Find implements [bulk.Store].
func (b *Bulk) Find(ctx context.Context, account, id string) (bulk.Run, bool, error) {
	runs, err := b.runs(ctx, `WHERE id = @id AND account = @account`, sql.Named("id", id), sql.Named("account", account), b.store.clock())
	if err != nil || len(runs) == 0 {
		return bulk.Run{}, false, err
	}
	return runs[0], true, nil
}

// Recent implements [bulk.Store].
func (b *Bulk) Recent(ctx context.Context, account string, open bool, limit int) ([]bulk.Run, error) {
	return b.runs(ctx, `WHERE account = @account AND begun_at IS NOT NULL AND (NOT @open OR ended_at IS NULL
			AND EXISTS (SELECT 1 FROM bulk_items WHERE run = id AND state IN ('waiting', 'running')))
		ORDER BY begun_at DESC, id LIMIT @limit`,
		sql.Named("account", account), sql.Named("open", open), sql.Named("limit", limit), b.store.clock())
}

func (b *Bulk) runs(ctx context.Context, where string, args ...any) (_ []bulk.Run, err error) {
	ctx, cancel := b.deadline(ctx)
	defer cancel()
	rows, err := b.store.read.QueryContext(ctx,
		`SELECT `+runColumns+` FROM bulk_runs `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("store: list runs: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var out []bulk.Run
	for rows.Next() {
		var r bulk.Run
		var created int64
		var begun, ended sql.NullInt64
		var counts string
		if err := rows.Scan(&r.ID, &r.Account, &r.Person, &r.Action, &r.Value, &r.Note, &r.Reason, &created, &begun, &ended, &r.Worked, &counts); err != nil {
			return nil, fmt.Errorf("store: list runs: %w", err)
		}
		if err := json.Unmarshal([]byte(counts), &r.Counts); err != nil {
			return nil, fmt.Errorf("store: list runs: %w", err)
		}
		r.CreatedAt = moment(created)
		if begun.Valid {
			r.BegunAt = moment(begun.Int64)
		}
		if ended.Valid {
			r.EndedAt = moment(ended.Int64)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

var itemsQuery = fmt.Sprintf(`SELECT %s FROM bulk_items
	WHERE run = @id AND (@all OR @states LIKE '%%,' || state || ',%%')
	ORDER BY %s, n LIMIT @limit OFFSET @offset`, itemColumns, rank())

// Items implements [bulk.Store].
func (b *Bulk) Items(ctx context.Context, id string, states []bulk.State, offset, limit int) (_ []bulk.Item, err error) {
	wanted := ","
	for _, s := range states {
		wanted += string(s) + ","
	}
	ctx, cancel := b.deadline(ctx)
	defer cancel()
	rows, err := b.store.read.QueryContext(ctx, itemsQuery,
		sql.Named("id", id), sql.Named("all", len(states) == 0), sql.Named("states", wanted), sql.Named("limit", limit), sql.Named("offset", offset))
	if err != nil {
		return nil, fmt.Errorf("store: list items: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var out []bulk.Item
	for rows.Next() {
		item, err := scanItem(rows)
		if err != nil {
			return nil, fmt.Errorf("store: list items: %w", err)
		}
		out = append(out, item)
	}
	return out, rows.Err()
}

func scanItem(row interface{ Scan(dest ...any) error }) (bulk.Item, error) {
	var item bulk.Item
	var base, changes, state string
	err := row.Scan(&item.N, &item.Deployment, &item.Name, &base, &changes, &state, &item.Key, &item.Tries, &item.Message, &item.UpstreamID, &item.Looked)
	if err != nil {
		return bulk.Item{}, err
	}
	item.State = bulk.State(state)
	return item, errors.Join(json.Unmarshal([]byte(base), &item.Base), json.Unmarshal([]byte(changes), &item.Changes))
}
