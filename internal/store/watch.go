package store

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// channel carries the account of every write that was begun or ended, by a trigger on the table.
const channel = "comfydeck_writes"

// Watch calls changed with the account of every write that any process begins or ends, until ctx ends; with "" when some
// may have gone by unseen, as after a lost connection. With SQLite there is one process, which knows what it writes: then
// it does nothing.
func (s *Store) Watch(ctx context.Context, changed func(account string)) {
	if !s.write.dialect.postgres {
		return
	}
	for ctx.Err() == nil {
		_ = s.listen(ctx, changed) // whatever ended it, the answer is to begin again
		select {
		case <-ctx.Done():
		case <-time.After(500*time.Millisecond + rand.N(time.Second)): //nolint:gosec // no secret: not every process at the same moment (RR-28)
		}
	}
}

// listen holds one connection of the pool.
func (s *Store) listen(ctx context.Context, changed func(account string)) error {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return conn.Raw(func(driver any) error {
		c := driver.(*stdlib.Conn).Conn() //nolint:forcetypeassert // the pool is made of these
		defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
		if _, err := c.Exec(ctx, "LISTEN "+channel); err != nil {
			return err
		}
		changed("")
		return hear(ctx, c, changed)
	})
}

// hear ends with an error. A connection that has been silent is asked for a sign of life, so that one that broke without
// a word is found out.
func hear(ctx context.Context, c *pgx.Conn, changed func(account string)) error {
	for {
		wait, cancel := context.WithTimeout(ctx, watchSilence)
		n, err := c.WaitForNotification(wait)
		quiet := wait.Err() != nil
		cancel()
		switch {
		case err == nil:
			changed(n.Payload)
		case ctx.Err() != nil || !quiet:
			return err
		default:
			if err := alivePing(ctx, c); err != nil {
				return err
			}
		}
	}
}

const watchSilence = 10 * time.Second

func alivePing(ctx context.Context, c *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	return c.Ping(ctx)
}
