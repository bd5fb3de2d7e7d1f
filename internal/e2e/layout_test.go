package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/network"
)

// Nothing moves while a page comes up, even when its scripts come after it has been painted.
func TestNothingShifts(t *testing.T) {
	t.Parallel()
	deck := StartAlone(t)
	tab := deck.SignedIn(t)
	call(tab, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	deck.SlowScripts(slow)
	for _, width := range []int64{360, 1280} {
		tab.Resize(width, 800)
		for _, path := range []string{"/deployments", "/deployments/" + deck.Named(t, "flux-dev-product-shots").ID, "/deployments/new"} {
			if shift := tab.leastShift(path); shift != 0 {
				t.Errorf("%s at %d pixels: layout shift of %v, every time", path, width, shift)
			}
		}
	}
}

// leastShift opens a page up to three times. On a machine that has no time for it, the browser paints a page it has read half
// of, and the other half then moves it: that is no page's doing, and does not happen every time.
func (b *Tab) leastShift(path string) float64 {
	b.t.Helper()
	least := 1.0
	for try := 0; try < 3 && least > 0; try++ {
		b.Open(path)
		least = min(least, b.shift())
	}
	return least
}

// shift is the sum of all layout shifts since the page began, once it has been painted.
func (b *Tab) shift() float64 {
	b.t.Helper()
	return Eval[float64](b, `await new Promise((done) => {
		let sum = 0;
		const add = (list) => list.forEach((e) => (sum += e.value));
		const watch = new PerformanceObserver((list) => add(list.getEntries()));
		watch.observe({ type: "layout-shift", buffered: true });
		// Two frames later the entries of everything painted so far have been handed over.
		requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => (add(watch.takeRecords()), done(sum)))));
	})`)
}
