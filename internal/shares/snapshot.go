package shares

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/workflow"
)

// maxSnapshot bounds a copy, in bytes before it is packed: a workflow of some ten thousand nodes.
const maxSnapshot = 8 << 20

// leftOut stands in the place of what looks like a key or a password.
const leftOut = "(left out: looks like a secret)"

// Fact is one setting in words.
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
	Hint  string `json:"hint,omitempty"`
}

// Source is a deployment as it may be shared. Whatever is not in it cannot get into a copy: no id, no address, no token.
type Source struct {
	Deployment string // id, for the list; not part of the copy
	Name       string
	Settings   []Fact
	Readme     string
	Workflow   []byte // workflow_api_json as the API sent it; nil for none
	Overrides  []byte
	Secrets    []string // texts that must not appear anywhere, as the caller's own token
}

// Snapshot is a frozen copy: what a visitor sees, and all of it.
type Snapshot struct {
	Name      string          `json:"name"`
	TakenAt   time.Time       `json:"taken_at"`
	Settings  []Fact          `json:"settings,omitempty"`
	Readme    *string         `json:"readme,omitempty"`
	Workflow  json.RawMessage `json:"workflow_api_json,omitempty"`
	Overrides json.RawMessage `json:"overrides,omitempty"`
	LeftOut   int             `json:"left_out,omitempty"` // values that looked like secrets
}

// Parts are what the copy holds.
func (s *Snapshot) Parts() Parts {
	return Parts{Settings: s.Settings != nil, Readme: s.Readme != nil, Workflow: s.Workflow != nil, Overrides: s.Overrides != nil}
}

// Payload is the workflow in the form in which the API sends one, without the address of the object info; nil for none.
func (s *Snapshot) Payload() []byte {
	if s.Workflow == nil {
		return nil
	}
	out := append([]byte(`{"workflow_api_json":`), s.Workflow...)
	if s.Overrides != nil {
		out = append(append(out, `,"overrides":`...), s.Overrides...)
	}
	return append(out, '}')
}

// take copies the chosen parts.
func take(src Source, parts Parts, at time.Time) (Snapshot, error) {
	r := redactor{secrets: src.Secrets}
	out := Snapshot{Name: r.text("", src.Name), TakenAt: at.UTC()}
	if parts.Settings {
		out.Settings = []Fact{}
		for _, f := range src.Settings {
			out.Settings = append(out.Settings, Fact{Label: f.Label, Value: r.text("", f.Value), Hint: r.text("", f.Hint)})
		}
	}
	if parts.Readme {
		readme := r.text("", src.Readme)
		out.Readme = &readme
	}
	if parts.Workflow && src.Workflow == nil {
		return Snapshot{}, wrong(FieldParts, "RunComfy sent no workflow for this deployment. Leave it out.")
	}
	var err error
	if parts.Workflow {
		out.Workflow, err = r.json(src.Workflow)
	}
	if parts.Workflow && parts.Overrides && err == nil {
		out.Overrides, err = r.json(src.Overrides)
	}
	if err != nil {
		return Snapshot{}, &fault.Error{Kind: fault.Invalid, Message: "The link was not made.", Err: err, Fields: map[string]string{
			FieldParts: "The workflow cannot be read, so that nothing says what would be shared with it. Leave it out.",
		}}
	}
	out.LeftOut = r.found
	return out, nil
}

// redactor leaves out what looks like a secret, and counts it. It cannot know every secret: the person looks at the copy
// before it is shared.
type redactor struct {
	secrets []string
	found   int
}

var (
	secretName = regexp.MustCompile(`(?i)(^|[_\-. ])(api[_\-]?key|access[_\-]?key|auth|authorization|bearer|credentials?|passw(or)?d|passwd|secret|secret[_\-]?key|token)$`)
	secretText = regexp.MustCompile(`(?i:bearer)\s+[\w.~+/=-]{12,}|\b(?:hf_|sk-|sk_live_|r8_|ghp_|gho_|github_pat_|glpat-|xox[abp]-|AKIA|AIza)[\w-]{12,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|://[^/\s:@]+:[^/\s@]+@|-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*`)
)

func (r *redactor) text(name, text string) string {
	if text == "" || text == leftOut {
		return text
	}
	if secretName.MatchString(name) {
		r.found++
		return leftOut
	}
	for _, secret := range r.secrets {
		if n := strings.Count(text, secret); secret != "" && n > 0 {
			r.found += n
			text = strings.ReplaceAll(text, secret, leftOut)
		}
	}
	return secretText.ReplaceAllStringFunc(text, func(string) string { r.found++; return leftOut })
}

func (r *redactor) json(raw []byte) (json.RawMessage, error) {
	if raw == nil {
		return json.RawMessage("null"), nil
	}
	return workflow.MapTexts(raw, r.text)
}

// digest tells two copies apart, whenever they were taken.
func (s Snapshot) digest() (string, error) {
	s.TakenAt = time.Time{}
	text, err := json.Marshal(s)
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:]), err
}

var errTooLarge = errors.New("shares: the copy is too large")

// pack is the copy as it is sealed.
func (s *Snapshot) pack() ([]byte, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("shares: pack: %w", err)
	}
	if len(text) > maxSnapshot {
		return nil, errTooLarge
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err = z.Write(text)
	err = errors.Join(err, z.Close())
	return out.Bytes(), err
}

func unpack(packed []byte) (s Snapshot, err error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return Snapshot{}, fmt.Errorf("shares: unpack: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(z, maxSnapshot+1))
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		return Snapshot{}, fmt.Errorf("shares: unpack: %w", err)
	}
	return s, nil
}
