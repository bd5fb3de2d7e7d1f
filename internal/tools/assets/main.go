// Command assets copies the browser library out of the npm packages into static/lib. It knows the SHA-256 of each file
// and copies nothing when one differs, so that what a browser runs is what was reviewed, whatever the registry serves.
//
// To move to another version: change static/package.json and its lock file, run npm ci, read the difference between
// the two versions, and put the new sums here.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// asset is one file of an npm package, named by its path below node_modules.
type asset struct {
	path string
	sum  string // SHA-256, hexadecimal
}

// Of htmx.org 4.0.1.
var assets = []asset{
	{"htmx.org/dist/htmx.min.js", "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"},
	{"htmx.org/dist/ext/hx-csp.min.js", "a7e1e6711ae6c3e50ad300fba7936cbe8d07599cdae313414a179ddd6b26e143"},
}

func main() {
	if err := run(os.Args[1:], assets, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func run(args []string, assets []asset, stdout io.Writer) error {
	flags := flag.NewFlagSet("assets", flag.ContinueOnError)
	from := flags.String("from", "static/node_modules", "read packages from `folder`")
	to := flags.String("to", "static/lib", "write files to `folder`")
	if err := flags.Parse(args); err != nil {
		return err
	}

	// Every file is checked before the first is written: a mixture of two versions must not be left behind.
	contents := make([][]byte, len(assets))
	for i, a := range assets {
		content, err := a.read(*from)
		if err != nil {
			return err
		}
		contents[i] = content
	}

	if err := os.MkdirAll(*to, 0o755); err != nil {
		return err
	}
	for i, a := range assets {
		path := filepath.Join(*to, filepath.Base(a.path))
		if err := os.WriteFile(path, contents[i], 0o644); err != nil {
			return err
		}
		fmt.Fprintf(stdout, "%s: %d bytes, checksum ok\n", filepath.Base(path), len(contents[i]))
	}
	return nil
}

// read returns the file below modules, or an error when it is not the file that was reviewed.
func (a asset) read(modules string) ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(modules, filepath.FromSlash(a.path)))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(content)
	if got := hex.EncodeToString(sum[:]); got != a.sum {
		return nil, fmt.Errorf("%s: checksum mismatch: reviewed sha256 %s, got %s; nothing was copied", a.path, a.sum, got)
	}
	return content, nil
}
