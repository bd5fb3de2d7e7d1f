package deployments_test

import (
	"net/http"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fleet"
)

func TestFleet(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	for i, name := range []string{"b", "A", "a", "Ä", "_", ""} {
		one := example()
		one.ID, one.Name = strings.Replace(id, "a", string(rune('a'+i)), 1), name
		d.box.Put(token, one)
	}
	all, err := d.Fleet(t.Context(), "account of "+token, token, deployments.Newest)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, row := range all.Find(fleet.Query{}).Rows {
		one := all.At(row)
		names = append(names, one.Name)
		if one.Readme.Known || one.Payload.Raw != nil {
			t.Errorf("%q came with its readme or payload", one.Name)
		}
	}
	if got := diff.Diff([]string{"_", "A", "a", "b", "Ä", ""}, names); got != "" {
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
	if err != nil || full.Readme.Value != "# hi" || full.Payload.Raw != nil {
		t.Errorf("Get() = %+v, %v", full, err)
	}
	settings, err := d.Settings(t.Context(), token, id)
	if err != nil || settings.Readme.Known {
		t.Errorf("Settings() = %+v, %v", settings, err)
	}
	calls := d.box.Calls()
	if calls[0].RawQuery != "ids="+id+"&includes=readme" || calls[1].RawQuery != "" {
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
