package sandbox

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"
)

// blanks is the padding of huge answers: JSON allows any amount before a value.
var blanks = sync.OnceValue(func() []byte { return bytes.Repeat([]byte(" "), 1<<20) })

// object is a JSON object whose members keep their text.
type object map[string]json.RawMessage

// rewriting changes the deployment of an answer, or each one of a list. Refusals stay as they are.
func rewriting(change func(object)) func(answer) answer {
	return func(a answer) answer {
		var one object
		if a.status == http.StatusOK && json.Unmarshal(a.body, &one) == nil {
			change(one)
			a.body = encode(one)
			return a
		}
		var list []object
		if a.status == http.StatusOK && json.Unmarshal(a.body, &list) == nil {
			for _, d := range list {
				change(d)
			}
			a.body = encode(list)
		}
		return a
	}
}

func setting(name, value string) func(object) {
	return func(d object) { d[name] = json.RawMessage(value) }
}

// changeID swaps the first digit of the id, so that it stays a UUID.
func changeID(d object) {
	id := bytes.Clone(d["id"])
	if len(id) < 2 {
		return
	}
	if id[1] == 'a' {
		id[1] = 'b'
	} else {
		id[1] = 'a'
	}
	d["id"] = id
}

// prefixing puts a member before the others of each deployment; re-encoding a map could not write a key twice.
func prefixing(member string) func(answer) answer {
	return func(a answer) answer {
		if a.status == http.StatusOK {
			a.body = bytes.ReplaceAll(a.body, []byte(`{"id":`), []byte(`{`+member+`"id":`))
		}
		return a
	}
}

func wrap(a answer) answer {
	if a.status == http.StatusOK && bytes.HasPrefix(a.body, []byte("[")) {
		a.body = append(append([]byte(`{"deployments":`), a.body...), '}')
	}
	return a
}

// truncate sends half of the body under the full length; net/http then closes the connection.
func (x *exchange) truncate(a answer) {
	x.head(a, len(a.body))
	_, _ = x.w.Write(a.body[:len(a.body)/2])
}

// dribble sends half of the body, waits, and sends the rest.
func (x *exchange) dribble(a answer, pause time.Duration) {
	x.head(a, len(a.body))
	half := len(a.body) / 2
	_, _ = x.w.Write(a.body[:half])
	_ = http.NewResponseController(x.w).Flush()
	if !x.wait(pause) {
		panic(http.ErrAbortHandler)
	}
	_, _ = x.w.Write(a.body[half:])
}

// pad sends the body behind blanks, size bytes in all.
func (x *exchange) pad(a answer, size int64) {
	missing := max(0, size-int64(len(a.body)))
	x.head(a, len(a.body)+int(missing))
	blanks := blanks()
	for missing > 0 {
		n, err := x.w.Write(blanks[:min(missing, int64(len(blanks)))])
		if err != nil {
			return // the client has had enough
		}
		missing -= int64(n)
	}
	_, _ = x.w.Write(a.body)
}

// bomb sends what pad sends, compressed. The blanks are compressed once: gzip streams may be joined end to end.
func (x *exchange) bomb(a answer, size int64) {
	blanks := blanks()
	chunk := compress(blanks)
	missing := max(0, size-int64(len(a.body)))
	whole := missing / int64(len(blanks))
	tail := compress(append(bytes.Clone(blanks[:missing%int64(len(blanks))]), a.body...))
	x.w.Header().Set("Content-Encoding", "gzip")
	x.head(a, len(chunk)*int(whole)+len(tail))
	for range whole {
		if _, err := x.w.Write(chunk); err != nil {
			return
		}
	}
	_, _ = io.Copy(x.w, bytes.NewReader(tail))
}

func compress(data []byte) []byte {
	var buf bytes.Buffer
	out := gzip.NewWriter(&buf)
	_, _ = out.Write(data) // a bytes.Buffer takes everything
	_ = out.Close()
	return buf.Bytes()
}
