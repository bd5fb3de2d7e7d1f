package fleet

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/comfydeck/comfydeck/apiclient"
)

// Two plans that disagree about what is costly. Neither knows every SKU.
var (
	cheap = &Rates{Of: func(sku string) (int64, bool) { return int64(len(sku)), sku != "ADA_48_PLUS" }}
	dear  = &Rates{Of: func(sku string) (int64, bool) { return 100 - int64(len(sku)), sku != "AMPERE_48" && sku != "A" }}
)

// randomQuery makes a query that finds something more often than not.
func randomQuery(r *rand.Rand, all []apiclient.Deployment, notes ...*Notes) Query {
	q := Query{Sort: Column(r.IntN(int(columns))), Descending: r.IntN(2) == 0}
	q.Rates = oneOf(r, nil, cheap, dear)
	if q.Notes = oneOf(r, append(notes, nil)...); r.IntN(3) == 0 {
		q.Owner = oneOf(r, nil, []string{"anna"}, []string{""}, []string{"Team Ü", "nobody"})
		q.Tag = oneOf(r, nil, []string{"prod"}, []string{"", "eu 2"}, []string{"v10"})
	}
	words := []string{
		"image", "VIDEO", "to", "v1", "größe", "ünï", "e", "1", "a6000", "48 gb", "h200", "enabled", "paus", "standby", "ada", "x", "nowhere", "3333-", "-", "0",
		"  two   ", "b", "anna", "prod", "runbook", "ü",
	}
	if len(all) > 0 {
		words = append(words, oneOf(r, all...).ID[:1+r.IntN(36)], oneOf(r, all...).ID[r.IntN(30):])
	}
	for range r.IntN(4) {
		q.Words += " " + oneOf(r, words...)
	}
	some := func(list ...string) []string {
		if r.IntN(3) > 0 {
			return nil
		}
		return list[:1+r.IntN(len(list)-1)]
	}
	q.Status = some(oneOf(r, "standby", "running", ""), "starting", "none such")
	q.SKU = some(oneOf(r, skus...), oneOf(r, skus...), "", "A")
	q.Version = some("v1", "v10", "", "7")
	if r.IntN(4) == 0 {
		q.Enabled = new(r.IntN(2) == 0)
	}
	q.Warm = r.IntN(6) == 0
	if r.IntN(5) == 0 {
		q.UpdatedAfter = time.Date(2025, time.Month(1+r.IntN(12)), 1, 0, 0, 0, 0, time.UTC)
	}
	if r.IntN(5) == 0 {
		q.UpdatedBefore = time.Date(2025, time.Month(1+r.IntN(12)), 1, 0, 0, 0, 0, time.UTC)
	}
	return q
}

// randomNotes are about some of the deployments, and about one that is gone.
func randomNotes(r *rand.Rand, all []apiclient.Deployment) *Notes {
	byID := map[string]Note{"gone": {Owner: "anna", Tags: []string{"prod"}, Text: "image"}}
	for _, d := range all {
		if r.IntN(3) == 0 {
			continue
		}
		note := Note{Owner: oneOf(r, "", "anna", "Anna", "Team Ü"), Text: oneOf(r, "", "The RUNBOOK\nis at x", "größe b", "v1")}
		for _, tag := range []string{"prod", "eu 2", "v10", "v9"} {
			if r.IntN(3) == 0 {
				note.Tags = append(note.Tags, tag)
			}
		}
		byID[d.ID] = note
	}
	n := NewNotes(byID)
	naiveNotes.Store(n, byID)
	return n
}

// Whatever is asked of a fleet, in whichever sequence: its pages show each matching deployment exactly once, in order, and
// every count agrees with them.
func TestFind_agreesWithANaiveImplementation(t *testing.T) {
	t.Parallel()
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		s, all := read(t, fleetBody(r, r.IntN(60), seed%3 == 0))
		x := NewIndex(s, gpuWords)
		for range 5 {
			before := time.Date(2025, time.Month(1+r.IntN(12)), 1, 0, 0, 0, 0, time.UTC)
			want := x.Find(Query{Warm: true, UpdatedBefore: before}).Counts
			if diff := cmp.Diff(want, x.WarmSince(before), cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("seed %d: WarmSince(%v) (-found +counted):\n%s", seed, before, diff)
			}
		}
		notes := []*Notes{randomNotes(r, all), randomNotes(r, all), NewNotes(nil)}
		var asked []Query
		for range 50 {
			q := again(r, asked, randomQuery(r, all, notes...))
			asked = append(asked, q)
			got := x.Find(q)
			if diff := cmp.Diff(ids(naiveFind(all, q)), pages(x, got, 1+r.IntN(20))); diff != "" {
				t.Fatalf("seed %d: Find(%+v) (-naive +index):\n%s", seed, q, diff)
			}
			if diff := cmp.Diff(naiveCounts(naiveFind(all, q)), got.Counts, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("seed %d: counts of %+v (-naive +index):\n%s", seed, q, diff)
			}
			if diff := cmp.Diff(naiveFacets(all, q), got.Facets, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("seed %d: facets of %+v (-naive +index):\n%s", seed, q, diff)
			}
			if got.Total != len(all) {
				t.Fatalf("seed %d: Total = %d, want %d", seed, got.Total, len(all))
			}
		}
	}
}

// again is a new query, or one that was asked before, or one of those with one part of the new one: what an index keeps of its
// answers must tell them all apart.
func again(r *rand.Rand, asked []Query, q Query) Query {
	if len(asked) == 0 || r.IntN(3) == 0 {
		return q
	}
	old := oneOf(r, asked[max(0, len(asked)-maxAsked/2):]...)
	if to := reflect.ValueOf(&old).Elem(); r.IntN(3) > 0 {
		part := r.IntN(to.NumField())
		to.Field(part).Set(reflect.ValueOf(q).Field(part))
	}
	return old
}

func ids(list []apiclient.Deployment) []string {
	var out []string
	for _, d := range list {
		out = append(out, d.ID)
	}
	return out
}

// pages reads a result page by page, each deployment decoded.
func pages(x *Index, r Result, per int) []string {
	var out []string
	for page := range slices.Chunk(r.Rows, per) {
		for _, row := range page {
			out = append(out, x.At(row).ID)
		}
	}
	return out
}

// A view is shared by everyone who looks at the account.
func TestFind_concurrently(t *testing.T) {
	t.Parallel()
	s, all := read(t, fleetBody(rand.New(rand.NewPCG(7, 7)), 100, false))
	x := NewIndex(s, gpuWords)
	notes := []*Notes{randomNotes(rand.New(rand.NewPCG(8, 8)), all), randomNotes(rand.New(rand.NewPCG(9, 9)), all)}
	var wg sync.WaitGroup
	for seed := range uint64(8) {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(seed, 2))
			for range 10 {
				q := randomQuery(r, all, notes...)
				if diff := cmp.Diff(ids(naiveFind(all, q)), pages(x, x.Find(q), 50)); diff != "" {
					t.Errorf("Find(%+v) (-naive +index):\n%s", q, diff)
				}
			}
		})
	}
	wg.Wait()
}

func TestFind_namesInNaturalOrder(t *testing.T) {
	t.Parallel()
	names := []string{"v10", "V2", "v1", "", "v02", "b", "a 10", "a 9", "A 9", "10", "9", "ä", "v", "v2b", "v18446744073709551616", "v9999999999999999999"}
	var elements []string
	for _, n := range names {
		elements = append(elements, fmt.Sprintf(`"name":%q`, n))
	}
	x := NewIndex(snapshotOf(t, elements...), nil)
	read := func(q Query) (out []string) {
		for _, row := range x.Find(q).Rows {
			out = append(out, names[row])
		}
		return out
	}
	want := []string{
		"9", "10", "a 9", "A 9", "a 10", "b", "v", "v1", "v02", "V2", "v2b", "v10", "v9999999999999999999", "v18446744073709551616", "ä", "",
	}
	got := read(Query{})
	if i := slices.Index(got, "A 9"); got[i+1] == "a 9" { // equal names stand by id
		got[i], got[i+1] = got[i+1], got[i]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("by name (-want +got):\n%s", diff)
	}
	if got := read(Query{Descending: true}); got[len(got)-1] != "" || got[0] != "ä" {
		t.Errorf("descending = %q, want ä first and the nameless last", got)
	}
}

// No document foresees a second SKU; it must be found all the same.
func TestFind_everySKU(t *testing.T) {
	t.Parallel()
	x := NewIndex(snapshotOf(t, `"hardware":["TURING_16","HOPPER_141"]`, `"hardware":["HOPPER_141"]`, `"hardware":["TURING_16"]`), gpuWords)
	for words, want := range map[string]int{"h200": 2, "hopper_141 gb": 2, "turing h200": 1, "turing": 2} {
		if got := len(x.Find(Query{Words: words}).Rows); got != want {
			t.Errorf("%q finds %d, want %d", words, got, want)
		}
	}
}

func TestColumnNamed(t *testing.T) {
	t.Parallel()
	for c := range columns {
		if got, ok := ColumnNamed(c.String()); got != c || !ok {
			t.Errorf("ColumnNamed(%q) = %v, %v, want %v", c.String(), got, ok, c)
		}
	}
	for _, name := range []string{"", "Name", "payload"} {
		if c, ok := ColumnNamed(name); c != ByName || ok {
			t.Errorf("ColumnNamed(%q) = %v, %v, want none", name, c, ok)
		}
	}
}

// A panic is the caller's, on whichever processor it came about: the caller catches it, and nobody else would.
func TestNewIndex_panics(t *testing.T) {
	t.Parallel()
	defer func() {
		if p := recover(); p != "no words" {
			t.Errorf("recovered %v, want what the words panicked with", p)
		}
	}()
	NewIndex(snapshotOf(t, `"hardware":["A","B"]`), func(string) string { panic("no words") })
}

// Long names that agree for long must not cost more than they are worth, nor lose their order.
func TestFind_longNames(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("same ", 200_000)
	x := NewIndex(snapshotOf(t, `"name":"`+long+`9"`, `"name":"`+long+`10"`, `"name":"`+long+`"`, `"name":"`+long+`"`), nil)
	rows := x.Find(Query{}).Rows
	if diff := cmp.Diff([]int32{2, 3, 1, 0}, rows); diff != "" { // past the key's end, the bytes decide
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// A number that no price table foresees must not turn the order round.
func TestFind_enormousCost(t *testing.T) {
	t.Parallel()
	x := NewIndex(snapshotOf(t,
		`"hardware":["A"],"min_instances":9223372036854775807,"max_instances":9223372036854775807`,
		`"hardware":["A"],"min_instances":9223372036854775807,"max_instances":9223372036854775807,"is_enabled":true`,
		`"hardware":["A"],"min_instances":1,"max_instances":1`,
	), nil)
	for _, c := range []Column{ByFloor, ByCeiling} {
		rows := x.Find(Query{Sort: c, Descending: true, Rates: &Rates{Of: func(string) (int64, bool) { return 1 << 40, true }}}).Rows
		if rows[0] == 2 || rows[2] != 2 {
			t.Errorf("%v: the largest number is not the costliest", c)
		}
	}
	if c := x.Find(Query{}).Counts; c.WarmInstances <= 0 || c.Capacity[0].Floor <= 0 || c.Capacity[0].Ceiling <= 0 {
		t.Errorf("the sums are %+v", c)
	}
}
