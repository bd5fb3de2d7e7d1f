package viewtest

import (
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

func formFixtures() []Fixture {
	fixture := func(name string, m views.FormPage) Fixture {
		return Fixture{Name: "form/" + name, Page: m.Page, Screen: views.Form(m)}
	}
	return []Fixture{
		fixture("create", createForm()),
		fixture("edit", editForm()),
		fixture("errors", formWithErrors()),
		fixture("conflict", formWithConflict()),
		fixture("refused", refusedForm()),
		fixture("odd", oddForm()),
		fixture("unknown", unknownForm()),
		fixture("paste", pasteForm()),
	}
}

// createForm is the form as it opens.
func createForm() views.FormPage {
	return views.FormPage{
		Page: frame("New deployment"), Heading: "New deployment", Submit: "Create deployment", Action: paths.Deployments, Cancel: paths.Deployments,
		Intro:      "It starts enabled. With a minimum of 0 it costs nothing until the first request.",
		Name:       views.Field{Name: "name", Label: "Name", Help: "For people: dashboards and logs."},
		WorkflowID: views.Field{Name: "workflow_id", Label: "Workflow id", Help: "The UUID on the workflow's page at RunComfy, your own or a community workflow."},
		Version:    views.Field{Name: "workflow_version", Label: "Workflow version", Help: "The version's label, for example v1."},
		Hardware:   views.Field{Name: "hardware", Label: "Hardware", Value: "AMPERE_48"},
		Choices:    choices(),
		PricesNote: "Prices per instance: Pay as you go, as of 23 Nov 2026, an estimate.",
		Min:        views.Field{Name: "min_instances", Label: "Minimum instances", Low: "0", High: "3", Value: "0", Help: "0 to 3. Kept running and billed around the clock; 0 costs nothing while idle, but the first request waits for a cold start."},
		Max:        views.Field{Name: "max_instances", Label: "Maximum instances", Low: "1", High: "10", Value: "1", Help: "1 to 10. The most that run at the same time."},
		Queue:      views.Field{Name: "queue_size", Label: "Queue size", Low: "0", High: "1000000", Value: "1", Help: "Requests waiting per instance before another one starts.", Unit: "requests"},
		KeepWarm:   views.Field{Name: "keep_warm_duration_in_seconds", Label: "Keep warm", Low: "0", High: "2592000", Value: "60", Help: "How long an instance stays after its last job. Billed; 60 is a good start.", Unit: "seconds"},
		Enabled:    views.Field{Name: "is_enabled", Label: "State"},
		Why:        whyField(),
		Presets:    []views.Preset{{ID: "cheapest", Label: "Cheapest", Detail: "Nothing runs while idle, and never more than one instance.", On: true}, {ID: "always_warm", Label: "Always warm", Detail: "One instance is always there."}},
		Warm:       paths.WarmFor("AMPERE_48", "60"),
		CanPaste:   true, Paste: views.Field{Name: "paste", Label: "JSON or curl command"},
	}
}

// pasteForm is the create form after a paste that could not be read.
func pasteForm() views.FormPage {
	m := createForm()
	m.Problem = views.Notice{Kind: "error", Text: "What you pasted could not be read. Nothing was sent."}
	m.Paste.Value, m.Paste.Error, m.Paste.Focus = "curl </textarea><script>alert(1)</script>", "This command has no body (--data).", true
	return m
}

func warmFixtures() []Fixture {
	m := views.WarmPage{
		Page: frame("Warm or on demand"), Hardware: choices(), Note: "An estimate: Pay as you go, prices as of 23 Nov 2026.",
		Answer: "On demand is cheaper: keeping one warm costs $1,650 more in 30 days. For that, 97 % of the requests no longer wait 120 s for a cold start.",
		Money: []views.MoneyLine{
			{Label: "On demand (minimum 0)", Before: "$0.21/h", After: "$150", Change: "97 %"},
			{Label: "One kept warm (minimum 1)", Before: "$2.50/h", After: "$1,800", Change: "0 %"},
		},
		Fields: []views.Field{{Name: "requests", Label: "Requests", Value: "2", Unit: "per hour", Help: "On average, over day and night."}, {Name: "run", Label: "One takes", Value: "30", Unit: "seconds"}},
	}
	wrong := m
	wrong.Answer, wrong.Money = "", nil
	wrong.Fields = []views.Field{{Name: "requests", Label: "Requests", Value: "<b>many</b>", Unit: "per hour", Error: "Enter a number from 0.0001 to 100000."}}
	return []Fixture{{Name: "warm/answer", Page: m.Page, Screen: views.Warm(m)}, {Name: "warm/wrong", Page: wrong.Page, Screen: views.Warm(wrong)}}
}

func choices() []views.Choice {
	return []views.Choice{
		{Value: "TURING_16", Title: "16 GB · T4 / A4000", Price: "$0.99/h", Detail: "TURING_16 · Medium"},
		{Value: "AMPERE_24", Title: "24 GB · A10G / A5000", Price: "$1.75/h", Detail: "AMPERE_24 · Large"},
		{Value: "AMPERE_48", Title: "48 GB · A6000", Price: "$2.50/h", Detail: "AMPERE_48 · X-Large", Checked: true},
		{Value: "ADA_48_PLUS", Title: "48 GB · L40S / L40", Price: "$2.99/h", Detail: "ADA_48_PLUS · X-Large Plus"},
		{Value: "AMPERE_80", Title: "80 GB · A100", Price: "$4.99/h", Detail: "AMPERE_80 · 2X-Large"},
		{Value: "ADA_80_PLUS", Title: "80 GB · H100", Price: "$7.49/h", Detail: "ADA_80_PLUS · 2X-Large Plus"},
		{Value: "HOPPER_141", Title: "141 GB · H200", Price: "$8.75/h", Detail: "HOPPER_141 · 3X-Large"},
	}
}

// editForm is the form of a deployment as it is.
func editForm() views.FormPage {
	m := createForm()
	m.CanPaste = false
	m.Title, m.Heading, m.Submit, m.Editing = "Edit image-to-video", "image-to-video", "Save changes", true
	m.Action, m.Cancel, m.FixedWorkflow = paths.Deployment(videoID), paths.Deployment(videoID), workflowID
	m.Intro = "Only what you change is sent. A new version or other hardware rolls out while running requests finish on the old one; scaling changes apply at once."
	m.Name.Value, m.Version.Value, m.Max.Value, m.Enabled.Value = "image-to-video", "v1", "3", "true"
	m.Base = []views.Hidden{
		{Name: "base_name", Value: "image-to-video"},
		{Name: "base_workflow_version", Value: "v1"},
		{Name: "base_hardware", Value: "AMPERE_48"},
		{Name: "base_min_instances", Value: "0"},
		{Name: "base_max_instances", Value: "3"},
		{Name: "base_queue_size", Value: "1"},
		{Name: "base_keep_warm_duration_in_seconds", Value: "60"},
		{Name: "base_is_enabled", Value: "true"},
	}
	return m
}

// formWithErrors is a create form that came back: nothing typed is lost, and each field says what is wrong with it.
func formWithErrors() views.FormPage {
	m := createForm()
	m.Problem = views.Notice{Kind: "error", Text: "8 values need your attention. Nothing was sent."}
	m.Name.Error, m.Name.Focus = "Enter a name.", true
	m.WorkflowID.Value, m.WorkflowID.Error = "1111", "This is not a UUID. A UUID looks like 00000000-0000-0000-0000-000000001111."
	m.Version.Error = "Enter a workflow version, for example v1."
	m.Hardware.Value, m.Hardware.Error = "", "Choose one of the hardware types."
	m.Choices[2].Checked = false
	m.Min.Value, m.Min.Error = "4", "Enter a whole number from 0 to 3."
	m.Max.Value, m.Max.Error = "٣", "Enter a whole number from 1 to 10."
	m.Queue.Value, m.Queue.Error = `"><script>`, "Enter a whole number from 0 to 1000000."
	m.KeepWarm.Value, m.KeepWarm.Error = "a minute", "Enter a whole number from 0 to 2592000."
	return m
}

// formWithConflict is an edit form that met somebody else's change.
func formWithConflict() views.FormPage {
	m := editForm()
	m.Problem = views.Notice{
		Kind: "warning", RequestID: requestID,
		Text: "Someone else changed this deployment after you opened it. Nothing was sent. Your values are still here: compare them with the newer ones, then send yours all the same or start from theirs.",
	}
	m.Max.Value, m.Max.Focus = "5", true
	m.Max.Error = "When you opened the form this was “3”; now it is “2”. You typed “5”."
	m.Enabled.Value, m.Enabled.Error = "false", "When you opened the form this was “true”; now it is “false”. You typed “false”."
	m.Base[4].Value = "2"
	m.Conflict = []views.ConflictLine{
		{Label: "Maximum instances", Base: "3", Theirs: "2", Mine: "5"},
		{Label: "State", Base: "Enabled", Theirs: "Paused", Note: "not changed by you"},
		{Label: "Workflow version", Base: "v1", Theirs: "v2", Mine: "v2", Note: "the same as now"},
		{Label: "Keep warm", Base: "10 min", Theirs: "90 s", Note: "taken over from the newer state"},
	}
	m.Makers = []views.ConflictMaker{
		{Text: "Ana <b> changed maximum instances and keep warm,", At: views.Stamp{ISO: "2026-03-02T11:58:00Z", Exact: "2 Mar 2026, 11:58:00 UTC", Human: "2 min ago"}},
		{Text: "Somebody changed state elsewhere, not by ComfyDeck; noticed", At: views.Stamp{ISO: "2026-03-02T11:59:30Z", Exact: "2 Mar 2026, 11:59:30 UTC", Human: "just now"}},
	}
	return m
}

// unknownForm is a form whose write nobody could vouch for: sending it again only looks.
func unknownForm() views.FormPage {
	m := editForm()
	m.LookAgain = true
	m.Problem = views.Notice{Kind: "warning", RequestID: requestID, Text: "RunComfy did not confirm the change, and the deployment does not show it yet. It may still take effect."}
	return m
}

// refusedForm is a create form that the API refused.
func refusedForm() views.FormPage {
	m := createForm()
	m.Account = nameless()
	m.Problem = views.Notice{
		Kind: "error", Text: "RunComfy refused this. It says: Validation error.",
		Detail: []string{"region: RunComfy says: Field required."},
	}
	m.Name.Value, m.WorkflowID.Value, m.Version.Value = "image-to-video", workflowID, "v9"
	m.Version.Error, m.Version.Focus = "RunComfy says: Version v9 does not exist.", true
	return m
}

// oddForm is the edit form of a deployment with unknown values.
func oddForm() views.FormPage {
	m := editForm()
	m.Heading, m.Name.Value, m.Title = "عرض الفيديو", "عرض الفيديو", "Edit عرض الفيديو"
	m.Hardware.Value, m.Min.Value, m.Enabled.Value = "BLACKWELL_288", "", ""
	m.Choices[2].Checked = false
	m.Choices = append(m.Choices, views.Choice{
		Value: "BLACKWELL_288", Title: "BLACKWELL_288", Detail: "What it has now; this version of ComfyDeck does not know it", Checked: true,
	})
	m.Base[2].Value, m.Base[3].Value, m.Base[7].Value = "BLACKWELL_288", "", ""
	return m
}

func deleteFixtures() []Fixture {
	fixture := func(name string, m views.DeletePage) Fixture {
		return Fixture{Name: "delete/" + name, Page: m.Page, Screen: views.Delete(m)}
	}
	plain := func() views.DeletePage {
		return views.DeletePage{
			Page: frame("Delete image-to-video"), ID: videoID, Name: "image-to-video", Confirm: "image-to-video",
			Action: paths.DeleteDeployment(videoID), Cancel: paths.Deployment(videoID), Why: whyField(),
			Facts: []views.Fact{
				{Label: "Account", Value: "3f2a-91bc", Hint: "Night shift"},
				{Label: "Deployment id", Value: videoID},
				{Label: "State", Value: "Enabled"},
				{Label: "Instances kept warm", Value: "1"},
				{Label: "Updated", Value: "yesterday", Hint: "1 Mar 2026, 08:41:05 UTC"},
			},
			Pause: views.Switch{
				Action: paths.DisableDeployment(videoID), Label: "Pause", Hint: "Fail running and new requests, stop every instance and its cost",
				Next: paths.Deployment(videoID),
			},
		}
	}
	wrong := plain()
	wrong.Typed, wrong.Error = "image to video", "Type the name exactly as it is shown above."
	alreadyPaused := plain()
	alreadyPaused.Pause, alreadyPaused.Facts[2].Value, alreadyPaused.Facts[3].Value = views.Switch{}, "Paused", "0"
	locked := plain()
	locked.Lock = lockedDeployment().Lock
	notConfirmed := plain()
	notConfirmed.LookAgain = true
	notConfirmed.Typed = "image-to-video"
	notConfirmed.Problem = views.Notice{
		Kind: "warning", RequestID: requestID,
		Text: "RunComfy did not confirm the deletion, and the deployment is still there. It may still go. Open it again in a moment before you repeat this.",
	}
	return []Fixture{fixture("locked", locked), fixture("plain", plain()), fixture("error", wrong), fixture("paused", alreadyPaused), fixture("unknown", notConfirmed)}
}

func whyField() views.Field {
	return views.Field{Name: "why", Label: "Why (optional)", Help: "Kept in the change log with this change."}
}
