package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/network"
)

// Nothing moves while a page comes up, even when its scripts come after it has been painted.
func TestNothingShifts(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.SignedIn(t)
	call(tab, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	deck.SlowScripts(slow)
	for _, width := range []int64{360, 1280} {
		tab.Resize(width, 800)
		for _, path := range []string{"/deployments", "/deployments/" + deck.Named(t, "flux-dev-product-shots").ID, "/deployments/new"} {
			tab.Open(path)
			if shift := tab.shift(); shift != 0 {
				t.Errorf("%s at %d pixels: layout shift of %v", path, width, shift)
			}
		}
	}
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
