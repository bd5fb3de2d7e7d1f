// Command gallery takes a picture of every screen in every state, in both themes and at four widths, from the fixtures of
// views/viewtest, and of one page with the parts that screens are made of, and writes a page that shows them side by side. `make gallery` runs it:
//
//	go run ./gallery -out captures/gallery [-only deployments/]
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/a-h/templ"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/comfydeck/comfydeck/internal/e2e/chromium"
	"github.com/comfydeck/comfydeck/static"
	"github.com/comfydeck/comfydeck/views"
	"github.com/comfydeck/comfydeck/views/viewtest"
)

// partsName is the name of the page of parts.
const partsName = "parts"

var (
	themes = []string{"light", "dark"}
	widths = []int64{360, 768, 1280, 1920}
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "gallery:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("gallery", flag.ContinueOnError)
	out := flags.String("out", "captures/gallery", "write the pictures into this `FOLDER`")
	only := flags.String("only", "", "only fixtures whose name holds `TEXT`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var list []viewtest.Fixture
	all := viewtest.Fixtures()
	for name := range viewtest.Visitors() {
		all = append(all, viewtest.Fixture{Name: name})
	}
	for name := range waits {
		all = append(all, viewtest.Fixture{Name: name})
	}
	parts, err := partsPage()
	if err != nil {
		return err
	}
	all = append([]viewtest.Fixture{{Name: partsName}}, all...)
	for _, f := range all {
		if strings.Contains(f.Name, *only) {
			list = append(list, f)
		}
	}
	site := httptest.NewServer(serve(all, parts))
	defer site.Close()
	ctx, stop, err := chromium.Start(ctx)
	if err != nil {
		return err
	}
	err = capture(ctx, site.URL, *out, list)
	drawn, failed := graphs(ctx, *out, *only)
	return errors.Join(err, failed, stop(), index(*out, append(list, drawn...)))
}

// serve answers with the fixtures by name and with their assets.
func serve(list []viewtest.Fixture, parts templ.Component) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+static.Prefix, func(w http.ResponseWriter, r *http.Request) {
		if !static.Serve(w, r, strings.TrimPrefix(r.URL.Path, static.Prefix)) {
			w.WriteHeader(http.StatusNotFound)
		}
	})
	pages := viewtest.Visitors() // whole pages already
	pages[partsName] = parts
	for _, f := range list {
		if _, ok := waits[f.Name]; ok {
			continue // is another one's page
		}
		whole, ok := pages[f.Name]
		if !ok {
			whole = views.Whole(f.Page, f.Screen)
		}
		mux.Handle("GET /"+f.Name, templ.Handler(whole))
	}
	return mux
}

// capture takes the pictures in one tab, one after the other.
func capture(ctx context.Context, site, out string, list []viewtest.Fixture) error {
	tab, _ := chromedp.NewContext(ctx)
	for _, f := range list {
		path, script := f.Name, ""
		if w, ok := waits[f.Name]; ok {
			path, script = w.of, w.script()
		}
		if err := chromedp.Do(tab, chromedp.Navigate(site+"/"+path), chromedp.Evaluate[chromedp.Void](script)); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		for _, theme := range themes {
			for _, width := range widths {
				if err := shoot(tab, file(out, f.Name, theme, width), theme, width); err != nil {
					return fmt.Errorf("%s: %w", f.Name, err)
				}
			}
		}
	}
	return nil
}

func shoot(tab context.Context, path, theme string, width int64) error {
	_, err := chromedp.Call(tab, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1})
	if err != nil {
		return err
	}
	// With motion, a picture would show the theme half changed.
	look := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"}}
	if _, err := chromedp.Call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: look}); err != nil {
		return err
	}
	picture, err := settled(tab)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	return os.WriteFile(path, picture, 0o600)
}

// settled is a picture of a page that is painted whole: the browser may hand one over before, and then the next differs.
func settled(tab context.Context) ([]byte, error) {
	const tries = 5
	var last []byte
	for range tries {
		picture, err := chromedp.Run(tab, chromedp.FullScreenshot(100))
		if err != nil || bytes.Equal(picture, last) {
			return picture, err
		}
		last = picture
	}
	return last, nil
}

func file(out, name, theme string, width int64) string {
	return filepath.Join(out, fmt.Sprintf("%s-%s-%d.png", filepath.FromSlash(name), theme, width))
}

// index writes the page that shows all pictures.
func index(out string, list []viewtest.Fixture) error {
	var b strings.Builder
	b.WriteString("<!doctype html><html lang=en><meta charset=utf-8><title>ComfyDeck gallery</title>\n")
	for _, f := range list {
		fmt.Fprintf(&b, "<h2>%s</h2>\n", templ.EscapeString(f.Name))
		for _, theme := range themes {
			for _, width := range widths {
				path := strings.TrimPrefix(filepath.ToSlash(file(out, f.Name, theme, width)), filepath.ToSlash(out)+"/")
				fmt.Fprintf(&b, "<a href=%q><img loading=lazy height=320 alt=\"%s, %d pixels\" src=%q></a>\n", path, theme, width, path)
			}
		}
	}
	return os.WriteFile(filepath.Join(out, "index.html"), []byte(b.String()), 0o600)
}
