package workflow

import (
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/comfydeck/comfydeck/internal/visible"
)

// Tree is a JSON value, or a part of one, as a tree to draw.
type Tree struct {
	Root  Branch
	Nodes int  // values in Root, itself included
	Found int  // values that match, when something was looked for; they may be more than Root holds
	Gone  bool // there is nothing at Look.At
}

// Branch is one JSON value.
type Branch struct {
	At       string // JSON Pointer (RFC 6901) from the root of the text
	Key      string // "" for the root, "0", "1" … for array elements; invisible characters made visible
	Kind     Kind
	Value    string // numbers exactly as written, strings unquoted with invisible characters made visible
	Cut      int    // characters of a string that is longer than the limit; 0 when Value is all of it
	Count    int    // members of an object or elements of an array, also those that are not in Children
	Children []Branch
	First    int  // index of the first of Children
	Rest     int  // members after the last of Children
	Closed   bool // its members were counted, not read
	Match    bool // it is what was looked for
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

// Look says which part of a text is wanted.
type Look struct {
	At    string   // JSON Pointer of the value that becomes the root; "" for all of it
	First int      // index of the first member of that value
	Sound bool     // the text is known to be JSON without repeated keys, as Summarise tells
	Words []string // only what has all of them in a key or value, in any case, and what leads there; nil for everything
}

// Limits bound what one tree holds. What is beyond them is counted and can be looked at by itself.
type Limits struct {
	Depth       int // levels; the root is the first
	Nodes       int // values; objects and arrays met after so many stay closed
	Members     int // of one object or array
	StringRunes int // characters of one string or key
}

// DefaultLimits is what a page carries at once.
func DefaultLimits() Limits {
	return Limits{Depth: 64, Nodes: 1500, Members: 200, StringRunes: 2000}
}

// ParseTree reads raw, one JSON value, and keeps the part that look names, as far as the limits l go. All of raw is checked.
// The error, a *SyntaxError, says where raw is not JSON or repeats a key.
func ParseTree(raw []byte, look Look, l Limits) (Tree, error) {
	// Looking for repeated keys takes half of the time and most of the memory.
	b := builder{dec: newDecoder(raw, jsontext.AllowDuplicateNames(look.Sound)), limits: l, first: look.First}
	for _, word := range look.Words {
		b.words = append(b.words, strings.ToLower(word))
	}
	path, ok := parsePointer(look.At)
	b.gone = true
	var root Branch
	var err error
	if ok {
		root, err = b.seek("", "", path)
	} else {
		err = b.dec.SkipValue()
	}
	if err := finish(raw, b.dec, err); err != nil {
		return Tree{}, err
	}
	return Tree{Root: root, Nodes: b.nodes, Found: b.found, Gone: b.gone}, nil
}

// builder is one run of ParseTree.
type builder struct {
	dec    *jsontext.Decoder
	limits Limits
	words  []string
	first  int // of the root's members
	nodes  int
	found  int
	gone   bool
}

// seek passes over everything beside path and keeps what is at its end.
func (b *builder) seek(at, key string, path []string) (root Branch, err error) {
	if len(path) == 0 {
		b.gone = false
		return b.branch(at, key, 1)
	}
	kind := b.dec.PeekKind()
	if kind != '{' && kind != '[' {
		return root, b.dec.SkipValue()
	}
	_, err = b.each(func(_ int, name string) error {
		if name != path[0] {
			return b.dec.SkipValue()
		}
		root, err = b.seek(at+pointerStep(name), name, path[1:])
		return err
	})
	return root, err
}

// each reads the object or array that comes next, calls member at the value of every member, and returns how many there were.
func (b *builder) each(member func(i int, name string) error) (n int, err error) {
	opening, err := b.dec.ReadToken()
	if err != nil {
		return 0, err
	}
	object := opening.Kind() == '{'
	for ; ; n++ {
		if kind := b.dec.PeekKind(); kind == '}' || kind == ']' {
			_, err := b.dec.ReadToken()
			return n, err
		}
		name := ""
		if object {
			token, err := b.dec.ReadToken()
			if err != nil {
				return n, err
			}
			name = token.String()
		} else {
			name = strconv.Itoa(n)
		}
		if err := member(n, name); err != nil {
			return n, err
		}
	}
}

// branch reads the next value. The recursion ends at limits.Depth, whatever the input.
func (b *builder) branch(at, key string, level int) (n Branch, err error) {
	b.nodes++
	n = Branch{At: at}
	n.Key, _ = b.text(key)
	kind := b.dec.PeekKind()
	if kind == '{' || kind == '[' {
		n.Kind = KindObject
		if kind == '[' {
			n.Kind = KindArray
		}
		n.Match = level > 1 && b.matches(key, "")
		err = b.members(&n, level)
	} else {
		err = b.leaf(&n, key)
	}
	if n.Match {
		b.found++
	}
	return n, err
}

func (b *builder) leaf(n *Branch, key string) error {
	token, err := b.dec.ReadToken()
	if err != nil {
		return err
	}
	text := token.String()
	n.Match = b.matches(key, text)
	switch token.Kind() {
	case '"':
		n.Kind = KindString
		n.Value, n.Cut = b.text(text)
		return nil
	case '0':
		n.Kind = KindNumber
	case 't', 'f':
		n.Kind = KindBoolean
	default:
		n.Kind = KindNull
	}
	n.Value = text
	return nil
}

// members reads the object or array n.
func (b *builder) members(n *Branch, level int) (err error) {
	root := level == 1
	n.Closed = !root && len(b.words) == 0 && (level >= b.limits.Depth || b.nodes > b.limits.Nodes)
	if root {
		n.First = b.first
	}
	n.Count, err = b.each(func(i int, name string) error {
		switch {
		case n.Closed, i < n.First:
			return b.dec.SkipValue()
		case len(b.words) > 0:
			return b.search(n, name, level+1)
		case len(n.Children) >= b.limits.Members:
			n.Rest++
			return b.dec.SkipValue()
		}
		child, err := b.branch(n.At+pointerStep(name), name, level+1)
		n.Children = append(n.Children, child)
		return err
	})
	return err
}

// search keeps the next value when it, or something in it, is looked for.
func (b *builder) search(n *Branch, name string, level int) error {
	if level > 4*b.limits.Depth {
		return b.dec.SkipValue()
	}
	found, nodes := b.found, b.nodes
	child, err := b.branch(n.At+pointerStep(name), name, level)
	switch {
	case b.found == found: // nothing in it
		b.nodes = nodes
		return err
	case nodes >= b.limits.Nodes: // found, and counted
		b.nodes = nodes
		return err
	case child.Match && len(child.Children) == 0 && child.Count > 0:
		child.Closed = true
	}
	n.Children = append(n.Children, child)
	return err
}

// matches tells whether a key and a value together have every word.
func (b *builder) matches(key, value string) bool {
	if len(b.words) == 0 {
		return false
	}
	key, value = strings.ToLower(key), strings.ToLower(value)
	for _, word := range b.words {
		if !strings.Contains(key, word) && !strings.Contains(value, word) {
			return false
		}
	}
	return true
}

// text is s as it is shown, and how many characters it has when it is cut.
func (b *builder) text(s string) (shown string, cut int) {
	if len(s) <= b.limits.StringRunes {
		return visible.Text(s), 0
	}
	count, end := 0, len(s)
	for i := range s {
		if count == b.limits.StringRunes {
			end = i
		}
		count++
	}
	if end == len(s) {
		return visible.Text(s), 0
	}
	return visible.Text(s[:end]), count
}
