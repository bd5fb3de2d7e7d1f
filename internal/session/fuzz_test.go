package session_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/session"
)

// Whatever a browser sends as a session cookie, unless it was given one, is no session.
func FuzzSessionCookie(f *testing.F) {
	m := newManager(f, openStore(f, migrated.SQLite(f)).Sessions(), session.Options{})
	_, c := signIn(f, m, apiToken, nil)
	for _, seed := range []string{
		"", "x", strings.Repeat("A", 43), session.HashCookie(c.Value), c.Value[:42], c.Value[:42] + "*", c.Value + "A",
		strings.Repeat("é", 21) + "x", strings.Repeat("\x00", 43), "' OR 1=1 --", "a; comfydeck=b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if strings.Contains(value, c.Value) {
			t.Skip("found the cookie")
		}
		r := request(t)
		r.Header.Set("Cookie", "comfydeck="+value)
		if s, err := m.Load(r, false); !errors.Is(err, session.ErrNone) {
			t.Errorf("cookie %q: session %v, error %v", value, s, err)
		}
	})
}

// Whatever a browser sends as its state, unless it was given it, means the defaults,
// and the next change works.
func FuzzBrowserCookie(f *testing.F) {
	b := newBrowser()
	w := httptest.NewRecorder()
	if err := b.SavePreferences(w, request(f), session.Preferences{Theme: "dark"}); err != nil {
		f.Fatal(err)
	}
	good := w.Result().Cookies()[0].Value
	for _, seed := range []string{"", "x", good[:len(good)-4], strings.ToLower(good), strings.Repeat("A", 5000), "\x00", "MTIzfHg="} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if strings.Contains(value, good) {
			t.Skip("found the cookie")
		}
		r := request(t)
		r.Header.Set("Cookie", "comfydeck-ui="+value)
		if got := b.Preferences(r); got != defaults {
			t.Errorf("cookie %q: preferences %+v", value, got)
		}
		if notices, err := b.TakeNotices(httptest.NewRecorder(), r); len(notices) != 0 || err != nil {
			t.Errorf("cookie %q: notices %v, error %v", value, notices, err)
		}
		if err := b.AddNotice(httptest.NewRecorder(), r, session.Notice{Kind: "success", Text: value}); err != nil {
			t.Errorf("cookie %q: %v", value, err)
		}
	})
}
