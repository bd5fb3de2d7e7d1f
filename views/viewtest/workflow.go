package viewtest

import (
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

func workflowFixtures() []Fixture {
	fixture := func(name string, m views.WorkflowPage) Fixture {
		return Fixture{Name: "workflow/" + name, Page: m.Page, Screen: views.Workflow(m)}
	}
	return []Fixture{
		fixture("plain", plainWorkflow()),
		fixture("chosen", chosenWorkflow()),
		fixture("odd", oddWorkflow()),
		fixture("too-large", largeWorkflow()),
		fixture("none", noWorkflow()),
	}
}

func atNode(id string) string {
	return partAt(id) + "#n" + id
}

func whoElse(what, in string) views.WhoElse {
	return views.WhoElse{What: what, Href: paths.SearchExactly(what, in)}
}

func partAt(id string) string { return paths.Workflow(videoID, paths.WorkflowQuery{Node: id}) }

func noWorkflow() views.WorkflowPage {
	return views.WorkflowPage{
		Page: frame("Workflow of image-to-video"), Tabs: tabsOf(videoID, "Workflow"), Name: "image-to-video", Home: paths.Deployment(videoID), Self: paths.Workflow(videoID, paths.WorkflowQuery{}),
		Note: "RunComfy sent no payload for this deployment.", Read: readAt(),
	}
}

// plainWorkflow is a loader, a prompt whose text an override changed, and a sampler in a sub-graph.
func plainWorkflow() views.WorkflowPage {
	m := noWorkflow()
	m.Note, m.Download, m.Count = "", paths.Payload(videoID), "3 nodes, 3 links"
	m.Does = []views.Doing{
		{Label: "Models", Items: []views.DoingItem{{Text: "sd_xl_base_1.0.safetensors", Detail: "Checkpoint", Href: atNode("4"), Who: whoElse("sd_xl_base_1.0.safetensors", "model")}}},
		{Label: "Prompts", Items: []views.DoingItem{{Text: "a red bicycle leaning on a whitewashed wall", Detail: "Positive prompt, set by an override", Href: atNode("6"), Long: true}}},
		{Label: "Custom nodes", Items: []views.DoingItem{{Text: "FancySampler", Detail: "1 node, not part of ComfyUI itself", Who: whoElse("FancySampler", "class")}}},
	}
	m.Graph = views.Graph{
		Label: "Graph of the workflow: 3 nodes, 3 links", Width: "808", Height: "220", ViewBox: "0 0 808 220",
		Zooms: []views.Choosable{
			{Label: "100%", Href: m.Self + "?zoom=100#graph", Hint: "Zoom to 100%", On: true}, {Label: "Fit", Href: m.Self + "?zoom=fit#graph", Hint: "Zoom to fit the width"},
		},
		Frames: []views.GraphFrame{{X: "544", Y: "40", Width: "248", Height: "150", TextX: "556", TextY: "60", Name: "Sub-graph 38"}},
		Wires: []views.GraphWire{
			{D: "M224 70H280", Kind: "clip", Title: "CLIP: Load Checkpoint output 1 → Prompt clip"},
			{D: "M224 52C400 20 400 100 558 100", Kind: "model", Title: "MODEL: Load Checkpoint output 0 → FancySampler model"},
			{D: "M488 70C520 70 520 118 558 118", Kind: "conditioning", Title: "CONDITIONING: Prompt output 0 → FancySampler positive"},
		},
		Boxes: []views.GraphBox{
			{
				ID: "n4", Href: atNode("4"), Part: partAt("4"), Name: "Load Checkpoint, node 4", Move: "translate(16 20)", Width: "208", Height: "100", Rule: "M0 42h208", Form: "node", Number: "#4", Right: "198", Title: "Load Checkpoint", Class: "CheckpointLoaderSimple",
				Ports: []views.GraphPort{{X: "208", Y: "52", Kind: "model", TextX: "198", TextY: "56", Label: "MODEL", Out: true}, {X: "208", Y: "70", Kind: "clip", TextX: "198", TextY: "74", Label: "CLIP", Out: true}},
				Facts: []views.GraphFact{{Y: "90", Label: "ckpt_name", Value: "sd_xl_base_1.…"}},
			},
			{
				ID: "n6", Href: atNode("6"), Part: partAt("6"), Name: "Prompt, node 6", Move: "translate(280 20)", Width: "208", Height: "86", Rule: "M0 42h208", Form: "node", Number: "#4", Right: "198", Tone: "changed", Title: "Prompt", Class: "CLIPTextEncode",
				Ports: []views.GraphPort{{X: "0", Y: "50", Kind: "clip", TextX: "10", TextY: "54", Label: "clip"}, {X: "208", Y: "50", Kind: "conditioning", TextX: "198", TextY: "54", Label: "CONDITIONING", Out: true}},
				Facts: []views.GraphFact{{Y: "72", Label: "text", Value: "a red bicycle…", Changed: true}},
			},
			{
				ID: "n38", Href: atNode("38:42"), Part: partAt("38:42"), Name: "FancySampler, node 38:42", Move: "translate(558 78)", Width: "208", Height: "96", Rule: "M0 26h208", Form: "node", Number: "#4", Right: "198", Title: "FancySampler",
				Ports: []views.GraphPort{{X: "0", Y: "22", Kind: "model", TextX: "10", TextY: "26", Label: "model"}, {X: "0", Y: "40", Kind: "conditioning", TextX: "10", TextY: "44", Label: "positive"}},
				Facts: []views.GraphFact{{Y: "62", Label: "seed", Value: "1018446744073709551615"}, {Y: "79", Label: "3 more"}},
			},
		},
		Map:    []views.GraphShape{{D: "M16 20h208v100h-208zM558 78h208v96h-208z"}, {D: "M280 20h208v86h-208z", Tone: "changed"}},
		Legend: []views.GraphKey{{Kind: "model", Label: "MODEL"}, {Kind: "clip", Label: "CLIP"}, {Kind: "conditioning", Label: "CONDITIONING"}},
		Marks:  []views.GraphKey{{Kind: "changed", Label: "changed by overrides"}},
	}
	m.Outline = views.Outline{
		Action: m.Self, Range: "3 nodes", Rows: []views.OutlineRow{
			{Anchor: "row-n4", Href: atNode("4"), ID: "4", Name: "Load Checkpoint", Class: "CheckpointLoaderSimple", Who: whoElse("CheckpointLoaderSimple", "class"), Inputs: []views.NodeInput{{Name: "ckpt_name", Value: "sd_xl_base_1.0.safetensors", Kind: "string"}}},
			{Anchor: "row-n6", Href: atNode("6"), ID: "6", Name: "Prompt", Class: "CLIPTextEncode", Tone: "changed", Inputs: promptInputs()},
			{Anchor: "row-n38", Href: atNode("38:42"), ID: "38:42", Name: "FancySampler", Inputs: []views.NodeInput{
				{Name: "seed", Value: "1018446744073709551615", Kind: "number"}, {Name: "positive", Kind: "array", From: views.NodeLink{Label: "Prompt, node 6, output 0", Href: atNode("6")}},
			}},
		},
	}
	return m
}

func promptInputs() []views.NodeInput {
	return []views.NodeInput{
		{Name: "text", Value: "a red bicycle leaning on a whitewashed wall", Kind: "string", Was: "a mug", Changed: true},
		{Name: "clip", Kind: "array", From: views.NodeLink{Label: "Load Checkpoint, node 4, output 1", Href: atNode("4")}},
	}
}

func chosenWorkflow() views.WorkflowPage {
	m := plainWorkflow()
	m.Graph.Boxes[0].Tone, m.Graph.Boxes[1].Tone, m.Graph.Boxes[2].Tone = "before", "chosen", "after"
	m.Graph.Wires[0].Tone, m.Graph.Wires[1].Tone, m.Graph.Wires[2].Tone = "before", "aside", "after"
	m.Graph.Large = true
	m.Graph.Marks = []views.GraphKey{{Kind: "chosen", Label: "chosen"}, {Kind: "before", Label: "it needs"}, {Kind: "after", Label: "needs it"}}
	m.Chosen = views.NodeDetail{
		Name: "Prompt", Class: "CLIPTextEncode", ID: "6", Before: "needs 1 node", After: "1 node needs it", Inputs: promptInputs(),
		Feeds: []views.NodeLink{{Label: "positive of FancySampler, node 38:42", Href: atNode("38:42")}}, Close: m.Self + "#graph",
	}
	m.Outline.Query, m.Outline.Clear, m.Outline.Range = "prompt", m.Self+"?node=6#outline", "1 node of 3"
	m.Outline.Keep = []views.Hidden{{Name: "node", Value: "6"}}
	m.Outline.Rows = m.Outline.Rows[1:2]
	m.Outline.Rows[0].Chosen = true
	return m
}

// oddWorkflow is everything that can be wrong with one.
func oddWorkflow() views.WorkflowPage {
	m := plainWorkflow()
	m.Problems = []string{
		"An override names node 77, which the workflow does not have. The API would refuse it with 10008.",
		"A link comes from node <script>alert(1)</script>, which the workflow does not have.",
		"Links lead round in a circle. ComfyUI cannot run that; the line that closes it is dashed.",
	}
	m.Graph.Boxes[0].Form, m.Graph.Boxes[0].Title, m.Graph.Boxes[0].Name = "missing", "Missing node <scrip…", "Missing node <script>alert(1)</script>"
	m.Graph.Boxes[2].Form = "odd"
	m.Graph.Wires[1].Tone = "back"
	m.Outline.Rows[0].Note, m.Outline.Rows[0].Inputs, m.Outline.Rows[0].ID = "A link names this node, and the workflow does not have it.", nil, "<script>alert(1)</script>"
	return m
}

func largeWorkflow() views.WorkflowPage {
	m := plainWorkflow()
	m.Count = "2,408 nodes, 3,117 links"
	m.Graph = views.Graph{Note: "This workflow is too large to draw: pictures have at most 2,000 nodes and 8,000 links. The outline below has every node."}
	m.Outline.Range, m.Outline.Pager = "2,408 nodes", views.Pager{Label: "Page 2 of 10", Previous: m.Self + "#outline", Next: m.Self + "?page=3#outline"}
	return m
}
