// Package pgtest gives tests a PostgreSQL: an empty database of their own on the server that TEST_DATABASE_URL names, or a
// whole server of their own, to stop, freeze and fill. It is for tests only.
package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// Variable names the server that [URL] makes databases on; "make test" sets it.
const Variable = "TEST_DATABASE_URL"

// URL returns the URL of an empty database that is gone after the test. Without a server the test is skipped, in CI it
// fails.
func URL(t testing.TB) string {
	t.Helper()
	server := os.Getenv(Variable)
	if server == "" {
		missing(t, Variable+" names no server: make test starts one")
	}
	name, address := database(t, server)
	t.Cleanup(func() { run(t, server, `DROP DATABASE `+name+` WITH (FORCE)`) })
	return address
}

func missing(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// database makes a database on a server, and returns its name and URL.
func database(t testing.TB, server string) (name, address string) {
	t.Helper()
	name = "test_" + strings.ToLower(rand.Text())
	run(t, server, `CREATE DATABASE `+name)
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s is no URL", Variable)
	}
	u.Path = "/" + name
	return name, u.String()
}

func ping(server string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	db, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return db.PingContext(ctx)
}

func run(t testing.TB, server, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
