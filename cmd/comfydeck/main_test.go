package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// output is what a program prints, read line by line while it runs.
type output struct {
	lines chan string
	rest  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.rest.Write(p)
	for {
		line, _, whole := bytes.Cut(o.rest.Bytes(), []byte("\n"))
		if !whole {
			return len(p), nil
		}
		o.lines <- string(line)
		o.rest.Next(len(line) + 1)
	}
}

// after waits for the line that begins with prefix and returns what follows it.
func (o *output) after(t *testing.T, prefix string) string {
	t.Helper()
	timeout := time.After(time.Minute)
	for {
		select {
		case line := <-o.lines:
			if rest, ok := strings.CutPrefix(line, prefix); ok {
				return strings.TrimSpace(rest)
			}
		case <-timeout:
			t.Fatalf("the program never printed %q", prefix)
		}
	}
}

// TestDemo runs the demo as a person does: it prints where to go and what to sign in with, the list is there, and it stops
// cleanly when asked to.
func TestDemo(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	out := &output{lines: make(chan string, 20)}
	done := make(chan error, 1)
	go func() {
		// A database of the environment must not be touched by the demo: this one could not even be opened.
		done <- run(ctx, []string{"-demo"}, []string{"COMFYDECK_ADDR=127.0.0.1:0", "COMFYDECK_DATABASE_URL=sqlite:/nowhere/at/all.db"}, out, io.Discard)
	}()
	t.Cleanup(stop)

	address := out.after(t, "ComfyDeck demo:")
	token := out.after(t, "Sign in with:")
	if other := out.after(t, "Another account:"); other == token || other == "" {
		t.Errorf("the other account's token is %q", other)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Timeout: time.Minute}
	defer client.CloseIdleConnections()
	answer, err := client.PostForm(address+"/sign-in", url.Values{"token": {token}}) // and follows it to the list
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil || answer.StatusCode != http.StatusOK || answer.Request.URL.Path != "/deployments" || strings.Count(string(body), `<tr id="deployment-`) < 10 {
		t.Errorf("after signing in: %s at %s, %v; want the list of a dozen deployments", answer.Status, answer.Request.URL, err)
	}

	stop()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("stopping: %v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the program does not stop")
	}
	if _, err := client.Get(address + "/livez"); err == nil {
		t.Error("the program still answers after its end")
	}
}

// TestCannotStart holds that whatever keeps the program from starting is an error whose text is one clear line per problem.
func TestCannotStart(t *testing.T) {
	t.Parallel()
	busy, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { busy.Close() })
	file := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	memory := []string{"COMFYDECK_DATABASE_URL=sqlite::memory:", "COMFYDECK_ADDR=127.0.0.1:0"}
	tests := []struct {
		name    string
		args    []string
		environ []string
		want    []string // one for each line
	}{
		{"unknown flag", []string{"-port", "80"}, memory, []string{"-port"}},
		{"unexpected argument", []string{"serve"}, memory, []string{`"serve"`}},
		{"bad address", nil, append([]string{"COMFYDECK_PUBLIC_URL=ftp://x"}, memory...), []string{"COMFYDECK_PUBLIC_URL"}},
		{"bad switch", nil, append([]string{"COMFYDECK_READ_ONLY=perhaps"}, memory...), []string{"COMFYDECK_READ_ONLY"}},
		{"misspelt variable", nil, append([]string{"COMFYDECK_DATABSE_URL=x"}, memory...), []string{"COMFYDECK_DATABSE_URL"}},
		{"two at once", nil, append([]string{"COMFYDECK_PUBLIC_URL=ftp://x", "COMFYDECK_API_URL=http://api.example"}, memory...), []string{"COMFYDECK_PUBLIC_URL", "COMFYDECK_API_URL"}},
		{"no such folder", nil, []string{"COMFYDECK_ADDR=127.0.0.1:0", "COMFYDECK_DATABASE_URL=sqlite:" + filepath.Join(file, "deck.db")}, []string{filepath.Dir(file)}},
		{"PostgreSQL is not there", nil, []string{"COMFYDECK_ADDR=127.0.0.1:0", "COMFYDECK_KEY=" + strings.Repeat("A", 43) + "=", "COMFYDECK_DATABASE_URL=postgres://u:hidden-password@127.0.0.1:1/x"}, []string{"COMFYDECK_DATABASE_URL"}},
		{"busy port", nil, []string{memory[0], "COMFYDECK_ADDR=" + busy.Addr().String()}, []string{"COMFYDECK_ADDR: cannot listen"}},
		{"busy port, demo", []string{"-demo"}, []string{"COMFYDECK_ADDR=" + busy.Addr().String()}, []string{"COMFYDECK_ADDR: cannot listen"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var stdout bytes.Buffer
			err := run(t.Context(), tt.args, tt.environ, &stdout, io.Discard)
			if err == nil {
				t.Fatal("it started")
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(tt.want) {
				t.Fatalf("the error has %d lines, want %d:\n%v", len(lines), len(tt.want), err)
			}
			for i, want := range tt.want {
				if !strings.Contains(lines[i], want) {
					t.Errorf("line %d is %q, want %q in it", i+1, lines[i], want)
				}
			}
			if strings.Contains(err.Error(), "hidden-password") {
				t.Errorf("the error repeats a password: %v", err)
			}
			if stdout.Len() > 0 {
				t.Errorf("it printed %q", stdout.String())
			}
		})
	}
}

// TestHelp prints the usage and is no failure.
func TestHelp(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	if err := run(t.Context(), []string{"-h"}, nil, io.Discard, &stderr); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: %v", err)
	}
	if got := stderr.String(); !strings.Contains(got, "comfydeck [-demo]") || !strings.Contains(got, "COMFYDECK_") {
		t.Errorf("the usage is %q", got)
	}
}
