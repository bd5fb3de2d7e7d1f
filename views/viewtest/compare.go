package viewtest

import (
	"strings"

	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

func compareFixtures() []Fixture {
	fixture := func(name string, m views.ComparePage) Fixture {
		return Fixture{Name: "compare/" + name, Page: m.Page, Screen: views.Compare(m)}
	}
	pick := func(name string, m views.ComparePickPage) Fixture {
		return Fixture{Name: "compare/" + name, Page: m.Page, Screen: views.ComparePick(m)}
	}
	return []Fixture{
		fixture("differences", comparison()),
		fixture("same", sameComparison()),
		fixture("brought", broughtComparison()),
		fixture("one-without", lonelyComparison()),
		fixture("too-large", largeComparison()),
		pick("pick", pickOther()),
		pick("pick-first", pickFirst()),
		pick("pick-nothing", pickNothing()),
		pick("pick-problem", pickProblem()),
	}
}

var compareQuery = paths.CompareQuery{A: videoID, B: portraitID}

func compareForm() views.CompareForm {
	return views.CompareForm{Action: paths.CompareWith(videoID), Field: views.Field{Name: "workflow", Label: "Workflow in API format", Help: "A whole payload, the workflow alone, or the body of a request to ComfyUI."}}
}

func sameComparison() views.ComparePage {
	swapped, all := paths.CompareQuery{A: portraitID, B: videoID}, compareQuery
	all.All = true
	return views.ComparePage{
		Page: frame("Compare image-to-video and portrait"), Summary: "No difference: settings, readme and workflow are the same.", Same: true,
		A:        views.CompareSide{Name: "image-to-video", Href: paths.Deployment(videoID), Other: paths.CompareAt(paths.CompareQuery{B: portraitID})},
		B:        views.CompareSide{Name: "portrait", Href: paths.Deployment(portraitID), Other: paths.CompareWith(videoID)},
		Swap:     paths.CompareAt(swapped),
		Shows:    []views.Choosable{{Label: "Only differences", Href: paths.CompareAt(compareQuery), On: true}, {Label: "Everything", Href: paths.CompareAt(all)}},
		Workflow: views.CompareWorkflow{Tally: "image-to-video has 3 nodes, portrait 3: the same."},
		Readme:   views.CompareReadme{Note: "The readme is the same."},
		Form:     compareForm(),
	}
}

// comparison is a node that is new, one that is gone, one that changed and one that only moved.
func comparison() views.ComparePage { return comparisonWith("portrait") }

func comparisonWith(other string) views.ComparePage {
	m := sameComparison()
	m.B.Name = other
	m.Same, m.Summary = false, "1 node changed, 1 added, 1 removed, 1 under another id, 1 link differs; settings: hardware and maximum instances; the readme differs."
	m.Settings = []views.CompareLine{
		{Label: "Hardware", A: "48 GB · A6000 (AMPERE_48)", B: "80 GB · H100 (HOPPER_80)", Differs: true},
		{Label: "Maximum instances", A: "3", B: "5", Differs: true},
		{Label: "Cost at full load", A: "$7.50/h", B: "no price", Differs: true},
	}
	m.CostNote = "Cost is an estimate: Pay as you go, prices as of 1 Mar 2026."
	m.Problems = []string{other + ": A link comes from node 99, which the workflow does not have."}
	w := plainWorkflow()
	g := w.Graph
	g.Marks = []views.GraphKey{{Kind: "added", Label: "only in " + other}, {Kind: "removed", Label: "only in image-to-video, dashed"}, {Kind: "changed", Label: "changed"}}
	for i, tone := range []string{"removed", "changed", "added"} {
		b := &g.Boxes[i]
		b.Tone, b.Href, b.Part, b.Class, b.Name = tone, "#row-"+b.ID, "", tone+" · "+b.Class, b.Name+", "+tone
	}
	g.Wires[1].Tone, g.Wires[2].Tone = "removed", "added"
	m.Workflow = views.CompareWorkflow{
		Tally: "image-to-video has 3 nodes, " + other + " 3: 1 node changed, 1 added, 1 removed, 1 under another id, 1 link differs.",
		Graph: g, GraphNote: "Nodes that differ, and those they are linked with. 44 nodes that are the same are not drawn.", Range: "4 of 48 nodes",
		Legend: "From image-to-video to " + other + ": removed is what only the first has, added what only the second has, and of what changed the first stands before the arrow.",
		Nodes: []views.CompareNode{
			{Anchor: "row-n4", Tone: "removed", Mark: "Removed", ID: "4", Name: "Load Checkpoint", Class: "CheckpointLoaderSimple", Inputs: []views.CompareInput{
				{Name: "ckpt_name", B: views.CompareValue{Text: "sd_xl_base_1.0.safetensors", Kind: "string"}},
			}},
			{Anchor: "row-n6", Tone: "changed", Mark: "Changed, moved 6 → 12", ID: "6 → 12", Name: "Prompt", Class: "CLIPTextEncode", Was: []views.CompareLine{{Label: "Title", A: "none", B: "Prompt"}}, Inputs: []views.CompareInput{
				{Name: "text", Tone: "changed", Mark: "set by an override in " + other, A: views.CompareValue{Text: "… leaning on a whitewashed wall", Kind: "string"}, B: views.CompareValue{Text: "… under <script>alert(1)</script> a tree", Kind: "string"}},
				{Name: "clip", Tone: "changed", A: views.CompareValue{Text: "Load Checkpoint, node 4, output 1", Href: "#row-n4"}, B: views.CompareValue{Text: "Missing node 99, output 1", Href: "#graph"}},
				{Name: "strength", Tone: "added", Mark: "added", B: views.CompareValue{Text: "0.8", Kind: "number"}},
				{Name: "weight", Tone: "removed", Mark: "removed", A: views.CompareValue{Text: "1e400", Kind: "number"}},
			}},
			{Anchor: "row-n38", Tone: "added", Mark: "Added", ID: "38:42", Name: "FancySampler", Note: "This node is part of a circle of links.", Inputs: []views.CompareInput{
				{Name: "seed", B: views.CompareValue{Text: "1018446744073709551615", Kind: "number"}},
			}},
			{Anchor: "row-n7", Mark: "Moved 7 → 47", ID: "7 → 47", Name: "VAEDecode"},
		},
		Overrides: []views.CompareLine{{Label: "seed of node 3", A: "7", B: "none", Differs: true}},
	}
	m.Readme = views.CompareReadme{Note: "1 line only in image-to-video, 1 only in " + other + ".", Open: true, Lines: []views.DiffLine{
		{Gap: true, Text: "12 lines the same"},
		{A: "13", B: "13", Text: "## Inputs"},
		{Tone: "removed", Mark: "−", A: "14", Text: "Send the prompt in node 6."},
		{Tone: "added", Mark: "+", B: "14", Text: "Send the prompt in node 12, <b>not</b> in node 6, or nothing that anybody would want to look at comes out of it."},
	}}
	return m
}

// broughtComparison is with a workflow that somebody pasted: it has no settings and no address.
func broughtComparison() views.ComparePage {
	m := comparisonWith("mine <1>.json")
	m.B.Href, m.B.Other, m.A.Other = "", "", ""
	m.Title = "Compare image-to-video with a workflow"
	m.Swap, m.Shows, m.Settings, m.CostNote, m.Readme, m.Workflow.Graph.Zooms = "", nil, nil, "", views.CompareReadme{}, nil
	m.Workflow.NodesNote = "The first 250 of 408 nodes. Two deployments are compared page by page."
	m.Form.Open, m.Form.All, m.Form.Field.Value = true, true, `{"3": {"class_type": "KSampler"}}`
	return m
}

// lonelyComparison is with a deployment that has no workflow.
func lonelyComparison() views.ComparePage {
	m := sameComparison()
	m.Same, m.Summary, m.Workflow = false, "only storefront "+videoID+" has a workflow.", views.CompareWorkflow{}
	m.A.Name, m.B.Name = "storefront", "storefront"
	m.A.Detail, m.B.Detail = videoID, portraitID
	m.Notes = []string{"storefront " + portraitID + ": RunComfy sent no payload for this deployment."}
	return m
}

func largeComparison() views.ComparePage {
	m := comparison()
	m.Workflow.Graph = views.Graph{Note: "This is too large to draw: pictures have at most 2,000 nodes and 8,000 links. The table below has every node."}
	m.Workflow.Range, m.Workflow.Pager = "251–500 of 4,016", views.Pager{Label: "Page 2 of 17", Previous: m.Swap + "#nodes", Next: m.Swap + "&page=3#nodes"}
	m.Readme.Lines = []views.DiffLine{{Tone: "added", Mark: "+", B: "1", Text: strings.Repeat("long", 200)}}
	return m
}

func choice(name, id string) views.CompareChoice {
	return views.CompareChoice{Name: name, ID: id, Href: paths.CompareAt(paths.CompareQuery{A: videoID, B: id}), Detail: "v7, 48 GB · A6000, Enabled"}
}

func pickOther() views.ComparePickPage {
	return views.ComparePickPage{
		Page: frame("Compare"), Heading: "Compare image-to-video with another", Lead: "Choose the other one.", Form: compareForm(),
		With: views.CompareSide{Name: "image-to-video", Href: paths.Deployment(videoID)}, Keep: []views.Hidden{{Name: "a", Value: videoID}},
		Likely: []views.CompareChoice{choice("image-to-video copy", portraitID)},
		Rows: []views.CompareChoice{
			{Name: "image-to-video", ID: videoID, Detail: "Chosen already"}, choice("image-to-video copy", portraitID), choice("<script>alert(1)</script> "+strings.Repeat("long", 30), workflowID),
		},
		Range: "1–3 of 132", Pager: views.Pager{Label: "Page 1 of 3", Next: paths.CompareWith(videoID) + "&page=2"},
	}
}

func pickFirst() views.ComparePickPage {
	m := pickOther()
	m.Heading, m.Lead, m.With, m.Keep, m.Likely, m.Form = "Compare two deployments", "Choose the first one.", views.CompareSide{}, nil, nil, views.CompareForm{}
	m.Problem = views.Notice{Kind: "warning", Text: "A comparison takes two deployments, and you ticked 3. Choose them here, or go back and tick two."}
	return m
}

func pickNothing() views.ComparePickPage {
	m := pickOther()
	m.Rows, m.Likely, m.Range, m.Pager, m.Query, m.Clear, m.Nothing = nil, nil, "", views.Pager{}, "nothing like it", paths.CompareWith(videoID), "Nothing matches “nothing like it”."
	return m
}

func pickProblem() views.ComparePickPage {
	m := pickOther()
	m.Problem = views.Notice{Kind: "error", Text: "About the second one (" + portraitID + "): RunComfy has no such deployment for the account you are signed in with.", RequestID: requestID}
	m.Form.Open, m.Form.Field.Error, m.Form.Field.Focus, m.Form.Field.Value = true, "This is not JSON: not valid JSON at line 1, column 1.", true, "</textarea><script>alert(1)</script>"
	return m
}
