// Package static holds the assets of the site inside the binary: our own styles and scripts, which are committed, and the
// browser library, which `make assets` fetches and which may be missing: every screen works without it.
//
// Each bundle is addressed by the hash of its content, so that browsers may keep it for ever.
package static

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"mime"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed css/*.css js/*.js icons/*.svg all:lib
var files embed.FS

// Prefix is where the assets are served.
const Prefix = "/static/"

// Asset is one file as browsers see it.
type Asset struct {
	URL       string // path with the content's hash
	Integrity string // value for the integrity attribute

	contentType string
	body        []byte
	encoded     func() encodings // made on first use
}

type bundles struct {
	css, js, icon Asset
	htmx          *Asset
	byName        map[string]*Asset
}

var load = sync.OnceValue(func() *bundles {
	b := &bundles{
		css:    bundle("app.css", glob("css", ".css")...),
		js:     bundle("app.js", glob("js", ".js")...),
		icon:   bundle("icon.svg", "icons/icon.svg"),
		byName: map[string]*Asset{},
	}
	all := []*Asset{&b.css, &b.js, &b.icon}
	if lib := []string{"lib/htmx.min.js", "lib/hx-csp.min.js"}; exist(lib) {
		a := bundle("htmx.js", lib...)
		b.htmx = &a
		all = append(all, b.htmx)
	}
	for _, a := range all {
		b.byName[strings.TrimPrefix(a.URL, Prefix)] = a
	}
	return b
})

// CSS is the one style sheet.
func CSS() Asset { return load().css }

// JS is our own script.
func JS() Asset { return load().js }

// Icon is the site's icon.
func Icon() Asset { return load().icon }

// HTMX is the browser library with its content-policy extension; false when the binary was built without it.
func HTMX() (Asset, bool) {
	if a := load().htmx; a != nil {
		return *a, true
	}
	return Asset{}, false
}

// bundle joins files into one asset called name.
func bundle(name string, parts ...string) Asset {
	var buf bytes.Buffer
	for _, p := range parts {
		b, err := files.ReadFile(p)
		if err != nil {
			panic(err) // the embed pattern above names a file that is not there
		}
		buf.Write(b)
		buf.WriteByte('\n')
	}
	body := buf.Bytes()
	sum, wide := sha256.Sum256(body), sha512.Sum384(body)
	ext := path.Ext(name)
	return Asset{
		URL:         Prefix + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext,
		Integrity:   "sha384-" + base64.StdEncoding.EncodeToString(wide[:]),
		contentType: mime.TypeByExtension(ext),
		body:        body,
		encoded:     sync.OnceValue(func() encodings { return encode(body) }),
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
