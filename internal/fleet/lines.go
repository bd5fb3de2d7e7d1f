package fleet

import "strings"

// lines are texts that a word is looked for in all at once: one after another, each with a line feed behind it. A word holds no
// blank, so that none is found across two of them.
type lines struct {
	all  string
	ends []int32    // per text
	seen [256]int32 // how often each byte stands in all
}

// newLines joins n texts.
func newLines(n int, text func(i int) string) *lines {
	l := &lines{ends: make([]int32, 0, n)}
	var all []byte
	for i := range n {
		all = append(append(all, text(i)...), '\n')
		l.ends = append(l.ends, int32(len(all)))
	}
	l.all = string(all)
	for i := range len(l.all) {
		l.seen[l.all[i]]++
	}
	return l
}

// holding returns which texts hold the word, nil when none does.
func (l *lines) holding(word string) (values []bool) {
	rare := l.rarest(word)
	for from, place := 0, 0; from+rare < len(l.all); {
		at := strings.IndexByte(l.all[from+rare:], word[rare])
		if at < 0 {
			break
		}
		if from += at; !strings.HasPrefix(l.all[from:], word) {
			from++
			continue
		}
		for int(l.ends[place]) <= from {
			place++
		}
		if values == nil {
			values = make([]bool, len(l.ends))
		}
		values[place] = true
		from = int(l.ends[place])
	}
	return values
}

// rarest returns the place of the byte in a word that the fewest texts have: looking for it skips most of them at once.
func (l *lines) rarest(word string) (at int) {
	for i := range len(word) {
		if l.seen[word[i]] < l.seen[word[at]] {
			at = i
		}
	}
	return at
}
