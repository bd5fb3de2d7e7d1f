package apiclient

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An answer that is known is not read again; one that differs in a byte is.
func TestClient_SnapshotKnown(t *testing.T) {
	t.Parallel()
	escaped := `[` + element(`"name":"\u0061"`) + `]`
	answer := escaped
	c := newTestClient(t, fakeTransport(func(*http.Request) (*http.Response, error) { return response(200, answer), nil }), Options{})
	read := func(known *Snapshot) *Snapshot {
		t.Helper()
		s, err := c.Snapshot(t.Context(), testToken, known)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first := read(nil)
	if again := read(first); again != first {
		t.Error("an answer that is known was read again")
	}
	for _, other := range []string{strings.Replace(escaped, "61", "62", 1), escaped + " "} {
		answer = other
		if got := read(first); got == first || got.Name(0) != agree(t, []byte(other)).Name(0) {
			t.Errorf("after %q, %q has the name %q", escaped, other, got.Name(0))
		}
	}
}

func TestClient_Snapshot(t *testing.T) {
	t.Parallel()
	var asked []string
	c := newTestClient(t, fakeTransport(func(req *http.Request) (*http.Response, error) {
		asked = append(asked, req.Method+" "+req.URL.String()+" "+req.Header.Get("Authorization"))
		return response(200, testdata(t, "list.json")), nil
	}), Options{})
	s, err := c.Snapshot(t.Context(), testToken, nil)
	if err != nil || s.Len() != 3 || s.Name(1) != "image to video" {
		t.Fatalf("Snapshot() = %v, %v, want the document's three deployments", s, err)
	}
	want := []string{"GET " + DefaultBaseURL + collection + " Bearer " + testToken}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// Whatever becomes of a list call becomes of a snapshot.
func TestClient_SnapshotFailsAsListDoes(t *testing.T) {
	t.Parallel()
	one := element(`"name":"a"`)
	for _, rt := range []fakeTransport{
		reply(401, `{"detail":"no"}`), reply(429, `{}`, "Retry-After", "60"), reply(500, `x`), reply(200, `<html>`, "Content-Type", "text/html"),
		reply(200, ``), reply(200, `{"error_code":401001,"error_message":"no"}`), reply(200, `[`+one), reply(302, ``), reply(200, strings.Repeat(" ", 2_000)),
	} {
		c := newTestClient(t, rt, Options{MaxListBytes: 1_000})
		_, want := c.List(t.Context(), testToken, ListOptions{})
		_, got := c.Snapshot(t.Context(), testToken, nil)
		if diff := cmp.Diff(wantError(t, want), wantError(t, got), cmp.Comparer(func(a, b error) bool { return fmt.Sprint(a) == fmt.Sprint(b) })); diff != "" {
			t.Errorf("error (-list +snapshot):\n%s", diff)
		}
	}
	_, err := newTestClient(t, reply(200, `[`+one+`,`+one+`]`), Options{}).Snapshot(t.Context(), testToken, nil)
	if e := wantError(t, err); e.Outcome != Unknown || !IsUnavailable(err) {
		t.Errorf("a deployment listed twice: error = %v, want an answer that cannot be trusted", e)
	}
}
