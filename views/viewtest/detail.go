package viewtest

import (
	"github.com/a-h/templ"

	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

func detailFixtures() []Fixture {
	fixture := func(name string, m views.DeploymentPage) Fixture {
		return Fixture{Name: "deployment/" + name, Page: m.Page, Screen: views.Deployment(m)}
	}
	return []Fixture{
		fixture("full", fullDeployment()),
		fixture("no-readme", withoutReadme()),
		fixture("plain-readme", withPlainReadme()),
		fixture("payload-missing", withoutPayload()),
		fixture("paused", pausedDeployment()),
		fixture("saved", savedDeployment()),
		fixture("read-only", readOnlyDeployment()),
		fixture("odd", oddDeployment()),
		fixture("locked", lockedDeployment()),
		fixture("arriving", arrivingDeployment()),
	}
}

// fullDeployment is a deployment with everything the document shows.
func fullDeployment() views.DeploymentPage {
	return views.DeploymentPage{
		Page: frame("image-to-video"), Tabs: tabsOf(videoID, "Overview"), ID: videoID, Name: "image-to-video", Power: enabled(), Status: "standby", Warm: "1 warm",
		ToZero: views.ToZero{Action: paths.Deployment(videoID), Key: "key-of-the-form", Now: "1", List: paths.Deployments},
		Switch: views.Switch{
			Action: paths.DisableDeployment(videoID), Label: "Pause", Hint: "Fail running and new requests, stop every instance and its cost",
		},
		Edit: paths.EditDeployment(videoID), Clone: paths.CloneDeployment(videoID), Compare: paths.CompareWith(videoID), Delete: paths.DeleteDeployment(videoID),
		Activity: paths.ActivityOf(paths.ActivityQuery{Deployment: videoID}), Refresh: paths.Deployment(videoID), Hardware: a6000(), Read: readAt(),
		Scaling: []views.Fact{
			{Label: "Minimum instances", Value: "1", Hint: "kept running and billed around the clock"},
			{Label: "Maximum instances", Value: "3", Hint: "run at the same time at most"},
			{Label: "Queue size", Value: "1", Hint: "requests per instance before another one starts"},
			{Label: "Keep warm", Value: "60 s", Hint: "an instance stays after its last job, billed"},
		},
		Workflow: []views.Fact{
			{Label: "Hardware", Value: "48 GB · A6000", Hint: "AMPERE_48, machine X-Large"},
			{Label: "Workflow version", Value: "v1"},
			{Label: "Workflow id", Value: workflowID, Copy: true},
		},
		Identity: []views.Copy{
			{Label: "Deployment id", Text: videoID},
			{Label: "Inference endpoint", Text: "https://api.runcomfy.net/prod/v2/deployments/" + videoID + "/inference"},
			{Label: "Deployment API", Text: "https://api.runcomfy.net/prod/v2/deployments/" + videoID},
		},
		Times:   []views.Moment{{Label: "Created", At: views.Stamp{ISO: "2025-09-08T11:00:07.864492Z", Exact: "8 Sep 2025, 11:00:07 UTC", Human: "8 Sep 2025"}}, {Label: "Updated", At: yesterday()}},
		Readme:  views.Readme{HTML: readmeHTML, Contents: readmeContents()},
		Payload: fullPayload(),
		Notes:   fullNotes(),
		Lock:    views.Lock{Lock: paths.LockDeployment(videoID), Unlock: paths.UnlockDeployment(videoID)},
		Scripts: []views.Script{{ID: "curl-read", Label: "Read it", Text: "curl --request GET \\\n  --url 'https://api.example/x'"}},
	}
}

// arrivingDeployment is one whose payload is still to come.
func arrivingDeployment() views.DeploymentPage {
	m := fullDeployment()
	m.Late = templ.NopComponent
	return m
}

func lockedDeployment() views.DeploymentPage {
	m := fullDeployment()
	m.Lock.Locked, m.Lock.Reason, m.Lock.Person, m.Lock.At = true, "the demo on Friday runs on it", "Night shift", yesterday()
	return m
}

// readmeHTML is what the Markdown policy lets through: headings two levels down, ids with a prefix, links without referrer, code
// with a button.
const readmeHTML views.SafeHTML = `<h3 id="readme-image-to-video">Image to video<a aria-label="Link to this section" href="#readme-image-to-video">#</a></h3>
<p>Turns one picture into <strong>five seconds</strong> of video<sup id="readme-fnref:1"><a href="#readme-fn:1">1</a></sup>. See <a href="https://docs.runcomfy.com/" rel="nofollow noreferrer noopener">the documentation</a>.</p>
<h4 id="readme-inputs">Inputs<a aria-label="Link to this section" href="#readme-inputs">#</a></h4>
<ul><li>node 6: the prompt</li><li>node 27: the picture, as a URL</li></ul>
<h4 id="readme-example">Example<a aria-label="Link to this section" href="#readme-example">#</a></h4>
<button aria-label="Copy this code" data-copy-from="readme-CODE-1" hidden="" type="button">Copy</button><pre id="readme-CODE-1"><code>{"27": {"inputs": {"image": "https://example.com/a.png"}}}</code></pre>
<h4 id="readme-times">Times<a aria-label="Link to this section" href="#readme-times">#</a></h4>
<table><thead><tr><th>size</th><th>seconds</th></tr></thead><tbody><tr><td>480p</td><td>21</td></tr></tbody></table>
<hr/><ol><li id="readme-fn:1"><p>At 16 frames a second. <a href="#readme-fnref:1">↩ back</a></p></li></ol>
`

func readmeContents() []views.Content {
	return []views.Content{
		{Href: "#readme-image-to-video", Text: "Image to video", Level: "3"},
		{Href: "#readme-inputs", Text: "Inputs", Level: "4"},
		{Href: "#readme-example", Text: "Example", Level: "4"},
		{Href: "#readme-times", Text: "Times", Level: "4"},
	}
}

func fullPayload() views.Payload {
	const objectInfo = "https://serverless-api-storage.runcomfy.net/object-infos/example/object_info.json"
	return views.Payload{
		Present: true, Download: paths.Payload(videoID), Size: "412 bytes", Workflow: paths.Workflow(videoID, paths.WorkflowQuery{}),
		Facts: []views.Fact{
			{Label: "Workflow", Value: "3 nodes", Hint: "most used: CLIPTextEncode × 2, KSampler"},
			{Label: "Overrides", Value: "1 node", Hint: "have inputs replaced by this deployment"},
		},
		ObjectInfo: views.Link{Text: objectInfo, Href: objectInfo},
		Tree: views.TreeNode{Kind: "object", Count: "3 members", Open: true, Children: []views.TreeNode{
			{Key: "workflow_api_json", Kind: "object", Count: "1 member", Children: []views.TreeNode{
				{Key: "3", Kind: "object", Count: "2 members", Children: []views.TreeNode{
					{Key: "class_type", Kind: "string", Value: `"KSampler"`},
					{Key: "inputs", Kind: "object", Count: "5 members", Children: []views.TreeNode{
						{Key: "seed", Kind: "number", Value: "1018446744073709551615"},
						{Key: "model", Kind: "array", Count: "2 elements", Children: []views.TreeNode{{Key: "0", Kind: "string", Value: `"4"`}, {Key: "1", Kind: "number", Value: "0"}}},
						{Key: "tiled", Kind: "boolean", Value: "false"},
						{Key: "mask", Kind: "null", Value: "null"},
						{Key: "extra", Kind: "object", Count: "0 members", Value: "{}"},
					}},
				}},
			}},
			{Key: "overrides", Kind: "object", Count: "0 members", Value: "{}"},
			{Key: "object_info_url", Kind: "string", Value: `"` + objectInfo + `"`},
		}},
		Raw: "{\n  \"workflow_api_json\": {\n    \"3\": {\"class_type\": \"KSampler\"}\n  },\n  \"overrides\": {}\n}",
	}
}

func withoutReadme() views.DeploymentPage {
	m := fullDeployment()
	m.Warm, m.Account = "", nameless()
	m.Notes = views.Notes{Edit: paths.Notes(videoID)}
	m.Readme = views.Readme{Note: "There is no readme."}
	m.Payload = views.Payload{
		Present: true, Note: "The payload is empty.", Download: paths.Payload(videoID), Size: "62 bytes",
		Tree: views.TreeNode{Kind: "object", Count: "0 members", Value: "{}"}, Raw: "{}",
	}
	return m
}

func withPlainReadme() views.DeploymentPage {
	m := fullDeployment()
	m.Readme = views.Readme{
		Plain: "# A readme too deep to be rendered\n\n<script>alert(1)</script>\n> > > > > and so on",
		Note:  "This readme is shown as plain text: it is nested too deeply.",
	}
	m.Payload.Raw, m.Payload.RawNote, m.Payload.Size = "", "The raw text is too large for a page (3.1 MB): download it instead.", "3.1 MB"
	m.Payload.TreeNote = "Only the first 2,000 values are shown."
	return m
}

func withoutPayload() views.DeploymentPage {
	m := fullDeployment()
	m.Readme = views.Readme{Note: "RunComfy sent no readme for this deployment."}
	m.Notes = views.Notes{Unread: true, Edit: paths.Notes(videoID)}
	m.Payload = views.Payload{Note: "RunComfy sent no payload for this deployment."}
	return m
}

func pausedDeployment() views.DeploymentPage {
	m := fullDeployment()
	m.Power, m.Warm = paused(), ""
	m.Switch = views.Switch{
		Action: paths.EnableDeployment(videoID), Label: "Enable", Hint: "Take requests again; 1 instance will run, and cost, around the clock", On: true,
	}
	m.Notices = []views.Notice{{Kind: "success", Text: "Paused: image-to-video"}}
	return m
}

// savedDeployment is the page that an edit leads to.
func savedDeployment() views.DeploymentPage {
	m := fullDeployment()
	m.Notices = []views.Notice{{
		Kind: "success", Text: "Saved image-to-video: minimum instances 2 → 1, keep warm 10 min → 90 s. Estimated cost while idle: $5.00/h → $2.50/h.", Focus: true,
		UndoForm: views.Link{Text: "Undo this change…", Href: paths.UndoEntry(videoID, entryID)},
	}}
	return m
}

func readOnlyDeployment() views.DeploymentPage {
	m := fullDeployment()
	m.ReadOnly, m.Switch, m.Edit, m.Clone, m.Delete, m.Notes.Edit = true, views.Switch{}, "", "", "", ""
	return m
}

// oddDeployment is a deployment whose answer lacks most fields and holds values that no document names.
func oddDeployment() views.DeploymentPage {
	return views.DeploymentPage{
		Page: frame("عرض الفيديو <script>"), Tabs: tabsOf(portraitID, "Overview"), ID: portraitID, Name: "عرض الفيديو <script>", Status: "rebalancing",
		Power: views.Badge{Tone: "odd", Label: "Unknown", Hint: "The API does not say whether it is enabled"},
		Switch: views.Switch{
			Action: paths.DisableDeployment(portraitID), Label: "Pause", Hint: "Fail running and new requests, stop every instance and its cost",
		},
		Edit: paths.EditDeployment(portraitID), Clone: paths.CloneDeployment(portraitID), Compare: paths.CompareWith(portraitID), Delete: paths.DeleteDeployment(portraitID),
		Refresh: paths.Deployment(portraitID), Read: readAt(),
		Hardware: views.Hardware{Label: "BLACKWELL_288", SKU: "BLACKWELL_288", Others: 1},
		Scaling: []views.Fact{
			{Label: "Minimum instances", Value: "unknown", Hint: "RunComfy did not send it"},
			{Label: "Maximum instances", Value: "9,007,199,254,740,993", Hint: "run at the same time at most"},
		},
		Workflow: []views.Fact{
			{Label: "Hardware", Value: "BLACKWELL_288", Hint: "this version of ComfyDeck does not know it, and 1 more"},
			{Label: "Workflow id", Value: "unknown"},
		},
		Identity: []views.Copy{{Label: "Deployment id", Text: portraitID}},
		Times:    []views.Moment{{Label: "Created", At: views.Stamp{Human: "unknown"}}, {Label: "Updated", At: views.Stamp{Human: "last Tuesday"}}},
		Notes:    views.Notes{Plain: "> > > > <script>alert(1)</script>\n" + longWord, Owner: views.Link{Text: longWord, Href: "/deployments?owner=x"}, Person: "عرض <b>", At: yesterday(), Edit: paths.Notes(portraitID)},
		Readme:   views.Readme{Note: "RunComfy sent no readme for this deployment."},
		Payload: views.Payload{
			Present: true, Note: "The payload has another shape than the API documents. It is shown as it is.",
			Download: paths.Payload(portraitID), Size: "48 bytes", ObjectInfo: views.Link{Text: "javascript:alert(document.domain)"},
			Tree: views.TreeNode{Kind: "array", Count: "1 element", Open: true, Children: []views.TreeNode{{Key: "0", Kind: "string", Value: `"</pre><script>alert(1)</script>"`}}},
			Raw:  "[\n  \"</pre><script>alert(1)</script>\"\n]",
		},
	}
}

// tabsOf are the pages of a deployment.
func tabsOf(id, on string) []views.Choosable {
	tabs := []views.Choosable{
		{Label: "Overview", Href: paths.Deployment(id)},
		{Label: "Workflow", Href: paths.Workflow(id, paths.WorkflowQuery{})},
		{Label: "Payload", Href: paths.PayloadPage(id, paths.PayloadQuery{})},
		{Label: "Change log", Href: paths.ActivityOf(paths.ActivityQuery{Deployment: id})},
	}
	for i := range tabs {
		tabs[i].On = tabs[i].Label == on
	}
	return tabs
}
