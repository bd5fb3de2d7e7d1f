package sandbox

import "time"

const day = 24 * time.Hour

// demo is a hand-made deployment. Ages count back from the start of the sandbox.
type demo struct {
	name, workflow, version, hardware string
	least, most, queue, warm          int64
	paused                            bool
	created, updated                  time.Duration
	readme                            string // file in readmes, "" for none
	build                             func(taste) workflow
}

var demoTeam = []demo{
	{
		name: "flux-dev-product-shots", version: "v7", hardware: "ADA_48_PLUS", least: 1, most: 4, queue: 1, warm: 300,
		created: 118 * day, updated: 26 * time.Hour, readme: "flux", build: func(t taste) workflow { return flux(t, 0) },
	},
	{
		name: "wan-2.2 image to video", version: "v3", hardware: "ADA_80_PLUS", most: 3, queue: 1, warm: 120,
		created: 64 * day, updated: 3 * day, readme: "video", build: func(t taste) workflow { return wan(t, true) },
	},
	{
		name: "sdxl-inpaint-prod", version: "v12", hardware: "AMPERE_24", least: 2, most: 6, queue: 2, warm: 600,
		created: 203 * day, updated: 9 * day, readme: "edit", build: inpaint,
	},
	{
		name: "flux-kontext-retouch", version: "v2", hardware: "AMPERE_80", most: 2, queue: 1, warm: 60,
		created: 41 * day, updated: 41 * day, readme: "flux", build: func(t taste) workflow { return flux(t, 38) },
	},
	{
		name: "ltx-video previews", version: "v4", hardware: "AMPERE_48", most: 2, queue: 1, warm: 60, paused: true,
		created: 88 * day, updated: 12 * day, readme: "video", build: ltx,
	},
	{
		name: "4x-upscale-batch", version: "v1", hardware: "TURING_16", most: 10, queue: 20, warm: 0,
		created: 176 * day, updated: 90 * day, readme: "upscale", build: upscale,
	},
	{
		name: "sdxl-controlnet-interiors", version: "v5", hardware: "AMPERE_48", most: 3, queue: 1, warm: 90,
		created: 57 * day, updated: 5 * time.Hour, readme: "image", build: controlled,
	},
	{
		name: "sdxl-lora-brand-style", version: "v9", hardware: "AMPERE_24", most: 2, queue: 1, warm: 60,
		created: 132 * day, updated: 17 * day, readme: "image", build: func(t taste) workflow { return textToImage(t, 3) },
	},
	{
		name: "storefront-composite-pipeline", version: "v11", hardware: "HOPPER_141", most: 1, queue: 0, warm: 1800,
		created: 29 * day, updated: 40 * time.Minute, readme: "composite", build: func(t taste) workflow { return composite(t, 4) },
	},
	{
		name: "ポスター生成 · poster-gen", version: "v2", hardware: "AMPERE_48", most: 2, queue: 1, warm: 60,
		created: 22 * day, updated: 8 * day, readme: "image", build: func(t taste) workflow { return textToImage(t, 1) },
	},
	{
		name:    "nightly regression renders for the seasonal landing pages, all twelve locales, portrait and square",
		version: "v6", hardware: "AMPERE_24", most: 5, queue: 8, warm: 30,
		created: 95 * day, updated: 31 * day, build: func(t taste) workflow { return textToImage(t, 0) },
	},
	{
		name: "hunyuan-3d-mesh-test", workflow: "00000000-0000-0000-0000-000000001214", version: "v1", hardware: "ADA_48_PLUS",
		most: 1, queue: 1, warm: 60, created: 2 * day, updated: 2 * day,
	},
}

var demoOtherTeam = []demo{
	{
		name: "sd35-large-thumbnails", version: "v3", hardware: "AMPERE_24", least: 1, most: 2, queue: 4, warm: 120,
		created: 73 * day, updated: 6 * day, readme: "image", build: func(t taste) workflow { return textToImage(t, 0) },
	},
	{
		name: "wan-2.2-text-to-video", version: "v1", hardware: "AMPERE_80", most: 2, queue: 1, warm: 60,
		created: 15 * day, updated: 4 * day, readme: "video", build: func(t taste) workflow { return wan(t, false) },
	},
	{
		name: "background-removal-queue", version: "v8", hardware: "TURING_16", most: 3, queue: 10, warm: 0, paused: true,
		created: 150 * day, updated: 60 * day, readme: "edit", build: inpaint,
	},
}

// handmade returns the demo deployments for the account that the token opens.
func handmade(token string) []demo {
	if token == DemoTokenB {
		return demoOtherTeam
	}
	return demoTeam
}

// deployment makes the deployment with an id.
func (m demo) deployment(id string, now time.Time) Deployment {
	// Whole days would make every row change at the same minute.
	jitter := time.Duration(tasteOf(purposeContent, len(m.name)).Int64N(int64(40 * time.Minute)))
	d := Deployment{
		ID: id, Name: m.name, WorkflowID: m.workflow, WorkflowVersion: m.version,
		Hardware: []string{m.hardware}, MinInstances: m.least, MaxInstances: m.most, QueueSize: m.queue, KeepWarm: m.warm,
		Status: "standby", IsEnabled: !m.paused,
		CreatedAt: now.Add(-m.created - jitter).Truncate(time.Microsecond),
		UpdatedAt: now.Add(-m.updated - jitter).Truncate(time.Microsecond),
	}
	if d.WorkflowID == "" {
		d.WorkflowID = madeID("demo workflow", m.name)
	}
	if m.readme != "" {
		d.Readme = readmeFor(m.readme, d)
	}
	if m.build != nil {
		d.Payload = payloadOf(m.build(tasteOf(purposeContent, len(m.name))), d.WorkflowID)
	}
	return d
}
