package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/comfydeck/comfydeck/internal/layout"
	"github.com/comfydeck/comfydeck/internal/workflow"
)

// rivalGraph is a graph for the rivals.
type rivalGraph struct {
	Boxes []rivalBox  `json:"boxes"`
	Lines []rivalLine `json:"lines"`
}

type rivalBox struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

type rivalLine struct {
	From int `json:"from"`
	Out  int `json:"out"`
	To   int `json:"to"`
	In   int `json:"in"`
}

// rivalDrawing is what one of them made of it.
type rivalDrawing struct {
	MS    float64        `json:"ms"`
	Lines [][][2]float64 `json:"lines"`
}

// rivals compares our layout with those of dagre and elkjs on the same graphs, without frames, which not all of them know in the
// same way. Crossings and length are counted here, by one measure: straight pieces from point to point.
func (b *bench) rivals(ctx context.Context, r *report) error {
	sizes := []int{20, 60, 150, 400}
	var graphs []layout.Graph
	var asked []rivalGraph
	for _, n := range sizes {
		g := workflow.ReadGraph(workflowOf(n))
		plan := g.Plan()
		plan.Frames = nil
		var ask rivalGraph
		for i := range plan.Boxes {
			plan.Boxes[i].Frame = layout.None
			ask.Boxes = append(ask.Boxes, rivalBox{plan.Boxes[i].Width, plan.Boxes[i].Height})
		}
		for _, l := range plan.Lines {
			ask.Lines = append(ask.Lines, rivalLine(l))
		}
		graphs, asked = append(graphs, plan), append(asked, ask)
	}
	answers, err := b.askRivals(ctx, asked)
	for i, n := range sizes {
		var drawing layout.Drawing
		times, failed := timed(ctx, 9, func() error { drawing = layout.Draw(graphs[i]); return nil })
		if failed != nil {
			return failed
		}
		ours := rivalDrawing{MS: medianMS(times)}
		for _, line := range drawing.Lines {
			var points [][2]float64
			for _, p := range line.Points {
				points = append(points, [2]float64{float64(p.X), float64(p.Y)})
			}
			ours.Lines = append(ours.Lines, points)
		}
		r.rival("ours", n, ours)
		if err == nil {
			r.rival("dagre", n, answers[i]["dagre"])
			r.rival("elkjs", n, answers[i]["elkjs"])
		}
	}
	return err
}

func (r *report) rival(who string, nodes int, d rivalDrawing) {
	crossings, length := tangle(d.Lines)
	what := fmt.Sprintf("layout of %d nodes and %d links by %s", nodes, len(d.Lines), who)
	r.add(
		figure{What: what + ", crossings", Value: float64(crossings), Unit: "crossings"},
		figure{What: what + ", length of all lines", Value: float64(int(length)), Unit: "units"},
		figure{What: what + ", time", Value: d.MS, Unit: "ms"},
	)
}

// askRivals fetches the rivals by their lock file into a folder that goes when the measuring ends, and lets them work.
func (b *bench) askRivals(ctx context.Context, graphs []rivalGraph) ([]map[string]rivalDrawing, error) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return nil, errors.New("npm is missing: dagre and elkjs cannot be fetched, and only our own layout is measured")
	}
	home := filepath.Join(b.dir, "rivals")
	if err := os.CopyFS(home, os.DirFS(filepath.Join(b.root, "internal", "bench", "rivals"))); err != nil {
		return nil, err
	}
	fetch := exec.CommandContext(ctx, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund") //nolint:gosec // npm, wherever it is installed
	fetch.Dir = home
	if out, err := fetch.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("npm ci: %w: %s", err, out)
	}
	question, err := json.Marshal(graphs)
	if err != nil {
		return nil, err
	}
	var stdout, stderr bytes.Buffer
	ask := exec.CommandContext(ctx, "node", "rivals.mjs")
	ask.Dir, ask.Stdin, ask.Stdout, ask.Stderr = home, bytes.NewReader(question), &stdout, &stderr
	if err := ask.Run(); err != nil {
		return nil, fmt.Errorf("node: %w: %s", err, stderr.Bytes())
	}
	var answers []map[string]rivalDrawing
	if err := json.Unmarshal(stdout.Bytes(), &answers); err != nil || len(answers) != len(graphs) {
		return nil, fmt.Errorf("the rivals answered %.200q: %w", stdout.Bytes(), err)
	}
	return answers, nil
}
