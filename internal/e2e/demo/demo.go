// Package demo runs the program as `make run` starts it, for the commands that look at its pages from outside.
package demo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// Demo is the program with its example deployments, and somebody who is signed in.
type Demo struct {
	URL     string // without a slash at the end
	Cookie  string // header of who is signed in
	list    string
	program *exec.Cmd
}

// Start builds the program into a folder, starts it and signs in.
func Start(ctx context.Context, folder string) (*Demo, error) {
	program := filepath.Join(folder, "comfydeck")
	build := exec.CommandContext(ctx, "go", "build", "-C", "../..", "-o", program, "./cmd/comfydeck")
	if text, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, text)
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	d := &Demo{URL: "http://" + address, program: exec.CommandContext(ctx, program, "-demo")}
	d.program.Env = append(os.Environ(), "COMFYDECK_ADDR="+address, "COMFYDECK_PUBLIC_URL="+d.URL)
	d.program.Stderr = os.Stderr
	says, err := d.program.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := d.program.Start(); err != nil {
		return nil, err
	}
	if _, err := bufio.NewReader(says).ReadString('\n'); err != nil { // its first line says that it listens
		d.Stop()
		return nil, fmt.Errorf("the demo did not start: %w", err)
	}
	go func() { _, _ = io.Copy(io.Discard, says) }()
	if err := d.signIn(ctx); err != nil {
		d.Stop()
		return nil, err
	}
	return d, nil
}

// Stop ends the program.
func (d *Demo) Stop() {
	_ = d.program.Process.Signal(syscall.SIGTERM)
	_ = d.program.Wait()
}

// Deployment is the path of the deployment of a name; "" is the first of the list.
func (d *Demo) Deployment(name string) (string, error) {
	link := regexp.MustCompile(`href="(/deployments/[0-9a-f-]{36})"[^>]*>` + regexp.QuoteMeta(name))
	found := link.FindStringSubmatch(d.list)
	if found == nil {
		return "", fmt.Errorf("the list of the demo has no %q", name)
	}
	return found[1], nil
}

// freeAddress is an address of this machine that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// signIn reads the list as well.
func (d *Demo) signIn(ctx context.Context) error {
	resp, err := d.ask(ctx, http.MethodPost, "/sign-in", url.Values{"token": {sandbox.DemoToken}, "display_name": {"Night shift"}})
	if err != nil {
		return err
	}
	_ = resp.Body.Close()
	var cookies []string
	for _, c := range resp.Cookies() {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	d.Cookie = strings.Join(cookies, "; ")
	if resp, err = d.ask(ctx, http.MethodGet, "/deployments", nil); err != nil {
		return err
	}
	list, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.Join(err, errors.New("the list answered "+resp.Status))
	}
	d.list = string(list)
	return err
}

// ask sends a request without following where its answer leads.
func (d *Demo) ask(ctx context.Context, method, path string, form url.Values) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, d.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Origin", d.URL)
	req.Header.Set("Cookie", d.Cookie)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return http.DefaultTransport.RoundTrip(req)
}
