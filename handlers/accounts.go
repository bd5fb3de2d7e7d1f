package handlers

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/views"
)

// accountField names an account of the session by its fingerprint.
const accountField = "account"

const cannotKeep = "This server cannot keep sessions right now, so that nothing has changed. Try again in a moment; the operator's log says more."

// Accounts are those that this browser works as, one at a time.
func (s *Site) Accounts(c echo.Context) error {
	frame, err := s.Page(c, "Accounts")
	if err != nil {
		return err
	}
	m := views.AccountsPage{Page: frame, Full: len(frame.Account.Others) >= session.MaxAccounts-1}
	m.Lead = "Pages show one account at a time, and what you send goes to the one in use. A link to a deployment of another one here offers to open it as that one."
	return Render(c, http.StatusOK, frame, views.Accounts(m))
}

// NewAccount asks for the token of another account.
func (s *Site) NewAccount(c echo.Context) error {
	return s.addPage(c, http.StatusOK, views.SignInPage{Next: paths.Return(c.QueryParam("next")), DisplayName: nameOr(c, "")})
}

// AddAccount tries a token as SignIn does, and works as its account from then on, beside those that are there.
func (s *Site) AddAccount(c echo.Context) error {
	form, err := bind(c, signInKeys()...)
	if err != nil {
		return err
	}
	m := views.SignInPage{Adding: true, Next: paths.Return(form["next"]), DisplayName: nameOr(c, form["display_name"]), Made: form[keptPrefix+asField]}
	m.KeptAction, m.Kept = keptFrom(form)
	token := strings.TrimSpace(form["token"])
	if token == "" {
		m.Error = "Enter the API token of the other account."
		return s.addPage(c, http.StatusUnprocessableEntity, m)
	}
	if wait := s.Attempts.Wait(c.RealIP()); wait > 0 {
		return s.addAgain(c, m, tooManySignIns(wait))
	}
	read, err := s.Deck.CheckToken(c.Request().Context(), token)
	if err != nil {
		return s.addAgain(c, m, fault.From(err))
	}
	who, err := s.Sessions.AddAccount(c.Response(), c.Request(), token, m.DisplayName)
	switch {
	case errors.Is(err, session.ErrTooMany):
		m.Error = "This browser holds as many accounts as it may. Remove one of them first."
		return s.addPage(c, http.StatusUnprocessableEntity, m)
	case errors.Is(err, session.ErrNone):
		return s.toSignIn(c)
	case err != nil:
		return s.addAgain(c, m, fault.Wrap(fault.Unavailable, cannotKeep, err))
	}
	s.Attempts.Forget(c.RealIP())
	s.Deck.Welcome(who.Account, token, read)
	s.record(c, who, journal.SignedIn, "In a browser that works as another account too.")
	return s.workAs(c, who, m)
}

// SwitchAccount works as another account of the session.
func (s *Site) SwitchAccount(c echo.Context) error {
	form, err := bind(c, append(signInKeys(), accountField)...)
	if err != nil {
		return err
	}
	m := views.SignInPage{Adding: true, Next: paths.Return(form["next"])}
	m.KeptAction, m.Kept = keptFrom(form)
	who, err := s.Sessions.SwitchAccount(c.Response(), c.Request(), form[accountField])
	switch {
	case errors.Is(err, session.ErrNotHeld):
		return fault.Wrap(fault.NotFound, "This browser no longer holds that account. Add it again under Accounts.", err)
	case errors.Is(err, session.ErrNone):
		return s.toSignIn(c)
	case err != nil:
		return fault.Wrap(fault.Unavailable, cannotKeep, err)
	}
	return s.workAs(c, who, m)
}

// workAs goes on as somebody else: with the form that was kept for that, or on the page that was asked for.
func (s *Site) workAs(c echo.Context, who session.Session, m views.SignInPage) error {
	if len(m.Kept) == 0 {
		return redirect(c, m.Next)
	}
	WithCaller(c, who)
	return s.resume(c, m)
}

// RemoveAccount takes an account out of the session, with its token. The last one is the end of the session.
func (s *Site) RemoveAccount(c echo.Context) error {
	form, err := bind(c, accountField)
	if err != nil {
		return err
	}
	before := caller(c)
	now, err := s.Sessions.RemoveAccount(c.Response(), c.Request(), form[accountField])
	switch {
	case errors.Is(err, session.ErrNotHeld):
		return fault.Wrap(fault.NotFound, "This browser no longer holds that account.", err)
	case errors.Is(err, session.ErrNone):
		return s.toSignIn(c)
	case err != nil:
		return fault.Wrap(fault.Unavailable, cannotKeep, err)
	case now.Token == "":
		return s.leave(c, before, paths.Deployments)
	}
	if before.Account != now.Account {
		s.record(c, before, journal.SignedOut, "")
	}
	s.forget(before)
	text := "Removed account " + form[accountField] + ". Its token is deleted here."
	if before.Account != now.Account {
		text += " You work as " + now.Fingerprint + " now."
	}
	if err := s.tell(c, session.Notice{Kind: "success", Text: text}); err != nil {
		return err
	}
	return redirect(c, paths.Accounts)
}

// addAgain brings the form back with the reason. A token that is refused is no reason to end the session that asks.
func (s *Site) addAgain(c echo.Context, m views.SignInPage, f *fault.Error) error {
	if f.Kind == fault.Unauthorized || f.Kind == fault.Forbidden {
		m.Error = f.Message
		return s.addPage(c, http.StatusUnprocessableEntity, m)
	}
	m.Notices = []views.Notice{s.problem(c, f)}
	SetRetryAfter(c, f)
	return s.addPage(c, f.Status(), m)
}

func (s *Site) addPage(c echo.Context, status int, m views.SignInPage) error {
	frame, err := s.Page(c, "Add an account")
	if err != nil {
		return err
	}
	m.Notices, frame.Notices = nil, append(frame.Notices, m.Notices...)
	m.Page, m.Adding, m.APIHost = frame, true, hostOf(s.APIURL)
	return asScreen(c, status, m.Page, views.AddAccount(m))
}

// accountOf presents an account of a session.
func accountOf(a session.Account) views.Account {
	return views.Account{SignedIn: true, Name: a.Name, Fingerprint: a.Fingerprint, Hue: a.Hue}
}

// badgeOf presents somebody with everybody else they can be.
func badgeOf(who session.Session, self string) views.Account {
	a := accountOf(session.Account{Name: who.DisplayName, Fingerprint: who.Fingerprint, Hue: who.Hue})
	a.Next = paths.AfterSwitch(self)
	for _, o := range who.Others {
		a.Others = append(a.Others, accountOf(o))
	}
	return a
}

// heldAs finds an account of the session by its fingerprint.
func heldAs(who session.Session, fingerprint string) (session.Account, bool) {
	i := slices.IndexFunc(who.Others, func(a session.Account) bool { return a.Fingerprint == fingerprint })
	if i < 0 {
		return session.Account{}, false
	}
	return who.Others[i], true
}
