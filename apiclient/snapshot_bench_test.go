package apiclient

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// BenchmarkSnapshot reads lists as the service writes them; one MB/s is one of the answer's.
func BenchmarkSnapshot(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000, 50_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchmarkSnapshot(b, listBody(n), n) })
	}
}

// BenchmarkSnapshotOdd shows what it costs when no element is plain.
func BenchmarkSnapshotOdd(b *testing.B) {
	body := strings.ReplaceAll(string(listBody(10_000)), `"is_enabled":true`, `"is_enabled":true,"new":{"a":1}`)
	benchmarkSnapshot(b, []byte(body), 10_000)
}

func benchmarkSnapshot(b *testing.B, body []byte, n int) {
	b.Helper()
	body = slices.Clip(body)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		s, err := newSnapshot(body)
		if err != nil || s.Len() != n {
			b.Fatalf("newSnapshot() = %v, %v, want %d deployments", s, err, n)
		}
	}
}

// BenchmarkSnapshotPage decodes the 50 rows that a page shows.
func BenchmarkSnapshotPage(b *testing.B) {
	body := listBody(10_000)
	s, err := newSnapshot(body)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		for i := range 50 {
			if d := s.At(i * 199); d.ID == "" {
				b.Fatal("no deployment")
			}
		}
	}
}
