package workflow

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

var (
	escapeStep   = strings.NewReplacer("~", "~0", "/", "~1")
	unescapeStep = strings.NewReplacer("~1", "/", "~0", "~")
)

// pointerStep is the part of a JSON Pointer that leads to a member.
func pointerStep(name string) string {
	if strings.ContainsAny(name, "~/") {
		name = escapeStep.Replace(name)
	}
	return "/" + name
}

// parsePointer takes a JSON Pointer apart; false when it is none.
func parsePointer(at string) ([]string, bool) {
	if at == "" {
		return nil, true
	}
	rest, ok := strings.CutPrefix(at, "/")
	if !ok {
		return nil, false
	}
	steps := strings.Split(rest, "/")
	for i, step := range steps {
		steps[i] = unescapeStep.Replace(step)
	}
	return steps, true
}

// Steps are the values on the way to the one at a JSON Pointer, each with its own, the outermost first.
func Steps(at string) []Branch {
	path, _ := parsePointer(at)
	var out []Branch
	so := ""
	for _, name := range path {
		so += pointerStep(name)
		out = append(out, Branch{At: so, Key: name})
	}
	return out
}

// ValueAt returns the JSON text of the value at a JSON Pointer, exactly as it stands in raw; false when there is none.
func ValueAt(raw []byte, at string) ([]byte, bool) {
	path, ok := parsePointer(at)
	if !ok {
		return nil, false
	}
	value := jsontext.Value(raw)
	for _, step := range path {
		if value, ok = member(value, step); !ok {
			return nil, false
		}
	}
	return value, true
}

func member(raw jsontext.Value, step string) (found jsontext.Value, ok bool) {
	b := builder{dec: newDecoder(raw)}
	if kind := b.dec.PeekKind(); kind != '{' && kind != '[' {
		return nil, false
	}
	_, _ = b.each(func(_ int, name string) error {
		if ok || name != step {
			return b.dec.SkipValue()
		}
		value, err := b.dec.ReadValue()
		found, ok = value.Clone(), err == nil
		return err
	})
	return found, ok
}

// TextOf returns what a JSON string says; false for any other value.
func TextOf(value []byte) (string, bool) {
	v := valueOf(value)
	return v.Text, v.Kind == KindString
}
