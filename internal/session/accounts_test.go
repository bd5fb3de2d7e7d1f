package session_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/session"
)

// changed is what a change of a session answers: the session and its new cookie.
func changed(t *testing.T, change func(http.ResponseWriter) (session.Session, error)) (session.Session, *http.Cookie) {
	t.Helper()
	w := httptest.NewRecorder()
	s, err := change(w)
	if err != nil {
		t.Fatal(err)
	}
	cookies := w.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("%d cookies are set, want 1", len(cookies))
	}
	return s, cookies[0]
}

func add(t *testing.T, m *session.Manager, c *http.Cookie, token, name string) (session.Session, *http.Cookie) {
	t.Helper()
	return changed(t, func(w http.ResponseWriter) (session.Session, error) {
		return m.AddAccount(w, request(t, c), token, name)
	})
}

func switchTo(t *testing.T, m *session.Manager, c *http.Cookie, fingerprint string) (session.Session, *http.Cookie) {
	t.Helper()
	return changed(t, func(w http.ResponseWriter) (session.Session, error) {
		return m.SwitchAccount(w, request(t, c), fingerprint)
	})
}

func names(s session.Session) []string {
	out := []string{s.DisplayName}
	for _, o := range s.Others {
		out = append(out, o.Name)
	}
	return out
}

func wantNames(t *testing.T, s session.Session, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, names(s)); diff != "" {
		t.Errorf("accounts (-want +got):\n%s", diff)
	}
}

// TestManager_severalAccounts adds, switches and removes accounts: each time under a new id, with the end of the session where it
// was, and with the tokens where they belong.
func TestManager_severalAccounts(t *testing.T) {
	t.Parallel()
	s := openStore(t, migrated.SQLite(t))
	m := newManager(t, s.Sessions(), session.Options{})
	first, c1 := signIn(t, m, apiToken, nil)
	s.ShiftClock(10 * time.Minute)
	second, c2 := add(t, m, c1, "rc-token-2", "Studio")
	third, c3 := add(t, m, c2, "rc-token-3", "Lab")
	wantNames(t, third, "Lab", "Studio", "Display")
	if diff := cmp.Diff(third, load(t, m, c3)); diff != "" {
		t.Errorf("loaded differs:\n%s", diff)
	}
	if !third.ExpiresAt.Equal(first.ExpiresAt) || !third.SignedInAt.Equal(first.SignedInAt) {
		t.Error("adding an account made the session last longer")
	}

	back, c4 := switchTo(t, m, c3, first.Fingerprint)
	wantNames(t, back, "Display", "Studio", "Lab")
	if back.Token != apiToken || back.Account != first.Account || back.Others[0].Hue != second.Hue || back.Others[0].Account != second.Account {
		t.Errorf("switched to %v with others %+v", back, back.Others)
	}
	for _, dead := range []*http.Cookie{c1, c2, c3} {
		wantNone(t, m, dead)
	}
	tokens, err := m.Tokens(request(t, c4))
	if diff := cmp.Diff(map[string]string{second.Account: "rc-token-2", third.Account: "rc-token-3"}, tokens); diff != "" || err != nil {
		t.Errorf("tokens beside: %s, %v", diff, err)
	}

	again, c5 := add(t, m, c4, "rc-token-2", "Studio again")
	wantNames(t, again, "Studio again", "Display", "Lab")
	left, c6 := changed(t, func(w http.ResponseWriter) (session.Session, error) {
		return m.RemoveAccount(w, request(t, c5), again.Fingerprint)
	})
	wantNames(t, left, "Display", "Lab")
	left, c7 := changed(t, func(w http.ResponseWriter) (session.Session, error) {
		return m.RemoveAccount(w, request(t, c6), third.Fingerprint)
	})
	wantNames(t, left, "Display")
	none, gone := changed(t, func(w http.ResponseWriter) (session.Session, error) {
		return m.RemoveAccount(w, request(t, c7), first.Fingerprint)
	})
	if none.Token != "" || gone.MaxAge >= 0 {
		t.Errorf("without accounts there is still %v, cookie %v", none, gone)
	}
	wantNone(t, m, c7)
}

// TestManager_accountsRefused: what cannot be done leaves the session and its cookie as they were.
func TestManager_accountsRefused(t *testing.T) {
	t.Parallel()
	m := newManager(t, openStore(t, migrated.SQLite(t)).Sessions(), session.Options{})
	_, c := signIn(t, m, apiToken, nil)
	for i := range session.MaxAccounts - 1 {
		_, c = add(t, m, c, fmt.Sprint("more ", i), "")
	}
	for want, change := range map[error]func(http.ResponseWriter, *http.Request) (session.Session, error){
		session.ErrTooMany: func(w http.ResponseWriter, r *http.Request) (session.Session, error) {
			return m.AddAccount(w, r, "one too many", "")
		},
		session.ErrNotHeld: func(w http.ResponseWriter, r *http.Request) (session.Session, error) {
			return m.SwitchAccount(w, r, "0000-0000")
		},
	} {
		w := httptest.NewRecorder()
		if _, err := change(w, request(t, c)); !errors.Is(err, want) || len(w.Header()) != 0 {
			t.Errorf("error %v, headers %v, want %v and none", err, w.Header(), want)
		}
		if _, err := change(w, request(t)); !errors.Is(err, session.ErrNone) {
			t.Errorf("without a session: %v", err)
		}
	}
	if got := load(t, m, c); len(got.Others) != session.MaxAccounts-1 {
		t.Errorf("the session holds %d others", len(got.Others))
	}
	if _, err := m.AddAccount(httptest.NewRecorder(), request(t, c), "more 1", "renamed"); err != nil {
		t.Errorf("an account held already: %v", err)
	}
}

// TestManager_accountsAtRest: SR-05 for the tokens beside: unreadable, and of no use to another account.
func TestManager_accountsAtRest(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	s := openStore(t, "sqlite:"+path)
	m := newManager(t, s.Sessions(), session.Options{})
	_, c := signIn(t, m, apiToken, nil)
	_, c = add(t, m, c, "a-token-for-the-second-account", "")
	held, c := add(t, m, c, "a-token-for-the-third-account", "")
	db := rawDB(t, path)
	if n := count(t, db, "SELECT count(*) FROM session_accounts"); n != 2 {
		t.Fatalf("%d accounts are stored beside, want 2", n)
	}
	raw := content(t, path)
	for _, token := range []string{"a-token-for-the-second-account", "a-token-for-the-third-account"} {
		for name, form := range formsOf(t, token) {
			if bytes.Contains(raw, form) {
				t.Errorf("the database has a token, %s", name)
			}
		}
	}
	if _, err := db.ExecContext(t.Context(), `UPDATE session_accounts SET account = 'f' || substr(account, 2)`); err != nil {
		t.Fatal(err)
	}
	if tokens, err := m.Tokens(request(t, c)); err != nil || len(tokens) != 0 {
		t.Errorf("moved to other accounts, %d sealed tokens open, %v", len(tokens), err)
	}
	load(t, m, c)
	if _, err := m.End(t.Context(), session.Which{Account: held.Account}); err != nil {
		t.Fatal(err)
	}
	if n := count(t, db, "SELECT count(*) FROM session_accounts"); n != 0 {
		t.Errorf("%d sealed tokens outlive their session", n)
	}
}

// TestManager_switchDuringSignOut: a switch that began before a sign-out brings nothing back, wherever it is held (SR-09).
func TestManager_switchDuringSignOut(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"after Find", "before Create", "after Create"} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, migrated.SQLite(t)).Sessions()
			m := newManager(t, s, session.Options{})
			first, c := signIn(t, m, apiToken, nil)
			_, c = add(t, m, c, "rc-token-2", "")
			once := false
			slow := newManager(t, &faultyStore{Store: s, at: func(p string) {
				if p == point && !once {
					once = true
					signOut(t, m, c)
				}
			}}, session.Options{})
			w := httptest.NewRecorder()
			if _, err := slow.SwitchAccount(w, request(t, c), first.Fingerprint); err == nil && point != "after Create" || err != nil && !errors.Is(err, session.ErrNone) && !errors.Is(err, session.ErrNotHeld) {
				t.Errorf("the switch: %v", err)
			}
			for _, made := range append(w.Result().Cookies(), c) {
				wantNone(t, m, made)
			}
			if list, err := m.List(t.Context(), ""); err != nil || len(list) != 0 {
				t.Errorf("alive are %v, %v", list, err)
			}
		})
	}
}

// TestManager_List: an account sees its own sessions, and ends them for good.
func TestManager_List(t *testing.T) {
	t.Parallel()
	m := newManager(t, openStore(t, migrated.SQLite(t)).Sessions(), session.Options{})
	w := httptest.NewRecorder()
	r := request(t)
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0")
	r = r.WithContext(session.WithVisitor(r.Context(), session.Visitor{Address: "192.0.2.9"}))
	here, err := m.SignIn(w, r, apiToken, "Anna")
	if err != nil {
		t.Fatal(err)
	}
	_, elsewhere := signIn(t, m, apiToken, nil)
	_, foreign := signIn(t, m, "rc-token-2", nil)
	list, err := m.List(t.Context(), here.Account)
	if err != nil || len(list) != 2 {
		t.Fatalf("listed are %v, %v", list, err)
	}
	if list[0].ID != here.ID {
		list[0], list[1] = list[1], list[0]
	}
	if l := list[0]; l.ID != here.ID || l.Device != "Firefox on Linux" || l.Address != "192.0.2.9" || l.Name != "Anna" || !l.SignedInAt.Equal(here.SignedInAt) {
		t.Errorf("listed is %+v", l)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel() // whoever presses the button and leaves meant it
	if n, err := m.End(gone, session.Which{Account: here.Account, Except: here.ID}); err != nil || n != 1 {
		t.Errorf("ended %d, %v", n, err)
	}
	wantNone(t, m, elsewhere)
	load(t, m, w.Result().Cookies()[0])
	load(t, m, foreign)
}

func TestDevice(t *testing.T) {
	t.Parallel()
	const mozilla = "Mozilla/5.0 "
	for agent, want := range map[string]string{
		mozilla + "(X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0":                                                                  "Firefox on Linux",
		mozilla + "(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36":                         "Chrome on Windows",
		mozilla + "(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0":           "Edge on Windows",
		mozilla + "(Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15":                   "Safari on Mac",
		mozilla + "(iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1": "Safari on iPhone",
		mozilla + "(iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/139.0 Mobile/15E148 Safari/604.1":           "Chrome on iPad",
		mozilla + "(Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36":     "Samsung Internet on Android",
		mozilla + "(X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36":                          "Chrome on ChromeOS",
		mozilla + "(X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 OPR/123.0.0.0":                     "Opera on Linux",
		"curl/8.5.0": "curl", "Something (Windows)": "A program on Windows", "": "Unknown device", "<script>": "Unknown device", strings.Repeat("x", 9000): "Unknown device",
	} {
		if got := session.Device(agent); got != want {
			t.Errorf("Device(%.60q) = %q, want %q", agent, got, want)
		}
	}
}
