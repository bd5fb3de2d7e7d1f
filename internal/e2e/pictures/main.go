// Command pictures takes the README's pictures from the demo. `make pictures` runs it:
//
//	go run ./pictures -out ../../docs/images
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/comfydeck/comfydeck/internal/e2e/chromium"
	"github.com/comfydeck/comfydeck/internal/e2e/demo"
)

// picture is a part of a page as it is first seen.
type picture struct {
	file, deployment, path string
	width, height          int64
}

var pictures = []picture{
	{"deployments.png", "", "/deployments", 1280, 820},
	{"workflow.png", "flux-kontext-retouch", "/workflow?zoom=fit#graph", 1280, 500},
}

func main() {
	out := flag.String("out", "captures/pictures", "write the pictures into this `FOLDER`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *out)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out string) (err error) {
	scratch, err := os.MkdirTemp("", "comfydeck-pictures-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	d, err := demo.Start(ctx, scratch)
	if err != nil {
		return err
	}
	defer d.Stop()
	browser, stop, err := chromium.Start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	tab, _ := chromedp.NewContext(browser)
	if err := d.SignIn(tab); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o750); err != nil {
		return err
	}
	for _, p := range pictures {
		if err := take(tab, d, p, out); err != nil {
			return fmt.Errorf("%s: %w", p.file, err)
		}
	}
	return nil
}

func take(tab context.Context, d *demo.Demo, p picture, out string) error {
	path := p.path
	if p.deployment != "" {
		at, err := d.Deployment(p.deployment)
		if err != nil {
			return err
		}
		path = at + p.path
	}
	size := emulation.SetDeviceMetricsOverrideParams{Width: p.width, Height: p.height, DeviceScaleFactor: 1}
	if _, err := chromedp.Call(tab, emulation.SetDeviceMetricsOverride, size); err != nil {
		return err
	}
	if err := chromedp.Do(tab, chromedp.Navigate(d.URL+path)); err != nil {
		return err
	}
	image, err := chromedp.Run(tab, chromedp.CaptureScreenshot())
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, p.file), image, 0o600)
}
