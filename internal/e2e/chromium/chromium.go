// Package chromium starts the browser of the tests, the gallery and the measurements.
package chromium

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/chromedp/chromedp"
)

// usual is where Chromium is looked for when the environment names none; internal/tools/setup uses the same list.
const usual = "chromium chromium-browser google-chrome google-chrome-stable"

// Find returns the first browser of $CHROMIUM, or of the usual names, that can be run.
func Find() (string, error) {
	names := os.Getenv("CHROMIUM")
	if names == "" {
		names = usual
	}
	for name := range strings.FieldsSeq(names) {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no browser found: looked for %s (make setup installs one, or name one in CHROMIUM)", names)
}

// Start starts Chromium with an empty profile. The context it returns opens tabs; stop ends the browser and removes the
// profile.
func Start(ctx context.Context) (_ context.Context, stop func() error, err error) {
	path, err := Find()
	if err != nil {
		return nil, nil, err
	}
	profile, err := os.MkdirTemp("", "comfydeck-chromium-")
	if err != nil {
		return nil, nil, err
	}
	allocator, cancelAllocator := chromedp.NewExecAllocator(ctx,
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-extensions", true),
		// Tabs of parallel tests lie behind one another and must run all the same.
		chromedp.Flag("disable-background-timer-throttling", true),
		chromedp.Flag("disable-backgrounding-occluded-windows", true), chromedp.Flag("disable-renderer-backgrounding", true),
		// Policy reports leave at once instead of within a minute.
		chromedp.Flag("short-reporting-delay", true),
	)
	ctx, _ = chromedp.NewContext(allocator)
	stop = func() error {
		err := chromedp.Cancel(ctx)
		cancelAllocator()
		return errors.Join(err, os.RemoveAll(profile))
	}
	if err := chromedp.Do(ctx); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("%s did not start: %w", path, err), stop())
	}
	return ctx, stop, nil
}
