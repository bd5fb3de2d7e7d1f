package workflow

import (
	"path"
	"slices"
	"strings"
)

// Outline is what a workflow does, in a few facts.
type Outline struct {
	Models   []Mention // files of models, LoRAs and the like
	Prompts  []Mention
	Sampling []Mention // one per node that samples
	Seeds    []Mention
	Sizes    []Mention
	Takes    []Mention // pictures, videos and sounds it starts from
	Gives    []Mention // what it saves
	Custom   []ClassCount
}

// Mention is a fact with the node that states it.
type Mention struct {
	Label  string // "LoRA", "Positive prompt"
	Text   string
	Node   int
	Input  int    // index of the input; None when it is about several
	Detail string // "strength 0.8"
}

// Outline pulls out what a reader wants to know first.
func (g *Graph) Outline() Outline {
	var o Outline
	custom := map[string]int{}
	next := g.Next()
	for i := range g.Nodes {
		n := &g.Nodes[i]
		if n.Form != FormNode {
			continue
		}
		if !isCore(n.Class) {
			custom[n.Class]++
		}
		o.values(g, next, i)
		o.sizes(n, i)
		o.sampling(n, i)
	}
	o.Custom, _ = ranked(custom)
	return o
}

// values looks at every input of a node by itself.
func (o *Outline) values(g *Graph, next [][]int, i int) {
	n := &g.Nodes[i]
	for k, in := range n.Inputs {
		m := Mention{Text: in.Value.Text, Node: i, Input: k}
		text := in.Link == None && in.Value.Kind == KindString && strings.TrimSpace(in.Value.Text) != ""
		switch {
		case in.Link != None:
		case modelKind(n.Class, in) != "":
			m.Label, m.Detail = modelKind(n.Class, in), n.strength()
			o.Models = append(o.Models, m)
		case (in.Name == "seed" || in.Name == "noise_seed" || in.Name == "rand_seed") && in.Value.Kind == KindNumber:
			m.Label = "Seed"
			o.Seeds = append(o.Seeds, m)
		case text && in.Name == "filename_prefix":
			m.Label = n.Name()
			o.Gives = append(o.Gives, m)
		case text && isMedia(n.Class, in):
			m.Label = n.Name()
			o.Takes = append(o.Takes, m)
		case text && isPrompt(n.Class, in.Name):
			m.Label = g.promptLabel(next, i, in.Name)
			o.Prompts = append(o.Prompts, m)
		}
	}
}

// modelFiles are the endings of files with weights.
var modelFiles = []string{".safetensors", ".ckpt", ".pt", ".pt2", ".pth", ".bin", ".gguf", ".onnx", ".sft", ".pkl", ".engine"}

// modelKind names the kind of model whose file an input names; "" when it names none.
func modelKind(class string, in Input) string {
	if in.Link != None || in.Value.Kind != KindString || !slices.Contains(modelFiles, strings.ToLower(path.Ext(in.Value.Text))) {
		return ""
	}
	about := strings.ToLower(class + " " + in.Name)
	for _, kind := range []struct{ word, name string }{
		{"lora", "LoRA"},
		{"controlnet", "ControlNet"},
		{"control_net", "ControlNet"},
		{"upscale", "Upscale model"},
		{"clip_vision", "CLIP vision"},
		{"clipvision", "CLIP vision"},
		{"style_model", "Style model"},
		{"ipadapter", "IP adapter"},
		{"ckpt", "Checkpoint"},
		{"checkpoint", "Checkpoint"},
		{"vae", "VAE"},
		{"unet", "Diffusion model"},
		{"clip", "Text encoder"},
		{"embed", "Embedding"},
	} {
		if strings.Contains(about, kind.word) {
			return kind.name
		}
	}
	return "Model"
}

func (n *Node) strength() string {
	for _, in := range n.Inputs {
		if (in.Name == "strength_model" || in.Name == "strength" || in.Name == "lora_strength") && in.Link == None && in.Value.Kind == KindNumber {
			return "strength " + in.Value.Text
		}
	}
	return ""
}

// mediaFiles are the endings of pictures, videos and sounds.
var mediaFiles = []string{".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".mp4", ".webm", ".mov", ".mkv", ".wav", ".mp3", ".flac", ".ogg", ".m4a"}

func isMedia(class string, in Input) bool {
	return strings.HasPrefix(class, "Load") && slices.Contains([]string{"image", "video", "audio", "mask", "file"}, in.Name) ||
		slices.Contains(mediaFiles, strings.ToLower(path.Ext(in.Value.Text)))
}

func isPrompt(class, input string) bool {
	switch input {
	case "text", "prompt", "positive_prompt", "negative_prompt", "clip_l", "clip_g", "t5xxl", "text_g", "text_l", "wildcard_text", "positive", "negative":
		return true
	}
	return input == "string" || input == "value" && strings.Contains(class, "String")
}

// promptLabel follows what is encoded to where it is used: as what is wanted, or as what is not.
func (g *Graph) promptLabel(next [][]int, node int, input string) string {
	switch {
	case strings.HasPrefix(input, "positive"):
		return "Positive prompt"
	case strings.HasPrefix(input, "negative"):
		return "Negative prompt"
	}
	wanted, unwanted := false, false
	seen := map[int]bool{node: true}
	for queue := []int{node}; len(queue) > 0; queue = queue[1:] {
		for _, to := range next[queue[0]] {
			for _, in := range g.Nodes[to].Inputs {
				if in.Link == None || g.Links[in.Link].From != queue[0] {
					continue
				}
				switch {
				case strings.HasPrefix(in.Name, "positive"):
					wanted = true
				case strings.HasPrefix(in.Name, "negative"):
					unwanted = true
				case !seen[to]:
					seen[to] = true
					queue = append(queue, to)
				}
			}
		}
		if len(seen) > 200 {
			break // far beyond what encodes a prompt
		}
	}
	switch {
	case wanted && !unwanted:
		return "Positive prompt"
	case unwanted && !wanted:
		return "Negative prompt"
	}
	return "Prompt"
}

// number returns the text of an input that is a number.
func (n *Node) number(name string) string {
	for _, in := range n.Inputs {
		if in.Name == name && in.Link == None && in.Value.Kind == KindNumber {
			return in.Value.Text
		}
	}
	return ""
}

func (o *Outline) sizes(n *Node, i int) {
	w, h := n.number("width"), n.number("height")
	if w == "" || h == "" {
		return
	}
	m := Mention{Label: n.Name(), Text: w + " × " + h, Node: i, Input: None}
	for _, name := range []string{"length", "batch_size"} {
		if v := n.number(name); v != "" && v != "1" {
			m.Detail = strings.TrimPrefix(m.Detail+", "+strings.TrimSuffix(name, "_size")+" "+v, ", ")
		}
	}
	o.Sizes = append(o.Sizes, m)
}

func (o *Outline) sampling(n *Node, i int) {
	var words []string
	for _, name := range []string{"sampler_name", "scheduler"} {
		for _, in := range n.Inputs {
			if in.Name == name && in.Link == None && in.Value.Kind == KindString {
				words = append(words, in.Value.Text)
			}
		}
	}
	for _, word := range []struct{ name, before, after string }{{"steps", "", " steps"}, {"cfg", "CFG ", ""}, {"guidance", "guidance ", ""}, {"denoise", "denoise ", ""}} {
		if v := n.number(word.name); v != "" && (word.name != "denoise" || v != "1") {
			words = append(words, word.before+v+word.after)
		}
	}
	if len(words) > 0 {
		o.Sampling = append(o.Sampling, Mention{Label: n.Name(), Text: strings.Join(words, ", "), Node: i, Input: None})
	}
}
