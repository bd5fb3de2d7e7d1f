package e2e

import "testing"

// touched makes a page believe that it is touched, which no window of a test is: the rules for that hold for everybody. It is how
// many rules there are.
const touched = `(() => {
	const coarse = (rules) => [...rules].flatMap((r) => r.media?.mediaText === "(pointer: coarse)" ? [r] : r.cssRules ? coarse(r.cssRules) : []);
	const found = [...document.styleSheets].flatMap((sheet) => coarse(sheet.cssRules));
	found.forEach((rule) => (rule.media.mediaText = "all"));
	return found.length;
})()`

// low are the controls that a finger misses.
const low = `[...document.querySelectorAll(".button, .chip, .sort, .tick, .input, .views a")]
	.filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44)
	.map((e) => e.outerHTML.slice(0, 120) + " " + e.getBoundingClientRect().height)`

// TestTouch: on a screen that is touched, what can be pressed is as high as a finger is wide.
func TestTouch(t *testing.T) {
	t.Parallel()
	deck := StartAlone(t)
	tab := deck.Tab(t)
	tab.Open("/deployments")
	tab.SignIn()
	tab.At("/deployments")
	tab.look(390, "light")
	one := "/deployments/" + deck.Named(t, "sdxl-inpaint-prod").ID
	for _, path := range []string{"/deployments", one, one + "/edit", one + "/delete"} {
		tab.Open(path)
		if tab.Wait(`document.readyState === "complete"`); Eval[int](tab, touched) == 0 {
			t.Fatal("there is no rule for what is touched")
		}
		for _, e := range Eval[[]string](tab, low) {
			t.Errorf("%s: too low for a finger: %s", path, e)
		}
	}
}
