package handlers

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// New is the create form: with the usual values, or those of the deployment that the address names, under a preset and the
// fields of the address itself.
func (s *Site) New(c echo.Context) error {
	state := formState{draft: deployments.NewDraft()}
	if from := c.QueryParam("from"); from != "" {
		d, err := s.Deck.Settings(c.Request().Context(), caller(c).Token, from)
		if err != nil {
			return err
		}
		state.draft, state.from, state.name = deployments.CloneOf(d), from, displayName(d)
	}
	state.draft = s.under(c.QueryParam(paths.Preset), state.draft)
	state.draft = state.draft.With(settingsIn(c.QueryParams()))
	state.notesFrom = c.QueryParam(notesFromField)
	return s.createForm(c, http.StatusOK, state)
}

// settingsIn are the settings that an address carries.
func settingsIn(values url.Values) deployments.Draft {
	d := deployments.Draft{}
	for _, f := range deployments.CreateFields() {
		if values.Has(f) {
			d[f] = values.Get(f)
		}
	}
	return d
}

// Paste fills the create form from the JSON of a request or a curl command. Nothing is sent.
func (s *Site) Paste(c echo.Context) error {
	form, err := bind(c, deployments.FieldPaste)
	if err != nil {
		return err
	}
	text := form[deployments.FieldPaste]
	draft, left, err := deployments.ReadPaste(text)
	if err != nil {
		f := fault.From(err)
		return s.createForm(c, f.Status(), formState{draft: deployments.NewDraft(), pasted: text, wrong: f.Fields, problem: s.problem(c, f, deployments.FieldPaste)})
	}
	told := "Read from what you pasted; nothing was sent yet. Fields it did not have keep their usual values."
	if len(left) > 0 {
		told += " A new deployment does not have " + clean(strings.Join(left, ", ")) + ": left out."
	}
	return s.createForm(c, http.StatusOK, formState{draft: deployments.NewDraft().With(draft), problem: views.Notice{Kind: "success", Text: told}})
}

func (s *Site) createForm(c echo.Context, status int, form formState) error {
	heading, intro := "New deployment", "It starts enabled. With a minimum of 0 it costs nothing until the first request."
	if form.from != "" {
		heading, intro = "Clone of "+form.name, "It starts enabled. Its minimum is set to 0, so that the copy costs nothing until its first request."
	}
	frame, err := s.Page(c, heading)
	if err != nil {
		return err
	}
	m := s.presentForm(frame, s.plan(c), form)
	m.Heading, m.Intro, m.Submit, m.Action, m.Cancel = heading, intro, "Create deployment", paths.Deployments, frame.List
	m.Base = notesFrom(form.notesFrom)
	m.Presets = s.presets(form.draft)
	if form.from != "" {
		m.Compare = paths.CompareWith(form.from)
	}
	m.CanPaste, m.Paste = true, views.Field{Name: deployments.FieldPaste, Label: "JSON or curl command", Value: form.pasted, Error: form.wrong[deployments.FieldPaste], Focus: form.pasted != ""}
	return asScreen(c, status, m.Page, views.Form(m))
}

// under is a draft with a preset over it; one that does not exist changes nothing.
func (s *Site) under(preset string, draft deployments.Draft) deployments.Draft {
	if p, ok := s.Deck.Limits().Preset(preset); ok {
		return draft.With(p.Draft)
	}
	return draft
}

// presets are the ways to scale to start from.
func (s *Site) presets(now deployments.Draft) []views.Preset {
	words := map[string][2]string{
		"cheapest":    {"Cheapest", "Nothing runs while idle, and never more than one instance. Every request after a pause waits for a cold start."},
		"balanced":    {"Balanced", "Nothing runs while idle. Up to three instances come when needed, and stay a minute after their last job."},
		"always_warm": {"Always warm", "One instance is always there and billed around the clock; up to three come when needed."},
	}
	var out []views.Preset
	for _, p := range s.Deck.Limits().Presets() {
		w := words[p.ID]
		out = append(out, views.Preset{ID: p.ID, Label: w[0], Detail: w[1], On: now.Has(p.Draft)})
	}
	return out
}
