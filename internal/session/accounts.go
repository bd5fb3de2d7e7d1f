package session

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// MaxAccounts is how many accounts one session holds, the one it works as among them.
const MaxAccounts = 5

// Errors about the accounts of a session.
var (
	ErrTooMany = errors.New("session: it holds as many accounts as it may")
	ErrNotHeld = errors.New("session: it does not hold that account")
)

// AddAccount lets the request's session hold another token and work with it from now on; an account it held already gets the
// new token and name. Like every change of what a session may do this gives it a new id and ends the old one. [ErrTooMany]
// leaves it as it was, and [ErrNone] says that there is no session any more.
func (m *Manager) AddAccount(w http.ResponseWriter, r *http.Request, token, name string) (Session, error) {
	if token == "" {
		return Session{}, errors.New("session: an account without a token")
	}
	all, err := m.all(r)
	if err != nil {
		return Session{}, err
	}
	added := m.keys.account(token, name).Account
	// What was worked with goes first, so that it is the first to go back to.
	all = slices.DeleteFunc(all, func(c credential) bool { return m.keys.account(c.token, "").Account == added })
	if len(all) >= MaxAccounts {
		return Session{}, ErrTooMany
	}
	return m.renew(w, r, credential{token, name}, all)
}

// SwitchAccount lets the request's session work as another account that it holds, named by its fingerprint. It gets a new id.
// [ErrNotHeld] leaves it as it was.
func (m *Manager) SwitchAccount(w http.ResponseWriter, r *http.Request, fingerprint string) (Session, error) {
	all, err := m.all(r)
	if err != nil {
		return Session{}, err
	}
	i := m.find(all, fingerprint)
	if i < 0 {
		return Session{}, ErrNotHeld
	}
	now := all[i]
	all[i] = all[0] // they change places, so that the others stay where they are
	return m.renew(w, r, now, all[1:])
}

// RemoveAccount takes an account out of the request's session, with its token; when it is the one the session works as, the next
// one takes its place. The session gets a new id. Without any account left it ends, the cookie expires, and the zero
// Session is returned.
func (m *Manager) RemoveAccount(w http.ResponseWriter, r *http.Request, fingerprint string) (Session, error) {
	all, err := m.all(r)
	if err != nil {
		return Session{}, err
	}
	i := m.find(all, fingerprint)
	if i < 0 {
		return Session{}, ErrNotHeld
	}
	all = slices.Delete(all, i, i+1)
	if len(all) == 0 {
		return Session{}, m.SignOut(w, r)
	}
	return m.renew(w, r, all[0], all[1:])
}

// Tokens returns the tokens of the accounts that the request's session holds beside the one it works as, by account.
func (m *Manager) Tokens(r *http.Request) (map[string]string, error) {
	raw, ok := m.cookieValue(r)
	if !ok {
		return nil, ErrNone
	}
	held, err := m.held(r, raw)
	tokens := make(map[string]string, len(held))
	for _, c := range held {
		tokens[m.keys.account(c.token, "").Account] = c.token
	}
	return tokens, err
}

// all are the tokens of the request's session, the one it works with first.
func (m *Manager) all(r *http.Request) ([]credential, error) {
	who, err := m.Load(r, true)
	if err != nil {
		return nil, err
	}
	raw, _ := m.cookieValue(r)
	held, err := m.held(r, raw)
	if err != nil {
		return nil, err
	}
	all := []credential{{who.Token, who.DisplayName}}
	for _, a := range who.Others { // in the order they are shown in
		for _, c := range held {
			if m.keys.account(c.token, "").Account == a.Account {
				all = append(all, c)
			}
		}
	}
	return all, nil
}

// held opens the tokens that a session holds beside the one it works with. One that cannot be opened is left out.
func (m *Manager) held(r *http.Request, raw string) ([]credential, error) {
	rows, err := m.store.Held(r.Context(), hashCookie(raw), m.idle)
	if err != nil {
		return nil, fmt.Errorf("session: accounts: %w", err)
	}
	var out []credential
	for _, row := range rows {
		token, err := m.keys.open(beside(row.Account), raw, row.Sealed)
		if err != nil {
			m.log.WarnContext(r.Context(), "account left out", "session", m.keys.logName(raw), "err", err)
			continue
		}
		out = append(out, credential{token, row.Name})
	}
	return out, nil
}

func (m *Manager) find(all []credential, fingerprint string) int {
	return slices.IndexFunc(all, func(c credential) bool { return m.keys.account(c.token, "").Fingerprint == fingerprint })
}

// renew goes on with the request's session under a new id. One that was ended meanwhile stays so.
func (m *Manager) renew(w http.ResponseWriter, r *http.Request, now credential, others []credential) (Session, error) {
	raw, _ := m.cookieValue(r)
	who, err := m.create(w, r, NewRow{Lifetime: m.absolute, Replaces: hashCookie(raw), Renews: true, Idle: m.idle}, now, others)
	if err != nil {
		return Session{}, fmt.Errorf("session: renew: %w", err)
	}
	return who, nil
}
