// Package e2e drives the assembled server with a real browser, the way people do: journeys, failures, hostile content, and
// what every screen owes to people who use a keyboard, a small display or a screen reader.
//
// Each test has a server, a sandbox of the API and a browser profile of its own; all share one Chromium. Every test fails on
// an error or a warning in the console, an uncaught exception, a dialog, a violation of the content policy, and a request to
// another origin, unless it has said that it provokes exactly that.
//
// The verbs are in driver.go. COMFYDECK_CAPTURES=1 writes a picture of each screen into captures.
package e2e
