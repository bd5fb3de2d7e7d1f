package handlers

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/views"
)

const (
	// asField is the field, and asHeader the header of a request of htmx, with the fingerprint of the account that a form or a
	// page was made under: another tab may have switched since then.
	asField  = "as"
	asHeader = "X-Comfydeck-Account"
	// backgroundHeader marks a request that no person asked for, such as a periodic refresh.
	backgroundHeader = "X-Comfydeck-Background"
)

var fingerprints = regexp.MustCompile(`^[0-9a-f]{4}-[0-9a-f]{4}$`)

// Background tells whether no person asked for a request: it does not keep a session alive.
func Background(r *http.Request) bool { return r.Header.Get(backgroundHeader) != "" }

// WithCaller makes a request one of somebody's; the zero session is nobody.
func WithCaller(c echo.Context, who session.Session) {
	ctx := session.WithSession(c.Request().Context(), who)
	c.SetRequest(c.Request().WithContext(views.As(ctx, who.Fingerprint)))
}

// MadeAs is the fingerprint of the account that a request says it was made under, "" when it says nothing.
func MadeAs(c echo.Context) (string, error) {
	r := c.Request()
	if r.Method == http.MethodPost {
		posted, err := postForm(r)
		if err != nil {
			return "", err
		}
		if as := posted.Get(asField); as != "" {
			return as, nil
		}
	}
	return r.Header.Get(asHeader), nil
}

// MadeElsewhere answers what was made under another account than the one the session works as now: nothing is sent. A form is
// kept, for when the session works as that account again; a page goes on whole, so that no page is of two accounts.
func (s *Site) MadeElsewhere(c echo.Context, made string) error {
	r, who := c.Request(), caller(c)
	if r.Method != http.MethodPost {
		if Background(r) {
			return fault.New(fault.Conflict, "This browser works as another account now: this page is of account "+who.Fingerprint+" no more. Reload it.")
		}
		note := session.Notice{Kind: "warning", Text: "This browser has switched accounts: you work as " + who.Fingerprint + " now. The page before was of another account."}
		if err := s.tell(c, note); err != nil {
			return err
		}
		return redirect(c, paths.Return(r.URL.RequestURI()))
	}
	action, kept, _ := keptOf(c)
	next := paths.Return(r.URL.Path)
	switch {
	case action != "":
		next = formPage(action)
	case sharing(c):
		next = shareTyped(c)
	}
	if a, held := heldAs(who, made); held {
		frame, err := s.Page(c, "Made as another account")
		if err != nil {
			return err
		}
		m := views.OtherAccountPage{Page: frame, Made: accountOf(a), Next: next, Home: paths.AfterSwitch(next), KeptAction: action, Kept: kept}
		return asScreen(c, http.StatusConflict, frame, views.OtherAccount(m))
	}
	if !fingerprints.MatchString(made) {
		return fault.New(fault.Invalid, "The form says that it was made as an account which cannot be one. Nothing was sent on. Reload the page and try again.")
	}
	return s.addPage(c, http.StatusConflict, views.SignInPage{Next: next, KeptAction: action, Kept: kept, Made: made})
}

// RefusedAccount goes on without an account whose token the API no longer accepts, as the one that took its place.
func (s *Site) RefusedAccount(c echo.Context, refused session.Session) error {
	s.record(c, refused, journal.SignedOut, tokenRefused)
	action, kept, err := keptOf(c)
	if err == nil && action != "" {
		return s.addPage(c, http.StatusUnauthorized, views.SignInPage{Next: formPage(action), KeptAction: action, Kept: kept, Made: refused.Fingerprint, Refused: true})
	}
	next := c.Request().URL.RequestURI()
	if sharing(c) {
		next = shareTyped(c)
	}
	if u, err := url.Parse(c.Request().Header.Get("HX-Current-URL")); err == nil && IsPart(c.Request()) {
		next = u.RequestURI()
	}
	text := "RunComfy no longer accepts the token of account " + refused.Fingerprint + ", so that it was removed here. Add it again with its present token to go on with it."
	if err := s.tell(c, session.Notice{Kind: "warning", Text: text}); err != nil {
		return err
	}
	return redirect(c, paths.NewAccountTo(paths.Return(next)))
}

// Owner finds the account of the session that sees what a page is about, which the one in use does not.
func (s *Site) Owner(c echo.Context) (views.Account, bool) {
	who := caller(c)
	if len(who.Others) == 0 {
		return views.Account{}, false
	}
	tokens, err := s.Sessions.Tokens(c.Request())
	if err != nil {
		return views.Account{}, false // a failure keeps its page, which a better offer would only have adorned
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), lookTime)
	defer cancel()
	sees := make([]bool, len(who.Others))
	var looking sync.WaitGroup
	for i, a := range who.Others {
		looking.Go(func() { sees[i] = s.sees(ctx, c, a.Account, tokens[a.Account]) })
	}
	looking.Wait()
	for i, a := range who.Others {
		if sees[i] {
			return accountOf(a), true
		}
	}
	return views.Account{}, false
}

// sees tells whether what a page is about belongs to an account.
func (s *Site) sees(ctx context.Context, c echo.Context, account, token string) bool {
	var err error
	switch {
	case token == "":
		return false
	case c.Param("id") != "":
		_, err = s.Deck.Settings(ctx, token, c.Param("id"))
	case c.Param("run") != "":
		_, err = s.Bulk.Find(ctx, account, c.Param("run"))
	case c.Param("entry") != "":
		_, err = s.Deck.Logged(ctx, account, c.Param("entry"))
	default:
		return false
	}
	return err == nil
}
