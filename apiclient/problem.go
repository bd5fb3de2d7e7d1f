package apiclient

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	maxMessage   = 300 // characters of one text of the service
	maxField     = 64
	maxDetail    = 20 // entries of a validation error
	maxRequestID = 64
)

// problem is what an error answer says. The document shows none; the shapes below were seen by the vendor's own clients
// or follow from the vendor's page on error codes.
type problem struct {
	code    int
	message string
	detail  []FieldError
}

// lenient is how an error answer is read: it decides nothing, so the last of two equal keys will do.
var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// members is a JSON object whose values are still text.
type members map[string]jsontext.Value

// readProblem reads an error body of any shape; it never fails. The token is removed in case the service repeats it.
func readProblem(body []byte, token string) problem {
	var p problem
	switch v := jsontext.Value(bytes.TrimSpace(body)); {
	case v.IsValid(lenient):
		p.take(v, true)
	case !bytes.HasPrefix(v, []byte("<")) && !bytes.HasPrefix(v, []byte("{")): // no page and no cut-off JSON
		p.message = string(v)
	}
	p.message = clean(p.message, token, maxMessage)
	for i, d := range p.detail {
		p.detail[i] = FieldError{Field: clean(d.Field, token, maxField), Message: clean(d.Message, token, maxMessage)}
	}
	return p
}

// take fills what p lacks from v. An error may be wrapped once more under "error" or "detail".
func (p *problem) take(v jsontext.Value, outer bool) {
	if v.Kind() == '"' {
		p.message = firstText(p.message, v)
	}
	m := asObject(v)
	for _, key := range []string{"error_code", "code"} {
		if p.code == 0 {
			p.code = asCode(m[key])
		}
	}
	for _, key := range []string{"error_message", "message", "error", "detail"} {
		p.message = firstText(p.message, m[key])
	}
	p.takeDetail(m["detail"])
	if outer {
		p.take(m["error"], false)
		p.take(m["detail"], false)
	}
}

// takeDetail reads a list of {loc, msg, type}. The vendor does not document the entries; this is what FastAPI sends.
func (p *problem) takeDetail(v jsontext.Value) {
	var entries []jsontext.Value
	if v.Kind() != '[' || json.Unmarshal(v, &entries, lenient) != nil {
		return
	}
	for _, entry := range entries[:min(len(entries), maxDetail)] {
		m := asObject(entry)
		message := firstText(text(m["msg"]), m["message"], entry)
		if message == "" {
			continue
		}
		p.detail = append(p.detail, FieldError{Field: firstText(fieldOf(m["loc"]), m["field"]), Message: message})
	}
}

// fieldOf returns the field that a location such as ["body","hardware",0] names.
func fieldOf(loc jsontext.Value) string {
	var path []jsontext.Value
	if loc.Kind() != '[' {
		return text(loc)
	}
	if json.Unmarshal(loc, &path, lenient) != nil {
		return ""
	}
	for i, step := range path {
		name := text(step)
		if i == 0 && (name == "body" || name == "query" || name == "path") {
			continue
		}
		return name
	}
	return ""
}

func asObject(v jsontext.Value) members {
	var m members
	if v.Kind() != '{' || json.Unmarshal(v, &m, lenient) != nil {
		return nil
	}
	return m
}

// asCode reads an error code; some clients of the service guard against codes in quotes.
func asCode(v jsontext.Value) int {
	code, err := strconv.Atoi(strings.TrimSpace(text(v)))
	if err != nil {
		return 0
	}
	return code
}

// firstText returns s, or the first of vs that is a JSON string with something in it.
func firstText(s string, vs ...jsontext.Value) string {
	for _, v := range vs {
		if s == "" && v.Kind() == '"' {
			s = text(v)
		}
	}
	return s
}

// clean makes a text of the service fit for a log line or a page: valid, on one line, without control or
// direction-changing characters, and at most limit characters long.
func clean(s, token string, limit int) string {
	s = strings.ReplaceAll(s, token, "[token]")
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > limit {
		s = strings.TrimSpace(string(runes[:limit]))
	}
	return s
}

// requestID returns the service's name for an answer. None is documented; these are the usual headers.
func requestID(h http.Header) string {
	for _, name := range []string{"X-Request-Id", "X-Correlation-Id", "X-Amzn-Requestid", "Cf-Ray"} {
		id := strings.TrimSpace(h.Get(name))
		if id != "" && printable(id) {
			return id[:min(len(id), maxRequestID)]
		}
	}
	return ""
}
