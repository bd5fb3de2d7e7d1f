package e2e

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
)

// shareForm signs in where that is needed and opens the form that shares a deployment, with further parts ticked.
func (b *Tab) shareForm(t *testing.T, deck *Deck, name string, parts ...string) {
	t.Helper()
	form := "/deployments/" + deck.Named(t, name).ID + "/share"
	b.Open(form)
	if Eval[string](b, `location.pathname`) == "/sign-in" {
		b.SignIn()
		b.At(form)
	}
	for _, part := range parts {
		Eval[bool](b, `(document.querySelector("input[name=`+part+`]").checked = true)`)
	}
}

// share makes a link and returns it.
func (b *Tab) share(t *testing.T, deck *Deck, name string, parts ...string) string {
	t.Helper()
	b.shareForm(t, deck, name, parts...)
	b.Follow("See what a visitor will see")
	b.Follow("Make the link")
	return Eval[string](b, `document.querySelector(".copyable__text").textContent`)
}

// visit opens a link as somebody does who clicks it in a message.
func (b *Tab) visit(link string) {
	b.t.Helper()
	b.Open("/livez") // so that opening the link is no mere step within a page
	b.Open(strings.TrimPrefix(link, b.deck.URL))
	b.Follow("Show it")
}

// A link is opened by one press. Its key leaves the address before anything else is asked for, and no request carries it: not
// in an address, not in a header, whatever the page links to.
func TestShareLink(t *testing.T) {
	t.Parallel()
	var seen strings.Builder
	sink := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.Header.Write(&seen)
		_, _ = w.Write([]byte("<title>elsewhere</title>here you are"))
	}))
	t.Cleanup(sink.Close)
	elsewhere := strings.Replace(sink.URL, "127.0.0.1", "localhost", 1) // cookies do not heed the port
	deck := Start(t)
	d := deck.Named(t, "flux-kontext-retouch")
	d.Readme = "# Hello\n\n[elsewhere](" + elsewhere + "/x)"
	deck.Sandbox.Put(demo, d)
	link := deck.Tab(t).share(t, deck, d.Name, "workflow")
	_, key, _ := strings.Cut(link, "#")

	visitor := deck.Tab(t)
	visitor.allow("request to another origin: " + elsewhere)
	visitor.visit(link)
	visitor.Sees(d.Name, "Hello", "What this workflow does")
	visitor.Wait(`location.hash === "" && window.htmx === undefined && !document.cookie`)
	visitor.Follow("elsewhere")
	visitor.Sees("here you are")
	visitor.Back()
	visitor.Sees("Hello")
	visitor.leave(func() { Eval[bool](visitor, `(document.querySelector(".outline tbody a").click(), true)`) })
	visitor.Wait(`document.querySelector("#chosen") !== null`)
	if strings.Contains(seen.String(), key) || strings.Contains(seen.String(), deck.URL) || strings.Contains(seen.String(), "/s/") {
		t.Errorf("another site learns %s", seen.String())
	}
	deck.mu.Lock()
	asked := strings.Join(deck.requests, "\n")
	deck.mu.Unlock()
	if strings.Contains(asked, key) {
		t.Errorf("the key is in a request:\n%s", asked)
	}
	if back := Eval[string](visitor, `document.documentElement.innerHTML`); strings.Contains(back, key) {
		t.Error("the key is in the page")
	}
}

// Without scripts the link is pasted, and what it shows can be printed.
func TestShareLinkWithoutScripts(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	link := deck.Tab(t).share(t, deck, "storefront-composite-pipeline", "workflow")
	visitor := deck.Tab(t)
	visitor.Provokes(404)
	call(visitor, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	visitor.Open(strings.TrimPrefix(link, deck.URL))
	visitor.Fill("The link you were given", link[:len(link)-1])
	visitor.Follow("Show it")
	visitor.Sees("This link shows nothing")
	visitor.Fill("The link you were given", link)
	visitor.Follow("Show it")
	visitor.Sees("storefront-composite-pipeline", "Every node")
	visitor.FollowIn("main", "Save sheet")
	visitor.Sees("SaveImage · node 99")

	if paper := call(visitor, page.PrintToPDF, page.PrintToPDFParams{}); len(paper.Data) < 10_000 {
		t.Errorf("printed %d bytes", len(paper.Data))
	}
	call(visitor, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	visitor.Resize(720, 1000) // a sheet of paper
	if wide := Eval[int](visitor, `document.documentElement.scrollWidth`); wide > 721 {
		t.Errorf("%d pixels wide on paper of 720", wide)
	}
}
