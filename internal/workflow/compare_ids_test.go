package workflow

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Two workflows that began as templates: they share many ids, and what stands under them only in part.
const (
	inpainting = `"4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "inpainting.safetensors"}},
	"10": {"class_type": "LoadImage", "inputs": {"image": "input.png"}},
	"11": {"class_type": "GrowMask", "inputs": {"expand": 6, "mask": ["10", 1]}},
	"6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a mug", "clip": ["4", 1]}},
	"7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry", "clip": ["4", 1]}},
	"12": {"class_type": "InpaintModelConditioning", "inputs": {"positive": ["6", 0], "negative": ["7", 0], "vae": ["4", 2], "pixels": ["10", 0], "mask": ["11", 0]}},
	"13": {"class_type": "DifferentialDiffusion", "inputs": {"model": ["4", 0]}},
	"3": {"class_type": "KSampler", "inputs": {"seed": 1, "model": ["13", 0], "positive": ["12", 0], "negative": ["12", 1], "latent_image": ["12", 2]}},
	"8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
	"9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "inpaint", "images": ["8", 0]}}`
	following = `"4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "base.safetensors"}},
	"10": {"class_type": "LoadImage", "inputs": {"image": "room.jpg"}},
	"11": {"class_type": "Canny", "inputs": {"low": 0.2, "image": ["10", 0]}},
	"12": {"class_type": "ControlNetLoader", "inputs": {"control_net_name": "canny.safetensors"}},
	"6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a room", "clip": ["4", 1]}},
	"7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry", "clip": ["4", 1]}},
	"13": {"class_type": "ControlNetApplyAdvanced", "inputs": {"positive": ["6", 0], "negative": ["7", 0], "control_net": ["12", 0], "image": ["11", 0]}},
	"5": {"class_type": "EmptyLatentImage", "inputs": {"width": 512}},
	"3": {"class_type": "KSampler", "inputs": {"seed": 2, "model": ["4", 0], "positive": ["13", 0], "negative": ["13", 1], "latent_image": ["5", 0]}},
	"8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
	"9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "room", "images": ["8", 0]}}`
	fluxing = `"12": {"class_type": "UNETLoader", "inputs": {"unet_name": "flux1-dev.safetensors"}},
	"11": {"class_type": "DualCLIPLoader", "inputs": {"clip_name1": "t5xxl.safetensors"}},
	"10": {"class_type": "VAELoader", "inputs": {"vae_name": "ae.safetensors"}},
	"6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a shoe", "clip": ["11", 0]}},
	"22": {"class_type": "BasicGuider", "inputs": {"model": ["12", 0], "conditioning": ["6", 0]}},
	"13": {"class_type": "SamplerCustomAdvanced", "inputs": {"guider": ["22", 0]}},
	"8": {"class_type": "VAEDecode", "inputs": {"samples": ["13", 0], "vae": ["10", 0]}},
	"9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "flux", "images": ["8", 0]}}`
	scaling = `"1": {"class_type": "LoadImage", "inputs": {"image": "input.png"}},
	"3": {"class_type": "ImageUpscaleWithModel", "inputs": {"image": ["1", 0]}},
	"4": {"class_type": "ImageScaleBy", "inputs": {"scale_by": 0.5, "image": ["3", 0]}}`
)

// next is what two people made of one workflow: each added a node, and both got the next number.
func next(node string) string { return base + `, "9": ` + node }

// many take the same from one node of a class.
func many(class string) string {
	nodes := []string{fmt.Sprintf(`"1": {"class_type": %q, "inputs": {}}`, class)}
	for i := range 40 {
		nodes = append(nodes, fmt.Sprintf(`"%d": {"class_type": "Scale", "inputs": {"width": %d, "image": ["1", 0]}}`, 10+i, i))
	}
	return strings.Join(nodes, ", ")
}

// joined are the pairs of a comparison whose classes differ or whose ids do: what a reader must be told with good reason.
func joined(c *Comparison) (out []string) {
	for _, p := range c.Pairs {
		if p.A == None || p.B == None {
			continue
		}
		if x, y := c.A.Nodes[p.A], c.B.Nodes[p.B]; x.Class != y.Class || p.Moved {
			out = append(out, fmt.Sprintf("%s %s > %s %s", x.ID, x.Class, y.ID, y.Class))
		}
	}
	return out
}

// TestCompare_Numbers: a node of another class under the same id is the same node when it stands in the same place, and a stranger
// otherwise, however many ids the two workflows share.
func TestCompare_Numbers(t *testing.T) {
	t.Parallel()
	replaced := func(text string, by ...string) string { return strings.NewReplacer(by...).Replace(text) }
	for name, tt := range map[string]struct {
		a, b string
		want []string
	}{
		"templates of two models":  {inpainting, fluxing, nil},
		"templates of one model":   {inpainting, following, nil},
		"templates of two tasks":   {following, scaling, nil},
		"nothing in common":        {base, `"3": {"class_type": "Other", "inputs": {"model": ["4", 0]}}, "4": {"class_type": "Another", "inputs": {}}`, nil},
		"two added the next one":   {next(`{"class_type": "Canny", "inputs": {"image": ["8", 0]}}`), next(`{"class_type": "SaveImage", "inputs": {"images": ["8", 0]}}`), nil},
		"both fed by one hub":      {next(`{"class_type": "Encode2", "inputs": {"pixels": ["5", 0], "vae": ["4", 2]}}`), next(`{"class_type": "Decode2", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}}`), nil},
		"a sampler replaced":       {inpainting, replaced(inpainting, "KSampler", "KSamplerAdvanced", `"seed"`, `"noise_seed"`), []string{"3 KSampler > 3 KSamplerAdvanced"}},
		"one that only gives":      {following, replaced(following, "EmptyLatentImage", "EmptySD3LatentImage"), []string{"5 EmptyLatentImage > 5 EmptySD3LatentImage"}},
		"one that only takes":      {following, replaced(following, "SaveImage", "PreviewImage", `"filename_prefix": "room", `, ""), []string{"9 SaveImage > 9 PreviewImage"}},
		"one with less of outputs": {base, replaced(base, "Load", "LoadUnet", `"clip": ["4", 1]`, `"clip": ["40", 0]`, `["4", 2]`, `["41", 0]`) + `, "40": {"class_type": "LoadClip"}, "41": {"class_type": "LoadVae"}`, nil},
		"three in a row replaced": {following, replaced(following, "KSampler", "KSamplerAdvanced", "VAEDecode", "VAEDecodeTiled", "SaveImage", "PreviewImage"), []string{
			"3 KSampler > 3 KSamplerAdvanced", "8 VAEDecode > 8 VAEDecodeTiled", "9 SaveImage > 9 PreviewImage",
		}},
		"one that gives to many": {many("LoadImage"), many("LoadFromURL"), []string{"1 LoadImage > 1 LoadFromURL"}},
		"one that is not there":  {replaced(base, `"5": {"class_type": "Empty", "inputs": {"width": 512, "height": 512}},`, ""), base, nil},
		"replaced, and another numbering": {base, replaced(base, `"4"`, `"14"`, `"6"`, `"16"`, `"7"`, `"17"`, `"8"`, `"18"`, "KSampler", "KSamplerAdvanced"), []string{
			"4 Load > 14 Load", "6 Encode > 16 Encode", "7 Encode > 17 Encode", "3 KSampler > 3 KSamplerAdvanced", "8 Decode > 18 Decode",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b := workflowOf(tt.a), workflowOf(tt.b)
			there, back := Compare(a, b), Compare(b, a)
			check(t, &there)
			if diff := cmp.Diff(tt.want, joined(&there)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if x, y := there.Tally(), back.Tally(); x.Added != y.Removed || x.Changed != y.Changed {
				t.Errorf("the way back differs: %+v, %+v", x, y)
			}
		})
	}
}

// TestCompare_Strangers: what two templates say of each other.
func TestCompare_Strangers(t *testing.T) {
	t.Parallel()
	c := Compare(workflowOf(inpainting), workflowOf(fluxing))
	got := told(&c)
	slices.Sort(got)
	want := []string{
		"+ 10", "+ 11", "+ 12", "+ 13", "+ 22", "- 10", "- 11", "- 12", "- 13", "- 3", "- 4", "- 7",
		"~ 6 changed text changed clip", "~ 8 changed samples changed vae", "~ 9 changed filename_prefix",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
