package views_test

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/static"
	"github.com/comfydeck/comfydeck/views"
	"github.com/comfydeck/comfydeck/views/viewtest"
)

// TestRules holds every screen in every state to what no screen may break.
func TestRules(t *testing.T) {
	t.Parallel()
	pages := viewtest.Visitors()
	for _, f := range viewtest.Fixtures() {
		pages[f.Name] = views.Whole(f.Page, f.Screen)
	}
	for name, whole := range pages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := htmlcheck.Parse(t, render(t, whole))
			if err := htmlcheck.Accessible(page); err != nil {
				t.Error(err)
			}
			for n := range page.Descendants() {
				if n.Type != html.ElementNode {
					continue
				}
				checkNonce(t, n)
				checkWithoutScript(t, n)
				checkReferences(t, page, n)
				if n.Data == "form" {
					checkForm(t, n, buttonsOf(page, n))
				}
				if n.Data == "img" || n.Data == "iframe" || n.Data == "object" {
					t.Errorf("<%s>: a page shows no content from elsewhere", n.Data)
				}
			}
		})
	}
}

// checkNonce: an htmx attribute works only beside the page's nonce, and markup from outside must never learn one.
func checkNonce(t *testing.T, n *html.Node) {
	t.Helper()
	active := false
	for _, a := range n.Attr {
		active = active || strings.HasPrefix(a.Key, "hx-") && a.Key != "hx-nonce" && a.Key != "hx-ignore"
	}
	if boost := htmlcheck.Attr(n, "hx-boost:inherited"); boost != "" && htmlcheck.Attr(n, "hx-target:inherited") != "#main" {
		t.Errorf("<%s %s>: a boosted link gets the content of the page alone when it is for #main", n.Data, n.Attr)
	}
	want := ""
	if active && n.Data != "hx-partial" || n.Data == "script" {
		want = nonce
	}
	key := "hx-nonce"
	if n.Data == "script" {
		key = "nonce"
	}
	if got := htmlcheck.Attr(n, key); got != want {
		t.Errorf("<%s %s>: %s = %q, want %q", n.Data, n.Attr, key, got, want)
	}
}

// searches tells whether an input belongs to a form that searches at the address.
func searches(n *html.Node, address string) bool {
	for f := n.Parent; f != nil; f = f.Parent {
		if f.Data == "form" {
			return strings.EqualFold(htmlcheck.Attr(f, "method"), "get") && htmlcheck.Attr(f, "action") == address
		}
	}
	return false
}

// checkWithoutScript: what htmx does, a click without it does too, at the same address.
func checkWithoutScript(t *testing.T, n *html.Node) {
	t.Helper()
	get, post := htmlcheck.Attr(n, "hx-get"), htmlcheck.Attr(n, "hx-post")
	method := strings.ToLower(htmlcheck.Attr(n, "method"))
	href, _, _ := strings.Cut(htmlcheck.Attr(n, "href"), "#") // a swap may leave the page where it is
	switch {
	case get == "" && post == "":
	case n.Data == "a" && post == "" && (get == href || get == htmlcheck.Attr(n, "href")):
	case n.Data == "form" && method == "get" && post == "" && get == htmlcheck.Attr(n, "action"):
	case n.Data == "input" && post == "" && searches(n, get): // while somebody types, what its form does when it is sent
	case n.Data == "form" && method == "post" && get == "" && post == htmlcheck.Attr(n, "action"):
	default:
		t.Errorf("<%s %s>: htmx and the plain element disagree about the address or the method", n.Data, n.Attr)
	}
	for _, key := range []string{"hx-put", "hx-patch", "hx-delete"} {
		if htmlcheck.Attr(n, key) != "" {
			t.Errorf("<%s %s>: a form cannot do %s", n.Data, n.Attr, key)
		}
	}
}

// buttonsOf are the buttons that send a form from outside of it, each to an address of its own.
func buttonsOf(page, form *html.Node) []*html.Node {
	if id := htmlcheck.Attr(form, "id"); id != "" {
		return htmlcheck.Select(page, `button[form=`+id+`][formaction]`)
	}
	return nil
}

// checkForm: a form reads by GET with a search, or acts by POST with a body. It, or each of the buttons outside of it, says where.
func checkForm(t *testing.T, n *html.Node, outside []*html.Node) {
	t.Helper()
	for _, b := range outside {
		if to := htmlcheck.Attr(b, "formaction"); !ownPath(to) {
			t.Errorf("button to %q: want a path of this site", to)
		}
	}
	action := htmlcheck.Attr(n, "action")
	named := len(htmlcheck.Select(n, "input[name]")) + len(htmlcheck.Select(n, "select[name]")) + len(htmlcheck.Select(n, "textarea[name]")) + len(htmlcheck.Select(n, "button[name]"))
	switch htmlcheck.Attr(n, "method") {
	case "dialog":
		return // it closes the dialog it stands in and sends nothing
	case "get":
		search := (action == paths.Deployments || action == paths.Search || action == paths.Activity || action == paths.Compare || strings.HasSuffix(action, "/workflow") || strings.HasSuffix(action, "/payload")) && htmlcheck.Attr(n, "role") == "search"
		if !search && action != paths.Warm {
			t.Errorf("form to %q: only a search or a calculation may be a GET", action)
		}
	case "post":
		if !ownPath(action) && len(outside) == 0 {
			t.Errorf("form to %q: want a path of this site", action)
		}
		// What acts for an account says for which one; the rest names it itself, or acts for none.
		own := !slices.Contains([]string{paths.SignIn, paths.SignOut, paths.Preferences, paths.Accounts, paths.SwitchAccount, paths.RemoveAccount}, action) && !strings.HasPrefix(action, "/s/")
		if made := htmlcheck.Select(n, "input[name=as]"); (len(made) == 1) != own {
			t.Errorf("form to %q: it says %d times under which account it was made", action, len(made))
		}
	default:
		t.Errorf("form to %q has no method", action)
	}
	if named == 0 {
		t.Errorf("form to %q sends no body", action)
	}
	if len(htmlcheck.Select(n, "button[type=submit]"))+len(outside) == 0 {
		t.Errorf("form to %q has no submit button: it cannot be sent without a script", action)
	}
}

func ownPath(address string) bool {
	return strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//")
}

// checkReferences: every id that one element names for another is in the page.
func checkReferences(t *testing.T, page, n *html.Node) {
	t.Helper()
	for _, key := range []string{"for", "form", "aria-describedby", "aria-labelledby", "data-copy-from"} {
		for id := range strings.FieldsSeq(htmlcheck.Attr(n, key)) {
			if len(htmlcheck.Select(page, `[id="`+id+`"]`)) != 1 {
				t.Errorf("<%s %s=%q>: there is no such id", n.Data, key, id)
			}
		}
	}
}

// TestHostileText shows that text from outside arrives as text.
func TestHostileText(t *testing.T) {
	t.Parallel()
	for _, f := range viewtest.Fixtures() {
		body := render(t, views.Whole(f.Page, f.Screen))
		if strings.Contains(body, "alert(1)</script>") || strings.Contains(body, "<img") || strings.Contains(body, `href="javascript:`) {
			t.Errorf("%s: markup from outside is live", f.Name)
		}
	}
}

// TestReadmeIsClosed: nothing inside the readme, the tree or the raw text can send a request or learn the nonce.
func TestReadmeIsClosed(t *testing.T) {
	t.Parallel()
	closed := 0
	for _, f := range viewtest.Fixtures() {
		page := htmlcheck.Parse(t, render(t, views.Whole(f.Page, f.Screen)))
		for _, selector := range []string{".prose", "pre.raw", ".json .leaf", ".inputs"} {
			for _, n := range htmlcheck.Select(page, selector) {
				closed++
				if err := htmlcheck.HasAttr("hx-ignore", "")(n); err != nil {
					t.Errorf("%s: %s: %v", f.Name, selector, err)
				}
			}
		}
	}
	if closed == 0 {
		t.Error("no fixture shows content from outside")
	}
}

// TestLibrary: the browser library is loaded with its checksum when the binary has it, and never mentioned otherwise.
func TestLibrary(t *testing.T) {
	t.Parallel()
	page := htmlcheck.Parse(t, render(t, views.Whole(views.Page{Title: "t"}, templ.NopComponent)))
	var got []string
	for _, n := range htmlcheck.Select(page, "script") {
		got = append(got, htmlcheck.Attr(n, "src")+" "+htmlcheck.Attr(n, "integrity"))
	}
	want := []string{static.JS().URL + " " + static.JS().Integrity, static.PagesJS().URL + " " + static.PagesJS().Integrity}
	config := 0
	if lib, ok := static.HTMX(); ok {
		want = append([]string{lib.URL + " " + lib.Integrity}, want...)
		config = 1
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("scripts = %q, want %q", got, want)
	}
	if err := htmlcheck.Run(page,
		htmlcheck.Count("meta[name=htmx-config]", config),
		htmlcheck.In("link[rel=stylesheet]", htmlcheck.HasAttr("href", static.CSS().URL), htmlcheck.HasAttr("integrity", static.CSS().Integrity)),
		htmlcheck.In("link[rel=icon]", htmlcheck.HasAttr("href", static.Icon().URL)),
	); err != nil {
		t.Error(err)
	}
}

// TestZeroValues: a screen of which nothing is known is an empty screen, not a crash.
func TestZeroValues(t *testing.T) {
	t.Parallel()
	screens := map[string]templ.Component{
		"Deployments":   views.Deployments(views.DeploymentsPage{}),
		"a row":         views.Deployments(views.DeploymentsPage{Rows: make([]views.Row, 1)}),
		"Deployment":    views.Deployment(views.DeploymentPage{}),
		"a payload":     views.Deployment(views.DeploymentPage{Payload: views.Payload{Present: true, Tree: views.TreeNode{Kind: "object", Children: make([]views.TreeNode, 1)}}}),
		"Form":          views.Form(views.FormPage{}),
		"editing":       views.Form(views.FormPage{Editing: true, Choices: make([]views.Choice, 1), Base: make([]views.Hidden, 1)}),
		"Delete":        views.Delete(views.DeletePage{}),
		"SignIn":        views.SignIn(views.SignInPage{}),
		"Problem":       views.Problem(views.ProblemPage{}),
		"DeploymentRow": views.DeploymentRow(&views.Row{}),
		"Notices":       views.Notices(make([]views.Notice, 1)),
		"NoticesPart":   views.NoticesPart(nil),
		"Compare":       views.Compare(views.ComparePage{Workflow: views.CompareWorkflow{Tally: "1", Nodes: []views.CompareNode{{Inputs: make([]views.CompareInput, 1)}}, Overrides: make([]views.CompareLine, 1)}, Readme: views.CompareReadme{Lines: make([]views.DiffLine, 2)}}),
		"ComparePick":   views.ComparePick(views.ComparePickPage{Rows: make([]views.CompareChoice, 1), Form: views.CompareForm{Action: "/"}}),
		"Workflow":      views.Workflow(views.WorkflowPage{}),
		"a graph":       views.Workflow(views.WorkflowPage{Count: "1", Graph: views.Graph{Width: "1", Boxes: make([]views.GraphBox, 1)}, Outline: views.Outline{Rows: make([]views.OutlineRow, 1)}}),
	}
	for name, screen := range screens {
		for _, c := range []templ.Component{views.Whole(views.Page{}, screen), views.Part(views.Page{}, screen)} {
			if body := render(t, c); !strings.Contains(body, "ComfyDeck") {
				t.Errorf("%s: rendered %q", name, body)
			}
		}
	}
}

// TestWriteFails: an answer that cannot be written is an error, so that it can be logged.
func TestWriteFails(t *testing.T) {
	t.Parallel()
	for _, f := range viewtest.Fixtures() {
		pipe, closed := io.Pipe()
		_ = pipe.Close()
		if err := views.Whole(f.Page, f.Screen).Render(context.Background(), closed); err == nil {
			t.Errorf("%s: Render() to a closed pipe error = nil", f.Name)
		}
	}
}
