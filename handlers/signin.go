package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/views"
)

const (
	maxDisplayName = 60 // characters
	keptPrefix     = "kept_"
	keptAction     = "kept_action"
)

// SignInForm asks for the token, or goes on when somebody is signed in already.
func (s *Site) SignInForm(c echo.Context) error {
	next := paths.Return(c.QueryParam("next"))
	if _, ok := session.From(c.Request().Context()); ok {
		return redirect(c, next)
	}
	if err := s.Browser.Begin(c.Response(), c.Request()); err != nil {
		return err
	}
	return s.signInPage(c, http.StatusOK, views.SignInPage{Next: next, DisplayName: nameOr(c, "")})
}

// SignIn tries the token with one list call and begins a session.
func (s *Site) SignIn(c echo.Context) error {
	if s.Insecure(c.Request()) && !s.AllowInsecure {
		return s.SignInBlocked(c)
	}
	form, err := bind(c, signInKeys()...)
	if err != nil {
		return err
	}
	m := views.SignInPage{Next: paths.Return(form["next"]), DisplayName: nameOr(c, form["display_name"]), Made: form[keptPrefix+asField]}
	m.KeptAction, m.Kept = keptFrom(form)

	token := strings.TrimSpace(form["token"])
	if token == "" {
		m.Error = "Enter your API token."
		return s.signInPage(c, http.StatusUnprocessableEntity, m)
	}
	if wait := s.Attempts.Wait(c.RealIP()); wait > 0 {
		return s.signInAgain(c, m, tooManySignIns(wait))
	}
	read, err := s.Deck.CheckToken(c.Request().Context(), token)
	if err != nil {
		s.signInRefused(c, m.DisplayName, err)
		return s.signInAgain(c, m, fault.From(err))
	}

	who, err := s.Sessions.SignIn(c.Response(), c.Request(), token, m.DisplayName)
	if err != nil {
		return s.signInAgain(c, m, fault.Wrap(fault.Unavailable, "This server cannot keep sessions right now, so that nobody can sign in. Try again in a moment; the operator's log says more.", err))
	}
	s.Attempts.Forget(c.RealIP())
	s.Deck.Welcome(who.Account, token, read)
	s.record(c, who, journal.SignedIn, "")
	if len(m.Kept) == 0 {
		return redirect(c, m.Next)
	}
	WithCaller(c, who)
	return s.resume(c, m)
}

// SignInTooLarge brings the form back when what was posted is too large to be read.
func (s *Site) SignInTooLarge(c echo.Context, f *fault.Error) error {
	return s.signInAgain(c, views.SignInPage{Next: paths.Deployments, DisplayName: nameOr(c, "")}, f)
}

// SignInBlocked says why no token is accepted here. The body of the request is not read.
func (s *Site) SignInBlocked(c echo.Context) error {
	c.Response().Header().Set(echo.HeaderConnection, "close") // otherwise net/http reads it before it answers
	return s.signInPage(c, http.StatusForbidden, views.SignInPage{})
}

func tooManySignIns(wait time.Duration) *fault.Error {
	f := fault.New(fault.RateLimited, fmt.Sprintf("Too many attempts to sign in came from your address. Try again in %d s.", int64(wait.Seconds()+0.5)))
	f.RetryAfter = wait
	return f
}

// signInAgain brings the form back with the reason. A refused token is a refused value; an API that is down is not.
func (s *Site) signInAgain(c echo.Context, m views.SignInPage, f *fault.Error) error {
	switch f.Kind {
	case fault.Unauthorized, fault.Forbidden:
		m.Error = f.Message
		return s.signInPage(c, http.StatusUnprocessableEntity, m)
	default:
		m.Notices = []views.Notice{s.problem(c, f)}
		SetRetryAfter(c, f)
		return s.signInPage(c, f.Status(), m)
	}
}

// SignOut ends the session and leads to the sign-in page, which then leads back.
func (s *Site) SignOut(c echo.Context) error {
	form, err := bind(c, "sign_out", "next")
	if err != nil {
		return err
	}
	if err := s.Sessions.SignOut(c.Response(), c.Request()); err != nil {
		return fault.Wrap(fault.Unavailable, "This server could not end your session: its database does not answer. You are still signed in. Try again in a moment.", err)
	}
	s.record(c, caller(c), journal.SignedOut, "")
	s.forget(caller(c))
	c.Response().Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return redirect(c, paths.SignInTo(paths.Return(form["next"])))
}

// SignInAgain is the sign-in page for a request that needs a session and has none. A form that was posted is kept in it, so
// that nothing typed is lost; it is not sent by itself.
// refused says that there was one and that the API no longer accepts its token.
func (s *Site) SignInAgain(c echo.Context, refused bool) error {
	action, kept, err := keptOf(c)
	if err != nil || action == "" {
		return s.toSignIn(c)
	}
	m := views.SignInPage{Next: formPage(action), KeptAction: action, Kept: kept, Refused: refused}
	if action == paths.Compare {
		m.Next = paths.Return(c.Request().URL.RequestURI())
	}
	if as := c.Request().PostForm.Get(asField); fingerprints.MatchString(as) {
		m.Made = as
	}
	m.DisplayName = nameOr(c, "")
	return s.signInPage(c, http.StatusUnauthorized, m)
}

// toSignIn leads to the sign-in page, which leads back to the page that was asked for.
func (s *Site) toSignIn(c echo.Context) error {
	r := c.Request()
	next := r.URL.RequestURI()
	if why := r.PostFormValue(deployments.FieldReason); why != "" && strings.HasPrefix(r.URL.Path, paths.Runs+"/") {
		next += "?" + url.Values{deployments.FieldReason: {why}}.Encode() // the page of the run has the field again
	}
	if sharing(c) {
		next = shareTyped(c)
	}
	if IsPart(r) {
		if u, err := url.Parse(r.Header.Get("HX-Current-URL")); err == nil {
			next = u.RequestURI()
		}
		c.Response().Header().Set("HX-Redirect", paths.SignInTo(paths.Return(next)))
		return c.NoContent(http.StatusUnauthorized)
	}
	return c.Redirect(http.StatusSeeOther, paths.SignInTo(paths.Return(next)))
}

// FormAgain brings a posted form back with everything typed when the request could not even begin; false when the request
// is no form worth keeping.
func (s *Site) FormAgain(c echo.Context, f *fault.Error) (kept bool, err error) {
	if sharing(c) {
		if form, err := bindShare(c); err == nil {
			return true, s.shareAgain(c, orUnread(c, deployments.Deployment{}), form, f)
		}
	}
	if c.Request().Method != http.MethodPost || !keepable.MatchString(c.Request().URL.Path) {
		return false, nil
	}
	form, err := keptForm(c)
	if err != nil {
		return false, nil //nolint:nilerr // what cannot be read cannot be kept; the first failure is the one to tell
	}
	why := form[deployments.FieldReason]
	for _, own := range ownFields() {
		delete(form, own)
	}
	if c.Request().URL.Path == paths.Compare {
		return true, s.broughtAgain(c, f, form[workflowField])
	}
	if view, ok := viewOf(c.Request().URL.Path); ok {
		return true, s.viewsPage(c, f.Status(), typedView{id: view, name: form["name"], query: form[viewQuery]}, s.problem(c, f))
	}
	if hook, ok := hookOf(c.Request().URL.Path); ok {
		return true, s.hookKept(c, f.Status(), hook, form, s.problem(c, f))
	}
	if action, ok := manyActionOf(c.Request().URL.Path, form); ok {
		return true, s.runForm(c, f.Status(), action, form, nil, s.problem(c, f))
	}
	if id, ok := notedIn(c.Request().URL.Path); ok {
		return true, s.notesForm(c, f.Status(), id, "", notesState{typed: typedNotes(form), version: form[versionField], problem: s.problem(c, f)})
	}
	from := form[notesFromField]
	delete(form, notesFromField)
	switch c.Request().URL.Path {
	case paths.Deployments:
		return true, s.createForm(c, f.Status(), formState{draft: deployments.Draft(form), notesFrom: from, why: why, problem: s.problem(c, f), unsaved: true})
	case paths.NewDeployment:
		return true, s.createForm(c, f.Status(), formState{draft: deployments.NewDraft(), pasted: form[deployments.FieldPaste], problem: s.problem(c, f)})
	}
	draft, base := splitBase(form)
	d := deployments.Deployment{ID: c.Param("id"), Name: base[deployments.FieldName]}
	return true, s.editForm(c, f.Status(), d, formState{draft: draft, base: base, why: why, problem: s.problem(c, f), unsaved: true})
}

func (s *Site) signInPage(c echo.Context, status int, m views.SignInPage) error {
	frame, err := s.Page(c, "Sign in")
	if err != nil {
		return err
	}
	for i := range frame.Notices {
		frame.Notices[i].Focus = false // the token is what to type
	}
	m.Notices, frame.Notices = nil, append(frame.Notices, m.Notices...)
	m.Page = frame
	m.Account = views.Account{}
	m.Blocked = s.Insecure(c.Request()) && !s.AllowInsecure
	m.APIHost = hostOf(s.APIURL)
	m.NextLabel = nextLabel(m.Next)
	return asScreen(c, status, m.Page, views.SignIn(m))
}
