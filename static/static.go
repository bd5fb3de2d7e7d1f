// Package static holds the assets of the site inside the binary: our own styles and scripts, which are committed, and the
// browser library, which `make assets` fetches and which may be missing: every screen works without it.
//
// Each bundle is addressed by the hash of its content, so that browsers may keep it for ever.
package static

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:embed css/*.css css/pages/*.css js/*.js js/pages/*.js icons/*.svg all:lib
var files embed.FS

// Prefix is where the assets are served.
const Prefix = "/static/"

// Asset is one file as browsers see it.
type Asset struct {
	URL       string // path with the content's hash
	Integrity string // value for the integrity attribute

	contentType string
	body        []byte
	packed      func() []byte // compressed, on first use
}

type bundles struct {
	css, pages, js, pagesJS, icon Asset
	htmx                          *Asset
	byName                        map[string]*Asset
}

var load = sync.OnceValue(func() *bundles {
	b := &bundles{
		css:     bundle("app.css", fold, glob("css", ".css")...),
		pages:   bundle("pages.css", fold, glob("css/pages", ".css")...),
		js:      bundle("app.js", bare, glob("js", ".js")...),
		pagesJS: bundle("pages.js", bare, glob("js/pages", ".js")...),
		icon:    bundle("icon.svg", asIs, "icons/icon.svg"),
		byName:  map[string]*Asset{},
	}
	all := []*Asset{&b.css, &b.pages, &b.js, &b.pagesJS, &b.icon}
	if lib := []string{"lib/htmx.min.js", "lib/hx-csp.min.js"}; exist(lib) {
		a := bundle("htmx.js", asIs, lib...)
		b.htmx = &a
		all = append(all, b.htmx)
	}
	for _, a := range all {
		b.byName[strings.TrimPrefix(a.URL, Prefix)] = a
	}
	return b
})

// CSS is the style sheet of every page, and all that a list needs.
func CSS() Asset { return load().css }

// PagesCSS is what forms and the pages of one thing need besides.
func PagesCSS() Asset { return load().pages }

// JS is our own script.
func JS() Asset { return load().js }

// PagesJS is what a list does without.
func PagesJS() Asset { return load().pagesJS }

// Icon is the site's icon.
func Icon() Asset { return load().icon }

// HTMX is the browser library with its content-policy extension; false when the binary was built without it.
func HTMX() (Asset, bool) {
	if a := load().htmx; a != nil {
		return *a, true
	}
	return Asset{}, false
}

// asIs keeps a file as it is.
func asIs(b []byte) []byte { return b }

var comment = regexp.MustCompile(`(?s)/\*.*?\*/`)

// fold takes the comments and the indentation out of a style sheet, which has to arrive with the page in the first few
// packets. Nothing inside a line changes; no string of ours holds a comment or a line break.
func fold(b []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(comment.ReplaceAll(b, nil)) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		out.Write(line)
		if !bytes.ContainsRune([]byte("{};,"), rune(line[len(line)-1])) {
			out.WriteByte(' ')
		}
	}
	return out.Bytes()
}

// remark is a comment of a script with the space before it.
var remark = regexp.MustCompile(`(^|\s+)// .*$`)

// bare takes the comments and the indentation out of a script. No string of ours spans lines, or has two slashes with a space
// on either side.
func bare(b []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(b) {
		if line = bytes.TrimSpace(remark.ReplaceAll(bytes.TrimSpace(line), nil)); len(line) > 0 {
			out.Write(line)
			out.WriteByte('\n')
		}
	}
	return out.Bytes()
}

// bundle joins files, each as change leaves it, into one asset called name.
func bundle(name string, change func([]byte) []byte, parts ...string) Asset {
	var buf bytes.Buffer
	for _, p := range parts {
		b, err := files.ReadFile(p)
		if err != nil {
			panic(err) // the embed pattern above names a file that is not there
		}
		buf.Write(change(b))
		buf.WriteByte('\n')
	}
	body := buf.Bytes()
	sum := sha256.Sum256(body)
	return Asset{
		URL:         Prefix + nameOf(name, sum),
		Integrity:   "sha256-" + base64.StdEncoding.EncodeToString(sum[:]),
		contentType: types[path.Ext(name)],
		body:        body,
		packed:      sync.OnceValue(func() []byte { return pack(body) }),
	}
}

// glob lists the files of a folder in the order of their names, which is the order of the cascade.
func glob(dir, ext string) []string {
	names, err := fs.Glob(files, dir+"/*"+ext)
	if err != nil {
		panic(err)
	}
	slices.Sort(names)
	return names
}

func exist(names []string) bool {
	for _, n := range names {
		if _, err := fs.Stat(files, n); err != nil {
			return false
		}
	}
	return true
}
