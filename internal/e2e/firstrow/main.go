// Command firstrow measures how long Chromium takes from the start of a navigation until the first row of a list can be
// seen. `make bench` runs it; by hand:
//
//	go run ./firstrow -cookie comfydeck=VALUE URL [URL…]
//
// The addresses are loaded in turn, each time by a profile that has nothing in its cache. Standard output is a JSON array
// with one array of milliseconds per address.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/comfydeck/comfydeck/internal/e2e/chromium"
)

const (
	// loadTimeout is far beyond any page worth measuring.
	loadTimeout = 30 * time.Second
	// warmUp loads of each address start the browser's helpers and do not count.
	warmUp = 2
)

// watch notes when the first of what SELECTOR finds is in the document and two more frames have been drawn, which shows it.
const watch = `window.firstRow = new Promise(function (resolve) {
	var seen = function () {
		if (!document.querySelector(SELECTOR)) return false
		requestAnimationFrame(function () { requestAnimationFrame(function () { resolve(performance.now()) }) })
		return true
	}
	var observer = new MutationObserver(function () { if (seen()) observer.disconnect() })
	observer.observe(document, { childList: true, subtree: true })
})`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "firstrow:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("firstrow", flag.ContinueOnError)
	runs := flags.Int("runs", 9, "load each address `N` times")
	cookie := flags.String("cookie", "", "`NAME=VALUE` of the session")
	selector := flags.String("selector", "tbody tr", "wait for what this CSS `SELECTOR` finds")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 || *runs < 1 {
		return errors.New("usage: firstrow [-runs N] [-cookie NAME=VALUE] URL [URL…]")
	}
	ctx, stop, err := chromium.Start(ctx)
	if err != nil {
		return err
	}
	times, err := measure(ctx, flags.Args(), *cookie, *selector, *runs)
	if err := errors.Join(err, stop()); err != nil {
		return err
	}
	return json.NewEncoder(stdout).Encode(times)
}

// measure loads the addresses in turn and returns the milliseconds of each.
func measure(ctx context.Context, addresses []string, cookie, selector string, runs int) ([][]float64, error) {
	times := make([][]float64, len(addresses))
	for n := range warmUp + runs {
		for i, address := range addresses {
			took, err := firstRow(ctx, address, cookie, selector)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", address, err)
			}
			if n >= warmUp {
				times[i] = append(times[i], took)
			}
		}
	}
	return times, nil
}

// firstRow loads an address in a profile of its own.
func firstRow(ctx context.Context, address, cookie, selector string) (took float64, err error) {
	tab, _ := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	tab, cancel := context.WithTimeout(tab, loadTimeout)
	defer cancel()
	defer func() { err = errors.Join(err, chromedp.Cancel(tab)) }()
	if name, value, ok := strings.Cut(cookie, "="); ok {
		if _, err := chromedp.Call(tab, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: address}); err != nil {
			return 0, err
		}
	}
	if _, err := chromedp.Call(tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: strings.ReplaceAll(watch, "SELECTOR", strconv.Quote(selector))}); err != nil {
		return 0, err
	}
	if err := chromedp.Do(tab, chromedp.Navigate(address)); err != nil {
		return 0, err
	}
	return chromedp.Run(tab, chromedp.Evaluate[float64]("window.firstRow", chromedp.EvalAwaitPromise))
}
