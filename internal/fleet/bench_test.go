package fleet

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

var sizes = []int{100, 1_000, 10_000, 50_000}

func benchmarkFleet(b *testing.B, run func(b *testing.B, x *Index)) {
	b.Helper()
	for _, n := range sizes {
		s, _ := read(b, fleetBody(rand.New(rand.NewPCG(1, 1)), n, true))
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			run(b, NewIndex(s, gpuWords))
		})
	}
}

// benchNotes are about every third deployment of the first 10,000.
func benchNotes() *Notes {
	byID := map[string]Note{}
	for i := 0; i < 10_000; i += 3 {
		byID[idOf(i)] = Note{Owner: fmt.Sprint("owner ", i%40), Tags: []string{"prod", fmt.Sprint("tag ", i%30)}, Text: fmt.Sprint("The runbook of ", i, " is in the usual place, and it is long.")}
	}
	return NewNotes(byID)
}

// BenchmarkPage answers a query and decodes the 50 rows that a page shows, on an index in use.
func BenchmarkPage(b *testing.B) {
	for name, q := range map[string]Query{
		"all":       {},
		"sorted":    {Sort: ByUpdated, Descending: true},
		"filtered":  {Status: []string{"standby"}, Enabled: new(true), Sort: ByUpdated, Descending: true},
		"searched":  {Words: "video a6000", Status: []string{"standby"}, Sort: ByUpdated, Descending: true},
		"by id":     {Words: "a1b2", Sort: ByMin},
		"common":    {Words: "to", Sort: ByMin},
		"letters":   {Words: "v i d e o"},
		"noted":     {Sort: ByOwner, Tag: []string{"prod"}, Notes: benchNotes()},
		"note":      {Words: "runbook", Notes: benchNotes()},
		"noted all": {Notes: benchNotes()},
	} {
		b.Run(name, func(b *testing.B) {
			benchmarkFleet(b, func(b *testing.B, x *Index) {
				for b.Loop() {
					r := x.Find(q)
					for _, row := range r.Rows[:min(50, len(r.Rows))] {
						if x.At(row).ID == "" {
							b.Fatal("no deployment")
						}
					}
				}
			})
		})
	}
}

// BenchmarkFirstPage is the same on an index that was just built: what a page costs when nothing is cached, beside the call.
func BenchmarkFirstPage(b *testing.B) {
	benchmarkFleet(b, func(b *testing.B, x *Index) {
		for b.Loop() {
			if r := NewIndex(x.Snapshot(), gpuWords).Find(Query{}); len(r.Rows) != x.Len() {
				b.Fatalf("%d rows, want %d", len(r.Rows), x.Len())
			}
		}
	})
}

// BenchmarkFirstSearch is the same with a word, for which the index prepares its texts.
func BenchmarkFirstSearch(b *testing.B) {
	benchmarkFleet(b, func(b *testing.B, x *Index) {
		for b.Loop() {
			if r := NewIndex(x.Snapshot(), gpuWords).Find(Query{Words: "video"}); len(r.Rows) == 0 {
				b.Fatal("nothing found")
			}
		}
	})
}

// BenchmarkQuestions asks what nobody has just asked.
func BenchmarkQuestions(b *testing.B) {
	benchmarkFleet(b, func(b *testing.B, x *Index) {
		words := [...]string{"", "a", "flux", "48 gb", "video", "standby", "a6000", "prod", "v1"}
		sorts := [...]Column{ByUpdated, ByName, ByHardware, ByFloor, ByQueue}
		for i := 0; b.Loop(); i++ {
			x.find(Query{Words: words[i%len(words)], Sort: sorts[i%len(sorts)], Descending: i%2 == 0, Enabled: new(true), Notes: noNotes})
		}
	})
}
