package handlers

import (
	"errors"
	"fmt"
	"strings"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/visible"
	"github.com/comfydeck/comfydeck/internal/workflow"
	"github.com/comfydeck/comfydeck/views"
)

const (
	maxRaw      = 256 << 10  // bytes of JSON text on the page of a deployment; longer ones have their own
	maxIndented = 4 * maxRaw // the blanks in front of deeply nested lines grow with the square of the depth
	maxInline   = 600        // values of the tree on that page; branches beyond open when they are asked for
)

// presentPayload makes the payload section; whatever is missing or odd about it is said.
func presentPayload(d deployments.Deployment) views.Payload {
	raw := d.Payload.Raw
	sum := workflow.Summarise(raw)
	p := views.Payload{Note: payloadNote(sum), Present: raw != nil && sum.State != workflow.StateNull}
	if raw == nil {
		return p
	}
	p.Download, p.Size, p.RawView = paths.Payload(d.ID), size(len(raw)), paths.RawPayload(d.ID)
	if !p.Present {
		return p
	}
	p.Facts = payloadFacts(sum)
	if sum.State == workflow.StateWorkflow || sum.State == workflow.StateOdd {
		p.Workflow = paths.Workflow(d.ID, paths.WorkflowQuery{})
	}
	p.ObjectInfo, p.Fetch = objectInfo(sum)
	limits := workflow.DefaultLimits()
	limits.Nodes = maxInline
	tree, err := workflow.ParseTree(raw, workflow.Look{Sound: sum.State != workflow.StateInvalid}, limits)
	if err != nil {
		p.TreeNote = "This is not JSON that can be shown as a tree: " + clean(err.Error()) + "."
	} else {
		t := treeSheet{id: d.ID, open: 1}
		p.Tree, p.Page = t.node(&tree.Root, 1), paths.PayloadPage(d.ID, paths.PayloadQuery{})
	}
	p.Raw, p.RawNote = rawText(raw)
	return p
}

func payloadNote(sum workflow.Summary) string {
	switch sum.State {
	case workflow.StateAbsent:
		return "RunComfy sent no payload for this deployment."
	case workflow.StateNull:
		return "The payload is null: RunComfy has none for this deployment."
	case workflow.StateEmpty:
		return "The payload is empty."
	case workflow.StateNoWorkflow:
		return "The payload holds no workflow. Requests without one fail: save the workflow to the cloud again and choose its new version."
	case workflow.StateOdd:
		return "The payload has another shape than the API documents. It is shown as it is."
	case workflow.StateEditor:
		return "The workflow is one as the editor of ComfyUI saves it, not in API format, so it cannot be drawn or run by the API. In ComfyUI, choose Export (API)."
	case workflow.StateInvalid:
		return "The payload is not valid JSON, or one of its keys stands there twice. Download it to look at it."
	case workflow.StateWorkflow:
	}
	return ""
}

func payloadFacts(sum workflow.Summary) []views.Fact {
	if sum.State != workflow.StateWorkflow {
		return nil
	}
	var top []string
	for i, c := range sum.Classes {
		if i == 4 {
			break
		}
		text := clean(c.Name)
		if c.Count > 1 {
			text += fmt.Sprintf(" × %d", c.Count)
		}
		top = append(top, text)
	}
	facts := []views.Fact{{Label: "Workflow", Value: plural(int64(sum.NodeCount), "node", "nodes"), Hint: "most used: " + strings.Join(top, ", ")}}
	if sum.Overrides > 0 {
		return append(facts, views.Fact{Label: "Overrides", Value: plural(int64(sum.Overrides), "node", "nodes"), Hint: "have inputs replaced by this deployment"})
	}
	if sum.OddOverrides {
		return append(facts, views.Fact{Label: "Overrides", Value: "of another shape", Hint: "than the API documents"})
	}
	return append(facts, views.Fact{Label: "Overrides", Value: "none"})
}

// objectInfo is a link only to the storage host of RunComfy; any other address is text. It is never fetched from here, and never
// with a token: a command does it, in the shell of whoever wants it.
func objectInfo(sum workflow.Summary) (l views.Link, fetch string) {
	l.Text = clean(sum.ObjectInfoURL)
	if sum.ObjectInfoLink {
		l.Href = sum.ObjectInfoURL
		fetch = deployments.Fetch(sum.ObjectInfoURL, "object_info.json")
	}
	return l, fetch
}

// rawText is the JSON text for the page: indented, and with invisible characters as JSON escapes, which mean the same.
func rawText(raw []byte) (text, note string) {
	if len(raw) > maxRaw {
		return "", "The raw text (" + size(len(raw)) + ") has a page of its own, and can be downloaded."
	}
	indented, err := workflow.Indent(raw, maxIndented)
	switch {
	case errors.Is(err, workflow.ErrTooDeep):
		return visible.JSON(string(raw)), "The raw text is not indented: it is nested too deeply for that."
	case err != nil:
		return visible.JSON(string(raw)), ""
	default:
		return visible.JSON(string(indented)), ""
	}
}

func size(n int) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1000)
	default:
		return fmt.Sprintf("%.1f MB", float64(n)/1_000_000)
	}
}
