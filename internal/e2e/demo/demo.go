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

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

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

// Deployment is one of the examples.
type Deployment struct{ Name, Path string }

var inList = regexp.MustCompile(`<a href="(/deployments/[0-9a-f-]{36})"[^>]*>\s*([^<]+?)\s*</a>`)

// Deployments are the examples in the order of the list.
func (d *Demo) Deployments() []Deployment {
	var out []Deployment
	for _, found := range inList.FindAllStringSubmatch(d.list, -1) {
		out = append(out, Deployment{Name: found[2], Path: found[1]})
	}
	return out
}

// Deployment is the path of the one of a name; "" is the first.
func (d *Demo) Deployment(name string) (string, error) {
	for _, x := range d.Deployments() {
		if name == "" || x.Name == name {
			return x.Path, nil
		}
	}
	return "", fmt.Errorf("the list of the demo has no %q", name)
}

// SignIn signs a tab of a browser in.
func (d *Demo) SignIn(tab context.Context) error {
	for pair := range strings.SplitSeq(d.Cookie, "; ") {
		name, value, _ := strings.Cut(pair, "=")
		if _, err := chromedp.Call(tab, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: d.URL}); err != nil {
			return err
		}
	}
	return nil
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
