package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/views"
	"github.com/comfydeck/comfydeck/views/viewtest"
)

// partsStyle lays the page out, and keeps what screens lay over a page inside its frame.
const partsStyle = `<style>
.parts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: var(--gap-5); align-items: start; grid-auto-flow: dense; }
.part { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--gap-2); padding-block-start: var(--gap-3); border-block-start: 2px solid var(--line); }
.part--wide { grid-column: 1 / -1; }
.part figure { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--gap-2); margin-block-start: var(--gap-2); justify-items: start; }
.part figure > * { max-inline-size: 100%; }
.part figure > :is(.sheet, .toolbar, .card, .notice, .empty, .choices, .skeleton, .views, .toasts, .top, .foot, .pager, .facts, .json, .raw-box) { inline-size: 100%; margin-inline: 0; }
.part figcaption { font-size: var(--text-s); color: var(--soft); }
.part figure > :is(.toasts, dialog, [popover]) { display: grid; gap: var(--gap-3); position: static; inset: auto; position-area: none; margin: 0; }
.part .table thead th { position: static; }
</style>`

// partsPage is the page of all parts, as the screens have them.
func partsPage() (templ.Component, error) {
	fixtures := map[string]templ.Component{}
	for _, f := range viewtest.Fixtures() {
		fixtures[f.Name] = views.Whole(f.Page, f.Screen)
	}
	var b strings.Builder
	b.WriteString(partsStyle + `<h1>Parts</h1><p class="lead">What screens are made of: a typed component each, in the states that screens show.</p><div class="parts">`)
	for _, p := range viewtest.Parts() {
		class := "part"
		if p.Wide {
			class += " part--wide"
		}
		fmt.Fprintf(&b, `<section class=%q><h2>%s</h2><p>%s <code class="faint">%s</code></p>`, class, p.Name, p.Use, strings.Join(p.MadeBy, " "))
		for _, s := range p.States {
			screen := s.Screen
			if screen == nil {
				screen = fixtures[s.Fixture]
			}
			b.WriteString("<figure>")
			if s.Name != "" {
				fmt.Fprintf(&b, "<figcaption>%s</figcaption>", s.Name)
			}
			if err := writePart(&b, screen, s.Selector); err != nil {
				return nil, fmt.Errorf("%s: %w", p.Name, err)
			}
			b.WriteString("</figure>")
		}
		b.WriteString("</section>")
	}
	b.WriteString("</div>")
	return views.Whole(views.Page{Title: "Parts", Shortcut: true}, templ.Raw(b.String())), nil
}

// writePart writes the first element of a screen that matches.
func writePart(w io.Writer, screen templ.Component, selector string) error {
	var b strings.Builder
	if err := screen.Render(context.Background(), &b); err != nil {
		return err
	}
	page, err := html.Parse(strings.NewReader(b.String()))
	if err != nil {
		return err
	}
	found := htmlcheck.Select(page, selector)
	if len(found) == 0 {
		return fmt.Errorf("no %s", selector)
	}
	return html.Render(w, found[0])
}
