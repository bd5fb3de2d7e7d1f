package static_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/static"
)

// assets are the assets of this binary; the browser library may be missing.
func assets() map[string]static.Asset {
	all := map[string]static.Asset{"css": static.CSS(), "pages": static.PagesCSS(), "js": static.JS(), "pages.js": static.PagesJS(), "icon": static.Icon()}
	if lib, ok := static.HTMX(); ok {
		all["htmx"] = lib
	}
	return all
}

// get asks for an asset.
func get(t *testing.T, method, url, accept string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, url, nil)
	if accept != "" {
		r.Header.Set("Accept-Encoding", accept)
	}
	w := httptest.NewRecorder()
	if !static.Serve(w, r, strings.TrimPrefix(url, static.Prefix)) {
		t.Fatalf("Serve(%s) = false", url)
	}
	return w.Result()
}

// body reads an answer and undoes its encoding.
func body(t *testing.T, resp *http.Response) []byte {
	t.Helper()
	var in io.Reader = resp.Body
	switch encoding := resp.Header.Get("Content-Encoding"); encoding {
	case "":
	case "gzip":
		r, err := gzip.NewReader(in)
		if err != nil {
			t.Fatal(err)
		}
		in = r
	default:
		t.Fatalf("Content-Encoding = %q", encoding)
	}
	b, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var hashed = regexp.MustCompile(`^/static/(app|pages|icon|htmx)\.[0-9a-f]{12}\.(css|js|svg)$`)

// TestServe: an asset may be kept for ever, says what it is, and is what its integrity value promises.
func TestServe(t *testing.T) {
	t.Parallel()
	types := map[string]string{"css": "text/css; charset=utf-8", "pages": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "pages.js": "text/javascript; charset=utf-8", "htmx": "text/javascript; charset=utf-8", "icon": "image/svg+xml"}
	for name, a := range assets() {
		if !hashed.MatchString(a.URL) {
			t.Errorf("%s: URL = %q, want one with a content hash", name, a.URL)
		}
		resp := get(t, http.MethodGet, a.URL, "")
		plain := body(t, resp)
		sum := sha256.Sum256(plain)
		if want := "sha256-" + base64.StdEncoding.EncodeToString(sum[:]); a.Integrity != want || len(plain) == 0 {
			t.Errorf("%s: integrity = %q, want %q of %d bytes", name, a.Integrity, want, len(plain))
		}
		want := map[string]string{
			"Content-Type": types[name], "Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding",
			"Content-Length": strconv.Itoa(len(plain)), "Content-Encoding": "",
		}
		for header, value := range want {
			if got := resp.Header.Get(header); got != value || resp.StatusCode != http.StatusOK {
				t.Errorf("%s: status %d, %s = %q, want %q", name, resp.StatusCode, header, got, value)
			}
		}
	}
}

// TestServe_Encodings: the best form the browser takes is sent, and each decodes to the same bytes.
func TestServe_Encodings(t *testing.T) {
	t.Parallel()
	tests := []struct{ accept, want string }{
		{"", ""},
		{"identity", ""},
		{"br", ""},
		{"deflate, br", ""},
		{"gzip", "gzip"},
		{"zstd", ""},
		{"gzip, deflate, br, zstd", "gzip"},
		{"GZIP", "gzip"},
		{" gzip ;q=0.1 , br", "gzip"},
		{"gzip;q=1.0, zstd;q=0.5", "gzip"},
		{"zstd;q=0, gzip", "gzip"},
		{"zstd;q=0.000,gzip ; q=0.001", "gzip"},
		{"gzip;q=0", ""},
		{"gzip;q=0, zstd;Q=0", ""},
		{"gzip;q=nonsense", "gzip"},
		{"gzipped", ""},
		{"x-gzip", ""},
		{",;,", ""},
	}
	for name, a := range assets() {
		plain := body(t, get(t, http.MethodGet, a.URL, ""))
		for _, tt := range tests {
			resp := get(t, http.MethodGet, a.URL, tt.accept)
			if got := resp.Header.Get("Content-Encoding"); got != tt.want {
				t.Errorf("%s: Accept-Encoding %q: Content-Encoding = %q, want %q", name, tt.accept, got, tt.want)
			}
			length := resp.Header.Get("Content-Length")
			wire, err := io.ReadAll(resp.Body)
			if err != nil || length != strconv.Itoa(len(wire)) {
				t.Errorf("%s: %q: Content-Length = %s for %d bytes, %v", name, tt.accept, length, len(wire), err)
			}
			resp.Body = io.NopCloser(bytes.NewReader(wire))
			if !bytes.Equal(body(t, resp), plain) {
				t.Errorf("%s: %q decodes to something else", name, tt.accept)
			}
		}
	}
}

// TestServe_Head: a HEAD answers what a GET would, without the body.
func TestServe_Head(t *testing.T) {
	t.Parallel()
	for _, accept := range []string{"", "gzip", "zstd"} {
		full, head := get(t, http.MethodGet, static.CSS().URL, accept), get(t, http.MethodHead, static.CSS().URL, accept)
		b, err := io.ReadAll(head.Body)
		if err != nil || len(b) != 0 {
			t.Errorf("HEAD sent %d bytes, %v", len(b), err)
		}
		for header := range full.Header {
			if got, want := head.Header.Get(header), full.Header.Get(header); got != want {
				t.Errorf("HEAD: %s = %q, want %q", header, got, want)
			}
		}
	}
}

// TestServe_Unknown: only what has been handed out exists; nothing is written for the rest.
func TestServe_Unknown(t *testing.T) {
	t.Parallel()
	css := strings.TrimPrefix(static.CSS().URL, static.Prefix)
	for _, name := range []string{
		"", "app.css", "app.000000000000.css", "css/00-tokens.css", "lib/htmx.min.js", "../static.go", css + "/", "/" + css, strings.ToUpper(css), css[1:],
	} {
		w := httptest.NewRecorder()
		if static.Serve(w, httptest.NewRequest(http.MethodGet, "/", nil), name) || len(w.Header()) > 0 || w.Body.Len() > 0 {
			t.Errorf("Serve(%q) answered", name)
		}
	}
}

// ours are the committed files of a folder.
func ours(t *testing.T, pattern string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(names), err)
	}
	texts := map[string]string{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(b)
	}
	return texts
}

// foreign is how text from elsewhere shows: licence banners, minified lines, and addresses of other hosts.
var foreign = regexp.MustCompile(`(?i)copyright|licen[cs]e|@preserve|sourceMappingURL|/\*!|https?://(?:www\.w3\.org/2000/svg)?|@import|url\(\s*['"]?//|data:|.{400}`)

func TestOurOwnText(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"css/*.css", "css/pages/*.css", "js/*.js", "js/pages/*.js"} {
		for name, text := range ours(t, pattern) {
			if found := foreign.FindString(text); found != "" {
				t.Errorf("%s holds %.60q: our styles and scripts are written by hand and load nothing", name, found)
			}
			if !strings.HasSuffix(text, "\n") {
				t.Errorf("%s does not end in a newline: bundles are joined", name)
			}
		}
	}
	for _, sample := range []string{"/* Copyright x */", "//# sourceMappingURL=a", "url(//cdn.example/a)", "https://cdn.example", strings.Repeat("a", 400)} {
		if !foreign.MatchString(sample) {
			t.Errorf("the rule does not match %q", sample)
		}
	}
}

// restyles is a selector that asks an element with :has() on behalf of whatever stands below or beside it.
var restyles = regexp.MustCompile(`:has\((?:[^()]|\([^()]*\))*\)[^,{]*[\s>+~](?:\*|:[a-z])[^,{]*[,{]`)

// TestHasNamesItsSubject: where the subject of such a selector may be any element, the browser styles all of them anew whenever one
// of them comes, goes or changes its class. In a list that was half the time from a key to the rows.
func TestHasNamesItsSubject(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"css/*.css", "css/pages/*.css"} {
		for name, text := range ours(t, pattern) {
			if found := restyles.FindString(text); found != "" {
				t.Errorf("%s has %q: name a class, an id or an element at its end", name, found)
			}
		}
	}
	for sample, want := range map[string]bool{
		"#main:has(.busy) > * {":                true,
		"#main:has(.busy) :is(\n  tr,":          true,
		".a:has(~ .b :is(i, b)) dd > *,":        true,
		"html:has(.a :checked) {":               false,
		"#main:not(:has(.a :checked)) .bar {":   false,
		"tr:has(:focus-visible) time[title] {":  false,
		".a:has(> .b) { color: red; } .c > * {": false,
	} {
		if got := restyles.MatchString(sample); got != want {
			t.Errorf("restyles.MatchString(%q) = %v", sample, got)
		}
	}
}

// TestScriptsNeedNoEval: the content policy allows neither eval nor markup made of text.
func TestScriptsNeedNoEval(t *testing.T) {
	t.Parallel()
	banned := regexp.MustCompile(`\beval\b|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\.style\b|setTimeout\(\s*['"]`)
	for name, text := range ours(t, "js/*.js") {
		if found := banned.FindString(text); found != "" {
			t.Errorf("%s uses %q", name, found)
		}
	}
}

// TestBundles: a bundle is all the files of its folder in the order of their names.
func TestBundles(t *testing.T) {
	t.Parallel()
	for pattern, a := range map[string]static.Asset{"css/*.css": static.CSS(), "css/pages/*.css": static.PagesCSS(), "js/*.js": static.JS(), "js/pages/*.js": static.PagesJS()} {
		whole := bare(string(body(t, get(t, http.MethodGet, a.URL, ""))))
		names, err := filepath.Glob(pattern) // sorted
		if err != nil {
			t.Fatal(err)
		}
		texts := ours(t, pattern)
		at := 0
		for _, name := range names {
			text := bare(texts[name])
			n := strings.Index(whole[at:], text)
			if n < 0 {
				t.Errorf("%s is missing from %s, or in the wrong place", name, a.URL)
				continue
			}
			at += n + len(text)
		}
	}
}

var lineComment = regexp.MustCompile(`(?m)(^|\s+)// .*$`)

// bare is a text without what styles and scripts may lose on their way: comments and white space.
func bare(s string) string {
	s = lineComment.ReplaceAllString(s, "")
	s = regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(s, "")
	return strings.Join(strings.Fields(s), "")
}

// TestSizes: what a first visit costs. The limits are part of what makes the pages fast.
func TestSizes(t *testing.T) {
	t.Parallel()
	limits := map[string]int{"css": 6_000, "pages": 6_000, "js": 4_900, "pages.js": 1_000, "icon": 1_500, "htmx": 16_000}
	for name, a := range assets() {
		zipped := len(wire(t, a.URL, "gzip"))
		t.Logf("%-4s %6d bytes, %5d gzip", name, len(wire(t, a.URL, "")), zipped)
		if zipped > limits[name] {
			t.Errorf("%s has %d bytes gzipped, at most %d are allowed", name, zipped, limits[name])
		}
	}
}

// wire is an asset as it travels.
func wire(t *testing.T, url, accept string) []byte {
	t.Helper()
	b, err := io.ReadAll(get(t, http.MethodGet, url, accept).Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
