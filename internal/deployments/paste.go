package deployments

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/comfydeck/comfydeck/internal/fault"
)

// maxPaste bounds what is read out of a paste, in bytes. A request for a deployment has some 300.
const maxPaste = 32 << 10

// FieldPaste is the field of the form that takes a paste.
const FieldPaste = "paste"

// ReadPaste reads the settings of a new deployment out of the JSON body of a request, or out of a curl command in the form of
// the document's examples. Of a command only the body is read: neither its token nor its address is looked at. Values are kept
// as they are, for the form to judge; left names what a new deployment does not have. The error is a fault with the field
// FieldPaste.
func ReadPaste(text string) (d Draft, left []string, err error) {
	if len(text) > maxPaste {
		return nil, nil, badPaste("This is too long for the settings of a deployment.")
	}
	if !utf8.ValidString(text) {
		return nil, nil, badPaste("Some of these characters did not arrive intact (they are not UTF-8). Paste them again.")
	}
	body := strings.TrimSpace(text)
	if !strings.HasPrefix(body, "{") {
		if body, err = curlBody(body); err != nil {
			return nil, nil, err
		}
	}
	fields, err := pastedObject(body)
	if err != nil {
		return nil, nil, err
	}
	d = Draft{}
	for name, value := range fields {
		if !slices.Contains(CreateFields(), name) {
			left = append(left, clip(name, maxText))
			continue
		}
		d[name] = pastedValue(value)
	}
	if len(d) == 0 {
		return nil, nil, badPaste("None of these fields belongs to a deployment.")
	}
	slices.Sort(left)
	return d, left, nil
}

// pastedObject reads one JSON object. Where a reader would have to choose between two values, or to put another character in the
// place of half of one, it refuses: what is taken is what was pasted.
func pastedObject(body string) (map[string]any, error) {
	dec := jsontext.NewDecoder(strings.NewReader(body), jsontext.AllowInvalidUTF8(true))
	value, err := dec.ReadValue()
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok && errors.Is(err, jsontext.ErrDuplicateName) {
		return nil, badPaste(fmt.Sprintf("This says %q twice. Leave one of the two and paste it again.", clip(syntax.JSONPointer.LastToken(), maxText)))
	}
	if err != nil || value.Kind() != '{' {
		return nil, badPaste("This is neither a JSON object nor a curl command with one.")
	}
	if !value.IsValid() {
		return nil, badPaste(`A text in here holds half a character, such as \ud83d without what belongs to it. Correct that text and paste it again.`)
	}
	in := json.NewDecoder(bytes.NewReader(value))
	in.UseNumber()
	var fields map[string]any
	if err := in.Decode(&fields); err != nil {
		return nil, badPaste("This is neither a JSON object nor a curl command with one.")
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, badPaste("There is more than one JSON object here. Paste one request.")
	}
	return fields, nil
}

func badPaste(text string) error {
	return &fault.Error{Kind: fault.Invalid, Message: "What you pasted could not be read. Nothing was sent.", Fields: map[string]string{FieldPaste: text}}
}

// pastedValue is a JSON value as somebody would type it. A list of one is its element, as hardware has it.
func pastedValue(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case []any:
		if len(v) == 1 {
			return pastedValue(v[0])
		}
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return ""
	}
	return strings.TrimSpace(buf.String())
}

// curlBody finds the body in a curl command.
func curlBody(text string) (string, error) {
	words, ok := shellWords(text)
	if !ok || len(words) == 0 || words[0] != "curl" {
		return "", badPaste("This is neither a JSON object nor a whole curl command: a quote may be missing at its end.")
	}
	options := []string{"-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json"}
	for i, w := range words {
		name, value, joined := strings.Cut(w, "=")
		switch {
		case joined && slices.Contains(options, name):
		case slices.Contains(options, w) && i+1 < len(words):
			value = words[i+1]
		case strings.HasPrefix(w, "-d") && !strings.HasPrefix(w, "--") && len(w) > 2:
			value = w[2:]
		default:
			continue
		}
		if strings.HasPrefix(value, "@") {
			return "", badPaste("The command reads its body from a file. Paste what is in the file.")
		}
		return value, nil
	}
	return "", badPaste("This command has no body (--data).")
}

// shellWords parts a command as a POSIX shell does, without any expansion. ok is false when a quote is left open.
func shellWords(text string) (words []string, ok bool) {
	var word strings.Builder
	open, begun, escaped := rune(0), false, false
	for _, r := range text {
		switch {
		case escaped:
			escaped = false
			if open == '"' && !strings.ContainsRune("\"\\$`\n", r) {
				word.WriteByte('\\')
			}
			if r != '\n' {
				word.WriteRune(r)
				begun = true
			}
		case r == '\\' && open != '\'':
			escaped = true
		case open != 0 && r == open:
			open = 0
		case open != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			open, begun = r, true
		case strings.ContainsRune(" \t\r\n", r):
			if begun {
				words = append(words, word.String())
				word.Reset()
				begun = false
			}
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if begun {
		words = append(words, word.String())
	}
	return words, open == 0 && !escaped
}
