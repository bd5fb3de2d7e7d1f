package handlers

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/workflow"
	"github.com/comfydeck/comfydeck/views"
)

const (
	usualDepth = "2"       // levels open on the page of a payload
	maxValue   = 100_000   // characters of a string that has a page to itself
	maxCopy    = 256 << 10 // bytes of a value that can be copied from its page
	maxCrumb   = 60        // characters of a key on the way to a value
)

// treeSheet is one presentation of a tree.
type treeSheet struct {
	id   string // of the deployment
	open int    // levels
	all  bool   // everything is open, as what a search found is
}

func (t *treeSheet) node(n *workflow.Branch, level int) views.TreeNode {
	v := views.TreeNode{
		Key: n.Key, Kind: string(n.Kind), Value: n.Value, Match: n.Match, Open: t.all || level <= t.open,
		Href: paths.PayloadValue(t.id, n.At),
	}
	if n.Cut > 0 {
		v.Cut = thousands(int64(n.Cut)) + " characters"
	}
	switch n.Kind {
	case workflow.KindObject:
		v.Count, v.Value = plural(int64(n.Count), "member", "members"), "{}"
	case workflow.KindArray:
		v.Count, v.Value = plural(int64(n.Count), "element", "elements"), "[]"
	default:
	}
	if n.Closed && n.Count > 0 {
		v.Branch = paths.PayloadPage(t.id, paths.PayloadQuery{At: n.At, Branch: true})
	}
	for i := range n.Children {
		v.Children = append(v.Children, t.node(&n.Children[i], level+1))
	}
	turn := func(first int, label string) views.TreeTurn {
		return views.TreeTurn{Label: label, Href: paths.PayloadPage(t.id, paths.PayloadQuery{At: n.At, First: first})}
	}
	if n.First > 0 && n.Count > 0 {
		v.Before = turn(max(0, n.First-workflow.DefaultLimits().Members), thousands(int64(min(n.First, n.Count)))+" before these")
	}
	if n.Rest > 0 {
		v.After = turn(n.First+len(n.Children), thousands(int64(n.Rest))+" more")
	}
	return v
}

// BranchOf is the part of a deployment's payload that q names, with one level open; false when it is not there or no JSON.
func BranchOf(id string, payload []byte, q paths.PayloadQuery) (views.TreeNode, bool) {
	tree, err := parseTree(payload, q)
	if err != nil || tree.Gone {
		return views.TreeNode{}, false
	}
	t := treeSheet{id: id, open: 1}
	return t.node(&tree.Root, 1), true
}

// presentTreePage is the page of a payload, or of the value in it that q names.
func (s *Site) presentTreePage(frame views.Page, d deployments.Deployment, q paths.PayloadQuery) views.PayloadPage {
	raw := d.Payload.Raw
	self := paths.PayloadPage(d.ID, paths.PayloadQuery{})
	m := views.PayloadPage{Page: frame, Tabs: deploymentTabs(d.ID, "Payload"), Name: displayName(d), Home: paths.Deployment(d.ID), Self: self, Query: q.Words, Read: s.read(), Here: "Payload"}
	m.Steps = []views.Link{{Text: m.Name, Href: m.Home}}
	if raw == nil {
		m.Problem = payloadNote(workflow.Summary{State: workflow.StateAbsent})
		return m
	}
	m.Raw, m.Download, m.Size = paths.RawPayload(d.ID), paths.Payload(d.ID), size(len(raw))
	tree, err := parseTree(raw, q)
	switch {
	case err != nil:
		m.Problem = "This is not JSON that can be shown as a tree: " + clean(err.Error()) + "."
		return m
	case tree.Gone:
		m.Problem = "The payload holds nothing there any more."
		m.Steps = append(m.Steps, views.Link{Text: "Payload", Href: self})
		return m
	}
	way(&m, d.ID, q.At)
	m.Value, m.CopyLabel = copyOf(raw, q.At)
	depths(&m, d.ID, q)
	t := treeSheet{id: d.ID, all: q.Words != "" || q.Depth == paths.DepthAll}
	t.open, _ = strconv.Atoi(orUsual(q.Depth))
	tree.Root.Key = ""
	m.HasTree, m.Tree = true, t.node(&tree.Root, 1)
	m.Tree.Open = true
	if q.Words != "" {
		m.Found, m.Clear = found(tree), paths.PayloadPage(d.ID, paths.PayloadQuery{At: q.At})
	}
	return m
}

func orUsual(depth string) string {
	if depth == "" {
		return usualDepth
	}
	return depth
}

// parseTree reads what q asks for; a string by itself is shown at length.
func parseTree(raw []byte, q paths.PayloadQuery) (workflow.Tree, error) {
	look := workflow.Look{At: q.At, First: q.First, Words: strings.Fields(q.Words)}
	tree, err := workflow.ParseTree(raw, look, workflow.DefaultLimits())
	if err == nil && tree.Root.Cut > 0 {
		long := workflow.DefaultLimits()
		long.StringRunes = maxValue
		return workflow.ParseTree(raw, look, long)
	}
	return tree, err
}

// way lists the steps to a value.
func way(m *views.PayloadPage, id, at string) {
	steps := workflow.Steps(at)
	if len(steps) == 0 {
		return
	}
	m.Path, m.PathShown = at, clean(at)
	m.Steps = append(m.Steps, views.Link{Text: "Payload", Href: m.Self})
	for _, step := range steps[:len(steps)-1] {
		m.Steps = append(m.Steps, views.Link{Text: key(step.Key), Href: paths.PayloadPage(id, paths.PayloadQuery{At: step.At})})
	}
	m.Here = key(steps[len(steps)-1].Key)
	m.Keep = []views.Hidden{{Name: "at", Value: at}}
}

// key is a key as a person reads it.
func key(name string) string {
	return shown(workflow.Value{Kind: workflow.KindString, Text: name}, maxCrumb)
}

func depths(m *views.PayloadPage, id string, q paths.PayloadQuery) {
	for _, depth := range paths.Depths {
		to := q
		to.Depth = depth
		if depth == usualDepth {
			to.Depth = ""
		}
		d := views.Choosable{Label: depth, Href: paths.PayloadPage(id, to), Hint: "Open " + depth + " levels", On: orUsual(q.Depth) == depth}
		switch depth {
		case "1":
			d.Hint = "Open 1 level"
		case paths.DepthAll:
			d.Label, d.Hint = "All", "Open all levels"
		}
		m.Depths = append(m.Depths, d)
	}
}

func found(tree workflow.Tree) string {
	drawn := 0
	var count func(n *workflow.Branch)
	count = func(n *workflow.Branch) {
		if n.Match {
			drawn++
		}
		for i := range n.Children {
			count(&n.Children[i])
		}
	}
	count(&tree.Root)
	switch {
	case tree.Found == 0:
		return "Nothing in the payload has that in its keys or values."
	case drawn < tree.Found:
		return fmt.Sprintf("%s found, the first %s shown.", thousands(int64(tree.Found)), thousands(int64(drawn)))
	}
	return thousands(int64(tree.Found)) + " found."
}

// copyOf is what the copy button of a value gives: a text as it is, anything else as the JSON that stands there. A text with
// characters that a page cannot carry unchanged comes as JSON too.
func copyOf(raw []byte, at string) (text, label string) {
	value, ok := workflow.ValueAt(raw, at)
	if !ok || len(value) > maxCopy {
		return "", ""
	}
	text, isText := workflow.TextOf(value)
	if isText && strings.IndexFunc(text, func(r rune) bool { return r == '\r' || r == 0xfffd || unicode.IsControl(r) && r != '\n' && r != '\t' }) < 0 {
		return text, "Copy the value"
	}
	return strings.ToValidUTF8(string(value), "\ufffd"), "Copy as JSON"
}
