package main

import (
	"fmt"
	"math"
	"strings"
)

// series is one line of the plot; its color is the place in the palette.
type series struct {
	name string
	of   func(growth) float64
}

func plotted() []series {
	return []series{
		{"page out of a kept list, median", func(g growth) float64 { return g.Median }},
		{"page out of a kept list, 99th percentile", func(g growth) float64 { return g.P99 }},
		{"bare API call", func(g growth) float64 { return g.Bare }},
		{"page with nothing kept", func(g growth) float64 { return g.Anew }},
		{"from a key to its rows, in Chromium", func(g growth) float64 { return g.Key }},
	}
}

// The plot's area, inside its frame, and the range of its axes: both are logarithmic, so that a straight line is a power.
const (
	plotLeft, plotTop, plotWidth, plotHeight = 70.0, 40.0, 560.0, 340.0
	fewest, most                             = 100, 50_000
	fastest, slowest                         = 0.1, 1000
)

// plot draws how times grow with the number of deployments, as SVG that reads in light and dark.
func plot(list []growth) string {
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 530" font-family="sans-serif" font-size="12">` + "\n")
	b.WriteString("<title>ComfyDeck: milliseconds by the number of deployments, both axes logarithmic</title>\n")
	b.WriteString(`<rect width="660" height="530" fill="#fff"/><text x="70" y="24" font-size="14">Milliseconds by the number of deployments (both axes logarithmic)</text>` + "\n")
	for ms := fastest; ms <= slowest; ms *= 10 {
		y := across(ms, fastest, slowest, plotTop+plotHeight, plotTop)
		fmt.Fprintf(&b, `<path d="M%.0f %.1fh%.0f" stroke="#ddd"/><text x="62" y="%.1f" text-anchor="end">%g</text>`+"\n", plotLeft, y, plotWidth, y+4, math.Round(ms*10)/10)
	}
	for _, n := range sizes() {
		x := across(float64(n), fewest, most, plotLeft, plotLeft+plotWidth)
		fmt.Fprintf(&b, `<path d="M%.1f %.0fv%.0f" stroke="#ddd"/><text x="%.1f" y="%.0f" text-anchor="middle">%d</text>`+"\n", x, plotTop, plotHeight, x, plotTop+plotHeight+18, n)
	}
	for i, s := range plotted() {
		line(&b, s, []string{"#0b7285", "#66a80f", "#868e96", "#d9480f", "#5f3dc4"}[i], plotTop+plotHeight+44+float64(i)*20, list)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// line draws one series with its name. A size at which it was not measured is left out.
func line(b *strings.Builder, s series, color string, label float64, list []growth) {
	var points []string
	for _, g := range list {
		if ms := s.of(g); ms > 0 {
			x := across(float64(g.Deployments), fewest, most, plotLeft, plotLeft+plotWidth)
			y := across(ms, fastest, slowest, plotTop+plotHeight, plotTop)
			points = append(points, fmt.Sprintf("%.1f,%.1f", x, y))
			fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"><title>%s, %d deployments: %s ms</title></circle>`+"\n", x, y, color, s.name, g.Deployments, number(ms))
		}
	}
	fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(points, " "), color)
	fmt.Fprintf(b, `<path d="M70 %.0fh24" stroke="%s" stroke-width="2"/><text x="102" y="%.0f">%s</text>`+"\n", label, color, label+4, s.name)
}

// across is where a value stands between two places of a logarithmic axis; beyond its ends it stands at them.
func across(v, low, high, from, to float64) float64 {
	share := math.Log(v/low) / math.Log(high/low)
	return from + min(max(share, 0), 1)*(to-from)
}
