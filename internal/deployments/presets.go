package deployments

import (
	"maps"
	"strconv"
)

// Preset is a way to scale for whoever does not want to weigh every number.
type Preset struct {
	ID    string // in addresses
	Draft Draft  // the fields it sets
}

// Presets are all of them within the limits, cheapest first.
func (l Limits) Presets() []Preset {
	preset := func(id string, low, high, keepWarm int64) Preset {
		n := func(v int64) string { return strconv.FormatInt(v, 10) }
		return Preset{ID: id, Draft: Draft{FieldMinInstances: n(min(low, l.MinInstances)), FieldMaxInstances: n(min(high, l.MaxInstances)), FieldKeepWarm: n(keepWarm)}}
	}
	return []Preset{preset("cheapest", 0, 1, 0), preset("balanced", 0, 3, 60), preset("always_warm", 1, 3, 60)}
}

// Preset finds one by its id.
func (l Limits) Preset(id string) (Preset, bool) {
	for _, p := range l.Presets() {
		if p.ID == id {
			return p, true
		}
	}
	return Preset{}, false
}

// With is the draft with the fields of another one over its own.
func (d Draft) With(over Draft) Draft {
	out := maps.Clone(d)
	maps.Copy(out, over)
	return out
}

// Has tells whether the draft says the same as part, field by field.
func (d Draft) Has(part Draft) bool {
	for f, v := range part {
		if oneLine(d[f]) != v {
			return false
		}
	}
	return true
}
