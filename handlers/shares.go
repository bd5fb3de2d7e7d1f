package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/views"
)

// SharesList lists the account's share links. When they cannot be read, they can still be revoked.
func (s *Site) SharesList(c echo.Context) error {
	list, err := s.Shares.List(c.Request().Context(), caller(c).Account)
	status, problem := http.StatusOK, views.Notice{}
	if err != nil {
		f := fault.From(err)
		status, problem = f.Status(), s.problem(c, f)
	}
	frame, err := s.Page(c, "Share links")
	if err != nil {
		return err
	}
	m := s.presentShares(frame, list, problem)
	return Render(c, status, m.Page, views.Shares(m))
}

// RevokeShare ends a share link. A server that is read-only does it too: taking back is always possible.
func (s *Site) RevokeShare(c echo.Context) error {
	if _, err := bind(c, "revoke"); err != nil {
		return err
	}

	if err := s.Shares.Revoke(c.Request().Context(), caller(c).Account, c.Param("share")); err != nil {
		return err
	}

	s.recordEvent(c, caller(c), journal.Event{Kind: journal.ShareRevoked, Words: "One link.", Once: "revoked:" + c.Param("share")})
	if err := s.tell(c, session.Notice{Kind: "success", Text: "Revoked. The link shows nothing any more."}); err != nil {
		return err
	}
	return redirect(c, paths.Shares)
}

// RevokeShares ends every share link of the account.
func (s *Site) RevokeShares(c echo.Context) error {
	if _, err := bind(c, "revoke"); err != nil {
		return err
	}

	n, err := s.Shares.RevokeAll(c.Request().Context(), caller(c).Account)
	if err != nil {
		return err
	}

	if n > 0 {
		s.record(c, caller(c), journal.ShareRevoked, "All of them: "+plural(n, "link", "links")+".")
	}
	if err := s.tell(c, session.Notice{Kind: "success", Text: "Revoked " + plural(n, "link", "links") + ". None of this account shows anything any more."}); err != nil {
		return err
	}
	return redirect(c, paths.Shares)
}
