package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// call sends one command of the browser's protocol.
func call[P, R any](b *Tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	r, err := chromedp.Call(ctx, command, params)
	if err != nil {
		b.t.Fatalf("%s: %v", command.Method, err)
	}
	return r
}

// hear collects what the browser complains about. It runs in the loop that reads the browser's messages.
func (b *Tab) hear(event any) {
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			b.note("%s %s: %s (%s)", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL)
		}
	case *runtime.EventConsoleAPICalled:
		switch e.Type {
		case runtime.ConsoleAPICalledTypeError, runtime.ConsoleAPICalledTypeWarning, runtime.ConsoleAPICalledTypeAssert:
			b.note("console.%s: %s", e.Type, words(e.Args))
		default:
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		b.note("exception: %s", text)
	case *page.EventJavascriptDialogOpening:
		b.dialog(e)
		go func() {
			_, _ = chromedp.Call(b.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true}) // the tab may be gone
		}()
	case *network.EventRequestWillBeSent:
		b.request(e)
	}
}

// request notes the whole pages, and every request that leaves the deck.
func (b *Tab) request(e *network.EventRequestWillBeSent) {
	if e.Type == network.ResourceTypeDocument {
		b.mu.Lock()
		b.document = e.RequestID
		b.mu.Unlock()
	}
	url := e.Request.URL
	if !strings.HasPrefix(url, b.deck.URL+"/") && !strings.HasPrefix(url, "data:") && url != "about:blank" {
		b.note("request to another origin: %s", url)
	}
}

// Source is the HTML of the last whole page, as the server sent it.
func (b *Tab) Source() []byte {
	b.t.Helper()
	b.mu.Lock()
	id := b.document
	b.mu.Unlock()
	return call(b, network.GetResponseBody, network.GetResponseBodyParams{RequestID: id}).Body
}

// Provokes says which failures this test causes on purpose: the status codes the browser will complain about.
func (b *Tab) Provokes(statuses ...int) {
	for _, s := range statuses {
		b.allow(fmt.Sprintf("responded with a status of %d", s))
	}
}

// allow accepts console lines that hold a text.
func (b *Tab) allow(part string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.allowed = append(b.allowed, part)
}

func (b *Tab) checkNoise() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, line := range b.noise {
		if !slices.ContainsFunc(b.allowed, func(part string) bool { return strings.Contains(line, part) }) {
			b.t.Errorf("the browser says: %s", line)
		}
	}
	for _, report := range b.deck.Reports() {
		b.t.Errorf("content policy report: %s", report)
	}
}

func (b *Tab) note(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.noise = append(b.noise, fmt.Sprintf(format, args...))
}

// dialog remembers the browser's question whether to leave a changed form; any other dialog must not be there.
func (b *Tab) dialog(e *page.EventJavascriptDialogOpening) {
	if e.Type != page.DialogTypeBeforeunload {
		b.note("dialog: %s", e.Message)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked++
}

// Asked is how often the browser has asked whether to leave a changed form. Every question is answered with yes.
func (b *Tab) Asked() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.asked
}

func words(args []*runtime.RemoteObject) string {
	var out []string
	for _, a := range args {
		text := strings.Trim(string(a.Value), `"`)
		if text == "" {
			text = a.Description
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}
