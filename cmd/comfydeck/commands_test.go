package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBackupAndRestore: a backup is a new, private file that an empty database takes; every mistake is one clear line.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "deck.backup")
	environ := []string{"COMFYDECK_DATABASE_URL=sqlite:" + filepath.Join(dir, "deck.db")}
	call := func(args ...string) (string, error) {
		var out bytes.Buffer
		err := run(t.Context(), args, environ, &out, io.Discard)
		return out.String(), err
	}
	if said, err := call("backup", file); err != nil || !strings.Contains(said, "rows are in "+file) {
		t.Fatalf("backup: %q, %v", said, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, error %v", info.Mode(), err)
	}
	if parts, err := filepath.Glob(file + ".part*"); err != nil || len(parts) != 0 {
		t.Errorf("left behind: %v, %v", parts, err)
	}
	if said, err := call("restore", file); err != nil || !strings.Contains(said, "Everybody signs in again") {
		t.Errorf("restore: %q, %v", said, err)
	}
	for want, args := range map[string][]string{
		"is there already":               {"backup", file},
		"backup needs the name":          {"backup"},
		"restore needs the name":         {"restore", file, file},
		"no such file":                   {"restore", filepath.Join(dir, "none")},
		"this is not a ComfyDeck backup": {"restore", filepath.Join(dir, "deck.db")},
	} {
		if _, err := call(args...); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: %v, want %q", args, err, want)
		}
	}
}
