package deployments

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/comfydeck/comfydeck/apiclient"
)

// Script is a call of the API as a person may run it themselves, with a placeholder for the token.
type Script struct {
	Method string
	URL    string
	Body   string // JSON, indented; "" when there is none
}

// CurlToken stands for the token in a command.
const CurlToken = "$RUNCOMFY_API_TOKEN"

// NewScript makes the call. base is the API's address; id is "" for the collection. Nothing in the body can leave its quotes,
// and nothing in it is invisible.
func NewScript(base, method, id string, body any) (Script, error) {
	s := Script{Method: method, URL: base + "/prod/v2/deployments"}
	if id != "" {
		s.URL += "/" + id
	}
	if body == nil {
		return s, nil
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(body); err != nil {
		return Script{}, err
	}
	s.Body = visibleJSON(strings.TrimSpace(buf.String()))
	return s, nil
}

// Switch is the call that pauses or enables a deployment.
func Switch(base string, d Deployment, on bool) (Script, error) {
	return NewScript(base, http.MethodPatch, d.ID, values{enabled: on}.update(d.Name, []string{FieldIsEnabled}))
}

// Another is the call that makes a deployment with the same settings. ok is false when one of them is not known, or not taken.
func Another(base string, d Deployment) (call Script, ok bool) {
	for _, n := range []Number{d.MinInstances, d.MaxInstances, d.QueueSize, d.KeepWarmDurationInSeconds} {
		if !n.Known {
			return Script{}, false
		}
	}
	tooLong := utf8.RuneCountInString(d.Name) > maxText || utf8.RuneCountInString(d.WorkflowVersion) > maxText
	if len(d.Hardware) != 1 || tooLong {
		return Script{}, false
	}
	call, err := NewScript(base, http.MethodPost, "", apiclient.CreateRequest{
		Name: d.Name, WorkflowID: d.WorkflowID, WorkflowVersion: d.WorkflowVersion, Hardware: SKU(d),
		MinInstances: d.MinInstances.Value, MaxInstances: d.MaxInstances.Value, QueueSize: d.QueueSize.Value,
		KeepWarmDurationInSeconds: d.KeepWarmDurationInSeconds.Value,
	})
	return call, err == nil
}

// StopScript is the call that pauses a deployment which cannot be read right now, with the name it last had here.
func (s *Service) StopScript(ctx context.Context, base, account, id string) (Script, error) {
	name := s.LastName(ctx, account, id)
	return NewScript(base, http.MethodPatch, id, values{}.update(name, []string{FieldIsEnabled}))
}

// Curl is the command for a POSIX shell, in the form of the document's examples.
func (s Script) Curl() string {
	var b strings.Builder
	b.WriteString("curl --request " + s.Method + " \\\n  --url " + quote(s.URL))
	if s.Body != "" {
		b.WriteString(" \\\n  --header 'Content-Type: application/json'")
	}
	b.WriteString(" \\\n  --header \"Authorization: Bearer " + CurlToken + "\"")
	if s.Body != "" {
		b.WriteString(" \\\n  --data " + quote(s.Body))
	}
	return b.String()
}

// Fetch is the command that saves what an address names, without a token: storage refuses requests that carry one.
func Fetch(address, file string) string {
	return "curl --fail --location --url " + quote(address) + " \\\n  --output " + quote(file)
}

// quote makes one word of a text, whatever is in it.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// visibleJSON spells out what cannot be seen in a JSON text, such as characters that turn the direction of what follows.
func visibleJSON(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '\n' || unicode.IsGraphic(r) {
			b.WriteRune(r)
			continue
		}
		if r > 0xffff {
			high, low := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
			b.WriteString(`\u` + strconv.FormatInt(int64(high), 16) + `\u` + strconv.FormatInt(int64(low), 16))
			continue
		}
		hex := strconv.FormatInt(int64(r), 16)
		b.WriteString(`\u` + strings.Repeat("0", 4-len(hex)) + hex)
	}
	return b.String()
}
