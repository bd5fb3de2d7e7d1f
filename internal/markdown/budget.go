package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// The budget. goldmark takes no context and some inputs cost it more than linear time or space, so a readme is
// measured before it is rendered. Each figure is far above any readme a person wrote by hand.
const (
	maxSourceBytes    = 64 << 10
	maxContainers     = 16        // quote and list markers at the start of one line
	maxLineWork       = 200_000   // lines times the depth they may be at: a list item lives on through blank lines
	maxDelimiters     = 500       // characters that may open or close something, per block
	maxTableCells     = 20_000    // goldmark fills up short rows, so that columns multiply with lines
	maxFootnotes      = 500       // goldmark looks through all of them for every mark
	maxExpandedTarget = 128 << 10 // bytes of link targets and titles; one definition may serve many links
)

// budgetError is a sentence for people about why a readme is not rendered.
type budgetError string

func (e budgetError) Error() string { return string(e) }

const (
	errTooLong    budgetError = "Shown as plain text: it is longer than 64 KB."
	errTooNested  budgetError = "Shown as plain text: its quotes or lists are nested too deeply."
	errTooDense   budgetError = "Shown as plain text: it has a paragraph with too much markup."
	errTooWide    budgetError = "Shown as plain text: it has too large a table."
	errTooNoted   budgetError = "Shown as plain text: it has too many footnotes."
	errTooLinked  budgetError = "Shown as plain text: its links repeat too long an address."
	errTooComplex budgetError = "Shown as plain text: it cannot be rendered."
)

// checkBudget returns a budgetError when source may cost too much to render. Its own cost is linear: the lines
// are checked before goldmark sees them, and the blocks, unless even the lines between two blank ones stay below what a block
// may hold, before their inline text is parsed.
func (r *Renderer) checkBudget(source []byte) error {
	if err := checkLines(source); err != nil {
		return err
	}
	if plainlyCheap(source) {
		return nil
	}
	return r.checkBlocks(source)
}

// checkBlocks measures the blocks that goldmark sees.
func (r *Renderer) checkBlocks(source []byte) error {
	root := r.blocks.Parse(text.NewReader(source))
	footnotes := 0
	return ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.Kind() == extast.KindFootnote && entering {
			if footnotes++; footnotes > maxFootnotes {
				return ast.WalkStop, errTooNoted
			}
		}
		if !entering || n.Type() == ast.TypeInline || n.IsRaw() {
			return ast.WalkContinue, nil
		}
		delimiters := 0
		for _, line := range n.Lines().Sliced(0, n.Lines().Len()) {
			for _, c := range line.Value(source) {
				if isDelimiter(c) {
					delimiters++
				}
			}
		}
		if delimiters > maxDelimiters {
			return ast.WalkStop, errTooDense
		}
		return ast.WalkContinue, nil
	})
}

// plainlyCheap tells without a parser that no block of source has too many delimiters, and that there are not too many
// footnotes: no inline text goes on over a blank line, and a footnote begins with its mark.
func plainlyCheap(source []byte) bool {
	if bytes.Count(source, []byte("[^")) > maxFootnotes {
		return false
	}
	delimiters := 0
	for line := range bytes.Lines(source) {
		if util.IsBlank(line) {
			delimiters = 0
			continue
		}
		for _, c := range line {
			if isDelimiter(c) {
				delimiters++
			}
		}
		if delimiters > maxDelimiters {
			return false
		}
	}
	return true
}

// blockParser returns a parser of the same blocks as the real one, tables and footnotes included, but of no inline markup.
func blockParser() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(append(parser.DefaultBlockParsers(), util.Prioritized(extension.NewFootnoteBlockParser(), 999))...),
		parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(),
			util.Prioritized(extension.NewTableParagraphTransformer(), 200))...),
	)
}

func isDelimiter(c byte) bool {
	switch c {
	case '*', '_', '~', '[', ']', '<', '`':
		return true
	}
	return false
}

// checkLines measures what can be seen line by line.
func checkLines(source []byte) error {
	open, work := 0, 0
	columns, cells := 0, 0
	afterBlank := true
	for line := range bytes.Lines(source) {
		// Blank as goldmark sees it: a line of non-breaking spaces or form feeds goes on with what is open.
		blank := util.IsBlank(line)
		containers, depth := nesting(line)
		// After a blank line, text stays only in the containers it is indented or marked for. Without one, it
		// may go on with the paragraph above, however deep that is.
		if afterBlank && !blank {
			open = depth
		}
		open = max(open, depth)
		work += 1 + open
		if containers > maxContainers || work > maxLineWork {
			return errTooNested
		}

		// A table ends at a blank line at the latest, and has as many columns as its line of dashes.
		if blank {
			columns = 0
		}
		columns = max(columns, dashes(line))
		cells += columns
		afterBlank = blank
	}
	if cells > maxTableCells {
		return errTooWide
	}
	return nil
}

// nesting counts the quote and list markers line starts with, and bounds how deep in containers it can be: a
// list item holds the lines that are indented by two columns or more.
func nesting(line []byte) (containers, depth int) {
	for space := 0; ; {
		text := bytes.TrimLeft(line, " \t")
		space += len(line) - len(text) + 3*bytes.Count(line[:len(line)-len(text)], []byte("\t"))
		width := markerWidth(text)
		if width == 0 {
			return containers, containers + space/2
		}
		containers++
		line = bytes.TrimPrefix(text[width:], []byte(" "))
	}
}

// markerWidth returns the length of the quote or list marker s starts with, 0 when it starts with none.
func markerWidth(s []byte) int {
	if bytes.HasPrefix(s, []byte(">")) {
		return 1
	}
	i := 0
	for i < len(s) && i < 9 && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	ends := "-+*"
	if i > 0 {
		ends = ".)"
	}
	if i >= len(s) || bytes.IndexByte([]byte(ends), s[i]) < 0 {
		return 0
	}
	i++
	if i < len(s) && !bytes.ContainsAny(s[i:i+1], " \t\r\n") {
		return 0
	}
	return i
}

// dashes returns how many columns a table has when line is the one below its head, 0 when it cannot be.
func dashes(line []byte) int {
	if len(bytes.Trim(line, "|:->+* \t\r\n")) > 0 {
		return 0
	}
	columns := 0
	for cell := range bytes.SplitSeq(line, []byte("|")) {
		if bytes.IndexByte(cell, '-') >= 0 {
			columns++
		}
	}
	return columns
}
