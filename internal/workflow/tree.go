package workflow

import (
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/comfydeck/comfydeck/internal/visible"
)

// Tree is a JSON value as a tree to draw.
type Tree struct {
	Root     Branch
	Nodes    int    // nodes drawn, the root included
	Bytes    int    // length of the JSON text
	Complete bool   // false: a limit cut something
	Note     string // which limit, one sentence; "" when complete
}

// Branch is one JSON value.
type Branch struct {
	Key      string // "" for the root, "0", "1" … for array elements; invisible characters made visible
	Kind     Kind
	Value    string // numbers exactly as written, strings unquoted with invisible characters made visible
	Count    int    // members of an object or elements of an array, also those that are not in Children
	Children []Branch
}

// Kind is the JSON type of a node.
type Kind string

// The kinds of JSON values.
const (
	KindObject  Kind = "object"
	KindArray   Kind = "array"
	KindString  Kind = "string"
	KindNumber  Kind = "number"
	KindBoolean Kind = "boolean"
	KindNull    Kind = "null"
)

// Limits bound what a tree costs to draw.
type Limits struct {
	Depth       int // levels; the root is the first
	Nodes       int // values in all
	Bytes       int // of JSON text; a longer one is not read at all
	StringRunes int // characters of one string or key
}

// DefaultLimits is what a browser still draws at once.
func DefaultLimits() Limits {
	return Limits{Depth: 64, Nodes: 5000, Bytes: 2 << 20, StringRunes: 2000}
}

// ParseTree reads raw, one JSON value, as far as the limits l go. What lies beyond them is counted and checked,
// not kept. The error, a *SyntaxError, says where raw is not JSON or repeats a key.
func ParseTree(raw []byte, l Limits) (Tree, error) {
	if len(raw) > l.Bytes {
		return Tree{Bytes: len(raw), Note: fmt.Sprintf("Too large to show as a tree: %s bytes, the limit is %s.",
			grouped(len(raw)), grouped(l.Bytes))}, nil
	}

	b := builder{dec: newDecoder(raw), limits: l}
	root, err := b.branch("", 1)
	if err := finish(raw, b.dec, err); err != nil {
		return Tree{}, err
	}
	return Tree{Root: root, Nodes: b.nodes, Bytes: len(raw), Complete: b.note == "", Note: b.note}, nil
}

// builder is one run of ParseTree.
type builder struct {
	dec    *jsontext.Decoder
	limits Limits
	nodes  int
	note   string // the first limit met
}

// branch reads the next value. The recursion ends at limits.Depth, whatever the input.
func (b *builder) branch(key string, level int) (Branch, error) {
	token, err := b.dec.ReadToken()
	if err != nil {
		return Branch{}, err
	}
	b.nodes++
	n := Branch{Key: key}
	switch token.Kind() {
	case '{':
		n.Kind = KindObject
		err = b.members(&n, level)
	case '[':
		n.Kind = KindArray
		err = b.members(&n, level)
	case '"':
		n.Kind, n.Value = KindString, b.text(token.String())
	case '0':
		n.Kind, n.Value = KindNumber, token.String()
	case 't', 'f':
		n.Kind, n.Value = KindBoolean, token.String()
	default:
		n.Kind, n.Value = KindNull, token.String()
	}
	return n, err
}

// members reads up to the end of the object or array whose opening was just read.
func (b *builder) members(n *Branch, level int) error {
	for ; ; n.Count++ {
		kind := b.dec.PeekKind()
		if kind == '}' || kind == ']' {
			_, err := b.dec.ReadToken()
			return err
		}

		key := strconv.Itoa(n.Count)
		if n.Kind == KindObject {
			token, err := b.dec.ReadToken()
			if err != nil {
				return err
			}
			key = token.String()
		}
		if b.full(level + 1) {
			if err := b.dec.SkipValue(); err != nil {
				return err
			}
			continue
		}
		child, err := b.branch(b.text(key), level+1)
		if err != nil {
			return err
		}
		n.Children = append(n.Children, child)
	}
}

// full reports whether a value at this level has no place in the tree.
func (b *builder) full(level int) bool {
	switch {
	case b.nodes >= b.limits.Nodes:
		b.cut("Only the first %s values are shown.", b.limits.Nodes)
	case level > b.limits.Depth:
		b.cut("Values more than %s levels deep are not shown.", b.limits.Depth)
	default:
		return false
	}
	return true
}

// text is s as it is shown.
func (b *builder) text(s string) string {
	if len(s) <= b.limits.StringRunes {
		return visible.Text(s)
	}
	count, end := 0, len(s)
	for i := range s {
		if count == b.limits.StringRunes {
			end = i
		}
		count++
	}
	if end == len(s) {
		return visible.Text(s)
	}
	b.cut("Strings longer than %s characters are cut.", b.limits.StringRunes)
	return visible.Text(s[:end]) + "… (" + grouped(count) + " characters)"
}

func (b *builder) cut(format string, limit int) {
	if b.note == "" {
		b.note = fmt.Sprintf(format, grouped(limit))
	}
}
