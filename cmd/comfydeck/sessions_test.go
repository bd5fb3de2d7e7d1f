package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/config"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/store"
)

// TestSessionsCommand lists and ends sessions of a database that a server has open: they are refused there at once.
func TestSessionsCommand(t *testing.T) {
	t.Parallel()
	environ := []string{"COMFYDECK_DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "deck.db")}
	c, err := config.Load(environ)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), c.Database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	sessions, err := session.New(db.Sessions(), session.Options{Keys: c.Keys})
	if err != nil {
		t.Fatal(err)
	}
	signIn := func(token, name string) (session.Session, func() bool) {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", nil)
		who, err := sessions.SignIn(w, r, token, name)
		if err != nil {
			t.Fatal(err)
		}
		return who, func() bool {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.AddCookie(w.Result().Cookies()[0])
			_, err := sessions.Load(r, true)
			return err == nil
		}
	}
	call := func(args ...string) string {
		t.Helper()
		var out bytes.Buffer
		if err := run(t.Context(), append([]string{"sessions"}, args...), environ, &out, io.Discard); err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		return out.String()
	}

	anna, annaIn := signIn("token-1", "Anna\x1b[31m\tof\nnight")
	ben, benIn := signIn("token-1", "")
	_, cleoIn := signIn("token-2", "Cleo")
	said := call("list")
	for _, want := range []string{anna.ID, ben.ID, anna.Fingerprint, "Cleo", "Unknown device", "LAST SEEN"} {
		if !strings.Contains(said, want) {
			t.Errorf("the list lacks %q:\n%s", want, said)
		}
	}
	if strings.Count(said, "\n") != 4 || strings.Contains(said, "\x1b") {
		t.Errorf("the list is %q", said)
	}
	if said := call("list", "-account", anna.Fingerprint); strings.Count(said, "\n") != 3 || strings.Contains(said, "Cleo") {
		t.Errorf("the list of one account is:\n%s", said)
	}
	if said := call("end", ben.ID); !strings.Contains(said, "Ended: 1.") || benIn() || !annaIn() {
		t.Errorf("end said %q; in are Ben %v, Anna %v", said, benIn(), annaIn())
	}
	if said := call("end-all", "-account="+anna.Fingerprint); !strings.Contains(said, "Ended: 1.") || annaIn() || !cleoIn() {
		t.Errorf("end-all of an account said %q; in are Anna %v, Cleo %v", said, annaIn(), cleoIn())
	}
	if said := call("end-all"); !strings.Contains(said, "Ended: 1.") || cleoIn() {
		t.Errorf("end-all said %q; Cleo is in: %v", said, cleoIn())
	}
	for want, args := range map[string][]string{
		"sessions needs one of":        {},
		"an ID is 12 characters":       {"end"},
		"list, end ID, end-all":        {"end", "'; DROP TABLE sessions"},
		"needs one of: list":           {"list", "all"},
		"no session has the id":        {"end", ben.ID},
		"-account needs a fingerprint": {"list", "-account"},
		"such as 3f2a-91bc":            {"end-all", "-account", ""},
		"a fingerprint such as":        {"end-all", "-account=%"},
		"pages and the log show it":    {"list", "-account", anna.Account},
	} {
		if err := run(t.Context(), append([]string{"sessions"}, args...), environ, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", args, err, want)
		}
	}
}
