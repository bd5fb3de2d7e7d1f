package session

import (
	"net/http"
	"strings"
)

const (
	cookieName = "comfydeck"
	// A browser takes a cookie of this prefix only over https, for the whole host,
	// and not from a neighbouring host.
	hostPrefix = "__Host-"
	// scs makes 32 random bytes, 43 characters of unpadded URL-safe base64.
	cookieLength   = 43
	cookieAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
)

func nameOf(base string, secure bool) string {
	if secure {
		return hostPrefix + base
	}
	return base
}

// cookieValue returns the request's session cookie, and false when there is none or
// it cannot be one of ours: a made-up value never reaches the store.
func (m *Manager) cookieValue(r *http.Request) (string, bool) {
	c, err := r.Cookie(m.cookie.Name)
	if err != nil || len(c.Value) != cookieLength || strings.Trim(c.Value, cookieAlphabet) != "" {
		return "", false
	}
	return c.Value, true
}

// setCookie sends the session cookie with the value raw, or deletes it when raw is
// "". It has no age: the server alone decides when a session ends.
func (m *Manager) setCookie(w http.ResponseWriter, raw string) {
	c := m.cookie
	c.Value = raw
	if raw == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, &c)
	keepLastCookie(w.Header(), c.Name)
}

// keepLastCookie leaves one Set-Cookie line for name. Two would leave it to the
// browser which of them counts.
func keepLastCookie(h http.Header, name string) {
	lines := h["Set-Cookie"]
	kept := make([]string, 0, len(lines))
	for i, line := range lines {
		if i == len(lines)-1 || !strings.HasPrefix(line, name+"=") {
			kept = append(kept, line)
		}
	}
	h["Set-Cookie"] = kept
}
