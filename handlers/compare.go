package handlers

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/workflow"
	"github.com/comfydeck/comfydeck/views"
)

// MaxBrought bounds the form that brings a workflow to compare with, in bytes.
const MaxBrought = 4 << 20

// The fields of that form.
const (
	workflowField = "workflow"
	fileField     = "file"
	everyField    = "all"
)

// Compare sets two deployments side by side; until there are two it offers some to choose from.
func (s *Site) Compare(c echo.Context) error {
	if ids := c.QueryParams()[rowField]; len(ids) > 0 {
		return s.compareTicked(c, ids)
	}
	q := paths.ParseCompare(c.QueryParams())
	if q.A == "" || q.B == "" {
		return s.comparePick(c, http.StatusOK, pickState{q: q})
	}

	both, side, err := s.Deck.Two(c.Request().Context(), caller(c).Account, caller(c).Token, [2]string{q.A, q.B})
	if side >= 0 && (fault.Is(err, fault.NotFound) || fault.Is(err, fault.Forbidden)) {
		f := fault.From(err)
		again := pickState{q: q, problem: s.problem(c, f), missing: []string{q.A, q.B}[side]}
		if side == 0 {
			again.q.A = ""
		} else {
			again.q.B = ""
		}
		return s.comparePick(c, f.Status(), again)
	}
	if err != nil {
		return err
	}

	frame, err := s.Page(c, "Compare "+displayName(both[0])+" and "+displayName(both[1]))
	if err != nil {
		return err
	}
	m := s.presentCompare(frame, s.plan(c), q, both)
	return Render(c, http.StatusOK, m.Page, views.Compare(m))
}

// compareTicked leads on from the rows that were ticked in a list.
func (s *Site) compareTicked(c echo.Context, ids []string) error {
	if n := len(ids); n > 2 {
		return s.comparePick(c, http.StatusUnprocessableEntity, pickState{problem: views.Notice{
			Kind: "warning", Text: fmt.Sprintf("A comparison takes two deployments, and you ticked %d. Choose them here, or go back and tick two.", n),
		}})
	}
	q := paths.CompareQuery{A: ids[0]}
	if len(ids) == 2 {
		q.B = ids[1]
	}
	return redirect(c, paths.CompareAt(q))
}

// CompareBrought compares a deployment with a workflow that is pasted or comes as a file. Nothing of it is kept.
func (s *Site) CompareBrought(c echo.Context) error {
	q := paths.ParseCompare(c.QueryParams())
	b, err := readBrought(c)
	if err != nil {
		return err
	}
	q.All, q.B = b.all, ""
	again := pickState{q: q, brought: b}
	if q.A == "" {
		again.problem = views.Notice{Kind: "warning", Text: "Choose the deployment first that the workflow is to be compared with."}
		return s.comparePick(c, http.StatusUnprocessableEntity, again)
	}
	g, err := workflow.ReadPasted(b.text)
	if err != nil {
		again.wrong = wrongPaste(err)
		return s.comparePick(c, http.StatusUnprocessableEntity, again)
	}
	d, err := s.Deck.Payload(c.Request().Context(), caller(c).Account, caller(c).Token, q.A)
	if err != nil {
		f := fault.From(err)
		if !keepsForm(err) && f.Kind != fault.NotFound {
			return err
		}
		again.problem, again.missing = s.problem(c, f), q.A
		return s.comparePick(c, f.Status(), again)
	}
	frame, err := s.Page(c, "Compare "+displayName(d)+" with a workflow")
	if err != nil {
		return err
	}
	m := presentBrought(frame, q, d, g, b)
	return asScreen(c, http.StatusOK, m.Page, views.Compare(m))
}

// brought is a workflow that somebody brings.
type brought struct {
	text []byte
	name string // of its file, "" for a pasted one
	all  bool
}

// readBrought reads the form. What comes as a file is held in memory and nowhere else.
func readBrought(c echo.Context) (brought, error) {
	r := c.Request()
	if !strings.HasPrefix(r.Header.Get(echo.HeaderContentType), echo.MIMEMultipartForm) {
		form, err := bind(c, workflowField, everyField)
		return brought{text: []byte(form[workflowField]), all: form[everyField] != ""}, err
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return brought{}, unreadable(err)
	}
	var b brought
	seen := map[string]bool{}
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if err != nil {
			return b, unreadable(err)
		}
		name := p.FormName()
		text, err := io.ReadAll(p)
		switch {
		case err != nil:
			return b, unreadable(err)
		case seen[name] || name != workflowField && name != fileField && name != everyField && name != asField: // nothing is written, whichever account it was made under
			return b, fault.New(fault.Invalid, "The form holds a field this page does not have, or one of its fields twice. Reload the page and try again.")
		case name == workflowField && b.name == "":
			b.text = text
		case name == fileField && p.FileName() != "":
			b.text, b.name = text, p.FileName()
		case name == everyField:
			b.all = true
		}
		seen[name] = true
	}
}

func unreadable(err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return fault.Wrap(fault.TooLarge, fmt.Sprintf("A workflow of more than %d MB is not compared here.", MaxBrought>>20), err)
	}
	return fault.Wrap(fault.BadRequest, "The form could not be read. Go back, reload the page and try again.", err)
}

// wrongPaste says what is wrong with a workflow that was brought, and what to do.
func wrongPaste(err error) string {
	const export = "In ComfyUI choose Workflow, then Export (API); in older versions switch on the developer mode in the settings, then Save (API Format)."
	switch {
	case errors.Is(err, workflow.ErrNothing):
		return "Paste a workflow, or choose a file with one."
	case errors.Is(err, workflow.ErrEditor):
		return "This is the workflow as ComfyUI's editor saves it. A deployment runs the API format, which is what can be compared. " + export
	case errors.Is(err, workflow.ErrNoWorkflow):
		return "This is JSON, but no workflow in API format: nothing in it has a class_type. " + export
	}
	return "This is not JSON: " + clean(err.Error()) + "."
}

// pickState is what the page that offers deployments shows.
type pickState struct {
	q       paths.CompareQuery
	problem views.Notice
	missing string // id of the one that is not to be had
	brought brought
	wrong   string // about what was brought
}

// comparePick offers deployments for the side that is still open.
func (s *Site) comparePick(c echo.Context, status int, state pickState) error {
	frame, err := s.Page(c, "Compare")
	if err != nil {
		return err
	}
	all, err := s.Deck.Fleet(c.Request().Context(), caller(c).Account, caller(c).Token, freshness(c))
	if err != nil && state.brought.text == nil {
		return err
	}
	m := presentPick(frame, state)
	if err != nil {
		m.Nothing = fault.From(err).Message // what was typed is worth more than the list
	} else {
		pickFrom(&m, all, state)
	}
	return asScreen(c, status, m.Page, views.ComparePick(m))
}

// maxKept bounds a workflow that is carried through a sign-in, in bytes: a form of that page must hold it.
const maxKept = 16 << 10

// keptWorkflow is what was pasted, as far as it can be kept. A file is still where it was.
func keptWorkflow(c echo.Context) (map[string]string, error) {
	b, err := readBrought(c)
	if err == nil && (b.name != "" || len(b.text) > maxKept || !utf8.Valid(b.text)) {
		err = fault.New(fault.TooLarge, "This cannot be kept.")
	}
	return map[string]string{workflowField: string(b.text)}, err
}

// compareState is the state that an address of the page carries.
func compareState(address string) paths.CompareQuery {
	_, query, _ := strings.Cut(address, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return paths.CompareQuery{Page: 1}
	}
	return paths.ParseCompare(values)
}

// broughtAgain is the form with what was pasted, when nothing else can be read.
func (s *Site) broughtAgain(c echo.Context, f *fault.Error, text string) error {
	frame, err := s.Page(c, "Compare")
	if err != nil {
		return err
	}
	m := presentPick(frame, pickState{q: paths.ParseCompare(c.QueryParams()), problem: s.problem(c, f), brought: brought{text: []byte(text)}})
	m.Nothing = "They could not be read."
	return asScreen(c, f.Status(), m.Page, views.ComparePick(m))
}
