package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// boot runs the program on a free port and returns its address, the rest of its output and a way to stop it.
func boot(t *testing.T, args ...string) (url string, lines *bufio.Reader, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in, err := os.Pipe() // it has a buffer: nobody must read it for run to go on
	if err != nil {
		t.Fatal(err)
	}
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), in, io.Discard)
		in.Close()
	}()
	lines = bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	if err != nil {
		t.Fatalf("output %q: %v", first, err)
	}
	_, url, ok := strings.Cut(strings.TrimSpace(first), " at ")
	if !ok {
		t.Fatalf("first line %q has no address", first)
	}
	return url, lines, func() int {
		cancel()
		return <-code
	}
}

func send(t *testing.T, method, url, token, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func TestServesUntilStopped(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	args := []string{"-token", "one", "-token", "two", "-deployments", "3", "-data", data, "-fault", "503@get:first", "-require-name"}
	url, lines, stop := boot(t, args...)
	for _, want := range []string{"token: one\n", "token: two\n"} {
		if line, err := lines.ReadString('\n'); line != want {
			t.Errorf("line %q, want %q, %v", line, want, err)
		}
	}
	for _, token := range []string{"one", "two"} {
		status, body := send(t, "GET", url+"/prod/v2/deployments", token, "")
		if status != 200 || strings.Count(body, `"id":`) != 3 {
			t.Errorf("list of %s: %d %.100s", token, status, body)
		}
	}
	if status, _ := send(t, "GET", url+"/prod/v2/deployments/x", "one", ""); status != 503 {
		t.Errorf("the fault of the command line did not strike: %d", status)
	}
	_, body := send(t, "GET", url+"/prod/v2/deployments", "one", "")
	id := body[len(`[{"id":"`):][:36]
	if status, body := send(t, "PATCH", url+"/prod/v2/deployments/"+id, "one", `{}`); status != 422 {
		t.Errorf("a PATCH without name: %d %s", status, body)
	}
	send(t, "DELETE", url+"/prod/v2/deployments/"+id, "one", "")
	if code := stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}

	url, _, stop = boot(t, "-demo", "-token", "one", "-data", data)
	if _, body := send(t, "GET", url+"/prod/v2/deployments", "one", ""); strings.Count(body, `"id":`) != 2 {
		t.Errorf("after a restart: %.100s", body)
	}
	if code := stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// started stops a program that should not have come as far as saying where it listens.
type started func()

func (stop started) Write(p []byte) (int, error) {
	stop()
	return len(p), nil
}

// TestOneDataFile: a second process on the same file says so in one line, and the first one goes on.
func TestOneDataFile(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	args := []string{"-token", "one", "-data", data}
	_, _, stop := boot(t, args...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stderr bytes.Buffer
	code := run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), started(cancel), &stderr)
	if line := stderr.String(); code != 2 || !strings.HasPrefix(line, "sandbox: ") || !strings.Contains(line, "in use by another sandbox") || strings.Count(line, "\n") != 1 {
		t.Errorf("a second sandbox: exit code %d, %q", code, line)
	}
	if code := stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	_, _, stop = boot(t, args...)
	if code := stop(); code != 0 {
		t.Errorf("after the first one ended: exit code %d", code)
	}
}

// TestStopsWithHangingCalls checks that a fault cannot keep the program alive.
func TestStopsWithHangingCalls(t *testing.T) {
	t.Parallel()
	url, lines, stop := boot(t, "-demo", "-fault", "slow-body=1h")
	token, err := lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), "GET", url+"/prod/v2/deployments", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(strings.TrimPrefix(token, "token: ")))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if code := stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestRefusesFlags(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"not defined: -colour": {"-token", "a", "-colour", "red"},
		"-latency":             {"-token", "a", "-latency", "fast"},
		"is negative":          {"-token", "a", "-latency", "-1s"},
		"-deployments":         {"-token", "a", "-deployments", "many"},
		"must not be negative": {"-token", "a", "-deployments", "-1"},
		"unknown kind":         {"-token", "a", "-fault", "explode"},
		"unknown argument":     {"-token", "a", "serve"},
		"at least one -token":  {},
		"given twice":          {"-token", "a", "-token", "a"},
		"blanks":               {"-token", "a b"},
		"no such file":         {"-token", "a", "-data", "none/data"},
		"listen":               {"-token", "a", "-addr", "127.0.0.1:99999"},
	} {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), args, &stdout, &stderr)
		if line := stderr.String(); code != 2 || !strings.Contains(line, want) || strings.Count(line, "\n") != 1 ||
			!strings.HasPrefix(line, "sandbox: ") {
			t.Errorf("%q: exit code %d, %q, want one line with %q", args, code, line, want)
		}
		if stdout.Len() > 0 {
			t.Errorf("%q: printed %q", args, stdout.String())
		}
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	if code := run(t.Context(), []string{"-h"}, io.Discard, &stderr); code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"-require-name", "KIND[@ROUTE][:COUNT][=ARG]", "gzip-bomb", "hang-after@create:first"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("help does not mention %q", want)
		}
	}
}
