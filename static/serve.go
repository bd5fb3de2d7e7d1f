package static

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// encodings are the compressed forms of an asset.
type encodings struct{ zstd, gzip []byte }

// encode compresses as well as it can: it happens once per asset and start.
func encode(body []byte) encodings {
	var e encodings
	if w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression)); err == nil {
		e.zstd = w.EncodeAll(body, nil)
	}
	var buf bytes.Buffer
	if w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression); err == nil {
		_, _ = w.Write(body) // a bytes.Buffer takes everything
		if w.Close() == nil {
			e.gzip = buf.Bytes()
		}
	}
	return e
}

// pick chooses the shortest form that an Accept-Encoding header allows.
func (a *Asset) pick(accept string) (encoding string, body []byte) {
	e, body := a.encoded(), a.body
	if e.zstd != nil && len(e.zstd) < len(body) && accepts(accept, "zstd") {
		encoding, body = "zstd", e.zstd
	}
	if e.gzip != nil && len(e.gzip) < len(body) && accepts(accept, "gzip") {
		encoding, body = "gzip", e.gzip
	}
	return encoding, body
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
	if !ok {
		return false
	}
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	encoding, body := a.pick(r.Header.Get("Accept-Encoding"))
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the browser may have gone
	}
	return true
}
