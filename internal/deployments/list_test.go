package deployments_test

import (
	"cmp"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/deployments"
)

func TestList(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	for i, name := range []string{"b", "A", "a", "Ä", "_", ""} {
		one := example()
		one.ID, one.Name = strings.Replace(id, "a", string(rune('a'+i)), 1), name
		d.box.Put(token, one)
	}
	list, err := d.List(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, one := range list {
		names = append(names, one.Name)
		if one.Readme.Known || one.Payload.Raw != nil {
			t.Errorf("%q came with its readme or payload", one.Name)
		}
	}
	if got := diff.Diff([]string{"", "_", "A", "a", "b", "Ä"}, names); got != "" {
		t.Errorf("names (-want +got):\n%s", got)
	}
	if calls := d.box.Calls(); len(calls) != 1 || calls[0].Method != http.MethodGet || calls[0].RawQuery != "" {
		t.Errorf("calls = %+v, want one plain list", calls)
	}
}

// TestGet: the detail page asks for everything, the forms for the settings alone.
func TestGet(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	one := example()
	one.Readme = "# hi"
	d.box.Put(token, one)
	full, err := d.Get(t.Context(), token, id)
	if err != nil || full.Readme.Value != "# hi" || full.Payload.Raw == nil {
		t.Errorf("Get() = %+v, %v", full, err)
	}
	settings, err := d.Settings(t.Context(), token, id)
	if err != nil || settings.Readme.Known {
		t.Errorf("Settings() = %+v, %v", settings, err)
	}
	calls := d.box.Calls()
	if calls[0].RawQuery != "includes=readme&includes=payload" || calls[1].RawQuery != "" {
		t.Errorf("queries = %q, %q", calls[0].RawQuery, calls[1].RawQuery)
	}
}

func TestWarmInstances(t *testing.T) {
	t.Parallel()
	known := func(n int64) deployments.Number { return deployments.Number{Value: n, Known: true} }
	on, off := deployments.Deployment{}, deployments.Deployment{}
	on.IsEnabled.Value, on.IsEnabled.Known, off.IsEnabled.Known = true, true, true
	tests := []struct {
		of   deployments.Deployment
		min  deployments.Number
		want int64
	}{
		{on, known(2), 2},
		{on, known(0), 0},
		{on, known(-3), 0},
		{on, deployments.Number{Value: 2}, 0},   // not said
		{off, known(2), 0},                      // paused: not billed
		{deployments.Deployment{}, known(2), 2}, // not known to be paused: it may cost money
	}
	for _, tt := range tests {
		tt.of.MinInstances = tt.min
		if got := deployments.WarmInstances(tt.of); got != tt.want {
			t.Errorf("WarmInstances(%v, %+v) = %d, want %d", deployments.PowerOf(tt.of), tt.min, got, tt.want)
		}
	}
}

// TestCatalogue holds the table to the document's list.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	want := []string{"TURING_16", "AMPERE_24", "AMPERE_48", "ADA_48_PLUS", "AMPERE_80", "ADA_80_PLUS", "HOPPER_141"}
	var got []string
	memory := 0
	for _, h := range deployments.Catalogue() {
		got = append(got, h.SKU)
		if found, ok := deployments.FindHardware(h.SKU); !ok || found != h || h.GPU == "" || h.Machine == "" || h.MemoryGB < memory {
			t.Errorf("%+v: found = %+v, %v", h, found, ok)
		}
		memory = h.MemoryGB
	}
	if d := diff.Diff(want, got); d != "" {
		t.Errorf("SKUs (-want +got):\n%s", d)
	}
	for _, unknown := range []string{"", "BLACKWELL_288", "ampere_48"} {
		if h, ok := deployments.FindHardware(unknown); ok {
			t.Errorf("FindHardware(%q) = %+v", unknown, h)
		}
	}
}

// fleet makes up deployments, with values missing and names repeated; the seed makes a failure repeatable.
func fleet(r *rand.Rand) []deployments.Deployment {
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	list := make([]deployments.Deployment, r.IntN(40))
	for i := range list {
		d := &list[i]
		d.ID = pick(id, otherID, workflowID) + pick("", "0", "1", "2", "3")
		d.Name = pick("", "image", "Image", "IMAGE to video", "été", "Été", "ZZ", "[", "`") + pick("", " 2", "-x")
		d.WorkflowVersion, d.Status = pick("v1", "v2", ""), pick("standby", "running", "")
		if r.IntN(4) > 0 {
			d.Hardware = []string{pick("AMPERE_48", "HOPPER_141", "BLACKWELL_288")}
		}
		d.IsEnabled.Value, d.IsEnabled.Known = r.IntN(2) == 0, r.IntN(4) > 0
		d.MinInstances.Value, d.MinInstances.Known = int64(r.IntN(5)-1), r.IntN(4) > 0
	}
	return list
}

func TestSearch(t *testing.T) {
	t.Parallel()
	one := deployments.Deployment{ID: id, Name: "Image to Video", WorkflowID: workflowID, WorkflowVersion: "v14", Status: "standby", Hardware: []string{"HOPPER_141", "X_1"}}
	one.IsEnabled.Value, one.IsEnabled.Known = true, true
	tests := []struct {
		query string
		found bool
	}{
		{"", true},
		{"  ", true},
		{"image", true},
		{"VIDEO image", true}, // any order, any case
		{"a1b2c3d4", true},
		{"000000001111", true},
		{"v14", true},
		{"standby", true},
		{"hopper", true},
		{"h200 141", true}, // what the SKU means
		{"x_1", true},
		{"enabled", true},
		{"paused", false},
		{"image audio", false}, // every word
		{"o v", true},
		{"standby\x00", false},
	}
	for _, tt := range tests {
		if got := deployments.Search([]deployments.Deployment{one}, tt.query); (len(got) == 1) != tt.found {
			t.Errorf("Search(%q) found %d, want found = %v", tt.query, len(got), tt.found)
		}
	}
}

// TestSearch_Properties: a search keeps the order, more words find less, and the order of the words does not matter.
func TestSearch_Properties(t *testing.T) {
	t.Parallel()
	words := []string{"image", "VIDEO", "2", "v1", "h200", "enabled", "paused", "é", "zz", "standby", "a1b2"}
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 0))
		list := fleet(r)
		a, b := words[r.IntN(len(words))], words[r.IntN(len(words))]
		both := deployments.Search(list, a+" "+b)
		if d := diff.Diff(both, deployments.Search(list, " "+strings.ToUpper(b)+"\t"+strings.ToLower(a))); d != "" {
			t.Errorf("seed %d: the order or case of %q, %q matters:\n%s", seed, a, b, d)
		}
		if d := diff.Diff(both, deployments.Search(deployments.Search(list, a), b)); d != "" {
			t.Errorf("seed %d: %q and then %q is not %q:\n%s", seed, a, b, a+" "+b, d)
		}
		rest := list
		for _, found := range both {
			at := slices.IndexFunc(rest, func(d deployments.Deployment) bool { return diff.Equal(d, found) })
			if at < 0 {
				t.Fatalf("seed %d: found %+v out of order, or not of the list", seed, found)
			}
			rest = rest[at+1:]
		}
	}
}

// TestSortByName_Properties: the order is one order, whatever the list was sorted by before.
func TestSortByName_Properties(t *testing.T) {
	t.Parallel()
	key := func(d deployments.Deployment) string { return d.Name + "\x00" + d.ID }
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 1))
		list := fleet(r)
		// Two deployments never have the same id.
		slices.SortFunc(list, func(a, b deployments.Deployment) int { return strings.Compare(a.ID, b.ID) })
		list = slices.CompactFunc(list, func(a, b deployments.Deployment) bool { return a.ID == b.ID })
		sorted, shuffled := slices.Clone(list), slices.Clone(list)
		deployments.SortByName(sorted)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		deployments.SortByName(shuffled)
		if d := diff.Diff(sorted, shuffled); d != "" {
			t.Errorf("seed %d: the order depends on the order before:\n%s", seed, d)
		}
		if !slices.IsSortedFunc(sorted, func(a, b deployments.Deployment) int {
			return cmp.Or(strings.Compare(asciiLower(a.Name), asciiLower(b.Name)), strings.Compare(a.ID, b.ID))
		}) {
			t.Errorf("seed %d: not sorted", seed)
		}
		before, after := keys(list, key), keys(sorted, key)
		if d := diff.Diff(before, after); d != "" {
			t.Errorf("seed %d: something was lost or made up:\n%s", seed, d)
		}
	}
}

func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

func keys(list []deployments.Deployment, key func(deployments.Deployment) string) []string {
	out := make([]string, 0, len(list))
	for _, d := range list {
		out = append(out, key(d))
	}
	slices.Sort(out)
	return out
}

// TestCount_Properties: a fleet counts as its parts do, and each deployment counts once.
func TestCount_Properties(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 2))
		list := fleet(r)
		cut := r.IntN(len(list) + 1)
		whole, a, b := deployments.Count(list), deployments.Count(list[:cut]), deployments.Count(list[cut:])
		sum := deployments.Totals{
			All: a.All + b.All, Enabled: a.Enabled + b.Enabled, Paused: a.Paused + b.Paused,
			Warm: a.Warm + b.Warm, WarmInstances: a.WarmInstances + b.WarmInstances,
		}
		if d := diff.Diff(sum, whole); d != "" {
			t.Errorf("seed %d: the parts do not add up (-parts +whole):\n%s", seed, d)
		}
		if whole.All != len(list) || whole.Enabled+whole.Paused > whole.All || whole.WarmInstances < int64(whole.Warm) {
			t.Errorf("seed %d: Count() = %+v of %d", seed, whole, len(list))
		}
		off := deployments.Search(list, "paused")
		if whole.Paused > len(off) || deployments.Count(off).Warm > 0 && whole.Paused == len(off) {
			t.Errorf("seed %d: %d paused, %d found; what is paused costs nothing", seed, whole.Paused, len(off))
		}
	}
}
