package sandbox_test

import (
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

func TestAccess(t *testing.T) {
	t.Parallel()
	s := start(t, sandbox.Options{})
	s.Put(tokenA, sample(exampleID, "of a"))
	other := s.Put(tokenB, sample("", "of b")).ID
	tests := []struct {
		name, token, method, path, body string
		status                          int
		code                            any
	}{
		{"no token", "", "GET", base, "", 401, 401001.0},
		{"unknown token", "x", "GET", base, "", 401, 401001.0},
		{"unknown token, unknown id", "x", "DELETE", base + "/" + unknownID, "", 401, 401001.0},
		{"own", tokenA, "GET", base + "/" + exampleID, "", 200, nil},
		{"own in upper case", tokenA, "GET", base + "/" + strings.ToUpper(exampleID), "", 200, nil},
		{"other's", tokenA, "GET", base + "/" + other, "", 403, 403003.0},
		{"other's, patch", tokenA, "PATCH", base + "/" + other, `{"name":"x"}`, 403, 403003.0},
		{"other's, delete", tokenA, "DELETE", base + "/" + other, "", 403, 403003.0},
		{"never was", tokenA, "GET", base + "/" + unknownID, "", 404, 404001.0},
		{"never was, patch", tokenA, "PATCH", base + "/" + unknownID, `{"name":"x"}`, 404, 404001.0},
		{"never was, delete", tokenA, "DELETE", base + "/" + unknownID, "", 404, 404001.0},
		{"no uuid", tokenA, "GET", base + "/new", "", 422, 422001.0},
		{"malformed ids", tokenA, "GET", base + "?ids=" + exampleID + "&ids=x&ids=", "", 422, 422001.0},
		{"other path", tokenA, "GET", "/prod/v1/deployments", "", 404, 404001.0},
		{"slash at the end", tokenA, "GET", base + "/", "", 404, 404001.0},
		{"below a deployment", tokenA, "GET", base + "/" + exampleID + "/logs", "", 404, 404001.0},
		{"prefix of another name", tokenA, "GET", base + "x", "", 404, 404001.0},
		{"put", tokenA, "PUT", base, `{}`, 405, nil},
		{"delete of all", tokenA, "DELETE", base, "", 405, nil},
		{"post to one", tokenA, "POST", base + "/" + exampleID, `{}`, 405, nil},
		{"1 MiB", tokenA, "POST", base, strings.Repeat(" ", 1<<20), 422, 422001.0},
		{"more than 1 MiB", tokenA, "POST", base, strings.Repeat(" ", 1<<20+1), 413, nil},
	}
	for _, tt := range tests {
		got, err := s.as(t, tt.token, tt.method, tt.path, tt.body)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got.status != tt.status || got.object(t)["error_code"] != tt.code {
			t.Errorf("%s: status %d, want %d: %.200s", tt.name, got.status, tt.status, got.body)
		}
		if kind := got.header.Get("Content-Type"); kind != "application/json" {
			t.Errorf("%s: Content-Type %q", tt.name, kind)
		}
		if len(got.header.Get("X-Request-Id")) != 36 {
			t.Errorf("%s: X-Request-Id %q", tt.name, got.header.Get("X-Request-Id"))
		}
	}
	if a, b := len(s.Deployments(tokenA)), len(s.Deployments(tokenB)); a != 1 || b != 1 {
		t.Errorf("deployments left: %d and %d, want 1 and 1", a, b)
	}
}

func TestAllowHeader(t *testing.T) {
	t.Parallel()
	s := start(t, sandbox.Options{})
	for path, want := range map[string]string{base: "GET, POST", base + "/" + exampleID: "GET, PATCH, DELETE"} {
		if got := s.do(t, "PUT", path, "").header.Get("Allow"); got != want {
			t.Errorf("Allow of %s = %q, want %q", path, got, want)
		}
	}
}

func TestAccountsSeeTheirOwn(t *testing.T) {
	t.Parallel()
	s := start(t, sandbox.Options{})
	s.Put(tokenA, sample(exampleID, "of a"))
	created, err := s.as(t, tokenB, "POST", base, createBody(nil))
	if err != nil {
		t.Fatal(err)
	}
	id := created.object(t)["id"].(string)

	if got := names(s.do(t, "GET", base, "").list(t)); got != "of a" {
		t.Errorf("a sees %q", got)
	}
	if got := names(s.do(t, "GET", base+"?ids="+id, "").list(t)); got != "" {
		t.Errorf("a sees b's deployment by its id: %q", got)
	}
	if created.object(t)["payload"].(map[string]any)["object_info_url"] != "" {
		t.Error("a new deployment got the payload of another account's workflow")
	}
}

func names(list []map[string]any) string {
	var out []string
	for _, d := range list {
		out = append(out, d["name"].(string))
	}
	return strings.Join(out, " ")
}

func TestSetToken(t *testing.T) {
	t.Parallel()
	s := start(t, sandbox.Options{})
	s.Put(tokenA, sample(exampleID, "x"))
	status := func(token string) int {
		got, err := s.as(t, token, "GET", base+"/"+exampleID, "")
		if err != nil {
			t.Fatal(err)
		}
		return got.status
	}
	s.SetToken(tokenA, "new")
	if before, now := status(tokenA), status("new"); before != 401 || now != 200 {
		t.Errorf("after a change: old %d, new %d", before, now)
	}
	s.SetToken("new", "")
	if now := status("new"); now != 401 {
		t.Errorf("after a revocation: %d", now)
	}
	if _, ok := s.Deployment(tokenA, exampleID); !ok {
		t.Error("the accessors lost the account")
	}
	s.SetToken("never was", "other")
	if now := status("other"); now != 401 {
		t.Errorf("renaming an unknown token opened an account: %d", now)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]sandbox.Options{
		"no token":             {},
		"empty token":          {Tokens: []string{""}},
		"token with a blank":   {Tokens: []string{"a b"}},
		"token twice":          {Tokens: []string{"a", "a"}},
		"negative deployments": {Tokens: []string{"a"}, Deployments: -1},
		"folder as data file":  {Tokens: []string{"a"}, DataFile: t.TempDir()},
		"no such folder":       {Tokens: []string{"a"}, DataFile: "testdata/none/data"},
	} {
		if _, err := sandbox.New(o); err == nil || !strings.HasPrefix(err.Error(), "sandbox: ") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
