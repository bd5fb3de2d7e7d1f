package sandbox

import (
	"fmt"
	"math/rand/v2"
	"strconv"
)

// graph writes a ComfyUI workflow in API format: an object of nodes by id, in the order they are added.
type graph struct{ buf []byte }

// ref is an input that takes the output of another node.
type ref struct {
	node   string
	output int
}

// node adds a node. The inputs are names and values in turn; a value is a string, a number, a bool or a ref.
func (g *graph) node(id, class, title string, inputs ...any) {
	g.open(id, inputs)
	g.buf = append(append(g.buf, `,"class_type":`...), encode(class)...)
	g.buf = append(append(g.buf, `,"_meta":{"title":`...), encode(title)...)
	g.buf = append(g.buf, `}}`...)
}

// open begins a member with the inputs and leaves its object open.
func (g *graph) open(id string, inputs []any) {
	separator := byte(',')
	if len(g.buf) == 0 {
		separator = '{'
	}
	g.buf = append(append(g.buf, separator), encode(id)...)
	g.buf = append(g.buf, `:{"inputs":{`...)
	for i := 0; i < len(inputs); i += 2 {
		if i > 0 {
			g.buf = append(g.buf, ',')
		}
		g.buf = append(append(g.buf, encode(inputs[i])...), ':')
		g.value(inputs[i+1])
	}
	g.buf = append(g.buf, '}')
}

func (g *graph) value(v any) {
	switch v := v.(type) {
	case ref:
		g.buf = append(append(append(g.buf, '['), encode(v.node)...), ',')
		g.buf = append(strconv.AppendInt(g.buf, int64(v.output), 10), ']')
	case uint64:
		g.buf = strconv.AppendUint(g.buf, v, 10)
	default:
		g.buf = append(g.buf, encode(v)...)
	}
}

// bytes returns the finished object.
func (g *graph) bytes() []byte { return append(g.buf, '}') }

// taste is where the variety of a generated workflow comes from. The same numbers give the same workflow.
type taste struct{ *rand.Rand }

// tasteOf is the taste of a thing with a number; purpose keeps apart the things that share one.
func tasteOf(purpose uint64, number int) taste {
	return taste{rand.New(rand.NewPCG(purpose, uint64(number)))}
}

// one picks one of the options.
func (t taste) one(options ...string) string { return options[t.IntN(len(options))] }

// chance is true with the probability of percent in a hundred.
func (t taste) chance(percent int) bool { return t.IntN(100) < percent }

// seed is above 2^53, as real seeds are: whoever reads it as a float loses digits.
func (t taste) seed() uint64 { return t.Uint64() | 1<<60 | 1 }

func (t taste) steps() int { return 18 + 2*t.IntN(10) }

func (t taste) prompt() string {
	return t.one(
		"studio photograph of a ceramic mug on a linen tablecloth, soft window light, 85mm",
		"isometric cutaway of a small workshop, warm lamps, fine pencil outlines",
		"a red bicycle leaning on a whitewashed wall, long shadows, late afternoon",
		"macro shot of dew on a fern, shallow depth of field, natural colours",
		"packshot of a running shoe floating over a gradient backdrop, crisp rim light",
		"aerial view of terraced fields after rain, mist in the valley",
		"cosy reading corner with a green armchair, rain on the window, watercolour",
		"brushed metal watch on black slate, reflections, product catalogue",
	)
}

func (t taste) negative() string {
	return t.one("blurry, low quality, watermark, text", "jpeg artefacts, extra fingers, oversaturated",
		"lowres, bad anatomy, cropped, signature")
}

// id names a node of the workflow; the nodes of a sub-graph have ids such as 38:42.
func (t taste) id(group, n int) string {
	if group == 0 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%d:%d", group, n)
}
