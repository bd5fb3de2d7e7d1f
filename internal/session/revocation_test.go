package session_test

import (
	"database/sql"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/session"
)

// SR-09: a request that began before the sign-out is held at every point where it
// uses the store, and the sign-out happens there, in another process.
func TestManager_signOutDuringRequest(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"before Find", "after Find", "before Touch", "after Touch"} {
		for _, how := range []string{"sign out", "sign in again"} {
			t.Run(how+" "+point, func(t *testing.T) {
				t.Parallel()
				path := newFile(t)
				here, there := openStore(t, "sqlite:"+path), openStore(t, "sqlite:"+path)
				replica := newManager(t, there.Sessions(), session.Options{})
				_, c := signIn(t, replica, apiToken, nil)
				here.ShiftClock(2 * time.Minute) // so that the request touches the session
				reached := 0
				slow := newManager(t, &faultyStore{Store: here.Sessions(), at: func(p string) {
					if p != point {
						return
					}
					reached++
					if how == "sign out" {
						signOut(t, replica, c)
					} else {
						signIn(t, replica, apiToken, c)
					}
				}}, session.Options{})
				if _, err := slow.Load(request(t, c), false); err != nil && !errors.Is(err, session.ErrNone) {
					t.Fatal(err)
				}
				if reached != 1 {
					t.Fatalf("the request came %d times to the point %q", reached, point)
				}
				wantDead(t, rawDB(t, path), c, replica, newManager(t, here.Sessions(), session.Options{}))
			})
		}
	}
}

// wantDead wants the session of c gone for every manager, and its token from the file.
func wantDead(t *testing.T, db *sql.DB, c *http.Cookie, managers ...*session.Manager) {
	t.Helper()
	for _, m := range managers {
		wantNone(t, m, c)
	}
	hash := session.HashCookie(c.Value)
	if count(t, db, "SELECT count(*) FROM credentials WHERE token_hash = ?", hash) != 0 {
		t.Error("the sealed token is still stored")
	}
	if count(t, db, "SELECT count(*) FROM sessions WHERE token_hash = ? AND NOT dead", hash) != 0 {
		t.Error("the row is not dead")
	}
}

// SR-09, port of X11: two processes, requests and a sign-out at once.
func TestManager_signOutRace(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	here, there := openStore(t, "sqlite:"+path), openStore(t, "sqlite:"+path)
	managers := []*session.Manager{
		newManager(t, here.Sessions(), session.Options{}), newManager(t, there.Sessions(), session.Options{}),
	}
	db := rawDB(t, path)
	for range 200 {
		_, c := signIn(t, managers[0], apiToken, nil)
		here.ShiftClock(61 * time.Second)
		there.ShiftClock(61 * time.Second)
		start := make(chan struct{})
		var running sync.WaitGroup
		for _, m := range managers {
			running.Go(func() {
				<-start
				if _, err := m.Load(request(t, c), false); err != nil && !errors.Is(err, session.ErrNone) {
					t.Error(err)
				}
			})
		}
		running.Go(func() {
			<-start
			if err := managers[1].SignOut(httptest.NewRecorder(), request(t, c)); err != nil {
				t.Error(err)
			}
		})
		close(start)
		running.Wait()
		wantDead(t, db, c, managers...)
	}
}

// SR-09, port of X1: a copy of the session that scs holds cannot be written back,
// whether the session still lives or was ended, by whatever way scs has.
func TestManager_staleCopy(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	m := newManager(t, openStore(t, "sqlite:"+path).Sessions(), session.Options{})
	db := rawDB(t, path)
	_, c := signIn(t, m, apiToken, nil)
	commit, renew, err := session.StaleWriter(m, request(t, c))
	if err != nil {
		t.Fatal(err)
	}
	if err := commit(); err == nil {
		t.Error("session data was written outside a sign-in")
	}
	if got := load(t, m, c).DisplayName; got != "Display" {
		t.Errorf("the display name is now %q", got)
	}
	signOut(t, m, c)
	if err := commit(); err == nil {
		t.Error("an ended session was written")
	}
	wantDead(t, db, c, m)
	if err := renew(); err != nil {
		t.Fatal(err)
	}
	if err := commit(); err == nil {
		t.Error("an ended session was written under a new id")
	}
	wantDead(t, db, c, m)
	if n := count(t, db, "SELECT count(*) FROM sessions"); n != 1 {
		t.Errorf("%d sessions are stored, want the dead one", n)
	}
}
