package web_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/shares"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// filesOf is what the files of a database hold.
func filesOf(t *testing.T, file string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, name := range []string{file, file + "-wal", file + "-shm"} {
		if content, err := os.ReadFile(name); err == nil {
			out["the database"] += string(content)
		}
	}
	if len(out["the database"]) < 1000 {
		t.Fatalf("%s holds next to nothing: this test looks in the wrong place", file)
	}
	return out
}

// twins are two servers over one PostgreSQL, and a session that both know.
func twins(t *testing.T) (one, two *webtest.Deck, b *webtest.Browser) {
	t.Helper()
	db := migrated.Postgres(t)
	one = start(t, webtest.Options{PublicURL: site, Database: db, TrustedProxies: loopback(t)})
	two = webtest.Start(t, webtest.Options{PublicURL: site, Database: db, TrustedProxies: loopback(t), APIURL: one.APIURL})
	return one, two, member(t, one)
}

// TestShares_revokedElsewhere: a thousand times, what one server revokes the other one denies at once, to those who look
// already and to those who come (SR-47).
func TestShares_revokedElsewhere(t *testing.T) {
	t.Parallel()
	one, two, b := twins(t)
	account, found := ownAccount(t, one, b)
	if !found {
		t.Fatal("nobody is signed in")
	}
	keys := session.ShareKeys([][]byte{[]byte("a server key for tests, 32 bytes")})
	desk := shares.New(one.Store.Shares(), shares.Options{Keys: keys, Longest: 24 * time.Hour})
	for round := range times(1000, 50) {
		w := shares.Wish{Account: account, Parts: shares.Parts{Readme: true}, Lifetime: "1h", Key: "round " + string(rune('A'+round%26)) + time.Duration(round).String()}
		src := shares.Source{Deployment: on, Name: "image-to-video", Readme: "# Hello"}
		offer, err := desk.Share(t.Context(), w, src)
		if err != nil {
			t.Fatal(err)
		}
		w.Confirm = offer.Confirm
		made, err := desk.Share(t.Context(), w, src)
		if err != nil || !made.Made {
			t.Fatal(made.Made, err)
		}
		near, far := one, two
		if round%2 == 1 {
			near, far = two, one
		}
		path, link := "/s/"+made.ID, url.Values{"link": {made.Secret}}
		visitor := far.Browser(t)
		visitor.Post(path, link, from(round)).Expect(http.StatusSeeOther, path)
		if visitor.Get(path).Status != http.StatusOK {
			t.Fatalf("round %d: the link does not work", round)
		}
		b.Via(near).Post("/shares/"+made.ID+"/revoke", url.Values{"revoke": {"1"}}).Expect(http.StatusSeeOther, "/shares")
		if again, anew := visitor.Get(path).Status, far.Browser(t).Post(path, link, from(round)).Status; again != http.StatusNotFound || anew != http.StatusNotFound {
			t.Fatalf("round %d: after it was revoked, the other server answers %d and %d", round, again, anew)
		}
	}
}

// ownAccount is the account that a browser is signed in to, as the store names it.
func ownAccount(t *testing.T, d *webtest.Deck, b *webtest.Browser) (string, bool) {
	t.Helper()
	m, err := session.New(d.Store.Sessions(), session.Options{Keys: [][]byte{[]byte("a server key for tests, 32 bytes")}, Secure: true})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, site, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "__Host-comfydeck", Value: b.Cookie("__Host-comfydeck")})
	who, err := m.Load(r, true)
	return who.Account, err == nil
}

// TestShares_limitElsewhere: of fifty visitors at once on two servers, as many get in as the limit says (SR-48).
func TestShares_limitElsewhere(t *testing.T) {
	t.Parallel()
	one, two, b := twins(t)
	path, secret := shared(t, b, with(everything, "view_limit", "7"))
	for range 5 { // link previews only look
		two.Browser(t).Get(path)
	}
	var in atomic.Int32
	var all sync.WaitGroup
	for i := range 50 {
		visitor := []*webtest.Deck{one, two}[i%2].Browser(t)
		all.Go(func() {
			switch r := visitor.Post(path, url.Values{"link": {secret}}, from(i)); r.Status {
			case http.StatusSeeOther:
				in.Add(1)
			case http.StatusNotFound:
			default:
				t.Errorf("answered %d", r.Status)
			}
		})
	}
	all.Wait()
	if in.Load() != 7 {
		t.Errorf("%d got in, want 7", in.Load())
	}
	b.Via(two).Get("/shares").Check(says("7 of 7"), says("Used up"))
}

// TestShares_end: a link ends by the database's clock, whatever the servers take for the time, to the second (SR-47).
func TestShares_end(t *testing.T) {
	t.Parallel()
	db := migrated.Postgres(t)
	hours := func(n int) func() time.Time {
		return func() time.Time { return time.Now().Add(time.Duration(n) * time.Hour) }
	}
	one := start(t, webtest.Options{PublicURL: site, Database: db, Now: hours(-30)})
	two := webtest.Start(t, webtest.Options{PublicURL: site, Database: db, Now: hours(30), APIURL: one.APIURL})
	path, secret := shared(t, member(t, one), with(everything, "lifetime", "1h"))
	look, found, err := two.Store.Shares().Frozen(t.Context(), strings.TrimPrefix(path, "/s/"))
	if err != nil || !found {
		t.Fatal(found, err)
	}
	left := look.ExpiresAt.Sub(look.Now)
	for _, d := range []*webtest.Deck{one, two} {
		visitor := d.Browser(t)
		entered(visitor, path, secret).Expect(http.StatusOK, "")
		d.Store.ShiftClock(left - 20*time.Second) // a slow machine is no finding
		visitor.Get(path).Expect(http.StatusOK, "")
		entered(d.Browser(t), path, secret).Expect(http.StatusOK, "")
		d.Store.ShiftClock(20 * time.Second)
		visitor.Get(path).Expect(http.StatusNotFound, "")
		entered(d.Browser(t), path, secret).Expect(http.StatusNotFound, "")
	}
}
