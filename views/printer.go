package views

import (
	"context"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"
)

// A printer prints what a page has by the hundred, the rows of a list above all. A template costs more there than what it prints,
// since it copies each value twice and makes an object of each part (docs/decisions/0019-rows-are-printed.md).
type printer struct{ out []byte }

// constant is markup or a part of it. Only what stands in this program's source becomes one, so that text from outside never
// arrives as markup.
type constant string

func (p *printer) html(markup constant) *printer {
	p.out = append(p.out, markup...)
	return p
}

// text prints a text as a template does, in an element or between the quotes of an attribute.
func (p *printer) text(s string) *printer {
	from := 0
	for i := range len(s) {
		var escaped constant
		switch s[i] {
		case '&':
			escaped = "&amp;"
		case '<':
			escaped = "&lt;"
		case '>':
			escaped = "&gt;"
		case '"':
			escaped = "&#34;"
		case '\'':
			escaped = "&#39;"
		default:
			continue
		}
		p.out = append(append(p.out, s[from:i]...), escaped...)
		from = i + 1
	}
	p.out = append(p.out, s[from:]...)
	return p
}

// path prints an address of this site. Any other one leads nowhere.
func (p *printer) path(address string) *printer {
	if !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") {
		return p.html("#")
	}
	return p.text(address)
}

func (p *printer) number(n int) *printer {
	p.out = strconv.AppendInt(p.out, int64(n), 10)
	return p
}

// printers are those at rest.
var printers = sync.Pool{New: func() any { return new(printer) }}

// printed is a component that prints.
type printed func(*printer)

// Render implements templ.Component.
func (print printed) Render(_ context.Context, w io.Writer) error {
	p := printers.Get().(*printer) //nolint:forcetypeassert // made above
	defer printers.Put(p)
	p.out = p.out[:0]
	print(p)
	_, err := w.Write(p.out)
	return err
}

// marked prints a text with what a search found in it.
func marked(m *Marked) templ.Component { return printed(func(p *printer) { p.marked(m) }) }

func (p *printer) marked(m *Marked) *printer {
	if len(m.Pieces) == 0 {
		return p.text(m.Text)
	}
	for _, piece := range m.Pieces {
		if piece.Hit {
			p.html("<mark>").text(piece.Text).html("</mark>")
		} else {
			p.text(piece.Text)
		}
	}
	return p
}

// badge is a state: a mark whose shape differs per tone, and the word.
func badge(b *Badge) templ.Component { return printed(func(p *printer) { p.badge(b) }) }

func (p *printer) badge(b *Badge) *printer {
	p.html(`<span class="badge badge--`).text(b.Tone)
	if b.Hint != "" {
		p.html(`" title="`).text(b.Hint)
	}
	p.html(`">`)
	switch b.Tone {
	case "good":
		p.icon("play")
	case "quiet":
		p.icon("pause")
	case "warm":
		p.icon("flame")
	default:
		p.icon("info")
	}
	return p.marked(&Marked{Text: b.Label, Pieces: b.Marks}).html("</span>")
}

// lines are a figure and what stands smaller below it.
func lines(list []string) templ.Component { return printed(func(p *printer) { p.lines(list) }) }

func (p *printer) lines(list []string) {
	for i, line := range list {
		if i == 0 {
			p.text(line)
		} else {
			p.html("<small>").text(line).html("</small>")
		}
	}
}
