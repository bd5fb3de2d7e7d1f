package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/handlers"
	"github.com/comfydeck/comfydeck/internal/markdown"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// workflowOf is a payload of n nodes, like those that people build: loaders that many use, chains, a far link now and then, and
// sub-graphs. A node has about 400 bytes.
func workflowOf(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"workflow_api_json": {`)
	for i := range n {
		id := fmt.Sprint(i)
		if i%40 > 29 {
			id = fmt.Sprintf("%d:%d", 10_000+i/40, i)
		}
		fmt.Fprintf(&b, `%q: {"class_type": "Class%d", "_meta": {"title": "Node number %d"}, "inputs": {"seed": %d, "text": "a lighthouse at dusk, long exposure, %s", "steps": 20, "cfg": 5.5`,
			id, i%37, i, uint64(1)<<63+uint64(i)*7919, strings.Repeat("soft light, ", 15))
		for k, step := range []int{1 + i*7%5, 2 + i*13%9} {
			if from := i - step; from >= 0 && from%40 <= 29 {
				fmt.Fprintf(&b, `, "image%d": ["%d", %d]`, k+1, from, k)
			}
		}
		if i > 8 && i%6 == 0 {
			fmt.Fprintf(&b, `, "model": ["%d", 0]`, i%4)
		}
		b.WriteString("}}, ")
	}
	b.Truncate(b.Len() - 2)
	b.WriteString(`}, "overrides": {"3": {"inputs": {"seed": 5}}}, "object_info_url": ""}`)
	return b.Bytes()
}

// readmeOf is a readme of about size bytes, with a bit of everything.
func readmeOf(size int) string {
	const piece = "## Part %d\n\nSend the *prompt* in node `6`, see [the page](https://example.com/%d)[^1].\n\n- [x] one\n- **two**\n\n| a | b |\n|---|--:|\n| `c` | 5 |\n\n```json\n{\"6\": 1}\n```\n\n"
	b := "[^1]: A note.\n\n"
	for i := 0; len(b) < size; i++ {
		b += fmt.Sprintf(piece, i, i)
	}
	return b
}

// drawn renders to nowhere.
func drawn(ctx context.Context, c interface {
	Render(ctx context.Context, w io.Writer) error
},
) error {
	return c.Render(ctx, io.Discard)
}

// drawing measures what a page draws of a payload and a readme, from their bytes to HTML, in this process.
func (b *bench) drawing(ctx context.Context, r *report) error {
	const someone = "a1b2c3d4-1111-2222-3333-abcdefabcdef"
	tree := func(payload []byte) func() error {
		return func() error {
			node, ok := handlers.BranchOf(someone, payload, paths.PayloadQuery{})
			if !ok {
				return fmt.Errorf("a payload of %d bytes is no tree", len(payload))
			}
			return drawn(ctx, views.Branch(node))
		}
	}
	graph := func(payload []byte) func() error {
		return func() error { return drawn(ctx, views.Picture(handlers.GraphOf(someone, payload))) }
	}
	text, kept := readmeOf(8000), markdown.New()
	visits := 0
	cold := func() error {
		visits++ // a text that nobody had before
		_, err := kept.Render(ctx, fmt.Sprint(text, visits))
		return err
	}
	again := func() error { _, err := kept.Render(ctx, text); return err }
	for _, m := range []struct {
		what string
		max  float64
		do   func() error
	}{
		{"tree of a payload of 24 kB, read and drawn", 2, tree(workflowOf(60))},
		{"tree of a payload of 1 MB, read and drawn", 30, tree(workflowOf(2150))},
		{"graph of 60 nodes, read, laid out and drawn", 3, graph(workflowOf(60))},
		{"graph of 400 nodes, read, laid out and drawn", 40, graph(workflowOf(400))},
		{"readme of 8 kB, cold", 3, cold},
		{"readme of 8 kB, cached", 0.05, again},
	} {
		times, err := timed(ctx, b.share(4), m.do)
		if err != nil {
			return fmt.Errorf("%s: %w", m.what, err)
		}
		r.add(figure{What: m.what, Runs: len(times), Value: medianMS(times), Unit: "ms", Max: m.max})
	}
	return nil
}

// comparing measures two workflows, one with other ids and a few edits, from their bytes to HTML, in this process.
func (b *bench) comparing(ctx context.Context, r *report) error {
	for _, m := range []struct {
		nodes int
		max   float64
	}{{60, 8}, {400, 40}, {2000, 250}} {
		before := workflowOf(m.nodes)
		after := bytes.ReplaceAll(bytes.ReplaceAll(before, []byte(`"3"`), []byte(`"9003"`)), []byte(`"steps": 20, "cfg": 5.5, "image1": ["7"`), []byte(`"steps": 21, "image1": ["7"`))
		after = bytes.ReplaceAll(after, []byte("Node number 11"), []byte("Node renamed 11"))
		times, err := timed(ctx, b.share(4), func() error { return drawn(ctx, handlers.ComparisonOf(before, after)) })
		if err != nil {
			return err
		}
		r.add(figure{What: fmt.Sprintf("two workflows of %d nodes, read, compared and drawn", m.nodes), Runs: len(times), Value: medianMS(times), Unit: "ms", Max: m.max})
	}
	return nil
}

// timed runs do again and again; the first runs do not count.
func timed(ctx context.Context, runs int, do func() error) (times []time.Duration, err error) {
	for i := range runs + 3 {
		start := time.Now()
		if err := do(); err != nil || ctx.Err() != nil {
			return nil, cmp.Or(err, ctx.Err())
		}
		if i >= 3 {
			times = append(times, time.Since(start))
		}
	}
	return times, nil
}
