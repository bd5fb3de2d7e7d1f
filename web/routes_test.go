package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/webtest"
	"github.com/comfydeck/comfydeck/web"
)

// shape is what an answer consists of.
type shape string

const (
	page    shape = "page"    // a whole page
	part    shape = "part"    // the screen alone: a title, then the content
	notices shape = "notices" // messages for the notices region
	panel   shape = "panel"   // a form that unfolds on a screen
	row     shape = "row"     // a line of the list, with a message beside it
	file    shape = "file"    // no HTML
	nothing shape = "nothing" // no body
)

func shapeOf(r *webtest.Response) shape {
	body := strings.TrimSpace(r.Body)
	switch {
	case body == "":
		return nothing
	case !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html"):
		return file
	case strings.HasPrefix(strings.ToLower(body), "<!doctype html>"):
		return page
	case strings.HasPrefix(body, "<title>") && !r.Whole():
		return part
	case strings.HasPrefix(body, `<form class="panel__form"`):
		return panel
	case strings.HasPrefix(body, "<tr"):
		return row
	case strings.HasPrefix(body, `<div class="toasts"><div class="notice`):
		return notices
	default:
		return shape("unknown: " + body)
	}
}

// exchange is one request with everything about its answer.
type exchange struct {
	name         string
	as           string // "stranger", or "member" for one who is signed in
	do           func(*webtest.Browser) *webtest.Response
	wantStatus   int
	wantLocation string
	wantShape    shape
	want         []htmlcheck.Checker
	wantUpstream []string
}

func (x exchange) run(t *testing.T, d *webtest.Deck) {
	t.Helper()
	b := d.Browser(t)
	if x.as == "member" {
		b = member(t, d)
	}
	r := x.do(b)
	if got := named(r.Location()); r.Status != x.wantStatus || got != x.wantLocation {
		t.Errorf("answered %d to %q, want %d to %q: %s", r.Status, got, x.wantStatus, x.wantLocation, r.Text())
	}
	if got := shapeOf(r); got != x.wantShape {
		t.Errorf("the answer is a %s, want a %s", got, x.wantShape)
	}
	if x.wantShape != file && x.wantShape != nothing {
		r.Check(x.want...)
	}
	if diff := cmp.Diff(x.wantUpstream, namedAll(d.Calls())); diff != "" {
		t.Errorf("the API saw (-want +got):\n%s", diff)
	}
}

func get(path string) func(*webtest.Browser) *webtest.Response {
	return func(b *webtest.Browser) *webtest.Response { return b.Get(path) }
}

func head(path string) func(*webtest.Browser) *webtest.Response {
	return func(b *webtest.Browser) *webtest.Response { return b.Do(http.MethodHead, path, "") }
}

// hx is get as htmx sends it, from the list.
func hx(path string) func(*webtest.Browser) *webtest.Response {
	return func(b *webtest.Browser) *webtest.Response {
		return b.Get(path, webtest.HX("https://deck.example/deployments?q=video"))
	}
}

func post(path string, form url.Values) func(*webtest.Browser) *webtest.Response {
	return func(b *webtest.Browser) *webtest.Response { return b.Post(path, form) }
}

func hxPost(path string, form url.Values) func(*webtest.Browser) *webtest.Response {
	return func(b *webtest.Browser) *webtest.Response {
		return b.Post(path, form, webtest.HX("https://deck.example/deployments?q=video"))
	}
}

// agreed posts a form and confirms its review.
func agreed(path string, form url.Values, change ...webtest.Request) func(*webtest.Browser) *webtest.Response {
	return func(b *webtest.Browser) *webtest.Response { return b.Write(path, form, change...) }
}

func heading(text string) htmlcheck.Checker { return htmlcheck.In("h1", htmlcheck.HasExactText(text)) }

func says(text string) htmlcheck.Checker { return htmlcheck.HasText(text) }

func pageRows() []exchange {
	list := []htmlcheck.Checker{heading("Deployments"), htmlcheck.Count("tbody tr", 2), says("image-to-video"), says("1–2 of 2")}
	show := []htmlcheck.Checker{heading("image-to-video"), says("Maximum instances"), htmlcheck.In("code", says("00000000-0000-0000-0000-000000001111"))}
	edit := []htmlcheck.Checker{heading("Edit image-to-video"), htmlcheck.In(`input[name=base_max_instances]`, htmlcheck.HasAttr("value", "3"))}
	confirm := []htmlcheck.Checker{heading("Delete image-to-video?"), htmlcheck.Count(`input[name=confirm_name]`, 1)}
	signIn := []htmlcheck.Checker{heading("Sign in"), htmlcheck.In(`input[name=token]`, htmlcheck.HasAttr("type", "password"))}
	preferences := []htmlcheck.Checker{heading("Preferences"), htmlcheck.In(`input[name=theme]`, htmlcheck.HasAttr("checked", "")), htmlcheck.Count(".card kbd", 11)}
	full := []string{"GET /deployments?ids=ON&includes=readme", "GET /deployments/ON?includes=payload"}
	payload := []string{"GET /deployments?ids=ON", "GET /deployments/ON?includes=payload"}
	download := []string{"GET /deployments/ON?includes=payload"}
	graph := []htmlcheck.Checker{heading("Workflow of image-to-video"), htmlcheck.Count("a.box", 4), htmlcheck.Count(".graph__svg .wire", 3), htmlcheck.Count(".outline tbody tr", 4), says("What this workflow does")}
	brief := []string{"GET /deployments/ON"}
	all := []string{"GET /deployments"}

	return []exchange{
		{"home", "stranger", get("/"), 303, "/deployments", nothing, nil, nil},
		{"home", "member", get("/"), 303, "/deployments", nothing, nil, nil},
		{"sign-in", "stranger", get("/sign-in"), 200, "", page, signIn, nil},
		{"preferences", "stranger", get("/preferences"), 200, "", page, preferences, nil},
		{"preferences signed in", "member", get("/preferences"), 200, "", page, preferences, nil},
		{"preferences part", "member", hx("/preferences"), 200, "", part, preferences, nil},
		{"preferences head", "member", head("/preferences"), 200, "", nothing, nil, nil},
		{"sign-in part", "stranger", hx("/sign-in"), 200, "", part, signIn, nil},
		{"sign-in signed in", "member", get("/sign-in?next=%2Fdeployments%2F" + on), 303, "/deployments/ON", nothing, nil, nil},
		{"sign-in signed in, part", "member", hx("/sign-in"), 204, "/deployments", nothing, nil, nil},

		{"list", "member", get("/deployments"), 200, "", page, list, all},
		{"list part", "member", hx("/deployments"), 200, "", part, list, all},
		{"list head", "member", head("/deployments"), 200, "", nothing, nil, all},
		{"search", "member", get("/deployments?q=TEXT+t4"), 200, "", page, []htmlcheck.Checker{htmlcheck.In(".empty h2", says("TEXT t4"))}, all},
		{"search hit", "member", get("/deployments?q=text+a6000"), 200, "", page, []htmlcheck.Checker{htmlcheck.Count("tbody tr", 1), says("1–1 of 1 found among 2")}, all},
		{"filtered", "member", get("/deployments?status=standby&version=v1&changed=day&sort=floor&desc=1"), 200, "", page, []htmlcheck.Checker{htmlcheck.Count("tbody tr", 2), htmlcheck.In(`a[hx-get=/deployments/filters?changed=day&desc=1&sort=floor&status=standby&version=v1]`), htmlcheck.In(`a[aria-current=true]`, says("Status standby"))}, all},
		{"a built-in view", "member", hx("/deployments?desc=1&sort=floor"), 200, "", part, []htmlcheck.Checker{htmlcheck.In(`.views a[aria-current=true]`, htmlcheck.HasExactText("Costliest floor")), htmlcheck.Count("tbody tr", 2)}, all},
		{"nothing older", "member", get("/deployments?changed=before"), 200, "", page, []htmlcheck.Checker{htmlcheck.Count(".empty", 1)}, all},
		{"views", "member", get("/views"), 200, "", page, []htmlcheck.Checker{heading("Views"), htmlcheck.In(".empty h2", says("No views yet"))}, nil},
		{"views part", "member", hx("/views"), 200, "", part, []htmlcheck.Checker{heading("Views")}, nil},
		{"views head", "member", head("/views"), 200, "", nothing, nil, nil},
		{"views signed out", "stranger", get("/views"), 303, "/sign-in?next=%2Fviews", nothing, nil, nil},
		{"sessions", "member", get("/sessions"), 200, "", page, []htmlcheck.Checker{heading("Sessions"), says("This one"), htmlcheck.Count(".saved > li", 1)}, nil},
		{"sessions part", "member", hx("/sessions"), 200, "", part, []htmlcheck.Checker{heading("Sessions")}, nil},
		{"sessions head", "member", head("/sessions"), 200, "", nothing, nil, nil},
		{"accounts", "member", get("/accounts"), 200, "", page, []htmlcheck.Checker{heading("Accounts"), says("In use"), htmlcheck.Count(".saved > li", 1)}, nil},
		{"accounts part", "member", hx("/accounts"), 200, "", part, []htmlcheck.Checker{heading("Accounts")}, nil},
		{"accounts head", "member", head("/accounts"), 200, "", nothing, nil, nil},
		{"another account", "member", get("/accounts/new?next=//evil.example"), 200, "", page, []htmlcheck.Checker{heading("Add an account"), htmlcheck.In("input[name=next]", htmlcheck.HasAttr("value", "/deployments"))}, nil},
		{"another account, part", "member", hx("/accounts/new"), 200, "", part, []htmlcheck.Checker{heading("Add an account")}, nil},
		{"another account, head", "member", head("/accounts/new"), 200, "", nothing, nil, nil},
		{"webhooks", "member", get("/webhooks"), 200, "", page, []htmlcheck.Checker{heading("Webhooks"), htmlcheck.In(".empty h2", says("No webhooks yet"))}, nil},
		{"webhooks part", "member", hx("/webhooks"), 200, "", part, []htmlcheck.Checker{heading("Webhooks")}, nil},
		{"webhooks head", "member", head("/webhooks"), 200, "", nothing, nil, nil},
		{"webhook of nobody", "member", get("/webhooks/" + hookID), 404, "", page, []htmlcheck.Checker{heading("Nothing here")}, nil},
		{"webhook of nobody, to delete", "member", get("/webhooks/" + hookID + "/delete"), 404, "", page, nil, nil},
		{"export as CSV", "member", get("/deployments/export.csv?q=video&sort=floor"), 200, "", file, nil, all},
		{"export as CSV head", "member", head("/deployments/export.csv"), 200, "", nothing, nil, all},
		{"export as JSON", "member", get("/deployments/export.json?state=paused"), 200, "", file, nil, all},
		{"export as JSON head", "member", head("/deployments/export.json"), 200, "", nothing, nil, all},
		{"filters", "member", get("/deployments/filters?status=standby&sort=floor"), 200, "", page, []htmlcheck.Checker{heading("Filters"), htmlcheck.In(`#filter-status option[selected]`, says("standby (2)")), htmlcheck.In("main form", htmlcheck.HasAttr("action", "/deployments")), htmlcheck.In("main input[name=sort]", htmlcheck.HasAttr("value", "floor")), htmlcheck.In(".crumbs a", htmlcheck.HasAttr("href", "/deployments?sort=floor&status=standby"))}, all},
		{"filters head", "member", head("/deployments/filters"), 200, "", nothing, nil, all},
		{"filters signed out", "stranger", get("/deployments/filters?status=standby"), 303, "/sign-in?next=%2Fdeployments%2Ffilters%3Fstatus%3Dstandby", nothing, nil, nil},
		{"search inside head", "member", head("/deployments/search?q=x"), 200, "", nothing, nil, all},
		{"search inside again", "member", get("/deployments/search?q=x&again=1&page=2&in=model"), 303, "/deployments/search?in=model&page=2&q=x", nothing, nil, nil},
		{"search inside signed out", "stranger", get("/deployments/search?q=x&in=model"), 303, "/sign-in?next=%2Fdeployments%2Fsearch%3Fin%3Dmodel%26q%3Dx", nothing, nil, nil},
		{"odd list address", "member", get("/deployments?page=-7&page=9&q=%ff"), 200, "", page, list, all},

		{"new", "member", get("/deployments/new"), 200, "", page, []htmlcheck.Checker{heading("New deployment"), htmlcheck.Count(`input[name=hardware]`, 7), htmlcheck.NotIn(`input[name=is_enabled]`)}, nil},
		{"new part", "member", hx("/deployments/new"), 200, "", part, []htmlcheck.Checker{heading("New deployment")}, nil},
		{"new head", "member", head("/deployments/new"), 200, "", nothing, nil, nil},
		{"clone", "member", get("/deployments/new?from=" + on), 200, "", page, []htmlcheck.Checker{htmlcheck.In(`input[name=name]`, htmlcheck.HasAttr("value", "image-to-video copy"))}, brief},
		{"clone of nothing", "member", get("/deployments/new?from=x"), 404, "", page, []htmlcheck.Checker{heading("Nothing here")}, nil},

		{"show", "member", get("/deployments/" + on), 200, "", page, show, full},
		{"show part", "member", hx("/deployments/" + on), 200, "", part, show, full},
		{"show head", "member", head("/deployments/" + on), 200, "", nothing, nil, full[:1]},
		{"edit", "member", get("/deployments/" + on + "/edit"), 200, "", page, edit, brief},
		{"edit part", "member", hx("/deployments/" + on + "/edit"), 200, "", part, edit, brief},
		{"edit head", "member", head("/deployments/" + on + "/edit"), 200, "", nothing, nil, brief},
		{"delete", "member", get("/deployments/" + on + "/delete"), 200, "", page, confirm, brief},
		{"delete part", "member", hx("/deployments/" + on + "/delete"), 200, "", part, confirm, brief},
		{"delete head", "member", head("/deployments/" + on + "/delete"), 200, "", nothing, nil, brief},
		{"notes", "member", get(notesOn), 200, "", page, []htmlcheck.Checker{heading("Notes of image-to-video"), htmlcheck.Count("textarea", 1)}, brief},
		{"notes part", "member", hx(notesOn), 200, "", part, []htmlcheck.Checker{heading("Notes of image-to-video")}, brief},
		{"notes head", "member", head(notesOn), 200, "", nothing, nil, brief},
		{"notes of nothing", "member", get("/deployments/x/notes"), 404, "", page, nil, nil},
		{"payload", "member", get("/deployments/" + on + "/payload.json"), 200, "", file, nil, download},
		{"payload raw", "member", get("/deployments/" + on + "/payload.json?view=raw"), 200, "", file, nil, download},
		{"payload head", "member", head("/deployments/" + on + "/payload.json"), 200, "", nothing, nil, []string{"GET /deployments/ON"}},

		{"payload tree", "member", get("/deployments/" + on + "/payload"), 200, "", page, []htmlcheck.Checker{heading("Payload of image-to-video"), htmlcheck.In(".json", says("workflow_api_json"))}, payload},
		{"payload value", "member", get("/deployments/" + on + "/payload?at=%2Fworkflow_api_json%2F3%2Finputs%2Fseed"), 200, "", page, []htmlcheck.Checker{htmlcheck.In(".copyable__text", says("/workflow_api_json/3/inputs/seed"))}, payload},
		{"payload value that is gone", "member", get("/deployments/" + on + "/payload?at=%2Fnothing"), 200, "", page, []htmlcheck.Checker{says("nothing there any more")}, payload},
		{"payload search", "member", hx("/deployments/" + on + "/payload?q=ksampler"), 200, "", part, []htmlcheck.Checker{says("found"), htmlcheck.In(".node__hit", says("KSampler"))}, payload},
		{"workflow", "member", get("/deployments/" + on + "/workflow"), 200, "", page, graph, payload},
		{"workflow part", "member", hx("/deployments/" + on + "/workflow?zoom=fit&q=nothing+like+it"), 200, "", part, []htmlcheck.Checker{says("No node has that"), htmlcheck.In(".graph__svg", htmlcheck.HasAttr("width", "100%"))}, payload},
		{"workflow head", "member", head("/deployments/" + on + "/workflow"), 200, "", nothing, nil, payload},
		{"workflow, a node chosen", "member", get("/deployments/" + on + "/workflow?node=3&zoom=7&page=9"), 200, "", page, append(graph, htmlcheck.In("#chosen", says("KSampler")), htmlcheck.Count("a.box.chosen", 1), htmlcheck.Count("a.box.before", 3), htmlcheck.Count("a.box.after", 0)), payload},

		{"compare", "member", get("/compare"), 200, "", page, []htmlcheck.Checker{heading("Compare two deployments"), htmlcheck.Count(".saved a", 2), htmlcheck.NotIn("textarea")}, all},
		{"compare with", "member", hx("/compare?a=" + on + "&q=text"), 200, "", part, []htmlcheck.Checker{heading("Compare image-to-video with another"), htmlcheck.Count(".saved a", 2), htmlcheck.Count("textarea", 1), htmlcheck.Count("input[type=file]", 1)}, all},
		{"compare head", "member", head("/compare?a=" + on + "&b=" + on), 200, "", nothing, nil, full},
		{"compare with itself", "member", get("/compare?a=" + on + "&b=" + on), 200, "", page, []htmlcheck.Checker{heading("image-to-video and image-to-video"), says("This is the same deployment on both sides: no difference."), htmlcheck.NotIn(".graph__svg")}, full},
		{"compare with itself, everything", "member", hx("/compare?a=" + on + "&b=" + on + "&all=1"), 200, "", part, []htmlcheck.Checker{htmlcheck.Count("a.box", 4), htmlcheck.Count(".outline tbody tr", 4), says("Maximum instances")}, full},
		{"compare ticked rows", "member", get("/compare?id%5B%5D=" + on + "&id%5B%5D=" + off + "&list=&change=disable"), 303, "/compare?a=ON&b=OFF", nothing, nil, nil},
		{"compare one ticked row", "member", get("/compare?id%5B%5D=" + on), 303, "/compare?a=ON", nothing, nil, nil},
		{"compare three ticked rows", "member", get("/compare?id%5B%5D=1&id%5B%5D=2&id%5B%5D=3"), 422, "", page, []htmlcheck.Checker{says("you ticked 3")}, all},
		{"compare signed out", "stranger", get("/compare?b=" + on + "&a=" + off), 303, "/sign-in?next=%2Fcompare%3Fa%3DOFF%26b%3DON", nothing, nil, nil},
		{"compare a malformed id", "member", get("/compare?a=" + on + "&b=xyz"), 404, "", page, []htmlcheck.Checker{heading("Compare image-to-video with another"), says("About the second one (xyz)"), says("malformed")}, []string{full[0], full[1], "GET /deployments"}},

		{"malformed id", "member", get("/deployments/xyz"), 404, "", page, []htmlcheck.Checker{heading("Nothing here"), says("malformed")}, nil},
		{"traversal in the id", "member", get("/deployments/..%2f..%2faccounts"), 404, "", page, nil, nil},
		{"no such deployment", "member", get("/deployments/" + nowhere), 404, "", page, []htmlcheck.Checker{heading("Not visible to this account"), htmlcheck.In(`input[name=next]`, htmlcheck.HasAttr("value", "/deployments/"+nowhere))}, []string{"GET /deployments?ids=NOWHERE&includes=readme", "GET /deployments/NOWHERE?includes=readme"}},
		{"no such deployment, part", "member", hx("/deployments/" + nowhere), 404, "", notices, []htmlcheck.Checker{says("no such deployment")}, []string{"GET /deployments?ids=NOWHERE&includes=readme", "GET /deployments/NOWHERE?includes=readme"}},
		{"no such page", "stranger", get("/no-such-page"), 404, "", page, []htmlcheck.Checker{heading("Nothing here"), htmlcheck.Count(`a[href=/sign-in]`, 1)}, nil},
		{"no such page, part", "member", hx("/no-such-page"), 404, "", notices, nil, nil},
		{"wrong method", "member", post("/deployments/"+on+"/edit", url.Values{"name": {"x"}}), 405, "", page, []htmlcheck.Checker{heading("That did not work")}, nil},
		{"no such file", "stranger", get("/static/app.js"), 404, "", page, nil, nil},

		{"share", "member", get("/deployments/" + on + "/share"), 200, "", page, []htmlcheck.Checker{heading("Share image-to-video"), htmlcheck.Count("input[type=checkbox][checked]", 2), htmlcheck.Count("input[name=lifetime]", 3)}, brief},
		{"share part", "member", hx("/deployments/" + on + "/share?lifetime=7d&workflow=1&note=for+Zoe"), 200, "", part, []htmlcheck.Checker{htmlcheck.In("input[name=note]", htmlcheck.HasAttr("value", "for Zoe")), htmlcheck.Count("input[type=checkbox][checked]", 1)}, brief},
		{"share head", "member", head("/deployments/" + on + "/share"), 200, "", nothing, nil, brief},
		{"share nothing there", "member", get("/deployments/" + nowhere + "/share"), 404, "", page, nil, []string{"GET /deployments/NOWHERE"}},
		{"share links", "member", get("/shares"), 200, "", page, []htmlcheck.Checker{heading("Share links"), says("No share links yet")}, nil},
		{"share links part", "member", hx("/shares"), 200, "", part, []htmlcheck.Checker{heading("Share links")}, nil},
		{"share links head", "member", head("/shares"), 200, "", nothing, nil, nil},
		{"a shared copy, no link yet", "stranger", get("/s/abcdefghijklmnop"), 200, "", page, []htmlcheck.Checker{heading("A shared copy"), htmlcheck.Count("input[name=link]", 1), htmlcheck.NotIn("a[href=/deployments]")}, nil},
		{"a shared copy, as a part", "member", hx("/s/abcdefghijklmnop"), 200, "", page, []htmlcheck.Checker{heading("A shared copy")}, nil},
		{"a shared copy head", "stranger", head("/s/abcdefghijklmnop"), 200, "", nothing, nil, nil},
		{"below a shared copy", "stranger", get("/s/abcdefghijklmnop/edit"), 404, "", page, []htmlcheck.Checker{heading("A shared copy")}, nil},

		{"live", "stranger", get("/livez"), 200, "", file, nil, nil},
		{"live head", "stranger", head("/livez"), 200, "", nothing, nil, nil},
		{"ready", "stranger", get("/readyz"), 200, "", file, nil, nil},
	}
}

func writeRows() []exchange {
	hookForm := url.Values{"hook_id": {hookID}, "name": {"ops"}, "target": {"https://hooks.example/x"}, "format": {"json"}, "kind_cost": {"1"}}
	edit := url.Values{"max_instances": {"5"}}
	inPart := webtest.HX("https://deck.example/deployments?q=video")
	// A write that can raise cost looks first, shows, and looks again when it is confirmed.
	patched := []string{"GET /deployments/ON", "GET /deployments/ON", "PATCH /deployments/ON", "GET /deployments/ON"}
	paused := patched[1:]
	switched := []string{"GET /deployments/OFF", "GET /deployments/OFF", "PATCH /deployments/OFF", "GET /deployments/OFF"}
	reviewed := func(title string) []htmlcheck.Checker {
		return []htmlcheck.Checker{heading(title), says("Nothing was sent yet"), htmlcheck.Count("input[name=confirm]", 1)}
	}
	created := []string{"GET /deployments", "POST /deployments", "GET /deployments/NEW"}
	deleted := []string{"GET /deployments/ON", "GET /deployments/ON?includes=readme&includes=payload", "DELETE /deployments/ON"}
	all := []string{"GET /deployments"}
	flip := url.Values{"switch": {"1"}, "view": {"row"}, "next": {"/deployments?q=text"}}
	named := url.Values{"confirm_name": {"image-to-video"}}

	return []exchange{
		{"create, review", "member", post("/deployments", newDeployment()), 200, "", page, reviewed("Create upscaler?"), nil},
		{"create, review, part", "member", hxPost("/deployments", newDeployment()), 200, "", part, reviewed("Create upscaler?"), nil},
		{"create, once more", "member", post("/deployments", with(newDeployment(), "again", "1")), 200, "", page, []htmlcheck.Checker{heading("New deployment"), htmlcheck.In("#name", htmlcheck.HasAttr("value", "upscaler"))}, nil},
		{"create", "member", agreed("/deployments", newDeployment()), 303, "/deployments/NEW", nothing, nil, created},
		{"create, part", "member", agreed("/deployments", newDeployment(), inPart), 204, "/deployments/NEW", nothing, nil, created},
		{"create nonsense", "member", post("/deployments", with(newDeployment(), "max_instances", "many")), 422, "", page, []htmlcheck.Checker{htmlcheck.In("#max_instances", htmlcheck.HasAttr("value", "many"), htmlcheck.HasAttr("aria-invalid", "true")), htmlcheck.In("#max_instances-error", says("from 1 to 10"))}, nil},
		{"create nonsense, part", "member", hxPost("/deployments", with(newDeployment(), "max_instances", "many")), 422, "", part, []htmlcheck.Checker{htmlcheck.In("#max_instances", htmlcheck.HasAttr("value", "many"))}, nil},
		{"update, review", "member", post("/deployments/"+on, edit), 200, "", page, reviewed("Change image-to-video?"), []string{"GET /deployments/ON"}},
		{"update, review, part", "member", hxPost("/deployments/"+on, edit), 200, "", part, reviewed("Change image-to-video?"), []string{"GET /deployments/ON"}},
		{"update, once more", "member", post("/deployments/"+on, with(edit, "again", "1")), 200, "", page, []htmlcheck.Checker{htmlcheck.In("#max_instances", htmlcheck.HasAttr("value", "5"))}, nil},
		{"update", "member", agreed("/deployments/"+on, edit), 303, "/deployments/ON", nothing, nil, patched},
		{"update, part", "member", agreed("/deployments/"+on, edit, inPart), 204, "/deployments/ON", nothing, nil, patched},
		{"update of nothing", "member", post("/deployments/"+nowhere, edit), 404, "", page, []htmlcheck.Checker{heading("Nothing here")}, []string{"GET /deployments/NOWHERE"}},
		{"update of another account's", "member", post("/deployments/"+foreign, edit), 403, "", page, nil, []string{"GET /deployments/FOREIGN", "GET /deployments/FOREIGN"}},
		{"enable, review", "member", post("/deployments/"+off+"/enable", flip), 200, "", page, reviewed("Enable text-to-image?"), []string{"GET /deployments/OFF"}},
		{"enable a row, review", "member", hxPost("/deployments/"+off+"/enable", flip), 200, "", part, reviewed("Enable text-to-image?"), []string{"GET /deployments/OFF"}},
		{"enable", "member", agreed("/deployments/"+off+"/enable", url.Values{"switch": {"1"}}), 303, "/deployments/OFF", nothing, nil, switched},
		{"enable from the list", "member", agreed("/deployments/"+off+"/enable", flip), 303, "/deployments?q=text", nothing, nil, switched},
		{"enable a row", "member", agreed("/deployments/"+off+"/enable", flip, inPart), 204, "/deployments?q=text", nothing, nil, switched},
		{"enable twice", "member", post("/deployments/"+on+"/enable", url.Values{"switch": {"1"}}), 303, "/deployments/ON", nothing, nil, []string{"GET /deployments/ON"}},
		{"disable", "member", post("/deployments/"+on+"/disable", url.Values{"switch": {"1"}}), 303, "/deployments/ON", nothing, nil, paused},
		{"disable from anywhere", "member", post("/deployments/"+on+"/disable", url.Values{"next": {"//evil.example/"}}), 303, "/deployments", nothing, nil, paused},
		{"delete", "member", post("/deployments/"+on+"/delete", named), 303, "/deployments", nothing, nil, deleted},
		{"delete, part", "member", hxPost("/deployments/"+on+"/delete", named), 204, "/deployments", nothing, nil, deleted},
		{"delete by the wrong name", "member", post("/deployments/"+on+"/delete", url.Values{"confirm_name": {"image-to-vide"}}), 422, "", page, []htmlcheck.Checker{htmlcheck.In("#confirm_name", htmlcheck.HasAttr("value", "image-to-vide")), htmlcheck.Count("#confirm_name-error", 1)}, deleted[:1]},
		{"delete by the wrong name, part", "member", hxPost("/deployments/"+on+"/delete", url.Values{"confirm_name": {"IMAGE-TO-VIDEO"}}), 422, "", part, []htmlcheck.Checker{htmlcheck.In("#confirm_name", htmlcheck.HasAttr("value", "IMAGE-TO-VIDEO"))}, deleted[:1]},
		{"delete nothing", "member", post("/deployments/"+nowhere+"/delete", named), 404, "", page, nil, []string{"GET /deployments/NOWHERE"}},
		{"lock", "member", post("/deployments/"+on+"/lock", url.Values{"reason": {"a demo on Friday"}}), 303, "/deployments/ON", nothing, nil, []string{"GET /deployments/ON"}},
		{"lock, part", "member", hxPost("/deployments/"+on+"/lock", url.Values{"reason": {"a demo on Friday"}}), 204, "/deployments/ON", nothing, nil, []string{"GET /deployments/ON"}},
		{"lock for no reason", "member", post("/deployments/"+on+"/lock", url.Values{"reason": {" "}}), 422, "", page, []htmlcheck.Checker{says("A lock needs a reason")}, []string{"GET /deployments/ON"}},
		{"lock nothing", "member", post("/deployments/"+nowhere+"/lock", url.Values{"reason": {"x"}}), 404, "", page, nil, []string{"GET /deployments/NOWHERE"}},
		{"lock signed out", "stranger", post("/deployments/"+on+"/lock", url.Values{"reason": {"x"}}), 401, "", page, []htmlcheck.Checker{htmlcheck.In(`input[name=kept_reason]`, htmlcheck.HasAttr("value", "x"))}, nil},
		{"unlock", "member", post("/deployments/"+on+"/unlock", url.Values{"switch": {"1"}}), 303, "/deployments/ON", nothing, nil, nil},
		{"unlock, part", "member", hxPost("/deployments/"+on+"/unlock", url.Values{"switch": {"1"}}), 204, "/deployments/ON", nothing, nil, nil},
		{"unlock signed out", "stranger", post("/deployments/"+on+"/unlock", url.Values{}), 303, "/sign-in?next=%2Fdeployments%2FON", nothing, nil, nil},
		{"settle nothing", "member", post("/deployments/settle", url.Values{"next": {"/deployments?q=a"}}), 303, "/deployments?q=a", nothing, nil, nil},
		{"settle, part", "member", hxPost("/deployments/settle", url.Values{"next": {"//evil.example"}}), 204, "/deployments", nothing, nil, nil},
		{"settle signed out", "stranger", post("/deployments/settle", url.Values{}), 303, "/sign-in", nothing, nil, nil},
		{"share, review", "member", post("/deployments/"+on+"/share", url.Values{"readme": {"1"}, "lifetime": {"1d"}}), 200, "", page, []htmlcheck.Checker{heading("Share this copy of image-to-video?"), htmlcheck.Count("input[name=confirm]", 1)}, []string{"GET /deployments?ids=ON&includes=readme"}},
		{"share, review, part", "member", hxPost("/deployments/"+on+"/share", url.Values{"workflow": {"1"}, "lifetime": {"1h"}}), 200, "", part, []htmlcheck.Checker{htmlcheck.Count("input[name=confirm]", 1), says("Every node")}, []string{"GET /deployments?ids=ON&includes=readme", "GET /deployments/ON?includes=payload"}},
		{"share", "member", agreed("/deployments/"+on+"/share", url.Values{"settings": {"1"}, "lifetime": {"1d"}}), 200, "", page, []htmlcheck.Checker{heading("The link to your copy of image-to-video"), htmlcheck.Count(".copyable__text", 1)}, []string{"GET /deployments?ids=ON&includes=readme", "GET /deployments?ids=ON&includes=readme"}},
		{"share, once more", "member", post("/deployments/"+on+"/share", url.Values{"readme": {"1"}, "lifetime": {"7d"}, "again": {"1"}}), 200, "", page, []htmlcheck.Checker{htmlcheck.In("input[name=lifetime][checked]", htmlcheck.HasAttr("value", "7d"))}, []string{"GET /deployments?ids=ON&includes=readme"}},
		{"share nothing", "member", post("/deployments/"+on+"/share", url.Values{"note": {"kept"}}), 422, "", page, []htmlcheck.Checker{htmlcheck.Count("#parts-error", 1), htmlcheck.Count("#lifetime-error", 1), htmlcheck.In("input[name=note]", htmlcheck.HasAttr("value", "kept"))}, []string{"GET /deployments?ids=ON&includes=readme"}},
		{"share what is not there", "member", post("/deployments/"+nowhere+"/share", url.Values{"readme": {"1"}}), 404, "", page, nil, []string{"GET /deployments?ids=NOWHERE&includes=readme", "GET /deployments/NOWHERE?includes=readme"}},
		{"share signed out", "stranger", post("/deployments/"+on+"/share", url.Values{"readme": {"1"}, "note": {"a b"}, "lifetime": {"7d"}}), 303, "/sign-in?next=%2Fdeployments%2FON%2Fshare%3Flifetime%3D7d%26note%3Da%2Bb%26readme%3D1", nothing, nil, nil},
		{"revoke nothing", "member", post("/shares/abcdefghijklmnop/revoke", url.Values{"revoke": {"1"}}), 404, "", page, nil, nil},
		{"revoke all", "member", post("/shares/revoke", url.Values{"revoke": {"1"}}), 303, "/shares", nothing, nil, nil},
		{"revoke all, part", "member", hxPost("/shares/revoke", url.Values{"revoke": {"1"}}), 204, "/shares", nothing, nil, nil},
		{"revoke signed out", "stranger", post("/shares/abcdefghijklmnop/revoke", url.Values{"revoke": {"1"}}), 303, "/sign-in?next=%2Fshares", nothing, nil, nil},
		{"hand in no link", "stranger", post("/s/abcdefghijklmnop", url.Values{"link": {"x"}}), 404, "", page, []htmlcheck.Checker{says("This link shows nothing")}, nil},
		{"add a webhook", "member", post("/webhooks", hookForm), 200, "", page, []htmlcheck.Checker{heading("ops"), says("whsec_")}, nil},
		{"add a webhook, part", "member", hxPost("/webhooks", hookForm), 200, "", part, []htmlcheck.Checker{heading("ops")}, nil},
		{"add a webhook to this machine", "member", post("/webhooks", with(hookForm, "target", "https://127.0.0.1/")), 422, "", page, []htmlcheck.Checker{htmlcheck.Count("#target-error", 1)}, nil},
		{"change no webhook", "member", post("/webhooks/"+hookID, hookForm), 404, "", page, nil, nil},
		{"test no webhook", "member", post("/webhooks/"+hookID+"/test", url.Values{"go": {"1"}}), 404, "", page, nil, nil},
		{"pause no webhook", "member", post("/webhooks/"+hookID+"/pause", url.Values{"go": {"1"}}), 404, "", page, nil, nil},
		{"resume no webhook", "member", post("/webhooks/"+hookID+"/resume", url.Values{"go": {"1"}}), 404, "", page, nil, nil},
		{"new secret of no webhook", "member", post("/webhooks/"+hookID+"/secret", url.Values{"go": {"1"}}), 404, "", page, nil, nil},
		{"send nothing again", "member", post("/webhooks/"+hookID+"/again", url.Values{"delivery": {"x"}}), 404, "", page, nil, nil},
		{"delete no webhook", "member", post("/webhooks/"+hookID+"/delete", url.Values{"delete": {"1"}}), 404, "", page, nil, nil},
		{"add a webhook signed out", "stranger", post("/webhooks", hookForm), 401, "", page, []htmlcheck.Checker{htmlcheck.In(`input[name=kept_target]`, htmlcheck.HasAttr("value", "https://hooks.example/x"))}, nil},
		{"test a webhook signed out", "stranger", post("/webhooks/"+hookID+"/test", url.Values{"go": {"1"}}), 303, "/sign-in?next=%2Fwebhooks%2F" + hookID, nothing, nil, nil},
		{"delete a webhook signed out", "stranger", post("/webhooks/"+hookID+"/delete", url.Values{"delete": {"1"}}), 303, "/sign-in?next=%2Fwebhooks%2F" + hookID + "%2Fdelete", nothing, nil, nil},
		{"save a view", "member", post("/views", url.Values{"name": {"a"}, "query": {"state=paused"}}), 303, "/deployments?state=paused", nothing, nil, nil},
		{"save a view, part", "member", hxPost("/views", url.Values{"name": {"a"}, "query": {"state=paused"}}), 204, "/deployments?state=paused", nothing, nil, nil},
		{"save a view with nonsense", "member", post("/views", url.Values{"name": {"a"}, "query": {"%zz//evil.example"}}), 303, "/deployments", nothing, nil, nil},
		{"save a view without a name", "member", post("/views", url.Values{"query": {"state=paused"}}), 422, "", page, []htmlcheck.Checker{htmlcheck.Count("#name-error", 1)}, nil},
		{"rename nothing", "member", post("/views/abcdefghijklmnop", url.Values{"name": {"a"}}), 404, "", page, nil, nil},
		{"delete no view", "member", post("/views/abcdefghijklmnop/delete", url.Values{"delete": {"1"}}), 404, "", page, nil, nil},
		{"save a view signed out", "stranger", post("/views", url.Values{"name": {"a"}, "query": {"state=paused"}}), 401, "", page, []htmlcheck.Checker{htmlcheck.In(`input[name=kept_name]`, htmlcheck.HasAttr("value", "a"))}, nil},
		{"rename a view signed out", "stranger", post("/views/abcdefghijklmnop", url.Values{"name": {"a"}}), 401, "", page, []htmlcheck.Checker{htmlcheck.In(`input[name=kept_name]`, htmlcheck.HasAttr("value", "a"))}, nil},
		{"delete a view signed out", "stranger", post("/views/abcdefghijklmnop/delete", url.Values{"delete": {"1"}}), 303, "/sign-in?next=%2Fviews", nothing, nil, nil},
		{"save notes", "member", post(notesOn, url.Values{"note": {"a"}, "version": {"0"}}), 303, "/deployments/ON", nothing, nil, []string{"GET /deployments/ON"}},
		{"save notes, part", "member", hxPost(notesOn, url.Values{"note": {"a"}, "version": {"0"}, "back": {"/deployments?q=video"}}), 204, "/deployments/ON?back=%2Fdeployments%3Fq%3Dvideo", nothing, nil, []string{"GET /deployments/ON"}},
		{"save a long note, part", "member", hxPost(notesOn, url.Values{"note": {strings.Repeat("a", 5000)}, "version": {"0"}}), 422, "", part, []htmlcheck.Checker{htmlcheck.Count("#note-error", 1)}, []string{"GET /deployments/ON"}},
		{"save notes signed out", "stranger", post(notesOn, url.Values{"note": {"a"}, "version": {"0"}}), 401, "", page, []htmlcheck.Checker{htmlcheck.In(`input[name=kept_note]`, htmlcheck.HasAttr("value", "a"))}, nil},
		{"add an account", "member", post("/accounts", url.Values{"token": {webtest.OtherToken}, "next": {"/deployments/" + foreign}}), 303, "/deployments/FOREIGN", nothing, nil, all},
		{"add an account, part", "member", hxPost("/accounts", url.Values{"token": {webtest.OtherToken}, "next": {"//evil.example"}}), 204, "/deployments", nothing, nil, all},
		{"add no account", "member", post("/accounts", url.Values{"token": {" "}}), 422, "", page, []htmlcheck.Checker{heading("Add an account"), htmlcheck.Count("#token-error", 1)}, nil},
		{"add a mistyped account", "member", post("/accounts", url.Values{"token": {"x"}}), 422, "", page, []htmlcheck.Checker{heading("Add an account"), htmlcheck.Count("#token-error", 1)}, all},
		{"add an account signed out", "stranger", post("/accounts", url.Values{"token": {webtest.OtherToken}}), 303, "/sign-in?next=%2Faccounts", nothing, nil, nil},
		{"switch to nobody", "member", post("/accounts/switch", url.Values{"account": {"0000-0000"}}), 404, "", page, []htmlcheck.Checker{says("no longer holds that account")}, nil},
		{"switch to nobody, part", "member", hxPost("/accounts/switch", url.Values{"account": {"0000-0000"}}), 404, "", notices, nil, nil},
		{"switch signed out", "stranger", post("/accounts/switch", url.Values{"account": {"0000-0000"}}), 303, "/sign-in?next=%2Faccounts", nothing, nil, nil},
		{"remove nobody", "member", post("/accounts/remove", url.Values{"account": {""}}), 404, "", page, nil, nil},
		{"remove signed out", "stranger", post("/accounts/remove", url.Values{"account": {""}}), 303, "/sign-in?next=%2Faccounts", nothing, nil, nil},
		{"end no session", "member", post("/sessions/0123456789ab/end", url.Values{"end": {"1"}}), 303, "/sessions", nothing, nil, nil},
		{"end a session signed out", "stranger", post("/sessions/0123456789ab/end", url.Values{"end": {"1"}}), 303, "/sign-in?next=%2Fsessions", nothing, nil, nil},
		{"end other sessions", "member", post("/sessions/end-others", url.Values{"end": {"1"}}), 303, "/sessions", nothing, nil, nil},
		{"end all sessions, part", "member", hxPost("/sessions/end-all", url.Values{"end": {"1"}}), 204, "/sign-in?next=%2Fsessions", nothing, nil, nil},
		{"theme", "member", post("/preferences", url.Values{"theme": {"dark"}, "next": {"/deployments?q=a"}}), 303, "/deployments?q=a", nothing, nil, nil},
		{"list settings", "member", post("/preferences", url.Values{"columns": {"chosen"}, "column_state": {"1"}, "per_page": {"50"}, "density": {"compact"}, "next": {"/deployments?q=a"}}), 303, "/deployments?q=a", nothing, nil, nil},
		{"a column nobody knows", "member", post("/preferences", url.Values{"columns": {"chosen"}, "column_secret": {"1"}}), 422, "", page, nil, nil},
		{"theme as htmx", "member", hxPost("/preferences", url.Values{"theme": {"dark"}, "next": {"/deployments"}}), 204, "", nothing, nil, nil},
		{"theme from a stranger", "stranger", post("/preferences", url.Values{"theme": {"dark"}}), 303, "/preferences", nothing, nil, nil},
		{"preferences and nonsense", "member", post("/preferences", url.Values{"theme": {"dark"}, "token": {"x"}}), 422, "", page, []htmlcheck.Checker{heading("That did not work")}, nil},
		{"sign out", "member", post("/sign-out", url.Values{"sign_out": {"1"}}), 303, "/sign-in", nothing, nil, nil},
		{"sign out, part", "member", hxPost("/sign-out", url.Values{"sign_out": {"1"}, "next": {"/deployments/" + on}}), 204, "/sign-in?next=%2Fdeployments%2FON", nothing, nil, nil},
		{"report", "stranger", post("/csp-report", url.Values{"a": {"b"}}), 204, "", nothing, nil, nil},

		{"create signed out", "stranger", post("/deployments", newDeployment()), 401, "", page, []htmlcheck.Checker{heading("Sign in"), says("Nothing was sent"), htmlcheck.In(`input[name=kept_action]`, htmlcheck.HasAttr("value", "/deployments")), htmlcheck.In(`input[name=next]`, htmlcheck.HasAttr("value", "/deployments/new"))}, nil},
		{"create signed out, part", "stranger", hxPost("/deployments", newDeployment()), 401, "", part, []htmlcheck.Checker{heading("Sign in")}, nil},
		{"update signed out", "stranger", post("/deployments/"+on, edit), 401, "", page, []htmlcheck.Checker{heading("Sign in"), htmlcheck.In(`input[name=kept_max_instances]`, htmlcheck.HasAttr("value", "5"))}, nil},
		{"enable signed out", "stranger", post("/deployments/"+on+"/enable", flip), 303, "/sign-in?next=%2Fdeployments%2FON", nothing, nil, nil},
		{"disable signed out", "stranger", post("/deployments/"+on+"/disable", flip), 303, "/sign-in?next=%2Fdeployments%2FON", nothing, nil, nil},
		{"disable signed out, part", "stranger", hxPost("/deployments/"+on+"/disable", flip), 401, "/sign-in?next=%2Fdeployments%3Fq%3Dvideo", nothing, nil, nil},
		{"delete signed out", "stranger", post("/deployments/"+on+"/delete", named), 303, "/sign-in?next=%2Fdeployments%2FON%2Fdelete", nothing, nil, nil},
		{"sign out signed out", "stranger", post("/sign-out", url.Values{}), 303, "/sign-in", nothing, nil, nil},
	}
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	for _, x := range append(pageRows(), writeRows()...) {
		t.Run(x.as+"/"+x.name, func(t *testing.T) {
			t.Parallel()
			x.run(t, start(t, webtest.Options{}))
		})
	}
}

// TestSignedOutPages opens every page of the members without a session: each leads to the sign-in page and names itself.
func TestSignedOutPages(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := d.Browser(t)
	seen := 0
	for _, route := range web.Routes() {
		if open[route.Path] || route.Method == http.MethodPost {
			continue
		}
		seen++
		self := address(route.Path) + "?from=" + on + "&q=a+%26b"
		back := self
		if strings.HasSuffix(route.Path, "/enable") || strings.HasSuffix(route.Path, "/disable") {
			back = "/deployments/" + on // where the address of a switch leads
		}
		to := "/sign-in?next=" + url.QueryEscape(back)

		b.Do(route.Method, self, "").Expect(http.StatusSeeOther, to)
		r := b.Do(route.Method, self, "", webtest.HX("https://deck.example"+self))
		r.Expect(http.StatusUnauthorized, to)
		if r.Header.Get("Location") != "" || r.Body != "" {
			t.Errorf("%s %s as a part: want HX-Redirect alone, got %v %q", route.Method, self, r.Header, r.Body)
		}
	}
	if seen != 66 {
		t.Errorf("saw %d routes for members, want the 66 GET and HEAD routes of the site map", seen)
	}
	if calls := d.Calls(); len(calls) > 0 {
		t.Errorf("the API was asked for strangers: %q", calls)
	}
}

// TestPartForBoosted: a link of the list is boosted, and takes the place of the content alone.
func TestPartForBoosted(t *testing.T) {
	t.Parallel()
	b := member(t, start(t, webtest.Options{}))
	for target, want := range map[string]shape{"main#main": part, "body": page, "": page} {
		r := b.Get("/deployments?state=paused", webtest.HX("https://deck.example/deployments"), webtest.Header("HX-Boosted", "true"), webtest.Header("HX-Target", target))
		if shapeOf(r) != want {
			t.Errorf("boosted into %q: a %s, want a %s", target, shapeOf(r), want)
		}
	}
}

// TestPartOnlyForHTMX asks for the list in every way that is not htmx asking for a part: each gets the whole page.
func TestPartOnlyForHTMX(t *testing.T) {
	t.Parallel()
	b := member(t, start(t, webtest.Options{}))
	tests := map[string]webtest.Request{
		"no htmx":          func(*http.Request) {},
		"boosted":          webtest.Header("HX-Boosted", "true"),
		"history restore":  webtest.Header("HX-History-Restore-Request", "true"),
		"not the word":     webtest.Header("HX-Request", "1"),
		"another site":     webtest.Header("Sec-Fetch-Site", "none"),
		"a neighbour site": func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			r := b.On(t).Get("/deployments", func(r *http.Request) {
				if name != "no htmx" {
					webtest.HX("https://deck.example/deployments")(r)
					r.Header.Set("Sec-Fetch-Mode", "navigate")
					r.Header.Set("Sec-Fetch-Dest", "document")
				}
				change(r)
			})
			if r.Status != http.StatusOK || shapeOf(r) != page {
				t.Errorf("answered %d with a %s, want 200 with a page", r.Status, shapeOf(r))
			}
		})
	}
}
