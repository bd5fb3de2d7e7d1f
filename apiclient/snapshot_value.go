package apiclient

import "github.com/go-json-experiment/json/jsontext"

// value reads the value of a member and stores what it says in the row, as Deployment.set does.
func (s *scanner) value(r *row, key field) bool {
	switch c := s.peek(); {
	case c == '"':
		extra := len(s.extra)
		v, ok := s.text()
		if !ok {
			return false
		}
		if key == fieldName || key == fieldWorkflowID || key == fieldVersion || key == fieldStatus {
			v = s.again(v)
		}
		if !r.setText(key, v) {
			s.extra = s.extra[:extra]
		}
		return true
	case c == '-' || '0' <= c && c <= '9':
		return s.number(r, key)
	case c == '[' && key == fieldHardware:
		return s.hardware(r)
	case c == 't':
		r.setEnabled(key, true)
		return s.literal("true")
	case c == 'f':
		r.setEnabled(key, false)
		return s.literal("false")
	default:
		return s.literal("null")
	}
}

// setText stores a text, and reports whether the field keeps texts.
func (r *row) setText(key field, v span) bool {
	switch key {
	case fieldID:
		r.id = v
	case fieldName:
		r.name = v
	case fieldWorkflowID:
		r.workflowID = v
	case fieldVersion:
		r.version = v
	case fieldStatus:
		r.status = v
	case fieldCreatedAt:
		r.created = v
	case fieldUpdatedAt:
		r.updated = v
	case fieldHardware:
		r.sku, r.hasSKU = v, true
	default:
		return false
	}
	return true
}

func (r *row) setEnabled(key field, v bool) {
	if key == fieldEnabled {
		r.enabled, r.hasEnabled = v, true
	}
}

// number reads a whole number of at most 18 digits, which always fits.
func (s *scanner) number(r *row, key field) bool {
	start := s.pos
	negative := s.take('-')
	digits := s.pos
	var n int64
	for c := s.peek(); '0' <= c && c <= '9'; c = s.peek() {
		n = n*10 + int64(c-'0')
		if s.pos++; s.pos-digits > 18 {
			return false
		}
	}
	switch c := s.peek(); {
	case s.pos == digits, s.body[digits] == '0' && s.pos > digits+1, c == '.', c == 'e', c == 'E':
		return false
	}
	if negative {
		n = -n
	}
	switch key {
	case fieldMin:
		r.minimum, r.hasMin = n, true
	case fieldMax:
		r.maximum, r.hasMax = n, true
	case fieldQueue:
		r.queue, r.hasQueue = n, true
	case fieldKeepWarm:
		r.keepWarm, r.hasWarm = n, true
	case fieldHardware: // texts only
	default:
		r.setText(key, span{uint32(start), uint32(s.pos - start)})
	}
	return true
}

// hardware reads an array of one text, or of none.
func (s *scanner) hardware(r *row) bool {
	s.pos++
	s.space()
	if s.peek() == '"' {
		v, ok := s.text()
		if !ok {
			return false
		}
		r.sku, r.hasSKU = s.again(v), true
		s.space()
	}
	return s.take(']')
}

// text reads a string, unescaped.
func (s *scanner) text() (span, bool) {
	start := s.pos
	end, escaped := stringEnd(s.body, start+1)
	if end < 0 {
		return span{}, false
	}
	s.pos = end
	if !escaped {
		return span{uint32(start + 1), uint32(end - start - 2)}, true
	}
	at := len(s.extra)
	var err error
	s.extra, err = jsontext.AppendUnquote(s.extra, s.body[start:end])
	return s.extraFrom(at), err == nil
}

func (s *scanner) extraFrom(at int) span {
	return span{elsewhere + uint32(at), uint32(len(s.extra) - at)}
}

// bytes returns a text.
func (s *scanner) bytes(p span) []byte {
	if p.at >= elsewhere {
		return s.extra[p.at-elsewhere:][:p.n]
	}
	return s.body[p.at:][:p.n]
}

// decode reads the element at pos with the decoder and fills the row from the deployment.
func (s *scanner) decode(r *row) bool {
	start := s.pos
	if s.peek() != '{' || !s.skip() {
		return false
	}
	d, err := s.decoder.read(s.body[start:s.pos], s.wrapped)
	if err != nil {
		return false
	}
	r.id, r.name, r.workflowID = s.add(d.ID), s.add(d.Name), s.add(d.WorkflowID)
	r.version, r.status = s.add(d.WorkflowVersion), s.add(d.Status)
	r.created, r.updated = s.add(d.CreatedAt.Raw), s.add(d.UpdatedAt.Raw)
	if len(d.Hardware) > 0 {
		r.sku, r.hasSKU, r.moreHardware = s.add(d.Hardware[0]), true, len(d.Hardware) > 1
	}
	r.minimum, r.hasMin = d.MinInstances.Value, d.MinInstances.Known
	r.maximum, r.hasMax = d.MaxInstances.Value, d.MaxInstances.Known
	r.queue, r.hasQueue = d.QueueSize.Value, d.QueueSize.Known
	r.keepWarm, r.hasWarm = d.KeepWarmDurationInSeconds.Value, d.KeepWarmDurationInSeconds.Known
	r.enabled, r.hasEnabled = d.IsEnabled.Value, d.IsEnabled.Known
	return true
}

// add keeps a text that was decoded.
func (s *scanner) add(text string) span {
	at := len(s.extra)
	s.extra = append(s.extra, text...)
	return s.extraFrom(at)
}
