package main

import "math"

// piece is a straight part of a line.
type piece struct {
	line           int
	x1, y1, x2, y2 float64
}

// tangle counts the pairs of lines' pieces that cross, and adds up the length of all lines. Lines that only meet, as at a port, do
// not cross.
func tangle(lines [][][2]float64) (crossings int, length float64) {
	var pieces []piece
	for i, points := range lines {
		for k := 1; k < len(points); k++ {
			p := piece{i, points[k-1][0], points[k-1][1], points[k][0], points[k][1]}
			length += math.Hypot(p.x2-p.x1, p.y2-p.y1)
			pieces = append(pieces, p)
		}
	}
	for i, a := range pieces {
		for _, b := range pieces[:i] {
			if a.line != b.line && a.crosses(b) {
				crossings++
			}
		}
	}
	return crossings, length
}

func (p piece) crosses(q piece) bool {
	if max(p.x1, p.x2) < min(q.x1, q.x2) || max(q.x1, q.x2) < min(p.x1, p.x2) || max(p.y1, p.y2) < min(q.y1, q.y2) || max(q.y1, q.y2) < min(p.y1, p.y2) {
		return false
	}
	side := func(x1, y1, x2, y2, x, y float64) float64 { return (x2-x1)*(y-y1) - (y2-y1)*(x-x1) }
	a, b := side(p.x1, p.y1, p.x2, p.y2, q.x1, q.y1), side(p.x1, p.y1, p.x2, p.y2, q.x2, q.y2)
	c, d := side(q.x1, q.y1, q.x2, q.y2, p.x1, p.y1), side(q.x1, q.y1, q.x2, q.y2, p.x2, p.y2)
	return a*b < 0 && c*d < 0
}
