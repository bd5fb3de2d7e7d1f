package session_test

import (
	"bytes"
	"database/sql"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/store"
)

const apiToken = "rc-token-1"

var (
	keyA = bytes.Repeat([]byte{0xa1}, session.KeySize)
	keyB = bytes.Repeat([]byte{0xb2}, session.KeySize)
)

func openStore(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	s.SessionTimeout = time.Minute // a busy machine fails no test
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func newFile(t testing.TB) (path string) {
	t.Helper()
	return strings.TrimPrefix(migrated.SQLite(t), "sqlite:")
}

func newManager(t testing.TB, s session.Store, o session.Options) *session.Manager {
	t.Helper()
	if o.Keys == nil {
		o.Keys = [][]byte{keyA}
	}
	m, err := session.New(s, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// request is a request with the cookies; nil ones are left out.
func request(t testing.TB, cookies ...*http.Cookie) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
	for _, c := range cookies {
		if c != nil {
			r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		}
	}
	return r
}

// signIn signs in with token and returns the session and its cookie.
func signIn(t testing.TB, m *session.Manager, token string, old *http.Cookie) (session.Session, *http.Cookie) {
	t.Helper()
	w := httptest.NewRecorder()
	s, err := m.SignIn(w, request(t, old), token, "Display")
	if err != nil {
		t.Fatal(err)
	}
	cookies := w.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("sign-in set %d cookies, want 1", len(cookies))
	}
	return s, cookies[0]
}

func signOut(t testing.TB, m *session.Manager, c *http.Cookie) {
	t.Helper()
	if err := m.SignOut(httptest.NewRecorder(), request(t, c)); err != nil {
		t.Fatal(err)
	}
}

func load(t testing.TB, m *session.Manager, c *http.Cookie) session.Session {
	t.Helper()
	s, err := m.Load(request(t, c), false)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return s
}

func wantNone(t testing.TB, m *session.Manager, c *http.Cookie) {
	t.Helper()
	s, err := m.Load(request(t, c), false)
	if !errors.Is(err, session.ErrNone) {
		t.Fatalf("Load: error %v, want ErrNone", err)
	}
	if !reflect.ValueOf(s).IsZero() {
		t.Fatalf("Load: a session beside ErrNone: %v", s)
	}
}

// rawDB opens the file of a store behind its back.
func rawDB(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func count(t *testing.T, db *sql.DB, query string, args ...any) (n int) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
