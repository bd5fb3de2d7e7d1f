package archtest

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// anyPackage in a table stands for every package.
const anyPackage = "*"

// row says what one package of the main module is allowed.
type row struct {
	product  []string // packages of ours its product code may import
	tests    []string // packages of ours its tests may import beside those
	std      []string // packages of the standard library its product code may not import
	testOnly bool     // only tests and other testOnly packages may import it
}

// table has a row for every package of the main module. Arrows point one way: cmd, web, handlers, views, the domain,
// the client. A package without a row fails the test, so that a new one starts with a decision about its place.
var table = map[string]row{
	"cmd/comfydeck": {product: []string{anyPackage}},
	"cmd/sandbox":   {product: []string{"internal/sandbox"}},

	"web": {
		product: []string{
			"handlers", "handlers/visitor", "views", "static",
			"internal/config", "internal/deployments", "internal/fault", "internal/markdown", "internal/notes", "internal/paths",
			"internal/savedviews", "internal/session", "internal/shares", "internal/visible", "internal/webhooks",
		},
		tests: []string{anyPackage},
	},
	// Visitors have no account: what answers them must not be able to reach one.
	"handlers/visitor": {product: []string{"views", "internal/fault", "internal/markdown", "internal/paths", "internal/shares"}},
	"handlers": {
		product: []string{
			"views",
			"internal/bulk", "internal/catalogue", "internal/deployments", "internal/fault", "internal/fleet", "internal/journal", "internal/linediff", "internal/markdown", "internal/notes", "internal/paths",
			"internal/savedviews", "internal/session", "internal/shares", "internal/visible", "internal/webhooks", "internal/workflow",
		},
		tests: []string{anyPackage},
	},
	"views":          {product: []string{"static", "internal/paths"}, std: []string{"time", "net/http"}},
	"views/viewtest": {product: []string{"views", "internal/paths"}, testOnly: true},
	"static":         {},

	"apiclient": {},

	"internal/catalogue": {product: []string{"apiclient", "internal/workflow"}, tests: []string{"internal/sandbox"}, std: []string{"net/http"}},
	"internal/cleaner":   {tests: []string{"internal/journal", "internal/store"}},
	"internal/config":    {},
	"internal/deployments": {
		product: []string{"apiclient", "internal/bulk", "internal/catalogue", "internal/fault", "internal/fleet", "internal/journal"},
		tests:   []string{"internal/sandbox", "internal/store"},
	},
	"internal/fault":      {},
	"internal/fleet":      {product: []string{"apiclient", "internal/fault"}},
	"internal/bulk":       {product: []string{"internal/journal"}},
	"internal/journal":    {},
	"internal/layout":     {},
	"internal/linediff":   {},
	"internal/markdown":   {product: []string{"internal/visible"}},
	"internal/held":       {},
	"internal/notes":      {product: []string{"internal/fault", "internal/fleet", "internal/held", "internal/journal"}, tests: []string{"internal/store"}},
	"internal/paths":      {},
	"internal/savedviews": {product: []string{"internal/fault", "internal/held"}},
	"internal/shares":     {product: []string{"internal/fault", "internal/workflow"}, tests: []string{"internal/store"}},
	// The sandbox proves the client only as long as the two share no line.
	"internal/sandbox": {tests: []string{"apiclient"}},
	"internal/session": {tests: []string{"internal/store"}},
	"internal/store":   {product: []string{"internal/session", "internal/journal", "internal/savedviews", "internal/shares", "internal/bulk", "internal/notes", "internal/webhooks"}, tests: []string{"internal/fleet"}}, // for the records it keeps, which those declare
	"internal/visible": {},
	"internal/webhooks": {
		product: []string{"internal/fault", "internal/journal", "internal/paths", "internal/visible"},
		tests:   []string{"internal/session", "internal/store", "internal/pgtest"},
	},
	"internal/workflow": {product: []string{"internal/layout", "internal/visible"}},

	"internal/archtest":        {testOnly: true},
	"internal/bench":           {product: []string{anyPackage}, testOnly: true},
	"internal/htmlcheck":       {testOnly: true},
	"internal/migrated":        {product: []string{"internal/pgtest", "internal/store"}, testOnly: true},
	"internal/pgtest":          {testOnly: true},
	"internal/store/storetest": {product: []string{"internal/session", "internal/journal", "internal/savedviews", "internal/shares", "internal/bulk", "internal/notes", "internal/fleet", "internal/webhooks"}, testOnly: true},
	"internal/webtest":         {product: []string{anyPackage}, testOnly: true},
}

// modules says which packages' product code may import which module of others. Its short rows are its purpose: an
// upgrade or a replacement touches the packages named here and no other.
var modules = map[string][]string{
	"github.com/VictoriaMetrics/metrics": {"web"},
	"github.com/a-h/templ":               {"internal/bench", "web", "handlers", "handlers/visitor", "views", "views/viewtest"},
	"github.com/alexedwards/scs/v2":      {"internal/session"},
	"github.com/caarlos0/env/v11":        {"internal/config"},
	"github.com/go-json-experiment/json": {"apiclient", "internal/deployments", "internal/sandbox", "internal/workflow"},
	"github.com/gofrs/flock":             {"internal/sandbox", "internal/store"},
	"github.com/gorilla/securecookie":    {"internal/session"},
	"github.com/gorilla/sessions":        {"internal/session"},
	"github.com/jackc/pgx/v5":            {"internal/store", "internal/pgtest"},
	"github.com/klauspost/compress":      {"web", "static"},
	"github.com/labstack/echo/v4":        {"web", "handlers", "handlers/visitor"},
	"github.com/microcosm-cc/bluemonday": {"internal/markdown"},
	"github.com/pressly/goose/v3":        {"internal/store"},
	"github.com/yuin/goldmark":           {"internal/markdown"},
	"golang.org/x/net":                   {"internal/markdown", "internal/workflow", "internal/htmlcheck"},
	"golang.org/x/sync":                  {"internal/deployments"},
	"golang.org/x/time":                  {"web", "handlers"},
	"modernc.org/sqlite":                 {"internal/store"},
}

// testModules says the same of tests.
var testModules = map[string][]string{
	"github.com/getkin/kin-openapi":      {"internal/sandbox"},
	"github.com/go-json-experiment/json": {anyPackage},
	"github.com/google/go-cmp":           {anyPackage},
	"go.uber.org/goleak":                 {anyPackage},
	"golang.org/x/net":                   {anyPackage},
}

func TestImports(t *testing.T) {
	t.Parallel()
	byFolder := packages(goFiles(t))
	for _, folder := range slices.Sorted(maps.Keys(byFolder)) {
		if _, ok := table[folder]; !ok {
			t.Errorf("package %s has no row in the import table: decide what it may import", folder)
			continue
		}
		for _, f := range byFolder[folder] {
			for _, imported := range f.imports() {
				if reason := refused(folder, imported, f.test); reason != "" {
					t.Errorf("%s imports %q: %s", f.path, imported, reason)
				}
			}
		}
	}
	for folder := range table {
		if _, ok := byFolder[folder]; !ok {
			t.Errorf("the import table has a row for %s, which does not exist", folder)
		}
	}
}

// refused says why a package may not import a path, "" when it may.
func refused(folder, imported string, test bool) string {
	own, ours := strings.CutPrefix(imported, module+"/")
	switch {
	case ours:
		return refusedOwn(folder, own, test)
	case strings.Contains(strings.Split(imported, "/")[0], "."):
		return refusedModule(folder, imported, test)
	case !test && slices.Contains(table[folder].std, imported):
		return "its row forbids this package of the standard library"
	}
	return ""
}

func refusedOwn(folder, own string, test bool) string {
	r := table[folder]
	if table[own].testOnly {
		if test || r.testOnly {
			return ""
		}
		return "it exists for tests only"
	}
	if allowed(r.product, own) || test && (own == folder || allowed(r.tests, own)) {
		return ""
	}
	return "its row in the import table does not allow it"
}

func refusedModule(folder, imported string, test bool) string {
	users := usersOf(modules, imported)
	if test || table[folder].testOnly {
		users = append(users, usersOf(testModules, imported)...)
	}
	switch {
	case allowed(users, folder):
		return ""
	case len(users) > 0:
		return "that module belongs to " + strings.Join(users, ", ")
	}
	return "that module has no row in the module tables"
}

// usersOf returns the packages that may import the module a path belongs to.
func usersOf(rows map[string][]string, imported string) []string {
	for name, users := range rows {
		if imported == name || strings.HasPrefix(imported, name+"/") {
			return slices.Clone(users)
		}
	}
	return nil
}

func allowed(list []string, name string) bool {
	return slices.Contains(list, name) || slices.Contains(list, anyPackage)
}

// TestRefused shows that the rules of the design are in the tables, whatever the tree looks like today.
func TestRefused(t *testing.T) {
	t.Parallel()
	const (
		echo    = "github.com/labstack/echo/v4"
		product = false
		test    = true
	)
	tests := []struct {
		folder, imported string
		test             bool
		want             bool // refused
	}{
		{"web", echo, product, false},
		{"handlers", echo + "/middleware", product, false},
		{"views", echo, product, true},
		{"internal/session", echo, product, true},
		{"internal/session", "github.com/alexedwards/scs/v2", product, false},
		{"web", "github.com/alexedwards/scs/v2", product, true},
		{"handlers", "github.com/gorilla/sessions", product, true},
		{"handlers", module + "/apiclient", product, true},
		{"apiclient", module + "/internal/fault", product, true},
		{"internal/sandbox", module + "/apiclient", product, true},
		{"internal/sandbox", module + "/apiclient", test, false},
		{"views", module + "/internal/session", product, true},
		{"views", module + "/views", test, false},
		{"views", "time", product, true},
		{"views", "time", test, false},
		{"views", "net/http", product, true},
		{"static", module + "/internal/paths", product, true},
		{"internal/deployments", module + "/internal/store", product, true},
		{"cmd/comfydeck", module + "/internal/store", product, false},
		{"cmd/comfydeck", module + "/internal/webtest", product, true},
		{"handlers", module + "/internal/htmlcheck", product, true},
		{"handlers", module + "/internal/htmlcheck", test, false},
		{"internal/webtest", module + "/internal/htmlcheck", product, false},
		{"handlers", "github.com/google/go-cmp/cmp", product, true},
		{"handlers", "github.com/google/go-cmp/cmp", test, false},
		{"handlers", "example.com/new", test, true},
		{"handlers", "strings", product, false},
	}
	for _, tt := range tests {
		if reason := refused(tt.folder, tt.imported, tt.test); (reason != "") != tt.want {
			t.Errorf("refused(%s, %s, test %v) = %q, want refused %v", tt.folder, tt.imported, tt.test, reason, tt.want)
		}
	}
}
