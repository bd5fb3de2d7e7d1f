package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/webhooks"
)

// wanted collects conditions, so that each statement has those alone that narrow: an index then serves it whole.
type wanted struct {
	where []string
	args  []any
}

func (w *wanted) and(condition, name string, value any) {
	w.where = append(w.where, condition)
	w.args = append(w.args, sql.Named(name, value))
}

// andIf is and for a value that may be left open.
func (w *wanted) andIf(column, name, value string) {
	if value != "" {
		w.and(column+" = @"+name, name, value)
	}
}

func (w *wanted) text(typed string, columns ...string) {
	if typed == "" {
		return
	}
	either := make([]string, len(columns))
	for i, c := range columns {
		either[i] = "lower(" + c + `) LIKE @text ESCAPE '\'`
	}
	lower := strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, typed)
	w.and("("+strings.Join(either, " OR ")+")", "text", "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(lower)+"%")
}

// newest ends a statement at the page after a mark.
func (w *wanted) newest(at string, before journal.Mark, limit int) string {
	if before.ID != "" {
		w.and("("+at+", id) < (@at, @before)", "at", before.At.UnixMilli())
		w.args = append(w.args, sql.Named("before", before.ID))
	}
	w.args = append(w.args, sql.Named("limit", limit))
	return "WHERE " + strings.Join(w.where, " AND ") + " ORDER BY " + at + " DESC, id DESC LIMIT @limit"
}

// Timeline implements [journal.Log].
func (j *Journal) Timeline(ctx context.Context, account string, f journal.Filter, limit int) ([]journal.Line, error) {
	var out []journal.Line
	isAction := slices.Contains(journal.Actions(), journal.Action(f.Kind))
	if f.Kind == "" || f.Kind == journal.AllWrites || isAction {
		w := wanted{}
		w.and("account = @account", "account", account)
		if isAction {
			w.and("action = @action", "action", f.Kind)
		}
		w.andIf("deployment", "deployment", f.Deployment)
		w.andIf("person", "person", f.Person)
		w.andIf("state", "state", string(f.State))
		w.text(f.Text, "name", "reason", "message", "changes")
		list, err := j.list(ctx, w.newest("asked_at", f.Before, limit), w.args...)
		if err != nil {
			return nil, err
		}
		for i := range list {
			out = append(out, journal.Line{Write: &list[i]})
		}
	}
	kind := f.Kind
	if f.State == journal.Refused && (kind == "" || kind == string(journal.WriteRefused)) {
		kind = string(journal.WriteRefused)
	} else if f.State != "" || f.Kind == journal.AllWrites || isAction {
		return out, nil
	}
	w := wanted{}
	w.and("account = @account", "account", account)
	w.andIf("kind", "kind", kind)
	w.andIf("deployment", "deployment", f.Deployment)
	w.andIf("person", "person", f.Person)
	w.text(f.Text, "name", "words", "changes")
	events, err := j.events(ctx, w.newest("at", f.Before, limit), w.args...)
	if err != nil {
		return nil, err
	}
	for i := range events {
		out = append(out, journal.Line{Event: &events[i]})
	}
	slices.SortFunc(out, func(a, b journal.Line) int {
		if c := b.At().Compare(a.At()); c != 0 {
			return c
		}
		return strings.Compare(b.ID(), a.ID())
	})
	return out[:min(len(out), limit)], nil
}

// FindLine implements [journal.Log].
func (j *Journal) FindLine(ctx context.Context, account, id string) (journal.Line, bool, error) {
	args := []any{sql.Named("account", account), sql.Named("id", id)}
	const where = `WHERE account = @account AND id = @id`
	list, err := j.list(ctx, where, args...)
	if err != nil || len(list) > 0 {
		return journal.Line{Write: first(list)}, err == nil, err
	}
	events, err := j.events(ctx, where, args...)
	if err != nil || len(events) == 0 {
		return journal.Line{}, false, err
	}
	return journal.Line{Event: first(events)}, true, nil
}

func first[T any](list []T) *T {
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}

// Since implements [journal.Log].
func (j *Journal) Since(ctx context.Context, account string, d time.Duration, limit int) ([]journal.Entry, error) {
	return j.list(ctx, `WHERE account = @account AND asked_at >= `+sqlNow+` - @since ORDER BY asked_at DESC, id DESC LIMIT @limit`,
		sql.Named("account", account), sql.Named("since", d.Milliseconds()), sql.Named("limit", limit), j.store.clock())
}

// AddEvent implements [journal.Log].
func (j *Journal) AddEvent(ctx context.Context, e journal.Event) (fresh bool, err error) {
	ctx, cancel := j.deadline(ctx)
	defer cancel()
	err = j.store.write.transact(ctx, func(ctx context.Context, tx transaction) error {
		fresh, err = tx.tell(ctx, e, j.store.clock())
		return err
	})
	if err != nil {
		return false, fmt.Errorf("store: record an event: %w", err)
	}
	return fresh, nil
}

// tell records an event, unless its Once is there, and puts down whoever is told of it.
func (t transaction) tell(ctx context.Context, e journal.Event, clock sql.NamedArg) (fresh bool, err error) {
	changes, err := json.Marshal(e.Changes)
	if err != nil {
		return false, err
	}
	fresh, err = t.did(ctx, `
		INSERT INTO events (id, account, once_key, kind, person, fingerprint, session, deployment, name, words, changes, ref, request, at)
		VALUES (@id, @account, @once, @kind, @person, @fingerprint, @session, @deployment, @name, @words, @changes, @ref, @request, `+sqlNow+`)
		ON CONFLICT (account, once_key) WHERE once_key <> '' DO NOTHING`,
		sql.Named("id", e.ID), sql.Named("account", e.Account), sql.Named("once", e.Once), sql.Named("kind", string(e.Kind)),
		sql.Named("person", e.Person), sql.Named("fingerprint", e.Fingerprint), sql.Named("session", e.Session),
		sql.Named("deployment", e.Deployment), sql.Named("name", e.Name), sql.Named("words", e.Words), sql.Named("changes", string(changes)),
		sql.Named("ref", e.Ref), sql.Named("request", e.Request), clock)
	if err != nil || !fresh {
		return false, err
	}
	return true, t.notify(ctx, e.Account, e.ID, string(e.Kind), webhooks.KindsOfEvent(e), clock)
}

func (j *Journal) events(ctx context.Context, where string, args ...any) (_ []journal.Event, err error) {
	ctx, cancel := j.deadline(ctx)
	defer cancel()
	rows, err := j.store.read.QueryContext(ctx, `SELECT id, account, once_key, kind, person, fingerprint, session, deployment, name, words,
		changes, ref, request, at FROM events `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("store: list events: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var out []journal.Event
	for rows.Next() {
		var e journal.Event
		var changes string
		var at int64
		err := rows.Scan(&e.ID, &e.Account, &e.Once, &e.Kind, &e.Person, &e.Fingerprint, &e.Session, &e.Deployment, &e.Name, &e.Words,
			&changes, &e.Ref, &e.Request, &at)
		if err = errors.Join(err, json.Unmarshal([]byte(changes), &e.Changes)); err != nil {
			return nil, fmt.Errorf("store: list events: %w", err)
		}
		e.At = moment(at)
		out = append(out, e)
	}
	return out, rows.Err()
}
