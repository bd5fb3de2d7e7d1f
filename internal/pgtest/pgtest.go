// Package pgtest gives tests a PostgreSQL: an empty database of their own on the server that TEST_DATABASE_URL names, or a
// whole server of their own, to stop, freeze and fill. It is for tests only.
package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
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
	name, address := database(t, server, "")
	t.Cleanup(func() { run(t, server, `DROP DATABASE `+name+` WITH (FORCE)`) })
	return address
}

// template is the database that Copy copies, made once in a process.
var template struct {
	once sync.Once
	name string
}

// Copy is URL for a database that prepare has filled: it is called once in the process, for the first test, with the URL of the
// database that all copies are made of, and must leave no connection open. [Main] takes that one away.
func Copy(t testing.TB, prepare func(url string) error) string {
	t.Helper()
	server := os.Getenv(Variable)
	if server == "" {
		missing(t, Variable+" names no server: make test starts one")
	}
	template.once.Do(func() {
		name, address := database(t, server, "")
		if err := prepare(address); err != nil {
			t.Fatal(err)
		}
		template.name = name
	})
	if template.name == "" {
		t.Fatal("the database to copy could not be made: an earlier test says why")
	}
	name, address := database(t, server, " TEMPLATE "+template.name)
	t.Cleanup(func() { run(t, server, `DROP DATABASE `+name+` WITH (FORCE)`) })
	return address
}

// Main runs the tests of a package that uses [Copy], and cleans up after them.
func Main(m *testing.M) int {
	code := m.Run()
	if template.name != "" {
		if err := execute(os.Getenv(Variable), `DROP DATABASE `+template.name+` WITH (FORCE)`); err != nil && code == 0 {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	return code
}

func missing(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// database makes a database on a server, and returns its name and URL. like is how it differs from an empty one, in SQL.
func database(t testing.TB, server, like string) (name, address string) {
	t.Helper()
	name = "test_" + strings.ToLower(rand.Text())
	run(t, server, `CREATE DATABASE `+name+like)
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
	if err := execute(server, statement); err != nil {
		t.Fatal(err)
	}
}

func execute(server, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
