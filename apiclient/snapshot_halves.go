package apiclient

import "bytes"

// elements scans the array behind its bracket, to behind the closing one. The second half of a long one is scanned at the same time,
// on another processor if there is one, from where an element seems to begin. Whether one does shows when the first half ends there;
// if not, or if anything was wrong with the second half, it was for nothing.
func (s *scanner) elements() bool {
	if s.space(); s.take(']') {
		s.closed = true
		return true
	}
	guess := s.guess()
	if guess < 0 {
		return s.run(len(s.body)) && s.closed
	}
	half := newScanner(s.body)
	half.pos, half.array, half.wrapped, half.seed = guess, guess, s.wrapped, s.seed
	done := make(chan bool, 1)
	go func() {
		ok := false
		defer func() { _ = recover(); done <- ok }() // what panics does so again, where somebody catches it
		ok = half.run(len(half.body)) && half.closed
	}()
	ok := s.run(guess)
	if whole := <-done; ok && whole && s.pos == guess {
		s.join(half)
		return true
	}
	return ok && s.run(len(s.body)) && s.closed
}

// guess returns where about half of the array's elements seem to be over, -1 if that is not worth it or not to be seen.
func (s *scanner) guess() int {
	if len(s.body)-s.pos < s.long {
		return -1
	}
	middle := s.pos + (len(s.body)-s.pos)/2
	for _, seam := range []string{"},{", "}, {"} { // as services write
		if at := bytes.Index(s.body[middle:], []byte(seam)); at >= 0 {
			return middle + at + len(seam) - 1
		}
	}
	return -1
}

// join adds what the other scanner found behind this one's last element.
func (s *scanner) join(other *scanner) {
	from := len(s.rows)
	s.rows = append(s.rows, other.rows...)
	if moved := uint32(len(s.extra)); moved > 0 && len(other.extra) > 0 {
		for i := range s.rows[from:] {
			s.rows[from+i].move(moved)
		}
	}
	s.extra = append(s.extra, other.extra...)
	s.pos, s.closed = other.pos, other.closed
}

// move lets the row's extra texts follow to where they are now.
func (r *row) move(by uint32) {
	for _, p := range []*span{&r.id, &r.name, &r.workflowID, &r.version, &r.status, &r.sku, &r.created, &r.updated} {
		if p.at >= elsewhere {
			p.at += by
		}
	}
}
