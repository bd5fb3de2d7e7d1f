package main

import (
	"fmt"
	"testing"

	"github.com/comfydeck/comfydeck/handlers"
	"github.com/comfydeck/comfydeck/internal/markdown"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// The figures of "readme, tree and graph", with what they allocate. The processor time of a fixed number of runs can be
// compared on a machine that is busy with other things: go test -run '^$' -bench Drawing -benchtime 2000x -cpu 1.

func BenchmarkDrawing_graph(b *testing.B) {
	for _, n := range []int{60, 400} {
		payload := workflowOf(n)
		b.Run(fmt.Sprintf("%d nodes", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := drawn(b.Context(), views.Picture(handlers.GraphOf("a", payload))); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDrawing_tree(b *testing.B) {
	for _, n := range []int{60, 2150} {
		payload := workflowOf(n)
		b.Run(fmt.Sprintf("%d bytes", len(payload)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				node, ok := handlers.BranchOf("a", payload, paths.PayloadQuery{})
				if !ok {
					b.Fatal("no tree")
				}
				if err := drawn(b.Context(), views.Branch(node)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDrawing_readme(b *testing.B) {
	text, kept := readmeOf(8000), markdown.New()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := kept.Render(b.Context(), fmt.Sprint(text, i)); err != nil {
			b.Fatal(err)
		}
	}
}
