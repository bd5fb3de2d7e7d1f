package apiclient

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
)

func copied(t *testing.T, body string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := newTestClient(t, reply(200, body), Options{}).CopyPayload(context.Background(), testToken, testID, &out)
	return out.String(), err
}

// The payload comes as it was sent, byte for byte, wherever it stands and whatever is around it.
func TestCopyPayload(t *testing.T) {
	t.Parallel()
	payloads := []string{
		`{}`, `{ "a" : [1 ,2.50, {"b":"}]\"\\"}] ,"payload":{"payload":5}, "seed":18446744073709551615}`, "[]", `"text \\\" }"`, "null", "1e400", "true", "-0",
		"{\"a\": \"\xff\\ud800\u202e\"}", `{"a": 1, "a": 2}`, strings.Repeat("[", 5000) + strings.Repeat("]", 5000), `{"x":"` + strings.Repeat("é", 100_000) + `"}`,
	}
	for _, payload := range payloads {
		for _, around := range []string{
			`{"id":"` + testID + `","payload":%}`, `{"payload":%,"id":"` + testID + `"}`, `{"readme":"\"payload\":7","x":{"payload":1}, "payload" :  % , "id":"` + testID + `"}` + "\n",
			`{"payload":%}`, `{"` + strings.Repeat("n", 300) + `":[1],"a\"b":2,"payload":%}`,
		} {
			if got, err := copied(t, strings.ReplaceAll(around, "%", payload)); err != nil || got != payload {
				t.Errorf("%.60q in %.60q: %.60q, %v", payload, around, got, err)
			}
		}
	}
}

func TestCopyPayload_Refused(t *testing.T) {
	t.Parallel()
	for body, none := range map[string]bool{
		`{"id":"` + testID + `"}`: true, `{}`: true, `{"error_code":10003,"error_message":"x"}`: false, `{"payload":1,"Payload":2}`: false, `{"ID":"x","payload":1}`: false,
		`{"id":"` + otherID + `","payload":{}}`: false, `{"payload":{},"id":"` + otherID + `"}`: false,
		`{"payload":{},"payload":{}}`: false, `{"payload":{}}x`: false, `{"payload":{"a":`: false, `{"payload":{}`: false, `{"payload"`: false, `{"payload":"a`: false,
		`[]`: false, ``: false, `<html>`: false, `{"payload":`: false, `{"id":"` + strings.Repeat("x", 500) + `","payload":1}`: false, `{"payload":{}:1}`: false,
	} {
		_, err := copied(t, body)
		if err == nil || errors.Is(err, ErrNoPayload) != none {
			t.Errorf("%.60q: %v", body, err)
		}
	}
	c := newTestClient(t, reply(404, `{"detail":"none"}`), Options{})
	if err := c.CopyPayload(context.Background(), testToken, testID, &bytes.Buffer{}); !IsNotFound(err) {
		t.Errorf("404: %v", err)
	}
	if err := c.CopyPayload(context.Background(), testToken, "x/../y", &bytes.Buffer{}); !errors.Is(err, ErrInvalidID) {
		t.Errorf("malformed id: %v", err)
	}
}

// A reader who is gone ends the copying.
func TestCopyPayload_WriterFails(t *testing.T) {
	t.Parallel()
	c := newTestClient(t, reply(200, `{"payload":"`+strings.Repeat("x", 100_000)+`"}`), Options{})
	if err := c.CopyPayload(context.Background(), testToken, testID, gone{}); !errors.Is(err, errGone) {
		t.Errorf("error is %v", err)
	}
}

var errGone = errors.New("gone")

type gone struct{}

func (gone) Write([]byte) (int, error) { return 0, errGone }
