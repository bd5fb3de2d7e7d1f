package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The SHA-256 of "hello\n".
const helloSum = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"

func TestRun(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		assets  []asset
		wantErr string // part of the error, "" when there is none
		want    map[string]string
	}{
		{
			name:   "copies reviewed files",
			assets: []asset{{"pkg/dist/a.js", helloSum}},
			want:   map[string]string{"a.js": "hello\n"},
		},
		{
			name:    "copies nothing when one file differs",
			assets:  []asset{{"pkg/dist/a.js", helloSum}, {"pkg/dist/b.js", helloSum}},
			wantErr: "pkg/dist/b.js: checksum mismatch: reviewed sha256 " + helloSum,
		},
		{
			name:    "copies nothing when one file is missing",
			assets:  []asset{{"pkg/dist/a.js", helloSum}, {"pkg/dist/c.js", helloSum}},
			wantErr: "c.js",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			from, to := t.TempDir(), filepath.Join(t.TempDir(), "lib")
			write(t, filepath.Join(from, "pkg/dist/a.js"), "hello\n")
			write(t, filepath.Join(from, "pkg/dist/b.js"), "changed\n")

			err := run([]string{"-from", from, "-to", to}, tt.assets, io.Discard)

			if tt.wantErr == "" && err != nil || tt.wantErr != "" && (err == nil || !strings.Contains(err.Error(), tt.wantErr)) {
				t.Errorf("error = %v, want one with %q", err, tt.wantErr)
			}
			got, err := os.ReadDir(to)
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			if len(got) != len(tt.want) {
				t.Errorf("%d files copied, want %d", len(got), len(tt.want))
			}
			for name, want := range tt.want {
				if content, err := os.ReadFile(filepath.Join(to, name)); err != nil || string(content) != want {
					t.Errorf("%s = %q, %v, want %q", name, content, err, want)
				}
			}
		})
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
