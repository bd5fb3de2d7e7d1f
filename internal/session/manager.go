package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
)

const (
	defaultIdle     = 30 * time.Minute
	defaultAbsolute = 12 * time.Hour
	maxAbsolute     = 24 * time.Hour

	// A session is touched at most this often: a row is written once a minute, not
	// once a request.
	touchEvery = time.Minute

	// maxSessions is how many sessions may work as one account: a whole team may share its token.
	maxSessions = 50

	displayNameKey = "display_name"
	othersKey      = "others"
)

// Options set up a [Manager]. There is none for the cookie's other attributes:
// HttpOnly, SameSite=Lax, Path=/ and no Domain are not up for choice.
type Options struct {
	// Keys are the server keys, 32 bytes each. The first seals, all of them open.
	// The last, oldest one also names accounts (see [Session.Account]): they stay
	// the same while it is configured, whatever is put in front of it.
	Keys [][]byte
	// Secure is for https: the cookie is then __Host-comfydeck with Secure set.
	// Without it the cookie is comfydeck.
	Secure bool
	// Idle ends a session that nobody used for so long; 0 means 30 minutes.
	Idle time.Duration
	// Absolute ends a session however much it is used; 0 means 12 hours. At most 24 hours.
	Absolute time.Duration
	// Logger hears what cannot be returned to a caller; nil means nobody does.
	Logger *slog.Logger
}

// Manager makes, loads and ends signed-in sessions. It is safe for concurrent use.
type Manager struct {
	store    Store
	scs      *scs.SessionManager
	keys     *keyring
	cookie   http.Cookie
	idle     time.Duration
	absolute time.Duration
	log      *slog.Logger
}

// New returns a manager of the sessions in store. It refuses options that would
// make sessions unsafe: missing, short, empty or repeated keys, limits out of range.
func New(store Store, o Options) (*Manager, error) {
	if store == nil {
		return nil, errors.New("session: a store is needed")
	}
	keys, err := newKeyring(o.Keys)
	if err != nil {
		return nil, err
	}
	m := &Manager{store: store, keys: keys, idle: o.Idle, absolute: o.Absolute, log: o.Logger}
	if m.idle == 0 {
		m.idle = defaultIdle
	}
	if m.absolute == 0 {
		m.absolute = defaultAbsolute
	}
	if m.log == nil {
		m.log = slog.New(slog.DiscardHandler)
	}
	if m.idle < 0 || m.idle > m.absolute || m.absolute > maxAbsolute {
		return nil, fmt.Errorf("session: limits must be 0 < idle <= absolute <= %v, got %v and %v",
			maxAbsolute, m.idle, m.absolute)
	}
	m.cookie = http.Cookie{
		Name: nameOf(cookieName, o.Secure), Path: "/",
		Secure: o.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	m.scs = &scs.SessionManager{ // scs.New would leave a goroutine of its own store behind
		Store:            scsStore{store: store, idle: m.idle},
		Codec:            codec{},
		Lifetime:         m.absolute,
		HashTokenInStore: true,
		// scs would write every session back after every request to track idleness, and
		// so bring back what was ended meanwhile; the store tracks it in its own column.
		IdleTimeout: 0,
	}
	return m, nil
}

// Load returns the signed-in session of the request's cookie. [ErrNone] means that
// there is none; a row that cannot be read any more is ended on the way. Any other
// error means that the store could not answer: the person may well be signed in.
//
// A background request, one no person asked for, does not count as use.
func (m *Manager) Load(r *http.Request, background bool) (Session, error) {
	raw, ok := m.cookieValue(r)
	if !ok {
		return Session{}, ErrNone
	}
	x := &exchange{}
	ctx, err := m.scs.Load(withExchange(r.Context(), x), raw)
	switch {
	case x.err != nil:
		return Session{}, fmt.Errorf("session: load: %w", x.err)
	case err != nil:
		return Session{}, m.discard(r.Context(), raw, err)
	case m.scs.Token(ctx) == "":
		return Session{}, ErrNone
	}
	token, err := m.keys.open(present, raw, x.row.Sealed)
	if err != nil {
		return Session{}, m.discard(r.Context(), raw, err)
	}
	held, err := decodeAccounts(m.scs.GetString(ctx, othersKey))
	if err != nil {
		return Session{}, m.discard(r.Context(), raw, err)
	}
	if !background {
		m.touch(r, raw, token, x.row.Quiet)
	}
	return m.describe(raw, token, m.scs.GetString(ctx, displayNameKey), held, x.row), nil
}

// discard ends a session whose row makes no sense and reports that there is none.
func (m *Manager) discard(ctx context.Context, raw string, why error) error {
	m.log.WarnContext(ctx, "session discarded", "session", m.keys.logName(raw), "err", why)
	if err := m.store.End(ctx, hashCookie(raw)); err != nil {
		return fmt.Errorf("session: discard: %w", err)
	}
	return ErrNone
}

// touch never fails a request: with a full disk, say, the person can still read
// pages and stop what costs money, until the session goes idle.
func (m *Manager) touch(r *http.Request, raw, token string, quiet time.Duration) {
	if quiet < min(touchEvery, m.idle/2) {
		return
	}
	if err := m.store.Touch(r.Context(), hashCookie(raw), m.idle, m.trace(r, raw, token)); err != nil {
		m.log.WarnContext(r.Context(), "session not touched", "session", m.keys.logName(raw), "err", err)
	}
}

// SignIn ends the request's old session, if any, and begins a new one, with a new
// id and nothing carried over, that holds the API token, sealed. It sets the
// session cookie on w; when it fails, w is untouched and the old session is as it was.
func (m *Manager) SignIn(w http.ResponseWriter, r *http.Request, token, displayName string) (Session, error) {
	if token == "" {
		return Session{}, errors.New("session: sign-in without a token")
	}
	n := NewRow{Lifetime: m.absolute}
	if old, ok := m.cookieValue(r); ok {
		n.Replaces = hashCookie(old)
	}
	who, err := m.create(w, r, n, credential{token, displayName}, nil)
	if err != nil {
		return Session{}, fmt.Errorf("session: sign in: %w", err)
	}
	return who, nil
}

// credential is a token with what the person calls its account.
type credential struct{ token, name string }

// create stores a session that works with the token of now and holds those of others, all sealed anew, and sets its cookie.
func (m *Manager) create(w http.ResponseWriter, r *http.Request, n NewRow, now credential, others []credential) (Session, error) {
	x := &exchange{create: &n}
	ctx, err := m.scs.Load(withExchange(r.Context(), x), "")
	if err != nil {
		return Session{}, err
	}
	if err := m.scs.RenewToken(ctx); err != nil {
		return Session{}, err
	}
	raw := m.scs.Token(ctx)
	if n.Sealed, err = m.keys.seal(present, raw, now.token); err != nil {
		return Session{}, err
	}
	var held []Account
	for _, o := range others {
		a := m.keys.account(o.token, o.name)
		sealed, err := m.keys.seal(beside(a.Account), raw, o.token)
		if err != nil {
			return Session{}, err
		}
		held = append(held, a)
		n.Held = append(n.Held, Held{Account: a.Account, Name: a.Name, Sealed: sealed})
	}
	n.Name, n.By, n.Most = now.name, m.trace(r, raw, now.token), maxSessions
	m.scs.Put(ctx, displayNameKey, now.name)
	if len(held) > 0 {
		m.scs.Put(ctx, othersKey, encodeAccounts(held))
	}
	if _, _, err := m.scs.Commit(ctx); err != nil {
		return Session{}, err
	}
	m.setCookie(w, raw)
	return m.describe(raw, now.token, now.name, held, x.row), nil
}

// SignOut makes the request's session dead for good, deletes its sealed token and
// expires the cookie. Without a session it only expires the cookie. When it fails
// nothing is set on w and the person is still signed in.
func (m *Manager) SignOut(w http.ResponseWriter, r *http.Request) error {
	if raw, ok := m.cookieValue(r); ok {
		// A person who closes the tab after pressing the button meant it.
		if err := m.store.End(context.WithoutCancel(r.Context()), hashCookie(raw)); err != nil {
			return fmt.Errorf("session: sign out: %w", err)
		}
	}
	m.setCookie(w, "")
	return nil
}

// ForgetEnded deletes at most limit rows of sessions that are over, by their absolute end or for want of use, and counts them.
func (m *Manager) ForgetEnded(ctx context.Context, limit int) (int, error) {
	n, err := m.store.Sweep(ctx, m.idle, limit)
	if err != nil {
		return n, fmt.Errorf("session: forget those that are over: %w", err)
	}
	return n, nil
}

func (m *Manager) describe(raw, token, displayName string, held []Account, row Row) Session {
	a := m.keys.account(token, displayName)
	return Session{
		Token: token, DisplayName: displayName,
		Account: a.Account, Fingerprint: a.Fingerprint, Hue: a.Hue, Others: held,
		SignedInAt: row.CreatedAt, ExpiresAt: row.ExpiresAt,
		ID: m.keys.logName(raw),
	}
}

// trace is what is kept of who makes a request.
func (m *Manager) trace(r *http.Request, raw, token string) Trace {
	return Trace{
		ID: m.keys.logName(raw), Account: m.keys.account(token, "").Account,
		Device: Device(r.UserAgent()), Address: VisitorFrom(r.Context()).Address,
	}
}
