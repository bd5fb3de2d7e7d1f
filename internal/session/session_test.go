package session_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/session"
)

func TestSession_redacted(t *testing.T) {
	t.Parallel()
	s := session.Session{Token: "canary", ID: "5e551d", Fingerprint: "3f2a-91bc"}
	printed := map[string]string{"String": s.String()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%T %[1]v"} {
		printed[verb] = fmt.Sprintf(verb, s)
		printed["pointer "+verb] = fmt.Sprintf(verb, &s)
		printed["field "+verb] = fmt.Sprintf(verb, struct{ S session.Session }{s})
	}
	var text, structured bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("x", "session", s, "in", []any{s})
	jsonLog(&structured).Info("x", "session", s, "in", map[string]any{"s": s})
	printed["text log"], printed["json log"] = text.String(), structured.String()
	encoded, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	printed["json"] = string(encoded)
	hexed := fmt.Sprintf("%x", s.Token)
	for how, text := range printed {
		if strings.Contains(text, s.Token) || strings.Contains(text, hexed) {
			t.Errorf("%s shows the token: %s", how, text)
		}
		if !strings.Contains(text, s.ID) || !strings.Contains(text, s.Fingerprint) {
			t.Errorf("%s does not name the session: %s", how, text)
		}
	}
}

func TestSession_LogValue(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	jsonLog(&log).Info("x", "session", session.Session{DisplayName: "Somebody", ID: "5e551d", Fingerprint: "3f2a-91bc"})
	if want := `"session":{"id":"5e551d","account":"3f2a-91bc"}}`; !strings.Contains(log.String(), want) {
		t.Errorf("the log says %s, want %s", &log, want)
	}
}

func TestFrom(t *testing.T) {
	t.Parallel()
	if s, ok := session.From(t.Context()); ok || !reflect.ValueOf(s).IsZero() {
		t.Errorf("an empty context has session %v", s)
	}
	want := session.Session{Token: "t", ID: "id"}
	if got, ok := session.From(session.WithSession(t.Context(), want)); !ok || !cmp.Equal(got, want) {
		t.Errorf("got %v %v, want %v", got, ok, want)
	}
}
