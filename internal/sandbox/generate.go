package sandbox

import (
	"crypto/sha256"
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

//go:embed readmes/*.md
var readmes embed.FS

// What the numbers of tasteOf are used for.
const (
	purposeKind uint64 = iota + 1
	purposeSettings
	purposeContent
)

// accountSpan keeps the numbers of generated deployments apart between accounts.
const accountSpan = 1_000_000

// archetype is a kind of deployment that teams run.
type archetype struct {
	models   []string
	tasks    []string
	hardware []string
	readme   string
	build    func(taste) workflow
}

var archetypes = []archetype{
	{
		[]string{"flux-dev", "flux", "flux-kontext"},
		[]string{"product-shots", "hero-images", "packaging", "moodboards"},
		[]string{"ADA_48_PLUS", "AMPERE_80", "ADA_80_PLUS"},
		"flux", func(t taste) workflow { return flux(t, 38*t.IntN(2)) },
	},
	{
		[]string{"sdxl", "juggernaut-xl", "sd35-large"},
		[]string{"text to image", "thumbnails", "icons", "backgrounds"},
		[]string{"TURING_16", "AMPERE_24", "AMPERE_48"},
		"image", func(t taste) workflow { return textToImage(t, 0) },
	},
	{
		[]string{"sdxl-lora", "flux-lora"},
		[]string{"brand-style", "line-art", "character-sheets", "film-look"},
		[]string{"AMPERE_24", "AMPERE_48"},
		"image", func(t taste) workflow { return textToImage(t, 1+t.IntN(4)) },
	},
	{
		[]string{"wan-2.2", "wan-2.1"},
		[]string{"image to video", "text to video", "loops", "product-spins"},
		[]string{"AMPERE_80", "ADA_80_PLUS", "HOPPER_141"},
		"video", func(t taste) workflow { return wan(t, t.chance(60)) },
	},
	{
		[]string{"ltx-video", "ltxv-13b"},
		[]string{"previews", "storyboards", "social-clips"},
		[]string{"AMPERE_48", "ADA_48_PLUS"},
		"video", ltx,
	},
	{
		[]string{"sdxl", "sd15"},
		[]string{"inpaint", "object-removal", "background swap", "retouch"},
		[]string{"AMPERE_24", "AMPERE_48"},
		"edit", inpaint,
	},
	{
		[]string{"controlnet-canny", "controlnet-union", "sdxl-controlnet"},
		[]string{"interiors", "sketch to render", "facades"},
		[]string{"AMPERE_48", "ADA_48_PLUS"},
		"image", controlled,
	},
	{
		[]string{"4x-upscale", "esrgan", "upscale"},
		[]string{"photos", "print", "archive", "thumbnails"},
		[]string{"TURING_16", "AMPERE_24"},
		"upscale", upscale,
	},
	{
		[]string{"storefront", "catalogue"},
		[]string{"composite", "sheet", "lookbook"},
		[]string{"AMPERE_80", "HOPPER_141"},
		"composite", func(t taste) workflow { return composite(t, 2+t.IntN(3)) },
	},
}

// fill puts the demo deployments and the generated ones into a new account, the number-th of this sandbox.
func (s *Sandbox) fill(a *account, number int, token string) {
	now := s.instant()
	if s.opts.Demo {
		for i, m := range handmade(token) {
			a.put(newRecord(m.deployment(madeID(a.key, i), now)))
		}
	}
	for i := len(a.list); i < s.opts.Deployments; i++ {
		n := number*accountSpan + i + 1
		d := sampleSettings(n, now)
		d.ID = madeID(a.key, i)
		a.put(newSample(d, n))
	}
}

// sampleKind is the index of the archetype of the n-th generated deployment.
func sampleKind(n int) int { return tasteOf(purposeKind, n).IntN(len(archetypes)) }

// sampleSettings makes the n-th generated deployment without its id, payload and readme.
func sampleSettings(n int, now time.Time) Deployment {
	t, kind := tasteOf(purposeSettings, n), sampleKind(n)
	k := archetypes[kind]
	d := Deployment{
		Name:            k.name(t, n),
		WorkflowID:      madeID("workflow", kind*50+t.IntN(50)),
		WorkflowVersion: fmt.Sprintf("v%d", 1+t.IntN(12)),
		Hardware:        []string{t.one(k.hardware...)},
		MaxInstances:    1 + int64(t.IntN(4)),
		QueueSize:       1,
		KeepWarm:        []int64{60, 60, 60, 0, 30, 120, 300, 900, 3600}[t.IntN(9)],
		Status:          "standby",
		IsEnabled:       !t.chance(14),
	}
	if t.chance(8) {
		d.MaxInstances = 5 + int64(t.IntN(6))
	}
	if t.chance(15) {
		d.MinInstances = min(1+int64(t.IntN(3)), d.MaxInstances)
	}
	if t.chance(25) {
		d.QueueSize = int64(t.IntN(12))
	}
	if t.chance(10) { // community workflows have padded numbers
		d.WorkflowID = fmt.Sprintf("00000000-0000-0000-0000-%012d", 1000+t.IntN(400))
	}
	age := time.Duration(t.Int64N(int64(240*24*time.Hour))) + time.Hour
	d.CreatedAt = now.Add(-age).Truncate(time.Microsecond)
	d.UpdatedAt = now.Add(-time.Duration(t.Int64N(int64(age)))).Truncate(time.Microsecond)
	return d
}

// name writes a name as teams do: mostly kebab-case, some in words, a few long or in another script.
func (k archetype) name(t taste, n int) string {
	model, task := t.one(k.models...), t.one(k.tasks...)
	kebab := model + "-" + strings.ReplaceAll(task, " ", "-")
	words := strings.ReplaceAll(model, "-", " ") + " " + strings.ReplaceAll(task, "-", " ")
	switch t.IntN(24) {
	case 0:
		return words + " for the seasonal landing pages, every size from the square tile to the full-width banner, reviewed weekly"
	case 1:
		return t.one("ポスター生成", "Größenvarianten", "générateur d’affiches", "фон без людей", "商品图") + " · " + model
	case 2:
		return "A/B <" + model + "> & " + task
	case 3, 4, 5, 6:
		return words
	case 7, 8, 9:
		return words + " " + t.one("(staging)", "(copy)", "v2", "test", "EU")
	case 10, 11, 12:
		return fmt.Sprintf("%s-%03d", kebab, n%1000)
	case 13, 14, 15, 16, 17:
		return kebab + "-" + t.one("prod", "staging", "dev", "batch", "nightly")
	default:
		return kebab
	}
}

// sampleContent makes the payload and the readme of the n-th generated deployment. They are not kept: thousands of
// them would fill the memory for nothing.
func sampleContent(n int) (json.RawMessage, string) {
	d := sampleSettings(n, time.Time{})
	k := archetypes[sampleKind(n)]
	readme := ""
	if n%6 != 0 { // some teams write none
		readme = readmeFor(k.readme, d)
	}
	return payloadOf(k.build(tasteOf(purposeContent, n)), d.WorkflowID), readme
}

// payloadOf writes the payload object of a workflow.
func payloadOf(w workflow, workflowID string) json.RawMessage {
	return fmt.Appendf(nil, `{"workflow_api_json":%s,"overrides":%s,"object_info_url":%q}`, w.graph, w.overrides,
		"https://serverless-api-storage.runcomfy.net/object-infos/"+workflowID+"/object_info.json")
}

// readmeFor fills a readme in for a deployment.
func readmeFor(name string, d Deployment) string {
	text, err := readmes.ReadFile("readmes/" + name + ".md")
	if err != nil {
		panic(err) // the names are our own
	}
	return strings.NewReplacer("{{name}}", d.Name, "{{hardware}}", strings.Join(d.Hardware, ", "),
		"{{version}}", d.WorkflowVersion).Replace(string(text))
}

// madeID makes the id of a thing that is always the same.
func madeID(what string, which any) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "comfydeck sandbox %s %v", what, which))
	return formatID([16]byte(sum[:16]))
}
