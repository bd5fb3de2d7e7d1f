package handlers

import (
	"fmt"

	"github.com/comfydeck/comfydeck/internal/linediff"
	"github.com/comfydeck/comfydeck/internal/visible"
	"github.com/comfydeck/comfydeck/views"
)

const (
	maxDiffLines = 2000 // lines of a readme's difference on a page
	diffContext  = 3    // lines around each difference
	maxLine      = 1000 // characters of one
)

// compareReadme is the difference of two readmes; all of their lines, or those that differ with a few around them.
func compareReadme(m *views.ComparePage, a, b string, all bool) views.CompareReadme {
	switch {
	case a == "" && b == "":
		return views.CompareReadme{Note: "Neither has a readme."}
	case a == b && !all:
		return views.CompareReadme{Note: "The readme is the same."}
	}
	lines := linediff.Lines(a, b)
	shown := make([]bool, len(lines))
	added, removed := 0, 0
	for i, l := range lines {
		switch l.Kind {
		case linediff.Added:
			added++
		case linediff.Removed:
			removed++
		case linediff.Both:
			continue
		}
		for k := max(0, i-diffContext); k < min(len(lines), i+diffContext+1); k++ {
			shown[k] = true
		}
	}
	r := views.CompareReadme{Open: a != b, Note: fmt.Sprintf("%s only in %s, %s only in %s.", plural(int64(removed), "line", "lines"), called(m.A), thousands(int64(added)), called(m.B))}
	switch {
	case a == b:
		r.Note = "The readme is the same."
	case added+removed == 0:
		r.Note, r.Open = "The readmes differ in their line ends only.", false
	}
	gap := 0
	for i, l := range lines {
		if len(r.Lines) == maxDiffLines {
			r.Lines = append(r.Lines, views.DiffLine{Gap: true, Text: thousands(int64(len(lines)-i)) + " more lines are not shown."})
			return r
		}
		if !all && !shown[i] {
			gap++
			continue
		}
		r.Lines = appendGap(r.Lines, gap)
		gap = 0
		r.Lines = append(r.Lines, diffLine(l))
	}
	if added+removed > 0 {
		r.Lines = appendGap(r.Lines, gap)
	}
	return r
}

func appendGap(lines []views.DiffLine, gap int) []views.DiffLine {
	if gap == 0 {
		return lines
	}
	return append(lines, views.DiffLine{Gap: true, Text: plural(int64(gap), "line", "lines") + " the same"})
}

func diffLine(l linediff.Line) views.DiffLine {
	v := views.DiffLine{Text: visible.Clip(l.Text, maxLine)}
	if l.A > 0 {
		v.A = num(l.A)
	}
	if l.B > 0 {
		v.B = num(l.B)
	}
	switch l.Kind {
	case linediff.Added:
		v.Tone, v.Mark = "added", "+"
	case linediff.Removed:
		v.Tone, v.Mark = "removed", "−"
	case linediff.Both:
	}
	return v
}
