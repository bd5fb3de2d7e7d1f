package main

import (
	"testing"

	"github.com/comfydeck/comfydeck/internal/workflow"
)

func TestTangle(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		lines     [][][2]float64
		crossings int
		length    float64
	}{
		{"a cross", [][][2]float64{{{0, 0}, {10, 10}}, {{0, 10}, {10, 0}}}, 1, 28.28},
		{"side by side", [][][2]float64{{{0, 0}, {3, 4}}, {{5, 0}, {8, 4}}}, 0, 10},
		{"from one port", [][][2]float64{{{0, 0}, {10, 0}}, {{0, 0}, {10, 10}}}, 0, 24.14},
		{"twice", [][][2]float64{{{0, 0}, {10, 0}}, {{1, -1}, {3, 1}, {5, -1}}}, 2, 15.65},
		{"with itself", [][][2]float64{{{0, 0}, {4, 4}, {4, 0}, {0, 4}}}, 0, 15.31},
	} {
		crossings, length := tangle(tt.lines)
		if crossings != tt.crossings || length < tt.length-0.01 || length > tt.length+0.01 {
			t.Errorf("%s: %d crossings and %.2f, want %d and %.2f", tt.name, crossings, length, tt.crossings, tt.length)
		}
	}
}

// What is measured is what the figures say it is.
func TestWorkflowOf(t *testing.T) {
	t.Parallel()
	for n, bytes := range map[int]int{60: 24_000, 2150: 1_000_000} {
		payload := workflowOf(n)
		if g := workflow.ReadGraph(payload); len(g.Nodes) != n || g.State != workflow.StateWorkflow || len(g.Unmet) > 0 || len(g.Links) < n {
			t.Errorf("%d nodes asked for: %d nodes, %d links, %v", n, len(g.Nodes), len(g.Links), g.Unmet)
		}
		if len(payload) < bytes*8/10 || len(payload) > bytes*12/10 {
			t.Errorf("%d nodes have %d bytes, want about %d", n, len(payload), bytes)
		}
	}
	if n := len(readmeOf(8000)); n > 8400 {
		t.Errorf("the readme has %d bytes", n)
	}
}
