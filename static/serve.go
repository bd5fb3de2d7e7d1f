package static

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// types are what the assets are. The system's own table takes half a megabyte and differs from one system to the next.
var types = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

// packers compress as well as they can, which each asset is once per start. The best that zstd can do is larger, and takes tables of
// 40 MB.
var packers = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.BestCompression)
	if err != nil {
		panic(err) // there is no such level
	}
	return w
}}

func pack(body []byte) []byte {
	w, _ := packers.Get().(*gzip.Writer)
	defer packers.Put(w)
	var buf bytes.Buffer
	w.Reset(&buf)
	_, _ = w.Write(body) // a bytes.Buffer takes everything
	_ = w.Close()
	return buf.Bytes()
}

// pick chooses the shorter form, if an Accept-Encoding header allows it.
func (a *Asset) pick(accept string) (encoding string, body []byte) {
	if accepts(accept, "gzip") {
		if packed := a.packed(); len(packed) < len(a.body) {
			return "gzip", packed
		}
	}
	return "", a.body
}

// accepts reads an Accept-Encoding header: a coding counts unless its quality is zero.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		q, ok := strings.CutPrefix(strings.ToLower(strings.ReplaceAll(params, " ", "")), "q=")
		value, err := strconv.ParseFloat(q, 64)
		return !ok || err != nil || value > 0
	}
	return false
}

// Serve answers a GET or HEAD for the asset called name; false when there is none.
func Serve(w http.ResponseWriter, r *http.Request, name string) bool {
	a, ok := load().byName[name]
	if ok {
		encoding, body := a.pick(r.Header.Get("Accept-Encoding"))
		send(w, r, a.contentType, encoding, body)
	}
	return ok
}

// ServeOther is Serve for an asset of another version, whose body was found elsewhere; false when name does not belong to that
// body. Nothing but what Named accepts is handed out, so that no other kind of file comes from our origin.
func ServeOther(w http.ResponseWriter, r *http.Request, name string, body []byte) bool {
	if !Named(name) || nameOf(name, sha256.Sum256(body)) != name {
		return false
	}
	send(w, r, types[path.Ext(name)], "", body)
	return true
}

func send(w http.ResponseWriter, r *http.Request, contentType, encoding string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the browser may have gone
	}
}

var named = regexp.MustCompile(`^(?:app|pages|htmx|icon)\.[0-9a-f]{12}\.(?:css|js|svg)$`)

// Named tells whether a name is one that some version's asset may have.
func Named(name string) bool { return named.MatchString(name) }

// nameOf is the name of a body: hashed is any name of the same bundle, with a hash or without.
func nameOf(hashed string, sum [sha256.Size]byte) string {
	ext := path.Ext(hashed)
	bundle, _, _ := strings.Cut(hashed, ".")
	return bundle + "." + hex.EncodeToString(sum[:6]) + ext
}

// All are the bodies of the assets by name.
func All() map[string][]byte {
	out := map[string][]byte{}
	for name, a := range load().byName {
		out[name] = a.body
	}
	return out
}
