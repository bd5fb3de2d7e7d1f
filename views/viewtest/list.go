package viewtest

import (
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

func listFixtures() []Fixture {
	fixture := func(name string, m views.DeploymentsPage) Fixture {
		return Fixture{Name: "deployments/" + name, Page: m.Page, Screen: views.Deployments(m)}
	}
	return []Fixture{
		fixture("many", manyDeployments()),
		fixture("one", oneDeployment()),
		fixture("empty", noDeployments()),
		fixture("search-none", nothingFound(`h200 "upscale" <4k>`)), fixture("warm-none", nothingFound("")),
		fixture("long", longDeployments()),
		fixture("read-only", readOnlyDeployments()),
		fixture("notices", noticedDeployments()),
		fixture("columns", otherColumns()),
		fixture("stale", staleDeployments()), fixture("waiting", waitingDeployments()),
		{Name: "deployments/filters", Page: frame("Filters"), Screen: views.Filters(views.FiltersPage{Page: frame("Filters"), List: "/deployments?state=paused", Form: further()})},
	}
}

// list is the list of an account, without rows.
func list() views.DeploymentsPage {
	return views.DeploymentsPage{
		Inside: paths.Search, Here: paths.Deployments,
		Page: slim(frame("Deployments")), Read: readAge(), Refresh: "/deployments", CanCreate: true, Filters: filters(), Columns: columns(),
		Foot: foot(), Settings: "/preferences?list=%2Fdeployments%3Fstate%3Dpaused",
		Views: viewLinks(), Further: "/deployments/filters?state=paused", CanSave: true, ManageViews: true, Save: views.SaveView{Query: "state=paused"},
		Select:  views.Selection{On: true, Found: "132", All: "All 132 found", List: "state=paused", Actions: []views.Option{{Value: "disable", Label: "Pause"}, {Value: "keep_warm", Label: "Change keep warm…"}}},
		Exports: []views.Link{{Text: "CSV", Href: "/deployments/export.csv?state=paused"}, {Text: "JSON", Href: "/deployments/export.json?state=paused"}},
		Totals: []views.Total{
			{Value: "1", Label: "deployment"},
			{Value: "1", Label: "enabled"},
			{Value: "0", Label: "paused"},
			{Value: "0", Label: "instances kept warm"},
		},
	}
}

// usual are the columns that a list has when nobody asks for others.
var usual = []string{"state", "hardware", "instances", "cost", "queue", "keep_warm", "version", "updated"}

// text is a text in which nothing was searched.
func text(s string) views.Marked { return views.Marked{Text: s} }

// found is a text around an "e" that was searched for.
func found(before, after string) views.Marked {
	return views.Marked{Text: before + "e" + after, Pieces: []views.Piece{{Text: before}, {Text: "e", Hit: true}, {Text: after}}}
}

// row is a line of the list as most are: enabled, on an A6000, nothing warm.
func row(id, name string) views.Row {
	return views.Row{
		ID: id, Name: name, Pick: true, Title: text(name), IDText: text(id), Href: paths.Deployment(id), Edit: paths.EditDeployment(id), Columns: usual,
		Power: enabled(), Status: text("standby"), GPU: text("48 GB · A6000"), SKU: text("AMPERE_48"), Known: true, Instances: "0–3", Meter: views.Meter{High: 30},
		Cost: []string{"0–$7.50/h", "0–$5,400 in\u00a030\u00a0d"}, FullLoad: []string{"$7.50/h", "$5,400 in\u00a030\u00a0d"}, Queue: "1", KeepWarm: "60 s", Version: text("v1"),
		Updated: yesterday(),
		Switch: views.Switch{
			Action: paths.DisableDeployment(id), Label: "Pause", Hint: "Fail running and new requests, stop every instance and its cost",
		},
	}
}

// pausedRow is a line that can be switched on.
func pausedRow(id, name string) views.Row {
	r := row(id, name)
	r.Power, r.GPU, r.SKU, r.Cost = paused(), text("16 GB · T4 / A4000"), text("TURING_16"), []string{"0 while paused"}
	r.Switch = views.Switch{
		Action: paths.EnableDeployment(id), Label: "Enable", On: true, Next: paths.Deployments,
		Hint: "Take requests again; 2 instances will run, and cost, around the clock",
	}
	return r
}

// warmRow is a line that costs money while idle.
func warmRow(id, name string) views.Row {
	r := row(id, name)
	r.Meter = views.Meter{Low: 20, High: 100}
	r.GPU, r.SKU, r.Instances, r.Warm, r.KeepWarm, r.Version, r.Updated = text("80 GB · H100"), text("ADA_80_PLUS"), "2–10", "2 warm", "5 min", text("v14"), minutesAgo()
	r.Cost = []string{"$14.98–$74.90/h", "$10,786–$53,928 in\u00a030\u00a0d"}
	return r
}

func oneDeployment() views.DeploymentsPage {
	m := list()
	m.Rows, m.Range = []views.Row{row(videoID, "image-to-video")}, "1–1 of 1"
	return m
}

// waitingDeployments is a list whose fresh rows are on their way, in a browser where none reads itself again.
func waitingDeployments() views.DeploymentsPage {
	m := oneDeployment()
	m.Stale = true
	return m
}

// staleDeployments is a list that the API could not be asked for again.
func staleDeployments() views.DeploymentsPage {
	m := oneDeployment()
	m.Live, m.Stale, m.Wait, m.Problem = "30", true, "0", views.Notice{Kind: "warning", Text: "RunComfy's API did not answer in time. This is the list as it was read before.", RequestID: requestID}
	return m
}

func noDeployments() views.DeploymentsPage {
	m := list()
	m.CanSave, m.ManageViews, m.ViewsNote = false, false, "Your own views cannot be read right now."
	m.Account = nameless()
	m.Totals = []views.Total{
		{Value: "0", Label: "deployments"},
		{Value: "0", Label: "enabled"},
		{Value: "0", Label: "paused"},
		{Value: "0", Label: "instances kept warm"},
	}
	return m
}

func nothingFound(words string) views.DeploymentsPage {
	m := list()
	m.Narrow, m.OnlyWarm = true, words == ""
	m.Query, m.Refresh = words, "/deployments?q=h200+%22upscale%22+%3C4k%3E"
	return m
}

// manyDeployments is the second page of six, as full as a page gets.
func manyDeployments() views.DeploymentsPage {
	m := list()
	m.Rows, m.Range, m.Refresh = manyRows(), "26–50 of 132", "/deployments?page=2"
	m.Pager = views.Pager{Label: "Page 2 of 6", Previous: "/deployments", Next: "/deployments?page=3"}
	m.Totals = []views.Total{
		{Value: "132", Label: "deployments"},
		{Value: "97", Label: "enabled"},
		{Value: "35", Label: "paused"},
		{Tone: "warm", Value: "8", Label: "instances kept warm in 4 deployments, billed around the clock"},
		{Tone: "warm", Value: "2", Label: "warm and unchanged for 30 days cost $3,600 in 30 days", Href: "/deployments?changed=before&desc=1&sort=floor&warm=1"},
	}
	return m
}

func manyRows() []views.Row {
	return []views.Row{
		row("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a01", "flux-kontext-edit"),
		row("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a02", "flux-schnell"),
		warmRow("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a03", "hunyuan-video"),
		row("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a04", "image-to-video"),
		row("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a05", "image-to-video"),
		pausedRow("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a06", "inpaint-sdxl"),
		row("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a07", "layer-diffusion"),
		row("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a08", "lip-sync"),
		row("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a09", "logo-variations"),
		warmRow("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a0a", "ltx-video-fast"),
		row("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a0b", "mochi-preview"),
		pausedRow("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a0c", "nightly-regression"),
		pausedRow("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a0d", "outpaint"),
		row("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a0e", "packshot-relight"),
		row("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a0f", "photo-restore"),
		row("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a10", "portrait-studio"),
		warmRow("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a11", "qwen-image"),
		row("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a12", "remove-background"),
		row("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a13", "sd35-large"),
		pausedRow("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a14", "segment-anything"),
		row("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a15", "sketch-to-image"),
		row("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a16", "style-transfer"),
		row("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a17", "text to video"),
		row("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a18", "upscale-4x"),
		warmRow("10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a19", "wan-2.2-animate"),
	}
}

// longDeployments is what data from outside can do to a list: names of every script and length, markup, values that are
// missing or that no document names.
func longDeployments() views.DeploymentsPage {
	m := list()
	m.Query, m.Refresh, m.Range = "e", "/deployments?q=e", "1–6 of 6 found among 1,204"
	odd := views.Row{
		ID: "20c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a01", Pick: true, Name: "Deployment without a name", Title: found("D", "ployment without a name"), Columns: usual, Href: "/deployments/20c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a01",
		Edit: "/deployments/20c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a01/edit", IDText: found("20c9a0", "4-6f0b-4c55-9d0b-0b5f4f1d0a01"), Status: found("r", "balancing"), Instances: "?–?", Queue: "unknown", KeepWarm: "unknown",
		Version: text("unknown"), Cost: []string{"no price"}, Updated: views.Stamp{Human: "last Tuesday"},
		Power: views.Badge{Tone: "odd", Label: "Unknown", Hint: "The API does not say whether it is enabled"},
		Found: found("Workflow c0ff", "e00-1111-2222-3333-000000000000"), Lock: found("Lock", "d: the shop’s front page runs on it, ask the night shift before you take it away from them"),
		GPU: text("BLACKWELL_288"), SKU: text("BLACKWELL_288"),
		Switch: views.Switch{
			Action: "/deployments/20c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a01/disable", Label: "Pause",
			Hint: "Fail running and new requests, stop every instance and its cost",
		},
	}
	rightToLeft := row("20c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a02", "تحويل الصور إلى فيديو — גרסה 2")
	rightToLeft.Version = text("الإصدار ١")
	long := row("20c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a03", "AVeryLongNameWithoutAnyPlaceToBreakItBecauseSomebodyHeldTheKeyDownAndDidNotLookAtTheScreenUntilTheDeploymentWasMadeAndThenItWasTooLateToCareAboutThatKindOfThingSoThatItIsHereForeverAndNoTableMayGrowWiderThanThePageBecauseOfItNotEvenOnAPhoneHeldUprightAtNightOnATrain…")
	long.Instances, long.Queue, long.KeepWarm = "0–30", "1,000,000", "30 d"
	markup := row("20c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a04", `<img src=x onerror=alert(1)> & "quotes" 'single'`)
	emoji := warmRow("20c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a05", "👩🏽‍🎨 画像生成 · 图像 · 이미지 [U+202E]exe.gnp")
	blank := pausedRow("20c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a06", "e e e")
	m.Rows = []views.Row{odd, rightToLeft, long, markup, emoji, blank}
	return m
}

func readOnlyDeployments() views.DeploymentsPage {
	m := oneDeployment()
	m.ReadOnly, m.Insecure, m.CanCreate, m.Theme = true, true, false, "dark"
	m.Rows[0].Edit, m.Rows[0].Switch, m.Here = "", views.Switch{}, ""
	return m
}

func noticedDeployments() views.DeploymentsPage {
	m := oneDeployment()
	m.Theme = "light"
	m.Notices = []views.Notice{
		{Kind: "success", Text: "Paused: portrait-studio", Undo: views.Switch{Action: paths.EnableDeployment(portraitID), Label: "Enable again", Hint: "Take requests again", On: true, Next: paths.Deployments}},
		{Kind: "warning", Text: "Saved. But the API shows something else than you asked for: Minimum instances is “0”, not “2”.", RequestID: requestID},
		{Kind: "error", Text: "RunComfy refused this.", RequestID: requestID, Detail: []string{"region: RunComfy says: Field required.", "tier: RunComfy says: <b>unknown</b>."}},
	}
	return m
}

func filters() []views.Filter {
	return []views.Filter{
		{Label: "Warm now", Count: "0", Href: "/deployments?warm=1"},
		{Label: "Enabled", Count: "1", Href: "/deployments?state=enabled"},
		{Label: "Paused", Count: "0", Href: "/deployments", On: true},
	}
}

func viewLinks() []views.ViewLink {
	return []views.ViewLink{
		{Label: "All", Href: "/deployments", On: true},
		{Label: "Costliest floor", Href: "/deployments?desc=1&sort=floor"},
		{Label: "Unchanged for 30 days", Href: "/deployments?changed=before&sort=updated_at"},
		{Label: `Night <b>shift</b>`, Href: "/deployments?q=night", Own: true},
	}
}

func further() views.FilterForm {
	return views.FilterForm{
		Selects: []views.Select{
			{Name: "status", Label: "Status", Options: []views.Option{{Label: "All"}, {Value: "standby", Label: "standby (1)", Selected: true}}},
			{Name: "version", Label: "Version", Note: "7 more: the search finds them", Options: []views.Option{{Label: "All"}, {Value: `v1 "<b>"`, Label: `v1 "<b>" (1)`}}},
		},
		Keep: []views.Hidden{{Name: "state", Value: "paused"}},
	}
}

func columns() []views.Column {
	return []views.Column{
		{Label: "Name", Href: "/deployments?desc=1", Order: "ascending"},
		{Label: "State", Href: "/deployments?sort=is_enabled", Also: &views.Column{Label: "status", Href: "/deployments?sort=status"}},
		{Label: "Hardware", Href: "/deployments?sort=hardware"},
		{Label: "Instances", Href: "/deployments?sort=min_instances", Also: &views.Column{Label: "max", Href: "/deployments?sort=max_instances"}},
		{Label: "Cost", Href: "/deployments?sort=floor", Hint: "Estimated: from what runs around the clock to every instance busy"},
		{Label: "Queue", Href: "/deployments?sort=queue_size", Hint: "Requests waiting per instance before another one starts", Number: true},
		{Label: "Keep warm", Href: "/deployments?sort=keep_warm_duration_in_seconds", Hint: "How long an instance stays after its last job", Number: true},
		{Label: "Version", Href: "/deployments?sort=workflow_version"},
		{Label: "Updated", Href: "/deployments?sort=updated_at"},
	}
}

// otherColumns is a list as somebody wants it who looks at costs and needs little room.
func otherColumns() views.DeploymentsPage {
	m := oneDeployment()
	m.Compact = true
	m.Columns = []views.Column{m.Columns[0], {Label: "At full load", Href: "/deployments?sort=ceiling"}, {Label: "Workflow id", Href: "/deployments?sort=workflow_id"}, {Label: "Owner", Href: "/deployments?sort=owner"}, {Label: "Tags", Href: "/deployments?sort=tags"}, {Label: "Created", Href: "/deployments?sort=created_at"}}
	m.Foot = []views.FootCell{m.Foot[0], {Label: "At full load", Lines: []string{"$7.50/h", "$5,400 in\u00a030\u00a0d", "without 1 that has no price"}}, {Label: "Workflow id"}, {Label: "Owner"}, {Label: "Tags"}, {Label: "Created"}}
	r := &m.Rows[0]
	r.Columns = []string{"full_load", "workflow", "owner", "tags", "created"}
	r.Workflow, r.Owner, r.Tags, r.Created = text(workflowID), text("Team Video"), text("eu west, prod"), yesterday()
	return m
}

func foot() []views.FootCell {
	return []views.FootCell{
		{Lines: []string{"Total of 1", "Estimate: Pay as you go, 23 Nov 2026"}},
		{Label: "State"},
		{Label: "Hardware"},
		{Label: "Instances", Lines: []string{"0–3"}},
		{Label: "Cost", Lines: []string{"0–$7.50/h", "0–$5,400 in\u00a030\u00a0d"}},
		{Label: "Queue"},
		{Label: "Keep warm"},
		{Label: "Version"},
		{Label: "Updated"},
	}
}

// ListSettings are the settings of lists.
func ListSettings() views.ListSettings {
	return views.ListSettings{
		PerPage: []views.Option{{Value: "25", Label: "25", Selected: true}, {Value: "50", Label: "50"}},
		Density: []views.Choice{{Title: "Comfortable", Checked: true}, {Value: "compact", Title: "Compact"}},
		Columns: []views.Check{{Name: "column_state", Label: "State", On: true}, {Name: "column_workflow", Label: "Workflow id"}},
	}
}

// readAge is how long ago the list was read.
func readAge() views.Age {
	return views.Age{Stamp: views.Stamp{ISO: "2026-03-02T14:05:09Z", Exact: "2 Mar 2026, 14:05:09 UTC", Human: "12 s ago"}, Seconds: "12", Clock: "14:05:09 UTC"}
}
