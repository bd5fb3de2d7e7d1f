package session_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/session"
)

func TestNew_refuses(t *testing.T) {
	t.Parallel()
	good := [][]byte{keyA}
	for name, o := range map[string]session.Options{
		"no key":                   {},
		"a short key":              {Keys: [][]byte{keyA[:31]}},
		"a long key":               {Keys: [][]byte{append(bytes.Clone(keyA), 1)}},
		"a short second key":       {Keys: [][]byte{keyA, keyB[:16]}},
		"an empty key":             {Keys: [][]byte{make([]byte, session.KeySize)}},
		"a repeated key":           {Keys: [][]byte{keyA, keyB, keyA}},
		"negative idle":            {Keys: good, Idle: -time.Second},
		"negative absolute":        {Keys: good, Absolute: -time.Second},
		"idle longer than the end": {Keys: good, Idle: 2 * time.Hour, Absolute: time.Hour},
		"sessions for days":        {Keys: good, Absolute: 25 * time.Hour},
	} {
		if _, err := session.New(&faultyStore{}, o); err == nil {
			t.Errorf("New accepted %s", name)
		}
	}
	if _, err := session.New(nil, session.Options{Keys: good}); err == nil {
		t.Error("New accepted no store")
	}
	if _, err := session.New(&faultyStore{}, session.Options{Keys: [][]byte{keyB, keyA}}); err != nil {
		t.Errorf("New refused good options: %v", err)
	}
}

func TestManager_SignIn(t *testing.T) {
	t.Parallel()
	m := newManager(t, openStore(t, migrated.SQLite(t)).Sessions(), session.Options{})
	made, c := signIn(t, m, apiToken, nil)
	if diff := cmp.Diff(made, load(t, m, c)); diff != "" {
		t.Errorf("loaded differs from signed in:\n%s", diff)
	}
	if made.Token != apiToken || made.DisplayName != "Display" {
		t.Errorf("token %q and name %q do not come back", made.Token, made.DisplayName)
	}
	if got := made.ExpiresAt.Sub(made.SignedInAt); got != 12*time.Hour {
		t.Errorf("the session lasts %v, want 12h", got)
	}
	if len(made.Account) != 64 || made.Fingerprint != made.Account[:4]+"-"+made.Account[4:8] {
		t.Errorf("account %q, fingerprint %q", made.Account, made.Fingerprint)
	}
	if made.ID == "" || strings.Contains(session.HashCookie(c.Value), made.ID) || strings.Contains(c.Value, made.ID) {
		t.Errorf("ID %q is empty or part of the cookie or its hash", made.ID)
	}
	if _, err := m.SignIn(httptest.NewRecorder(), request(t), "", ""); err == nil {
		t.Error("signed in without a token")
	}
}

func TestManager_accounts(t *testing.T) {
	t.Parallel()
	s := openStore(t, migrated.SQLite(t)).Sessions()
	m := newManager(t, s, session.Options{})
	first, _ := signIn(t, m, apiToken, nil)
	again, _ := signIn(t, m, apiToken, nil)
	other, _ := signIn(t, m, "rc-token-2", nil)
	elsewhere, _ := signIn(t, newManager(t, s, session.Options{Keys: [][]byte{keyB}}), apiToken, nil)
	if first.Account != again.Account || first.Hue != again.Hue {
		t.Error("the same token gave two accounts")
	}
	if first.Account == other.Account || first.Account == elsewhere.Account {
		t.Error("another token, or another installation, gave the same account")
	}
	if first.ID == again.ID {
		t.Error("two sessions have one ID")
	}
	hues := map[int]bool{}
	for i := range 200 {
		s, _ := signIn(t, m, strings.Repeat("x", i+1), nil)
		hues[s.Hue] = true
		if s.Hue < 0 || s.Hue > 11 {
			t.Fatalf("hue %d", s.Hue)
		}
	}
	if len(hues) != 12 {
		t.Errorf("200 accounts use %d hues, want 12", len(hues))
	}
}

// SR-01: the exact attributes, in both modes.
func TestManager_cookie(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		secure    bool
		name, end string
	}{
		{false, "comfydeck", "; Path=/; HttpOnly; SameSite=Lax"},
		{true, "__Host-comfydeck", "; Path=/; HttpOnly; Secure; SameSite=Lax"},
	} {
		m := newManager(t, openStore(t, migrated.SQLite(t)).Sessions(), session.Options{Secure: test.secure})
		w := httptest.NewRecorder()
		if _, err := m.SignIn(w, request(t), apiToken, ""); err != nil {
			t.Fatal(err)
		}
		value := w.Result().Cookies()[0].Value
		if len(value) < 43 {
			t.Errorf("the cookie's value has %d characters, want at least 43", len(value))
		}
		want := http.Header{"Set-Cookie": {test.name + "=" + value + test.end}}
		if diff := cmp.Diff(want, w.Header()); diff != "" {
			t.Errorf("headers of a sign-in:\n%s", diff)
		}
		if err := m.SignOut(w, request(t, w.Result().Cookies()[0])); err != nil {
			t.Fatal(err)
		}
		end := strings.Replace(test.end, "; HttpOnly", "; Max-Age=0; HttpOnly", 1)
		want = http.Header{"Set-Cookie": {test.name + "=" + end}}
		if diff := cmp.Diff(want, w.Header()); diff != "" {
			t.Errorf("headers of an answer that signs in and out:\n%s", diff)
		}
	}
}

func TestManager_SignOut(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	m := newManager(t, openStore(t, "sqlite:"+path).Sessions(), session.Options{})
	db := rawDB(t, path)
	_, c := signIn(t, m, apiToken, nil)
	_, other := signIn(t, m, apiToken, nil)
	signOut(t, m, c)
	wantNone(t, m, c)
	signOut(t, m, c)
	if n := count(t, db, "SELECT count(*) FROM credentials"); n != 1 {
		t.Errorf("%d sealed tokens are stored, want only that of the other session", n)
	}
	load(t, m, other)

	// Without a session, and with a cookie that never was one, the cookie goes too.
	for _, c := range []*http.Cookie{nil, {Name: "comfydeck", Value: "nonsense"}} {
		w := httptest.NewRecorder()
		if err := m.SignOut(w, request(t, c)); err != nil || len(w.Result().Cookies()) != 1 || w.Result().Cookies()[0].MaxAge >= 0 {
			t.Errorf("sign-out with cookie %v: error %v, headers %v", c, err, w.Header())
		}
	}
}

// The person pressed "sign out" and closed the tab.
func TestManager_SignOut_disconnected(t *testing.T) {
	t.Parallel()
	m := newManager(t, openStore(t, migrated.SQLite(t)).Sessions(), session.Options{})
	_, c := signIn(t, m, apiToken, nil)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := m.SignOut(httptest.NewRecorder(), request(t, c).WithContext(gone)); err != nil {
		t.Fatal(err)
	}
	wantNone(t, m, c)
}

// SR-07: signing in never keeps the id that was there, nor what it held.
func TestManager_fixation(t *testing.T) {
	t.Parallel()
	m := newManager(t, openStore(t, migrated.SQLite(t)).Sessions(), session.Options{})
	planted := &http.Cookie{Name: "comfydeck", Value: strings.Repeat("A", 43)}
	_, first := signIn(t, m, apiToken, planted)
	wantNone(t, m, planted)
	second, secondCookie := signIn(t, m, "rc-token-2", first)
	if first.Value == planted.Value || secondCookie.Value == first.Value {
		t.Error("a sign-in kept the old id")
	}
	wantNone(t, m, first)
	if got := load(t, m, secondCookie); !cmp.Equal(got, second) || got.Token != "rc-token-2" {
		t.Errorf("the new session is %v with token of %s", got, got.Fingerprint)
	}
}

func TestManager_restart(t *testing.T) {
	t.Parallel()
	url := "sqlite:" + newFile(t)
	s := openStore(t, url)
	made, c := signIn(t, newManager(t, s.Sessions(), session.Options{}), apiToken, nil)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := load(t, newManager(t, openStore(t, url).Sessions(), session.Options{}), c); !cmp.Equal(got, made) {
		t.Errorf("after a restart the session is %v, was %v", got, made)
	}
}

func TestManager_ForgetEnded(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	s := openStore(t, "sqlite:"+path)
	m := newManager(t, s.Sessions(), session.Options{})
	for range 3 {
		signIn(t, m, apiToken, nil)
	}
	s.ShiftClock(12*time.Hour + time.Second)
	_, c := signIn(t, m, apiToken, nil)
	for _, want := range []int{2, 1, 0} {
		if n, err := m.ForgetEnded(t.Context(), 2); err != nil || n != want {
			t.Fatalf("forgot %d, %v; want %d", n, err, want)
		}
	}
	if n := count(t, rawDB(t, path), "SELECT count(*) FROM sessions"); n != 1 {
		t.Errorf("%d sessions are left, want 1", n)
	}
	load(t, m, c)
}
