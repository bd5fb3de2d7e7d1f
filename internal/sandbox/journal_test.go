package sandbox_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

func open(t *testing.T, path string) *sandbox.Sandbox {
	t.Helper()
	box, err := sandbox.New(sandbox.Options{Tokens: []string{tokenA}, DataFile: path})
	if err != nil {
		t.Fatal(err)
	}
	return box
}

// reopened returns what a sandbox started on the file has.
func reopened(t *testing.T, path string) []sandbox.Deployment {
	t.Helper()
	box := open(t, path)
	defer box.Close()
	return box.Deployments(tokenA)
}

func TestDataFileKeepsEverything(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data")
	options := sandbox.Options{Tokens: []string{tokenA, tokenB}, DataFile: path, Demo: true, Deployments: 20}
	first := start(t, options)
	odd := sample(exampleID, "odd <&>")
	odd.Payload = json.RawMessage("{ \"a\":\t18446744073709551615, \"b\":\"<&>\u2028\" }")
	odd.Raw = json.RawMessage("\xff{")
	first.Put(tokenA, odd)
	id := first.do(t, "POST", base, createBody(nil)).object(t)["id"].(string)
	first.do(t, "PATCH", base+"/"+id, `{"name":"changed","is_enabled":false}`)
	generated := first.Deployments(tokenA)[15].ID
	first.do(t, "PATCH", base+"/"+generated, `{"name":"a generated one"}`)
	first.do(t, "DELETE", base+"/"+first.Deployments(tokenA)[0].ID, "")
	wantA, wantB := first.Deployments(tokenA), first.Deployments(tokenB)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}

	options.Tokens = []string{tokenB, tokenA} // the order must not matter
	second := start(t, options)

	if diff := cmp.Diff(wantA, second.Deployments(tokenA)); diff != "" {
		t.Errorf("account a (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(wantB, second.Deployments(tokenB)); diff != "" {
		t.Errorf("account b (-before +after):\n%s", diff)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte(tokenA)) {
		t.Error("the data file holds a token")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the data file: %v, %v", info.Mode(), err)
	}
}

func TestDataFileOfAnotherAccountIsKept(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data")
	box := open(t, path)
	box.Put(tokenA, sample(exampleID, "x"))
	box.Close()

	other := start(t, sandbox.Options{Tokens: []string{tokenB}, DataFile: path})
	got, err := other.as(t, tokenB, "GET", base+"/"+exampleID, "")
	if err != nil || got.status != 403 {
		t.Errorf("status %d, %v", got.status, err)
	}
	other.Close()
	if got := reopened(t, path); len(got) != 1 {
		t.Errorf("%d deployments left", len(got))
	}
}

// TestDataFileCutAnywhere opens the file cut at many places and at every end of a line: what was answered before that byte must be there, and nothing
// else.
func TestDataFileCutAnywhere(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "data")
	box := open(t, path)
	states := map[int64][]sandbox.Deployment{} // by size of the file
	note := func() {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		states[info.Size()] = box.Deployments(tokenA)
	}
	note()
	box.Put(tokenA, sample(exampleID, "one"))
	note()
	box.Put(tokenA, sample(unknownID, "two"))
	note()
	box.Put(tokenA, sample(exampleID, "uno"))
	note()
	box.Remove(tokenA, unknownID)
	note()
	if err := box.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var want []sandbox.Deployment
	for size := range int64(len(whole)) + 1 {
		state, ended := states[size]
		if ended {
			want = state
		}
		if _, ends := states[size+1]; !ended && !ends && size%31 != 0 {
			continue // every opening syncs a file, so not every byte
		}
		cut := filepath.Join(folder, "cut")
		if err := os.WriteFile(cut, whole[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		if got := reopened(t, cut); len(got)+len(want) > 0 && !cmp.Equal(want, got) {
			t.Fatalf("cut after %d of %d bytes:\n%s", size, len(whole), cmp.Diff(want, got))
		}
	}
}

func TestDataFileDamaged(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data")
	box := open(t, path)
	box.Put(tokenA, sample(exampleID, "one"))
	box.Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rewrite := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rewrite(string(whole) + "\x00\x00\x00\n")
	if got := reopened(t, path); len(got) != 1 {
		t.Errorf("with a broken last line: %d deployments", len(got))
	}
	rewrite("\x00\n" + string(whole))
	_, err = sandbox.New(sandbox.Options{Tokens: []string{tokenA}, DataFile: path})
	if err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("with a broken first line: %v", err)
	}
}

func TestWriteAfterCloseIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data")
	s := start(t, sandbox.Options{DataFile: path})
	s.Put(tokenA, sample(exampleID, "x"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"POST", "PATCH", "DELETE"} {
		target := base
		if method != "POST" {
			target += "/" + exampleID
		}
		if got := s.do(t, method, target, createBody(nil)); got.status != 500 {
			t.Errorf("%s: %d %s", method, got.status, got.body)
		}
	}
	if got := s.Deployments(tokenA); len(got) != 1 || got[0].Name != "x" {
		t.Errorf("a refused write changed memory: %v", got)
	}
}
