package session

import "net/http"

// HashCookie is how tests find the row of a cookie.
var HashCookie = hashCookie

// StaleWriter loads the request's session into scs and returns what scs itself
// could do later with that copy: write it back, and give it a new id.
func StaleWriter(m *Manager, r *http.Request) (commit, renew func() error, err error) {
	raw, _ := m.cookieValue(r)
	ctx, err := m.scs.Load(r.Context(), raw)
	if err != nil {
		return nil, nil, err
	}
	m.scs.Put(ctx, displayNameKey, "written late")
	commit = func() error { _, _, err := m.scs.Commit(ctx); return err }
	renew = func() error { return m.scs.RenewToken(ctx) }
	return commit, renew, nil
}
