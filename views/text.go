package views

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// A list prints thousands of short texts. What a template does for { text } makes two copies of each; these make none. They
// escape as templates do, and take an address because a text that is put into an interface is a copy as well.

// text prints a text.
func text(s *string) templ.Component { return (*plainText)(s) }

type plainText string

// Render implements templ.Component.
func (t *plainText) Render(_ context.Context, w io.Writer) error { return write(w, string(*t)) }

// marked prints a text with what a search found in it.
func marked(m *Marked) templ.Component { return (*markedText)(m) }

type markedText Marked

// Render implements templ.Component.
func (m *markedText) Render(_ context.Context, w io.Writer) error {
	if len(m.Pieces) == 0 {
		return write(w, m.Text)
	}
	for _, p := range m.Pieces {
		if !p.Hit {
			if err := write(w, p.Text); err != nil {
				return err
			}
			continue
		}
		if _, err := io.WriteString(w, "<mark>"); err != nil {
			return err
		}
		if err := write(w, p.Text); err != nil {
			return err
		}
		if _, err := io.WriteString(w, "</mark>"); err != nil {
			return err
		}
	}
	return nil
}

func write(w io.Writer, text string) error {
	_, err := io.WriteString(w, templ.EscapeString(text))
	return err
}
