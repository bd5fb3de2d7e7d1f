package catalogue

import (
	"strings"
	"unicode/utf8"
)

// table keeps every text of an account once: classes, names of inputs and files stand in thousands of nodes.
type table struct {
	ids   map[string]uint32
	texts []string
	uses  []uint32
	free  []uint32
	bytes int64
}

// textCost is what a text costs beside its bytes: two headers, two numbers, and its place in the map.
const textCost = 96

func newTable() table { return table{ids: map[string]uint32{}} }

// add counts one more use of a text, which is cut to MaxText.
func (t *table) add(text string) (id uint32, cut bool) {
	text, cut = clip(text)
	id, ok := t.ids[text]
	if ok {
		t.uses[id]++
		return id, cut
	}
	text = strings.Clone(text) // it may be a part of something large
	if n := len(t.free); n > 0 {
		id, t.free = t.free[n-1], t.free[:n-1]
		t.texts[id], t.uses[id] = text, 1
	} else {
		id = uint32(len(t.texts))
		t.texts, t.uses = append(t.texts, text), append(t.uses, 1)
	}
	t.ids[text] = id
	t.bytes += textCost + int64(len(text))
	return id, cut
}

// drop takes one use back; a text without uses is forgotten.
func (t *table) drop(id uint32) {
	if t.uses[id]--; t.uses[id] > 0 {
		return
	}
	text := t.texts[id]
	delete(t.ids, text)
	t.bytes -= textCost + int64(len(text))
	t.texts[id] = ""
	t.free = append(t.free, id)
}

// clip cuts a text to its first MaxText bytes, at a whole character.
func clip(text string) (short string, cut bool) {
	if len(text) <= MaxText {
		return text, false
	}
	end := MaxText
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end], true
}
