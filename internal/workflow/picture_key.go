package workflow

import (
	"cmp"
	"slices"
)

// keyNames are the inputs that say most, the most telling first.
var keyNames = []string{
	"text", "prompt", "image", "video", "audio", "seed", "noise_seed", "steps", "cfg", "guidance", "sampler_name", "scheduler", "denoise",
	"width", "height", "length", "strength", "strength_model", "fps", "frame_rate", "filename_prefix",
}

// keyInputs are the inputs that are values: those that changed first, then files, then those with telling names.
func (n *Node) keyInputs() []*Input {
	type ranked struct {
		rank int
		in   *Input
	}
	list := make([]ranked, 0, len(n.Inputs))
	for i := range n.Inputs {
		if in := &n.Inputs[i]; in.Link == None {
			list = append(list, ranked{n.keyRank(in), in})
		}
	}
	slices.SortStableFunc(list, func(a, b ranked) int { return cmp.Compare(a.rank, b.rank) })
	out := make([]*Input, len(list))
	for i := range list {
		out[i] = list[i].in
	}
	return out
}

func (n *Node) keyRank(in *Input) int {
	at := slices.Index(keyNames, in.Name)
	switch {
	case in.Change != Same:
		return -2
	case modelKind(n.Class, *in) != "":
		return -1
	case at < 0:
		return len(keyNames)
	}
	return at
}
