package workflow

import (
	"iter"
	"strconv"
)

// Use is a value that a node works with: a text, a number, true or false.
type Use struct {
	Input string // with the way inside a nested value: "lora_1.lora", "sizes.0"
	Text  string // a number exactly as written
	Model bool   // it names the file of a model
}

// namedDepth is how deep the way inside a nested value is spelled out.
const namedDepth = 4

// Uses yields the values of a node in their order, overrides applied and those inside of objects and arrays too, but no links.
func (n *Node) Uses() iter.Seq[Use] {
	return func(yield func(Use) bool) {
		for _, in := range n.Inputs {
			if in.Link == None && !n.uses(in, yield) {
				return
			}
		}
	}
}

func (n *Node) uses(in Input, yield func(Use) bool) bool {
	switch in.Value.Kind {
	case KindObject, KindArray:
		return n.nested(in, yield)
	case KindNull:
		return true
	default:
		return yield(Use{in.Name, in.Value.Text, modelKind(n.Class, in) != ""})
	}
}

// place is where a reader of nested values is: in an array its next index, in an object the name of the next value.
type place struct {
	way   string
	index int // -1 in an object
	name  string
}

// nested reads a value once from its beginning to its end, however deep it is.
func (n *Node) nested(in Input, yield func(Use) bool) bool {
	dec := newDecoder([]byte(in.Value.Text))
	var stack []place
	for {
		kind := dec.PeekKind()
		if kind == 0 {
			return true // the end
		}
		token, err := dec.ReadToken()
		if err != nil {
			return true
		}
		if kind == '}' || kind == ']' {
			stack = stack[:len(stack)-1]
			continue
		}
		text := token.String()
		if top := len(stack) - 1; top >= 0 && stack[top].index < 0 && stack[top].name == "" && kind == '"' {
			stack[top].name = "." + text
			continue
		}
		way := step(stack, in.Name)
		switch kind {
		case '{':
			stack = append(stack, place{way: way, index: -1})
		case '[':
			stack = append(stack, place{way: way})
		case 'n':
		default:
			value := Input{Name: way, Value: Value{KindNumber, text}, Link: None}
			if kind == '"' {
				value.Value.Kind = KindString
			}
			if !yield(Use{way, text, modelKind(n.Class, value) != ""}) {
				return false
			}
		}
	}
}

// step moves on to the next value of the innermost place and returns the way to it.
func step(stack []place, outermost string) string {
	if len(stack) == 0 {
		return outermost
	}
	p := &stack[len(stack)-1]
	name := p.name
	if p.index >= 0 {
		name = "." + strconv.Itoa(p.index)
		p.index++
	}
	p.name = ""
	if len(stack) > namedDepth {
		return p.way
	}
	return p.way + name
}
