package main

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
	"regexp"
	"strings"
	"syscall"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// demo is the program as `make run` starts it, and the pages to audit.
type demo struct {
	url   string
	pages []page
	stop  func()
}

type page struct{ name, path, cookie string }

// startDemo builds the program, starts it and signs in.
func startDemo(ctx context.Context, program string) (*demo, error) {
	build := exec.CommandContext(ctx, "go", "build", "-C", "../..", "-o", program, "./cmd/comfydeck")
	if text, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, text)
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	d := &demo{url: "http://" + address}
	cmd := exec.CommandContext(ctx, program, "-demo")
	cmd.Env = append(os.Environ(), "COMFYDECK_ADDR="+address, "COMFYDECK_PUBLIC_URL="+d.url)
	cmd.Stderr = os.Stderr
	says, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	d.stop = func() { _ = cmd.Process.Signal(syscall.SIGTERM); _ = cmd.Wait() }
	if _, err := bufio.NewReader(says).ReadString('\n'); err != nil { // its first line says that it listens
		d.stop()
		return nil, fmt.Errorf("the demo did not start: %w", err)
	}
	go func() { _, _ = io.Copy(io.Discard, says) }()
	if err := d.signIn(ctx); err != nil {
		d.stop()
		return nil, err
	}
	return d, nil
}

// freeAddress is an address of this machine that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

var toDeployment = regexp.MustCompile(`href="(/deployments/[0-9a-f-]{36})`)

// signIn finds the pages: one for everybody, the others for whoever is signed in.
func (d *demo) signIn(ctx context.Context) error {
	resp, err := d.ask(ctx, http.MethodPost, "/sign-in", url.Values{"token": {sandbox.DemoToken}}, "")
	if err != nil {
		return err
	}
	_ = resp.Body.Close()
	var cookies []string
	for _, c := range resp.Cookies() {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	cookie := strings.Join(cookies, "; ")
	if resp, err = d.ask(ctx, http.MethodGet, "/deployments", nil, cookie); err != nil {
		return err
	}
	list, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return err
	}
	found := toDeployment.FindSubmatch(list)
	if found == nil {
		return errors.New("no deployment after signing in: " + resp.Status)
	}
	d.pages = []page{{"sign in", "/sign-in", ""}, {"list", "/deployments", cookie}, {"deployment", string(found[1]), cookie}}
	return nil
}

// ask sends a request without following where its answer leads.
func (d *demo) ask(ctx context.Context, method, path string, form url.Values, cookie string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, d.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Origin", d.url)
	req.Header.Set("Cookie", cookie)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return http.DefaultTransport.RoundTrip(req)
}
