// Command lighthouse starts the demo, signs in and has Lighthouse audit the pages that people see most, in the Chromium of this
// machine. It prints a table and fails when a category is below what the project promises. `make lighthouse` runs it:
//
//	go run ./lighthouse
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"text/tabwriter"

	"github.com/comfydeck/comfydeck/internal/e2e/chromium"
	"github.com/comfydeck/comfydeck/internal/e2e/demo"
)

// least is what every category of every page must reach, of 100.
const least = 99

// tries is how often a page may be audited until it reaches that.
const tries = 3

// deliberate is what is not audited: no page of a private dashboard belongs in a search engine.
const deliberate = "is-crawlable"

// report is what is read of Lighthouse's answer.
type report struct {
	RuntimeError struct{ Message string }
	Categories   map[string]category
	Audits       map[string]struct {
		Title, DisplayValue string
		Score               *float64 // null for what does not apply
	}
}

type category struct {
	Score     float64
	AuditRefs []struct {
		ID     string
		Weight float64
	}
}

var categories = []string{"performance", "accessibility", "best-practices", "seo"}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "lighthouse:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) (err error) {
	browser, err := chromium.Find()
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "comfydeck-lighthouse-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	d, err := demo.Start(ctx, scratch)
	if err != nil {
		return err
	}
	defer d.Stop()
	one, err := d.Deployment("")
	if err != nil {
		return err
	}

	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "page\t"+strings.Join(categories, "\t"))
	var wrong []string
	for _, p := range []struct{ name, path, cookie string }{{"sign in", "/sign-in", ""}, {"list", "/deployments", d.Cookie}, {"deployment", one, d.Cookie}} {
		r, err := best(ctx, browser, filepath.Join(scratch, "report.json"), d.URL+p.path, p.cookie)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		line := p.name
		for _, name := range categories {
			score := 100 * r.Categories[name].Score
			line += fmt.Sprintf("\t%.0f", score)
			if score < least {
				wrong = append(wrong, fmt.Sprintf("%s, %s: %s", p.name, name, strings.Join(r.lost(name), "; ")))
			}
		}
		fmt.Fprintln(table, line)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if len(wrong) > 0 {
		return fmt.Errorf("below %d:\n%s", least, strings.Join(wrong, "\n"))
	}
	return nil
}

// best audits a page up to three times. On a machine that has no time for it every page is slow now and then, and the browser's
// trace may be lost; a page that is slow by its own doing is so each time.
func best(ctx context.Context, browser, file, url, cookie string) (report, error) {
	var top report
	var failed error
	audited := false
	for range tries {
		r, err := audit(ctx, browser, file, url, cookie)
		if err != nil {
			failed = err
			continue
		}
		if !audited || r.Categories[categories[0]].Score > top.Categories[categories[0]].Score {
			top, audited = r, true
		}
		if top.good() {
			return top, nil
		}
	}
	if !audited {
		return report{}, failed
	}
	return top, nil
}

func (r report) good() bool {
	for _, name := range categories {
		if 100*r.Categories[name].Score < least {
			return false
		}
	}
	return true
}

// audit runs Lighthouse on a page, as whoever has the cookie.
func audit(ctx context.Context, browser, file, url, cookie string) (report, error) {
	headers, err := json.Marshal(map[string]string{"Cookie": cookie})
	if err != nil {
		return report{}, err
	}
	cmd := exec.CommandContext(ctx, "node", "lighthouse/node_modules/lighthouse/cli/index.js", url, "--quiet", "--no-enable-error-reporting",
		"--output=json", "--output-path="+file, "--skip-audits="+deliberate, "--extra-headers="+string(headers),
		"--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage --disable-background-networking")
	cmd.Env = append(os.Environ(), "CHROME_PATH="+browser)
	if text, err := cmd.CombinedOutput(); err != nil {
		return report{}, fmt.Errorf("%w\n%s", err, text)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return report{}, err
	}
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		return report{}, err
	}
	if r.RuntimeError.Message != "" {
		return report{}, errors.New(r.RuntimeError.Message)
	}
	return r, nil
}

// lost are the audits that cost a category points.
func (r report) lost(name string) []string {
	var lost []string
	for _, ref := range r.Categories[name].AuditRefs {
		if a := r.Audits[ref.ID]; ref.Weight > 0 && a.Score != nil && *a.Score < 1 {
			lost = append(lost, strings.TrimSpace(a.Title+" "+a.DisplayValue))
		}
	}
	return lost
}
