package workflow

import (
	"iter"

	"github.com/go-json-experiment/json/jsontext"
)

// members yields the members of an object, in their order, as far as it is valid; nothing for another value. A value is good
// until the next one.
func members(raw []byte) iter.Seq2[string, jsontext.Value] {
	return func(yield func(string, jsontext.Value) bool) {
		dec := newDecoder(raw)
		if dec.PeekKind() != '{' {
			return
		}
		_, _ = dec.ReadToken()
		for dec.PeekKind() == '"' {
			name, err := dec.ReadToken()
			if err != nil {
				return
			}
			key := name.String()
			value, err := dec.ReadValue()
			if err != nil || !yield(key, value) {
				return
			}
		}
	}
}

// valueOf is a JSON value as Value.
func valueOf(raw jsontext.Value) Value {
	switch raw.Kind() {
	case '"':
		if text, ok := plainString(raw); ok {
			return Value{KindString, text}
		}
		dec := newDecoder(raw)
		if token, err := dec.ReadToken(); err == nil {
			return Value{KindString, token.String()}
		}
		return Value{KindString, string(raw)}
	case '0':
		return Value{KindNumber, string(raw)}
	case 't', 'f':
		return Value{KindBoolean, string(raw)}
	case '{':
		return Value{KindObject, compact(raw)}
	case '[':
		return Value{KindArray, compact(raw)}
	default:
		return Value{KindNull, "null"}
	}
}

// plainString is what a JSON string says that is spelled as it is: of ASCII, without escapes. Most are.
func plainString(raw []byte) (string, bool) {
	if len(raw) < 2 || raw[0] != '"' || raw[len(raw)-1] != '"' {
		return "", false
	}
	text := raw[1 : len(raw)-1]
	for _, c := range text {
		if c < ' ' || c > '~' || c == '\\' || c == '"' {
			return "", false
		}
	}
	return string(text), true
}

// eachMember calls member with each name of the next value of dec, an object that is known to be valid; member reads the value.
func eachMember(dec *jsontext.Decoder, member func(name string)) {
	if dec.PeekKind() != '{' {
		return
	}
	_, _ = dec.ReadToken()
	for dec.PeekKind() == '"' {
		token, err := dec.ReadToken()
		if err != nil {
			return
		}
		member(token.String())
	}
	_, _ = dec.ReadToken()
}

// nextText reads the next value of dec, a string.
func nextText(dec *jsontext.Decoder) string {
	token, err := dec.ReadToken()
	if err != nil {
		return ""
	}
	return token.String()
}

func compact(raw jsontext.Value) string {
	out, err := jsontext.AppendFormat(nil, raw, jsontext.SpaceAfterComma(true), jsontext.SpaceAfterColon(true),
		jsontext.PreserveRawStrings(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return string(raw)
	}
	return string(out)
}

// linkOf reads a value as ComfyUI does: an array of a node's id and the number of one of its outputs is a link.
func linkOf(raw jsontext.Value) (id, output string, ok bool) {
	if raw.Kind() != '[' {
		return "", "", false
	}
	dec := newDecoder(raw)
	_, _ = dec.ReadToken()
	if dec.PeekKind() != '"' {
		return "", "", false
	}
	first, err := dec.ReadToken()
	if err != nil {
		return "", "", false
	}
	id = first.String()
	if dec.PeekKind() != '0' {
		return "", "", false
	}
	second, err := dec.ReadToken()
	if err != nil {
		return "", "", false
	}
	output = second.String()
	return id, output, dec.PeekKind() == ']'
}
