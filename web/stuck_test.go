package web_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/store"
	"github.com/comfydeck/comfydeck/internal/webtest"
	"github.com/comfydeck/comfydeck/web"
)

// stuckStore cannot end a session, as on a disk that is full.
type stuckStore struct{ session.Store }

func (stuckStore) End(context.Context, string) error { return errors.New("the disk is full") }

// TestRefusedTokenThatCannotBeRemoved: the API refuses the token and the session cannot be ended. The person is told so; the
// sign-in page would find the session alive and lead straight back, for ever.
func TestRefusedTokenThatCannotBeRemoved(t *testing.T) {
	t.Parallel()
	db, err := store.Open(t.Context(), "sqlite::memory:")
	if err != nil {
		t.Fatal(err)
	}
	db.SessionTimeout = time.Minute
	t.Cleanup(func() { _ = db.Close() })
	sessions, err := session.New(stuckStore{db.Sessions()}, session.Options{Keys: [][]byte{[]byte(strings.Repeat("k", session.KeySize))}})
	if err != nil {
		t.Fatal(err)
	}
	d := start(t, webtest.Options{Web: func(o *web.Options) { o.Sessions = sessions }})
	b := member(t, d)
	d.Fault("401")
	d.Sandbox.ResetCalls()
	r := b.Get("/deployments")
	r.Expect(http.StatusServiceUnavailable, "")
	r.Check(says("RunComfy no longer accepts your token, and this server cannot end your session right now"), says(r.Header.Get("X-Request-Id")))
	if n := len(d.Sandbox.Calls()); n != 1 {
		t.Errorf("the API was asked %d times, want once", n)
	}
}
