package session_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/session"
)

// RR-23: a store that cannot answer is never "signed out", and touches no cookie.
func TestManager_storeGone(t *testing.T) {
	t.Parallel()
	s := openStore(t, "sqlite:"+newFile(t))
	m := newManager(t, s.Sessions(), session.Options{})
	_, c := signIn(t, m, apiToken, nil)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Load(request(t, c), false); err == nil || errors.Is(err, session.ErrNone) {
		t.Errorf("Load: error %v, want one that is not ErrNone", err)
	}
	w := httptest.NewRecorder()
	if _, err := m.SignIn(w, request(t, c), apiToken, ""); err == nil {
		t.Error("SignIn succeeded")
	}
	if err := m.SignOut(w, request(t, c)); err == nil {
		t.Error("SignOut succeeded")
	}
	if _, err := m.ForgetEnded(t.Context(), 9); err == nil {
		t.Error("ForgetEnded succeeded")
	}
	if len(w.Header()) != 0 || w.Body.Len() != 0 {
		t.Errorf("a failure wrote %v %q", w.Header(), w.Body)
	}
}

// A query that failed once says nothing about the session.
func TestManager_storeStumbles(t *testing.T) {
	t.Parallel()
	s := openStore(t, migrated.SQLite(t)).Sessions()
	stumbling := &faultyStore{Store: s}
	m := newManager(t, stumbling, session.Options{})
	_, c := signIn(t, m, apiToken, nil)
	stumbling.findErr = errors.New("timed out")
	if _, err := m.Load(request(t, c), false); !errors.Is(err, stumbling.findErr) || errors.Is(err, session.ErrNone) {
		t.Errorf("Load: error %v, want that of the store", err)
	}
	stumbling.findErr = nil
	load(t, m, c)
}

// Made-up cookies cost no query.
func TestManager_Load_implausible(t *testing.T) {
	t.Parallel()
	m := newManager(t, &faultyStore{at: func(point string) { t.Errorf("came to %s", point) }}, session.Options{})
	for _, value := range []string{"", "x", strings.Repeat("A", 42), strings.Repeat("A", 44), strings.Repeat("A", 42) + "+"} {
		wantNone(t, m, &http.Cookie{Name: "comfydeck", Value: value})
	}
	wantNone(t, m, &http.Cookie{Name: "__Host-comfydeck", Value: strings.Repeat("A", 43)})
}

// A full disk must not keep anybody from reading pages and stopping things.
func TestManager_touchFails(t *testing.T) {
	t.Parallel()
	s := openStore(t, migrated.SQLite(t))
	var log bytes.Buffer
	m := newManager(t, &faultyStore{Store: s.Sessions(), touchErr: errors.New("disk full")}, session.Options{Logger: jsonLog(&log)})
	made, c := signIn(t, m, apiToken, nil)
	s.ShiftClock(2 * time.Minute)
	load(t, m, c)
	if !strings.Contains(log.String(), "disk full") || !strings.Contains(log.String(), made.ID) {
		t.Errorf("the log does not say what happened: %s", &log)
	}
}
