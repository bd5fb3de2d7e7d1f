package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// Limits of one connection to PostgreSQL. The database's own come after those of this package's contexts: they end what
// a client that is gone left behind (RR-24).
const (
	connectTimeout   = 2 * time.Second
	statementTimeout = "5s"
	lockTimeout      = "3s"
	idleTimeout      = "10s"
	poolSize         = 16
)

// isPostgres tells whether a database URL names PostgreSQL.
func isPostgres(databaseURL string) bool {
	return strings.HasPrefix(databaseURL, "postgres://") || strings.HasPrefix(databaseURL, "postgresql://")
}

// openPostgres makes the pool that reads and writes. It does not connect. The URL is not repeated in the error: it may
// hold a password.
func openPostgres(databaseURL string) (*sql.DB, error) {
	c, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		return nil, errors.New("store: the database URL must be postgres://user:password@host:port/database")
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = connectTimeout
	}
	for name, value := range map[string]string{
		"application_name": "comfydeck", "statement_timeout": statementTimeout, "lock_timeout": lockTimeout,
		"idle_in_transaction_session_timeout": idleTimeout, "timezone": "UTC",
	} {
		if _, given := c.RuntimeParams[name]; !given {
			c.RuntimeParams[name] = value
		}
	}
	if c.ValidateConnect == nil {
		// After a failover the old server may still answer, read-only.
		c.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	db := stdlib.OpenDB(*c)
	db.SetMaxOpenConns(poolSize)
	db.SetMaxIdleConns(poolSize)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db, nil
}

// postgresName is the database of a URL as an error may show it.
func postgresName(databaseURL string) string {
	c, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		return "PostgreSQL"
	}
	return "PostgreSQL at " + c.Host + ", database " + c.Database
}

// inOneLine is an error that keeps to one line; the driver lists every address it tried on one of its own.
func inOneLine(err error) error {
	return errors.New(strings.Join(strings.Fields(err.Error()), " "))
}

// reachable waits for PostgreSQL to answer, which it may not do yet when both start together.
func reachable(ctx context.Context, db *sql.DB, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := db.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(200 * time.Millisecond):
		}
	}
}
