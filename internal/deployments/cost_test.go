package deployments_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/bulk"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/journal"
)

func TestMoney_String(t *testing.T) {
	t.Parallel()
	for in, want := range map[deployments.Money]string{
		0: "$0.00", 2_500_000: "$2.50", 990_000: "$0.99", 4_999: "$0.00", 5_000: "$0.01", 99_994_999: "$99.99",
		1_800_000_000: "$1,800", 6_300_000_000: "$6,300", 1_234_567_000_000: "$1,234,567", -2_500_000: "−$2.50",
	} {
		if got := in.String(); got != want {
			t.Errorf("Money(%d) = %q, want %q", in, got, want)
		}
	}
}

// TestCostOfMany_Starts: what is enabled starts its minimum, whether or not it has a price; what is paused or lowered starts nothing.
func TestCostOfMany_Starts(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	item := func(sku, low, from, to string) bulk.Item {
		return bulk.Item{
			State: bulk.Waiting, Changes: []journal.Change{{Field: deployments.FieldIsEnabled, From: from, To: to}},
			Base: map[string]string{deployments.FieldHardware: sku, deployments.FieldMinInstances: low, deployments.FieldMaxInstances: "9", deployments.FieldIsEnabled: from},
		}
	}
	got := d.CostOfMany([]bulk.Item{
		item("AMPERE_48", "2", "false", "true"), item("QUANTUM_1", "1", "false", "true"), item("AMPERE_48", "0", "false", "true"),
		item("AMPERE_48", "", "false", "true"), item("AMPERE_48", "4", "true", "false"),
	}, deployments.DefaultPrices().Plan("payg"))
	if got.Starts != 3 || got.MayStart != 1 {
		t.Errorf("%d instances start and of %d nobody knows, want 3 and 1", got.Starts, got.MayStart)
	}
	huge := item("AMPERE_48", fmt.Sprint(math.MaxInt64), "false", "true")
	if got := d.CostOfMany([]bulk.Item{huge, huge}, deployments.DefaultPrices().Plan("payg")).Starts; got <= 0 {
		t.Errorf("%d instances start, want very many", got)
	}
}

func TestMoney_Decimal(t *testing.T) {
	t.Parallel()
	for in, want := range map[deployments.Money]string{
		0: "0.00", 2_500_000: "2.50", 1: "0.000001", 990_000: "0.99", 1_250_500: "1.2505", 1_800_000_000: "1800.00", -2_500_000: "-2.50",
	} {
		if got := in.Decimal(); got != want {
			t.Errorf("Money(%d).Decimal() = %q, want %q", in, got, want)
		}
	}
}

func TestDefaultPrices_KnowEveryHardware(t *testing.T) {
	t.Parallel()
	prices := deployments.DefaultPrices()
	for _, plan := range prices.Plans {
		for _, h := range deployments.Catalogue() {
			if m, ok := plan.Hourly(h.SKU); !ok || m <= 0 {
				t.Errorf("plan %s has no price for %s", plan.ID, h.SKU)
			}
		}
	}
	if m, ok := prices.Plan("payg").Hourly("HOPPER_141"); !ok || m.String() != "$8.75" {
		t.Errorf("HOPPER_141 pay as you go = %v, %v", m, ok)
	}
	if prices.Plan("nonsense").ID != "payg" {
		t.Error("an unknown plan is not the default one")
	}
	if _, ok := prices.Plan("payg").Hourly("QUANTUM_1"); ok {
		t.Error("unknown hardware has a price")
	}
}

func TestCostOf(t *testing.T) {
	t.Parallel()
	plan := deployments.DefaultPrices().Plan("payg")
	number := func(n int64) deployments.Number { return deployments.Number{Value: n, Known: true} }
	d := deployments.Deployment{Hardware: []string{"AMPERE_48"}, MinInstances: number(2), MaxInstances: number(5)}
	d.IsEnabled.Known, d.IsEnabled.Value = true, true
	paused, unknown, unpriced := d, d, d
	paused.IsEnabled.Value = false
	unknown.MinInstances.Known = false
	unpriced.Hardware = []string{"QUANTUM_1"}

	tests := []struct {
		name           string
		d              deployments.Deployment
		floor, ceiling string
		known          bool
	}{
		{"enabled", d, "$5.00", "$12.50", true},
		{"paused costs nothing", paused, "$0.00", "$0.00", true},
		{"a missing number is not zero", unknown, "$0.00", "$0.00", false},
		{"unknown hardware is not free", unpriced, "$0.00", "$0.00", false},
	}
	for _, tt := range tests {
		c := deployments.CostOf(tt.d, plan)
		if c.Floor.String() != tt.floor || c.Ceiling.String() != tt.ceiling || c.Known != tt.known {
			t.Errorf("%s: %+v, want %s to %s, known %t", tt.name, c, tt.floor, tt.ceiling, tt.known)
		}
	}
	total := deployments.CostOfFleet(fleet.Counts{Unsized: 0, Capacity: []fleet.Capacity{
		{SKU: "AMPERE_48", Deployments: 2, Floor: 4, Ceiling: 10}, {SKU: "QUANTUM_1", Deployments: 1, Floor: 2, Ceiling: 5},
	}}, plan)
	if total.Floor.String() != "$10.00" || total.Ceiling.String() != "$25.00" || total.Unpriced != 1 {
		t.Errorf("fleet: %+v", total)
	}
	if got := deployments.Monthly(5_000_000).String(); got != "$3,600" {
		t.Errorf("30 days at $5.00 = %s", got)
	}
}

func TestLoadPrices_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	good := `{"as_of":"2026-01-31","currency":"USD","plans":[{"id":"own","name":"Own","per_hour":{"AMPERE_48":"1.5"}}]}`
	tests := []struct{ name, file, want string }{
		{"no JSON", "{", "prices:"},
		{"date", strings.Replace(good, "2026-01-31", "31.1.2026", 1), "as_of"},
		{"currency", strings.Replace(good, "USD", "EUR", 1), "USD"},
		{"no plan", `{"as_of":"2026-01-31","currency":"USD","plans":[]}`, "at least one plan"},
		{"plan without name", strings.Replace(good, `"Own"`, `""`, 1), "id and a name"},
		{"negative", strings.Replace(good, `"1.5"`, `"-1.5"`, 1), "AMPERE_48"},
		{"too exact", strings.Replace(good, `"1.5"`, `"1.2345678"`, 1), "AMPERE_48"},
		{"words", strings.Replace(good, `"1.5"`, `"cheap"`, 1), "AMPERE_48"},
	}
	path := filepath.Join(t.TempDir(), "prices.json")
	load := func(text string) (deployments.Prices, error) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return deployments.LoadPrices(path)
	}
	for _, tt := range tests {
		if _, err := load(tt.file); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error = %v, want one with %q", tt.name, err, tt.want)
		}
	}
	p, err := load(good)
	if err != nil {
		t.Fatal(err)
	}
	if m, ok := p.Plan("own").Hourly("AMPERE_48"); !ok || m.String() != "$1.50" {
		t.Errorf("price = %v, %v", m, ok)
	}
}

// No number the API may send turns a cost into a gain.
func TestCost_Enormous(t *testing.T) {
	t.Parallel()
	plan := deployments.DefaultPrices().Plan("")
	number := deployments.Number{Value: math.MaxInt64, Known: true}
	c := deployments.CostOf(deployments.Deployment{Hardware: []string{"AMPERE_48"}, MinInstances: number, MaxInstances: number}, plan)
	all := deployments.CostOfFleet(fleet.Counts{Capacity: []fleet.Capacity{{SKU: "AMPERE_48", Floor: math.MaxInt64, Ceiling: math.MaxInt64}, {SKU: "AMPERE_80", Floor: 1, Ceiling: 1}}}, plan)
	for name, m := range map[string]deployments.Money{
		"floor": c.Floor, "ceiling": c.Ceiling, "a month": deployments.Monthly(c.Floor), "fleet's floor": all.Floor, "fleet's ceiling": all.Ceiling,
	} {
		if m != math.MaxInt64 || m.String() != "$9,223,372,036,855" {
			t.Errorf("%s is %s, want the largest amount", name, m)
		}
	}
}

// TestCostOfMany_Left: what a run did not change still costs what it did, what is unknown may, and what has no price is counted and never
// free. What is gone, or came out as something else, is neither.
func TestCostOfMany_Left(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	item := func(state bulk.State, sku, low, enabled string) bulk.Item {
		return bulk.Item{
			State: state, Changes: []journal.Change{{Field: deployments.FieldMinInstances, From: low, To: "0"}},
			Base: map[string]string{deployments.FieldHardware: sku, deployments.FieldMinInstances: low, deployments.FieldMaxInstances: "3", deployments.FieldIsEnabled: enabled},
		}
	}
	got := d.CostOfMany([]bulk.Item{
		item(bulk.Done, "AMPERE_48", "1", "true"),
		item(bulk.Refused, "AMPERE_48", "2", "true"), item(bulk.Skipped, "AMPERE_48", "1", "true"), item(bulk.Refused, "QUANTUM_1", "1", "true"), item(bulk.Skipped, "AMPERE_48", "3", "false"),
		item(bulk.Unknown, "AMPERE_48", "1", "true"),
		item(bulk.Gone, "AMPERE_48", "1", "true"), item(bulk.Differs, "AMPERE_48", "1", "true"), item(bulk.Unfit, "AMPERE_48", "1", "true"),
	}, deployments.DefaultPrices().Plan("payg"))
	want := deployments.ManyCost{
		Before: deployments.FleetCost{Floor: 2_500_000, Ceiling: 7_500_000}, After: deployments.FleetCost{Ceiling: 7_500_000},
		Kept: deployments.FleetCost{Floor: 7_500_000, Ceiling: 15_000_000, Unpriced: 1}, Unsure: deployments.FleetCost{Floor: 2_500_000, Ceiling: 7_500_000},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("CostOfMany() (-want +got):\n%s", diff)
	}
}
