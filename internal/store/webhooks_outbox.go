package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/internal/webhooks"
)

// notify puts a delivery of a line's outcome into the outbox, for every webhook of the account that tells of one of the kinds.
// It is part of the transaction that makes the line.
func (t transaction) notify(ctx context.Context, account, line, outcome string, kinds []string, clock sql.NamedArg) error {
	if account == "" || len(kinds) == 0 {
		return nil
	}
	items, err := kindItems(kinds)
	if err != nil {
		return err
	}
	_, err = t.ExecContext(ctx, `
		INSERT INTO webhook_deliveries (id, hook, line, outcome, state, tries, round, due_at, worker, worker_until, status, took, said, message, made_at)
		SELECT `+deliveryID+`, h.id, @line, @outcome, 'waiting', 0, 0, `+sqlNow+`, '', 0, 0, 0, '', '', `+sqlNow+`
		FROM webhooks h WHERE h.account = @account AND NOT h.paused
			AND EXISTS (SELECT 1 FROM webhook_kinds k WHERE k.hook = h.id AND k.kind IN (SELECT value ->> 'Kind' FROM `+sqlItems+`))
		ON CONFLICT (id) DO NOTHING`,
		sql.Named("account", account), sql.Named("line", line), sql.Named("outcome", outcome), sql.Named("items", items), clock)
	return err
}

// deliveryID is webhooks.DeliveryID.
const deliveryID = `'msg_' || @line || '_' || h.id || '_' || @outcome`

const deliveryColumns = `d.id, d.hook, d.line, d.outcome, d.state, d.tries, d.round, d.due_at, d.status, d.took, d.said, d.message, d.tried_at, d.made_at`

// Deliveries implements [webhooks.Outbox].
func (w *Webhooks) Deliveries(ctx context.Context, account, hook string, limit int) (out []webhooks.Delivery, err error) {
	ctx, cancel := w.deadline(ctx)
	defer cancel()
	rows, err := w.store.read.QueryContext(ctx, `SELECT `+deliveryColumns+` FROM webhook_deliveries d JOIN webhooks h ON h.id = d.hook
		WHERE d.hook = @hook AND h.account = @account ORDER BY d.made_at DESC, d.id DESC LIMIT @limit`,
		sql.Named("hook", hook), sql.Named("account", account), sql.Named("limit", limit))
	if err != nil {
		return nil, fmt.Errorf("store: list deliveries: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		d, err := scanDelivery(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("store: list deliveries: %w", err)
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

func scanDelivery(scan func(...any) error) (webhooks.Delivery, error) {
	var d webhooks.Delivery
	var due, took, made int64
	var tried sql.NullInt64
	err := scan(&d.ID, &d.Hook, &d.Line, &d.Outcome, &d.State, &d.Tries, &d.Round, &due, &d.Status, &took, &d.Said, &d.Message, &tried, &made)
	d.DueAt, d.Took, d.MadeAt = moment(due), time.Duration(took)*time.Millisecond, moment(made)
	if tried.Valid {
		d.TriedAt = moment(tried.Int64)
	}
	return d, err
}

// AddTest implements [webhooks.Outbox].
func (w *Webhooks) AddTest(ctx context.Context, account, hook, id, holder string, hold, pause time.Duration) (found bool, err error) {
	err = w.change(ctx, "add a test", func(ctx context.Context, tx transaction) error {
		if err := tx.alone(ctx, "webhook:"+hook); err != nil {
			return err
		}
		var soon bool
		err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM webhooks WHERE id = @hook AND account = @account),
				EXISTS (SELECT 1 FROM webhook_deliveries WHERE hook = @hook AND line = '' AND made_at > `+sqlNow+` - @pause)`,
			sql.Named("hook", hook), sql.Named("account", account), sql.Named("pause", pause.Milliseconds()), w.store.clock()).Scan(&found, &soon)
		if err != nil || !found {
			return err
		}
		if soon {
			return webhooks.ErrSoon
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO webhook_deliveries (id, hook, line, outcome, state, tries, round, due_at, worker, worker_until, status, took, said, message, made_at)
			VALUES (@id, @hook, '', 'test', 'waiting', 1, 1, `+sqlNow+`, @holder, `+sqlNow+` + @hold, 0, 0, '', '', `+sqlNow+`)`,
			sql.Named("id", id), sql.Named("hook", hook), sql.Named("holder", holder), sql.Named("hold", hold.Milliseconds()), w.store.clock())
		return err
	})
	return found, err
}

// Again implements [webhooks.Outbox].
func (w *Webhooks) Again(ctx context.Context, account, hook, id string) (changed bool, err error) {
	err = w.change(ctx, "send again", func(ctx context.Context, tx transaction) error {
		changed, err = tx.did(ctx, `UPDATE webhook_deliveries SET state = 'waiting', round = 0, due_at = `+sqlNow+`
			WHERE id = @id AND hook = @hook AND state <> 'waiting' AND EXISTS (SELECT 1 FROM webhooks h WHERE h.id = @hook AND h.account = @account)`,
			sql.Named("id", id), sql.Named("hook", hook), sql.Named("account", account), w.store.clock())
		return err
	})
	return changed, err
}

// claimable are the deliveries that may be tried now: of webhooks that are not paused and have no other under way. That a row is
// free itself is said apart: PostgreSQL looks at that again, alone, when another worker was faster.
const claimable = `d.state = 'waiting' AND d.due_at <= ` + sqlNow + ` AND d.worker_until <= ` + sqlNow + `
	AND EXISTS (SELECT 1 FROM webhooks h WHERE h.id = d.hook AND NOT h.paused)
	AND NOT EXISTS (SELECT 1 FROM webhook_deliveries o WHERE o.hook = d.hook AND o.worker_until > 0 AND o.worker_until > ` + sqlNow + `)`

// Due implements [webhooks.Outbox].
func (w *Webhooks) Due(ctx context.Context) (due bool, err error) {
	ctx, cancel := w.deadline(ctx)
	defer cancel()
	err = w.store.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM webhook_deliveries d WHERE `+claimable+`)`, w.store.clock()).Scan(&due)
	if err != nil {
		return false, fmt.Errorf("store: look for deliveries: %w", err)
	}
	return due, nil
}

// Claim implements [webhooks.Outbox].
func (w *Webhooks) Claim(ctx context.Context, holder string, hold time.Duration) (webhooks.Job, bool, error) {
	var j webhooks.Job
	err := w.change(ctx, "claim a delivery", func(ctx context.Context, tx transaction) error {
		d, err := scanDelivery(tx.QueryRowContext(ctx, `
			UPDATE webhook_deliveries SET tries = tries + 1, round = round + 1, worker = @holder, worker_until = `+sqlNow+` + @hold
			WHERE id = (SELECT d.id FROM webhook_deliveries d WHERE `+claimable+` ORDER BY d.due_at, d.id LIMIT 1 `+sqlSkip+`)
			RETURNING `+strings.ReplaceAll(deliveryColumns, "d.", ""),
			sql.Named("holder", holder), sql.Named("hold", hold.Milliseconds()), w.store.clock()).Scan)
		if err != nil {
			return err
		}
		j.Delivery = d
		j.To, err = scanHook(tx.QueryRowContext(ctx, `SELECT `+hookColumns+` FROM webhooks h WHERE h.id = @id`, sql.Named("id", d.Hook)))
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return webhooks.Job{}, false, nil
	}
	return j, err == nil, err
}

// Finish implements [webhooks.Outbox].
func (w *Webhooks) Finish(ctx context.Context, id, holder string, try int, r webhooks.Result) error {
	return w.change(ctx, "finish a delivery", func(ctx context.Context, tx transaction) error {
		_, err := tx.did(ctx, `UPDATE webhook_deliveries SET state = @state, due_at = `+sqlNow+` + @wait, worker = '', worker_until = 0,
				status = @status, took = @took, said = @said, message = @message, tried_at = `+sqlNow+`
			WHERE id = @id AND worker = @holder AND tries = @try AND state = 'waiting'`,
			sql.Named("id", id), sql.Named("holder", holder), sql.Named("try", try), sql.Named("state", string(r.State)),
			sql.Named("wait", r.Wait.Milliseconds()), sql.Named("status", r.Status), sql.Named("took", r.Took.Milliseconds()),
			sql.Named("said", r.Said), sql.Named("message", r.Message), w.store.clock())
		return err
	})
}

// ForgetDeliveries implements [webhooks.Outbox].
func (w *Webhooks) ForgetDeliveries(ctx context.Context, age time.Duration, limit int) (int, error) {
	ctx, cancel := w.deadline(ctx)
	defer cancel()
	result, err := w.store.write.ExecContext(ctx, `DELETE FROM webhook_deliveries WHERE id IN (
			SELECT id FROM webhook_deliveries WHERE made_at < `+sqlNow+` - @age ORDER BY made_at LIMIT @limit)`,
		sql.Named("age", age.Milliseconds()), sql.Named("limit", limit), w.store.clock())
	if err != nil {
		return 0, fmt.Errorf("store: forget deliveries: %w", err)
	}
	n, err := result.RowsAffected()
	return int(n), err
}
