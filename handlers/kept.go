package handlers

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// keptOf is a posted form that is worth keeping, as another form carries it along; an action of "" is none.
func keptOf(c echo.Context) (action string, kept []views.Hidden, err error) {
	r := c.Request()
	if r.Method != http.MethodPost || !keepable.MatchString(r.URL.Path) {
		return "", nil, nil
	}
	form, err := keptForm(c)
	if err != nil {
		return "", nil, err
	}
	for _, name := range keptFields() {
		if v, ok := form[name]; ok {
			kept = append(kept, views.Hidden{Name: name, Value: v})
		}
	}
	if form[confirmField] != "" {
		kept = append(kept, views.Hidden{Name: confirmField, Value: wasReviewed})
	}
	return r.URL.Path, kept, nil
}

// keepable are the addresses whose forms hold typed values worth keeping.
var keepable = regexp.MustCompile(`^/(deployments(/bulk|/new|/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(/notes|/lock)?)?|(views|webhooks)(/[a-z2-7]{16})?|compare)$`)

// formPage is the page with the form that posts to action.
func formPage(action string) string {
	if _, ok := viewOf(action); ok {
		return paths.Views
	}
	if _, ok := hookOf(action); ok {
		return paths.Return(action)
	}
	if action == paths.Deployments {
		return paths.NewDeployment
	}
	if action == paths.Runs || action == paths.NewDeployment || strings.HasSuffix(action, "/notes") {
		return action
	}
	if id, ok := lockedIn(action); ok {
		return paths.Deployment(id)
	}
	return paths.Return(action + "/edit")
}

// formShown is the address of the form that is posted to action, as the browser has it where it shows that form.
func formShown(c echo.Context, action string) string {
	form := formPage(action)
	if at, err := url.Parse(c.Request().Header.Get("HX-Current-URL")); err == nil && at.Path == form {
		return at.RequestURI()
	}
	return form
}

// namedIn is the id in an address of a pattern with one group.
func namedIn(pattern *regexp.Regexp, action string) (id string, ok bool) {
	m := pattern.FindStringSubmatch(action)
	if m == nil {
		return "", false
	}
	return m[1], true
}

func keptFields() []string {
	return slices.Concat(updateKeys(), []string{deployments.FieldWorkflowID, viewQuery, deployments.FieldPaste, deployments.FieldReason, workflowField, notesFromField, lockReasonField}, noteFields(), selectionFields(), hookFields()[2:], hookFields()[:1])
}

// keptForm reads a form whose values are worth keeping.
func keptForm(c echo.Context) (map[string]string, error) {
	if c.Request().URL.Path == paths.Compare {
		return keptWorkflow(c)
	}
	if err := joinIDs(c.Request()); err != nil {
		return nil, err
	}
	return bind(c, slices.Concat(keptFields(), ownFields())...)
}

// manyActionOf is what a kept selection was to be changed by.
func manyActionOf(path string, form map[string]string) (deployments.ManyAction, bool) {
	if path != paths.Runs {
		return deployments.ManyAction{}, false
	}
	return deployments.FindManyAction(form[actionField])
}

func signInKeys() []string {
	keys := []string{"token", "display_name", "next", keptAction, keptPrefix + confirmField, keptPrefix + asField}
	for _, f := range keptFields() {
		keys = append(keys, keptPrefix+f)
	}
	return keys
}

// keptFrom reads the kept form out of the sign-in form; an action that is none of ours keeps nothing.
func keptFrom(form map[string]string) (action string, kept []views.Hidden) {
	action = form[keptAction]
	if !keepable.MatchString(action) {
		return "", nil
	}
	for _, f := range keptFields() {
		if v, ok := form[keptPrefix+f]; ok {
			kept = append(kept, views.Hidden{Name: f, Value: v})
		}
	}
	if form[keptPrefix+confirmField] == wasReviewed {
		kept = append(kept, views.Hidden{Name: confirmField, Value: wasReviewed})
	}
	return action, kept
}

// displayNameInput cleans the name a person gives; it is only ever shown.
func displayNameInput(s string) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, s))
	if r := []rune(s); len(r) > maxDisplayName {
		s = string(r[:maxDisplayName])
	}
	return s
}
