package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net/url"
	"strings"
)

// New makes an empty database on a server for what is no test; drop takes it away again.
func New(ctx context.Context, server string) (databaseURL string, drop func() error, err error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, errors.New("this is no URL of a server")
	}
	name := "bench_" + strings.ToLower(rand.Text())
	if err := do(ctx, server, `CREATE DATABASE `+name); err != nil {
		return "", nil, err
	}
	u.Path = "/" + name
	return u.String(), func() error { return do(context.WithoutCancel(ctx), server, `DROP DATABASE `+name+` WITH (FORCE)`) }, nil
}

func do(ctx context.Context, server, statement string) error {
	db, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, statement)
	return errors.Join(err, db.Close())
}
