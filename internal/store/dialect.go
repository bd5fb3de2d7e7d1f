package store

import (
	"context"
	"database/sql"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
)

// Words that stand for what the two databases write differently. Everything else in this package is SQL that both
// understand: values are @names, truth is TRUE and FALSE, times are milliseconds since 1970.
const (
	sqlNow    = "{now}"    // the database's clock, the same throughout a statement
	sqlCounts = "{counts}" // an aggregate of the columns state and of: a JSON object, '{}' for no rows
	sqlSkip   = "{skip}"   // in a subquery for one row to change: rows that another transaction is changing are passed over
	sqlItems  = "{items}"  // rows with a column value, one per element of the JSON array @items
	sqlHold   = "{hold}"   // at the end of a subquery: what it read stays as it is until the transaction ends
)

// dialect turns a statement of this package into one that a database understands. It is safe for concurrent use.
type dialect struct {
	words    *strings.Replacer
	args     func(named []any) []any
	postgres bool
	snapshot sql.IsolationLevel // of a transaction that reads all as of its beginning
	columns  string             // query for the columns of the table @name and their types, in order
	texts    sync.Map           // statement → what words makes of it
}

func newSQLite() *dialect {
	return &dialect{
		words: strings.NewReplacer(
			sqlNow, `(CAST(unixepoch('subsec') * 1000 AS INTEGER) + @shift)`,
			sqlCounts, `json_group_object(state, of)`,
			sqlItems, `json_each(@items)`,
			sqlSkip, ``, // there is one writer
			sqlHold, ``,
		),
		args: func(named []any) []any {
			for i, arg := range named {
				named[i] = kept(arg)
			}
			return named
		},
		columns: `SELECT name, type FROM pragma_table_info(@name) ORDER BY cid`,
	}
}

func newPostgres() *dialect {
	return &dialect{
		words: strings.NewReplacer(
			sqlNow, `(CAST(extract(epoch FROM statement_timestamp()) * 1000 AS BIGINT) + CAST(@shift AS BIGINT))`,
			sqlCounts, `coalesce(CAST(json_object_agg(state, of) AS TEXT), '{}')`,
			sqlItems, `json_array_elements(CAST(@items AS JSON)) AS items(value)`,
			sqlSkip, `FOR UPDATE SKIP LOCKED`,
			sqlHold, `FOR SHARE`,
		),
		args: postgresArgs, postgres: true, snapshot: sql.LevelRepeatableRead,
		columns: `SELECT column_name, data_type FROM information_schema.columns
			WHERE table_schema = current_schema() AND table_name = @name ORDER BY ordinal_position`,
	}
}

// keepable is a text as both databases can keep it: PostgreSQL has none with NUL or broken UTF-8. Both come from names
// that the API or a browser sent, and what they are replaced by is what a page shows of them.
func keepable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

func kept(arg any) any {
	named, ok := arg.(sql.NamedArg)
	if !ok {
		return arg
	}
	if text, ok := named.Value.(string); ok {
		named.Value = keepable(text)
	}
	return named
}

// postgresArgs passes values by name.
func postgresArgs(args []any) []any {
	values := make(pgx.NamedArgs, len(args))
	for _, arg := range args {
		named, ok := kept(arg).(sql.NamedArg)
		if !ok {
			return args
		}
		values[named.Name] = named.Value
	}
	if len(values) == 0 {
		return nil
	}
	return []any{values}
}

func (d *dialect) text(statement string) string {
	if text, ok := d.texts.Load(statement); ok {
		return text.(string) //nolint:forcetypeassert // stored below
	}
	text := d.words.Replace(statement)
	d.texts.Store(statement, text)
	return text
}

// pool is a pool of connections that speaks a dialect.
type pool struct {
	*sql.DB
	dialect  *dialect
	prepared *sync.Map // query → *sql.Stmt; nil with PostgreSQL, whose driver prepares what it is asked often
}

func (p pool) ExecContext(ctx context.Context, statement string, args ...any) (sql.Result, error) {
	return p.DB.ExecContext(ctx, p.dialect.text(statement), p.dialect.args(args)...)
}

func (p pool) QueryContext(ctx context.Context, statement string, args ...any) (*sql.Rows, error) {
	text, args := p.dialect.text(statement), p.dialect.args(args)
	if stmt := p.prepare(ctx, text); stmt != nil { //nolint:sqlclosecheck // it is closed with the pool
		return stmt.QueryContext(ctx, args...)
	}
	return p.DB.QueryContext(ctx, text, args...)
}

func (p pool) QueryRowContext(ctx context.Context, statement string, args ...any) *sql.Row {
	text, args := p.dialect.text(statement), p.dialect.args(args)
	if stmt := p.prepare(ctx, text); stmt != nil { //nolint:sqlclosecheck // it is closed with the pool
		return stmt.QueryRowContext(ctx, args...)
	}
	return p.DB.QueryRowContext(ctx, text, args...)
}

// prepare returns a prepared statement for a query, so that SQLite parses once what many pages ask; nil when the text is to be sent
// as it is. Closing the pool closes it.
func (p pool) prepare(ctx context.Context, text string) *sql.Stmt {
	if p.prepared == nil {
		return nil
	}
	if stmt, ok := p.prepared.Load(text); ok {
		return stmt.(*sql.Stmt) //nolint:forcetypeassert // stored below
	}
	stmt, err := p.PrepareContext(ctx, text)
	if err != nil {
		return nil // asking it says why
	}
	p.prepared.Store(text, stmt) // whoever prepares the same at the same time has one more, until the pool is closed
	return stmt
}

// transaction is a transaction that speaks a dialect.
type transaction struct {
	*sql.Tx
	dialect *dialect
}

func (t transaction) ExecContext(ctx context.Context, statement string, args ...any) (sql.Result, error) {
	return t.Tx.ExecContext(ctx, t.dialect.text(statement), t.dialect.args(args)...)
}

func (t transaction) QueryContext(ctx context.Context, statement string, args ...any) (*sql.Rows, error) {
	return t.Tx.QueryContext(ctx, t.dialect.text(statement), t.dialect.args(args)...)
}

func (t transaction) QueryRowContext(ctx context.Context, statement string, args ...any) *sql.Row {
	return t.Tx.QueryRowContext(ctx, t.dialect.text(statement), t.dialect.args(args)...)
}

// transact runs work in one transaction. What it does to one account can be kept from the same work elsewhere with
// [transaction.alone].
func (p pool) transact(ctx context.Context, work func(context.Context, transaction) error) error {
	tx, err := p.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	if err := work(ctx, transaction{Tx: tx, dialect: p.dialect}); err != nil {
		return err
	}
	return tx.Commit()
}

// patient lets the statements of a transaction take longer than those a page waits for.
func (t transaction) patient(ctx context.Context) error {
	if !t.dialect.postgres {
		return nil
	}
	_, err := t.ExecContext(ctx, `SET LOCAL statement_timeout = 0`)
	return err
}

// alone waits until no other transaction that called it with the same key is under way. SQLite has one writer anyway.
func (t transaction) alone(ctx context.Context, key string) error {
	if !t.dialect.postgres {
		return nil
	}
	_, err := t.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended(@key, 0))`, sql.Named("key", key))
	return err
}
