// Package markdown turns the readme of a deployment, untrusted GitHub-flavoured Markdown, into HTML that cannot
// act: no script, no form, no attribute a browser or htmx would follow, no image to load. Three walls stand in
// a row: goldmark drops raw HTML, bluemonday keeps an allow-list, and the result is parsed again and written
// out as a balanced tree. The package knows nothing of HTTP or of the store.
package markdown

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"

	"github.com/comfydeck/comfydeck/internal/visible"
)

// cacheBytes is how much rendered HTML a Renderer keeps.
const cacheBytes = 8 << 20

// Document is a rendered readme. At most one of HTML and Plain is set; both are empty for an empty readme.
type Document struct {
	HTML  string // safe to write into a page as it is
	Plain string // the source as text, still to be escaped, when it is too costly to render
	Note  string // why it is plain, one sentence for people; "" otherwise

	Contents []Heading // of a readme with several headings; their ids are in HTML
}

// Under returns the document with ids that begin with prefix, for a page that has a readme beside it.
func (d Document) Under(prefix string) Document {
	// Attributes alone have a bare quote: rebuild escapes those of texts.
	rename := strings.NewReplacer(`="`+idPrefix, `="`+prefix, `="#`+idPrefix, `="#`+prefix)
	d.HTML = rename.Replace(d.HTML)
	contents := make([]Heading, 0, len(d.Contents))
	for _, h := range d.Contents {
		h.ID = prefix + strings.TrimPrefix(h.ID, idPrefix)
		contents = append(contents, h)
	}
	d.Contents = contents
	return d
}

// Renderer renders readmes and remembers the last ones. It is safe for concurrent use.
type Renderer struct {
	parser   parser.Parser
	blocks   parser.Parser // sees the blocks only, for the budget
	renderer renderer.Renderer
	policy   *bluemonday.Policy
	tagless  *bluemonday.Policy
	places   chan struct{}
	cache    *cache
}

// New returns a Renderer that works on at most two readmes per processor at a time: rendering is pure
// computation that no context can stop, so the queue is the only bound.
func New() *Renderer {
	md := goldmark.New(goldmark.WithExtensions(
		extension.Linkify, extension.Strikethrough, extension.TaskList,
		extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
		extension.NewFootnote(extension.WithFootnoteIDPrefix(idPrefix), extension.WithFootnoteBacklinkHTML("↩ back")),
	))
	return &Renderer{
		parser:   md.Parser(),
		blocks:   blockParser(),
		renderer: md.Renderer(),
		policy:   newPolicy(),
		tagless:  bluemonday.StrictPolicy().AddSpaceWhenStrippingTag(true),
		places:   make(chan struct{}, 2*runtime.GOMAXPROCS(0)),
		cache:    newCache(cacheBytes),
	}
}

// Render returns source as safe HTML, or as plain text with a note when it is over the budget. Headings are
// moved below the h2 a readme stands under, images become links, links lead out or to a heading or footnote of the readme,
// code can be copied. The error is that of ctx, when it ends before there is room to work.
func (r *Renderer) Render(ctx context.Context, source string) (Document, error) {
	if strings.TrimSpace(source) == "" {
		return Document{}, nil
	}
	if len(source) > maxSourceBytes {
		return plain(source, errTooLong), nil
	}
	key := sha256.Sum256([]byte(source))
	if doc, ok := r.cache.get(key); ok {
		return doc, nil
	}

	select {
	case r.places <- struct{}{}:
		defer func() { <-r.places }()
	case <-ctx.Done():
		return Document{}, fmt.Errorf("wait to render a readme: %w", context.Cause(ctx))
	}
	doc := r.render([]byte(source))
	r.cache.put(key, doc)
	return doc, nil
}

func (r *Renderer) render(source []byte) Document {
	if err := r.checkBudget(source); err != nil {
		return plain(string(source), err)
	}

	root := r.parser.Parse(text.NewReader(source))
	contents, err := r.adapt(root, source)
	if err != nil {
		return plain(string(source), err)
	}
	var raw bytes.Buffer
	raw.Grow(2 * len(source))
	if err := r.renderer.Render(&raw, source, root); err != nil {
		return plain(string(source), err)
	}
	joined := joinBlocks(raw.Bytes())
	var sanitised bytes.Buffer
	sanitised.Grow(len(joined) + len(joined)/8)
	if err := r.policy.SanitizeReaderToWriter(bytes.NewReader(joined), &sanitised); err != nil {
		return plain(string(source), err)
	}
	safe, err := rebuild(&sanitised)
	if err != nil {
		return plain(string(source), err)
	}
	return Document{HTML: safe, Contents: contents}
}

// plain is the answer for a readme that is not rendered because of reason.
func plain(source string, reason error) Document {
	note, ok := errors.AsType[budgetError](reason)
	if !ok {
		note = errTooComplex
	}
	return Document{Plain: visible.Text(source), Note: string(note)}
}
