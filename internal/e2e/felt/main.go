// Command felt measures what somebody feels who works on a list in Chromium: how long it takes from a key to the rows it
// finds, and how long the longest stretch is in which the page answers to nothing. `make bench` runs it; by hand:
//
//	go run ./felt -cookie comfydeck=VALUE URL
//
// Standard output is a JSON object, in milliseconds.
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
	"strings"
	"syscall"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/comfydeck/comfydeck/internal/e2e/chromium"
)

// narrow is a window in which a list is cards.
const narrow = 800

// patience is far beyond what any list worth measuring needs.
const patience = 3 * time.Minute

// steps works on the list: it types, sorts, scrolls and refreshes, and waits for what each of that brings. A key's time is from
// the key to two frames after the rows changed, without the pause that the search waits for more keys.
const steps = `(async (runs) => {
	const out = { keys: [], tasks: { search: [], sort: [], scroll: [], refresh: [] } };
	const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
	const frames = () => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(performance.now()))));
	let kind;
	new PerformanceObserver((l) => l.getEntries().forEach((e) => kind && out.tasks[kind].push(e.duration))).observe({ type: "longtask" });
	const swapped = () => new Promise((done, fail) => {
		const late = setTimeout(() => fail(new Error("nothing came of " + kind + " in 20 s")), 20_000);
		document.addEventListener("htmx:after:swap", () => (clearTimeout(late), frames().then(done)), { once: true });
	});
	await sleep(1000); // what loading the page leaves to do is not the search's, and is measured as the first row
	const debounce = Number(/delay:(\d+)ms/.exec(document.getElementById("q").getAttribute("hx-trigger"))[1]);
	for (let i = 0; i < runs; i++) {
		kind = "search";
		const q = document.getElementById("q");
		q.focus();
		for (const text of ["a", "ab", "a1", ""]) {
			q.value = text;
			const done = swapped(), start = performance.now();
			q.dispatchEvent(new InputEvent("input", { bubbles: true }));
			out.keys.push((await done) - start - debounce);
		}
		q.blur();
		kind = "sort";
		for (const n of [1, 2, 3]) {
			const done = swapped();
			document.querySelectorAll("thead a.sort")[n % document.querySelectorAll("thead a.sort").length].click();
			await done;
		}
		kind = "scroll";
		for (let y = 0; y < document.documentElement.scrollHeight; y += 200) {
			scrollTo(0, y);
			await frames();
		}
		scrollTo(0, 0);
		kind = "refresh";
		const done = swapped();
		document.querySelector("[data-key=refresh]").click();
		await done;
		await sleep(100); // the observer hears of a task after it
	}
	return out;
})`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "felt:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("felt", flag.ContinueOnError)
	runs := flags.Int("runs", 5, "work on the list `N` times")
	width := flags.Int64("width", narrow, "`PIXELS` of the window: below 1280 a list is cards, from there on a table")
	cookie := flags.String("cookie", "", "`NAME=VALUE; NAME=VALUE` of the session and of what else the browser holds")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 || *runs < 1 || *width < 1 {
		return errors.New("usage: felt [-runs N] [-width PIXELS] [-cookie NAME=VALUE] URL")
	}
	ctx, stop, err := chromium.Start(ctx)
	if err != nil {
		return err
	}
	felt, err := measure(ctx, flags.Arg(0), *cookie, *width, *runs)
	if err := errors.Join(err, stop()); err != nil {
		return err
	}
	_, err = stdout.Write(append(felt, '\n'))
	return err
}

// measure works on the list at an address and returns what the page noted.
func measure(ctx context.Context, address, cookies string, width int64, runs int) (json.RawMessage, error) {
	tab, _ := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	tab, cancel := context.WithTimeout(tab, patience)
	defer cancel()
	window := emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 800, DeviceScaleFactor: 1}
	if _, err := chromedp.Call(tab, emulation.SetDeviceMetricsOverride, window); err != nil {
		return nil, err
	}
	for cookie := range strings.SplitSeq(cookies, "; ") {
		name, value, _ := strings.Cut(cookie, "=")
		if _, err := chromedp.Call(tab, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: address}); err != nil {
			return nil, err
		}
	}
	if err := chromedp.Do(tab, chromedp.Navigate(address)); err != nil {
		return nil, err
	}
	return chromedp.Run(tab, chromedp.Evaluate[json.RawMessage](fmt.Sprintf("%s(%d)", steps, runs), chromedp.EvalAwaitPromise))
}
