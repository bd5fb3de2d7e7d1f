package fleet

import "strings"

func fold(s string) string { return strings.ToLower(s) }

// texts are what a word is looked for in: the different values of each column, folded, and the ids.
type texts struct {
	columns []searched
	ids     string // with a blank after each
}

// searched is a column: a word is looked for once in each value, not in every row.
type searched struct {
	of    []int32
	texts *lines // of its values
}

// idStride is what an id with its blank takes in texts.ids.
const idStride = 36 + 1

func (x *Index) newTexts(words func(sku string) string) *texts {
	t := &texts{}
	for _, c := range []struct {
		values *dictionary
		text   func(string) string
	}{
		{&x.name, func(folded string) string { return folded }},
		{&x.status, fold},
		{&x.version, fold},
		{&x.workflow, fold},
		{&x.sku, func(sku string) string { return hardwareText(words, sku) }},
	} {
		values := c.values.values
		t.columns = append(t.columns, searched{c.values.of, newLines(len(values), func(i int) string { return c.text(values[i]) })})
	}
	var ids strings.Builder
	ids.Grow(x.Len() * idStride)
	for i := range x.Len() {
		ids.WriteString(x.snapshot.ID(i))
		ids.WriteByte(' ')
	}
	t.ids = ids.String()
	return t
}

// hardwareText is what hardware is found by.
func hardwareText(words func(sku string) string, skus ...string) string {
	var text strings.Builder
	for _, sku := range skus {
		text.WriteString(fold(sku + "\n" + words(sku) + "\n"))
	}
	return text.String()
}

// powerTexts are what the states are found by.
var powerTexts = [...]string{powerUnknown: "", enabled: "enabled", paused: "paused"}

// search returns, per row, whether it holds every word.
func (x *Index) search(query string, j *joined) []bool {
	hits := make([]bool, x.Len())
	for i := range hits {
		hits[i] = true
	}
	for _, w := range SplitWords(query) {
		x.narrow(hits, w, j)
	}
	return hits
}

// narrow takes the rows that do not hold the word out of hits.
func (x *Index) narrow(hits []bool, word string, j *joined) {
	t := x.texts()
	var held []column // the columns in which some value holds the word
	for _, c := range t.columns {
		if values := c.texts.holding(word); values != nil {
			held = append(held, column{c.of, values})
		}
	}
	if j != nil {
		if values := j.notes.texts().holding(word); values != nil {
			held = append(held, column{j.of, values})
		}
	}
	var states [len(powerTexts)]bool
	for p, text := range powerTexts {
		states[p] = strings.Contains(text, word)
	}
	inIDs := strings.Trim(word, "0123456789abcdef-") == ""
	var ids []bool
	if inIDs && len(word) > fewLetters {
		ids = t.rowsByID(word, len(hits))
	}
rows:
	for i, hit := range hits {
		if !hit || states[x.power[i]] || ids != nil && ids[i] {
			continue
		}
		for _, c := range held {
			if c.values[c.of[i]] {
				continue rows
			}
		}
		hits[i] = len(x.more) > 0 && strings.Contains(x.more[int32(i)], word) || inIDs && ids == nil && strings.Contains(t.id(i), word)
	}
}

// column says which values of a searched column are wanted.
type column struct {
	of     []int32
	values []bool
}

// fewLetters are in so many ids that it is quicker to look into those that matter than for all that have them.
const fewLetters = 2

func (t *texts) id(row int) string { return t.ids[row*idStride : (row+1)*idStride] }

// rowsByID returns, per row, whether its id holds the word.
func (t *texts) rowsByID(word string, n int) []bool {
	rows := make([]bool, n)
	for from := 0; ; {
		at := strings.Index(t.ids[from:], word)
		if at < 0 {
			return rows
		}
		row := (from + at) / idStride
		rows[row] = true
		from = (row + 1) * idStride
	}
}
