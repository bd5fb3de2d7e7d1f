package web

import (
	"net"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/handlers"
	"github.com/comfydeck/comfydeck/internal/session"
)

// noteVisitor says of every request where it comes from, and whom the proxy in front has signed in.
func (s *Server) noteVisitor(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		v := session.Visitor{Address: c.RealIP(), Person: s.takeIdentity(c.Request())}
		c.SetRequest(c.Request().WithContext(session.WithVisitor(c.Request().Context(), v)))
		return next(c)
	}
}

// takeIdentity takes the header out of a request in which the proxy in front names the person, whoever sent it, and returns the
// name when it was that proxy. Two headers are none: one of them may be the browser's own.
func (s *Server) takeIdentity(r *http.Request) string {
	if s.config.IdentityHeader == "" {
		return ""
	}
	values := r.Header.Values(s.config.IdentityHeader)
	r.Header.Del(s.config.IdentityHeader)
	if len(values) != 1 || !s.fromProxy(r) {
		return ""
	}
	return handlers.NameInput(values[0])
}

// fromProxy tells whether a trusted proxy handed the request over.
func (s *Server) fromProxy(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	peer := net.ParseIP(host)
	return err == nil && peer != nil && slices.ContainsFunc(s.config.TrustedProxies, func(n *net.IPNet) bool { return n.Contains(peer) })
}
