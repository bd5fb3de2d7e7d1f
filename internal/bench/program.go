package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
)

// module is the import path of what is measured; with it the command works from any folder of the checkout.
const module = "github.com/comfydeck/comfydeck"

// bench is the built programs and a folder for what they leave behind.
type bench struct {
	options
	dir, root          string // temporary folder; top of the checkout
	comfydeck, sandbox string // binaries
	pacer              *pacer
}

// build makes the binaries as `make build` does.
func build(ctx context.Context, dir string) (*bench, error) {
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return nil, fmt.Errorf("run it inside the checkout: %w", err)
	}
	b := &bench{dir: dir, root: strings.TrimSpace(string(root)), comfydeck: filepath.Join(dir, "comfydeck"), sandbox: filepath.Join(dir, "sandbox")}
	for binary, pkg := range map[string]string{b.comfydeck: "cmd/comfydeck", b.sandbox: "cmd/sandbox"} {
		c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, module+"/"+pkg) //nolint:gosec // names of our own
		c.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := c.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("building %s: %w\n%s", pkg, err, out)
		}
	}
	return b, nil
}

// process is one of our servers, running.
type process struct {
	cmd *exec.Cmd
	url string // where it answers
}

// address is how both servers say where they listen.
var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// start runs a server on a port of its own choice and waits until it says which. Its log goes to a file, as it would in
// production.
func (b *bench) start(ctx context.Context, env []string, binary string, args ...string) (*process, error) {
	log, err := os.CreateTemp(b.dir, "log-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()             // the child has its own copy
	c := exec.CommandContext(ctx, binary, args...) //nolint:gosec // a program that build has made
	c.Dir, c.Env, c.Stderr = b.dir, env, log
	stdout, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: c}
	lines := bufio.NewReader(stdout)
	for p.url == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			said, _ := os.ReadFile(log.Name())
			return nil, errors.Join(fmt.Errorf("%s did not start: %s", filepath.Base(binary), said), p.stop())
		}
		p.url = address.FindString(line)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }() // so that it never blocks on a full pipe
	return p, nil
}

// stop asks the server to stop and waits for it.
func (p *process) stop() error {
	if p == nil {
		return nil
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return p.cmd.Wait()
}

// startAPI serves n generated deployments.
func (b *bench) startAPI(ctx context.Context, n int, args ...string) (*process, error) {
	args = append([]string{"-addr", "127.0.0.1:0", "-token", token, "-deployments", fmt.Sprint(n)}, args...)
	return b.start(ctx, nil, b.sandbox, args...)
}

// startDeck serves the dashboard of an API, with its database in folder.
func (b *bench) startDeck(ctx context.Context, api, folder string, env ...string) (*process, error) {
	env = append([]string{
		"COMFYDECK_ADDR=127.0.0.1:0", "COMFYDECK_API_URL=" + api, "COMFYDECK_DATABASE_URL=sqlite:" + filepath.Join(folder, "bench.db"),
	}, env...)
	return b.start(ctx, env, b.comfydeck)
}
