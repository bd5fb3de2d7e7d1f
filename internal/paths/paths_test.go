package paths_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/paths"
)

const (
	id  = "a1b2c3d4-1111-2222-3333-abcdefabcdef"
	run = "abcdefghijklmnopqrstuvwxyz"
)

func TestReturn(t *testing.T) {
	t.Parallel()
	list := paths.Deployments
	tests := []struct{ name, in, want string }{
		{"empty", "", list},
		{"list", "/deployments", list},
		{"list with query", "/deployments?q=flux+dev&page=2", "/deployments?page=2&q=flux+dev"},
		{"detail", "/deployments/" + id, "/deployments/" + id},
		{"edit", "/deployments/" + id + "/edit", "/deployments/" + id + "/edit"},
		{"delete", "/deployments/" + id + "/delete", "/deployments/" + id + "/delete"},
		{"notes", "/deployments/" + id + "/notes?back=x", "/deployments/" + id + "/notes?back=x"},
		{"payload", "/deployments/" + id + "/payload.json", "/deployments/" + id + "/payload.json"},
		{"workflow", "/deployments/" + id + "/workflow?node=3", "/deployments/" + id + "/workflow?node=3"},
		{"preferences", "/preferences", "/preferences"},
		{"sign-in is no target", "/sign-in?next=/deployments", list},
		{"new with from", "/deployments/new?from=" + id, "/deployments/new?from=" + id},
		{"posted action leads to its page", "/deployments/" + id + "/disable", "/deployments/" + id},
		{"query is re-encoded", "/deployments?q=%0d%0aSet-Cookie:x", "/deployments?q=%0D%0ASet-Cookie%3Ax"},
		{"broken query is dropped", "/deployments?q=%zz", list},
		{"other site", "https://evil.example/deployments", list},
		{"scheme relative", "//evil.example", list},
		{"backslash", `/\evil.example`, list},
		{"tab", "/\t/evil.example", list},
		{"dot segments", "/deployments/../sign-out", list},
		{"encoded slash", "/deployments/%2f%2fevil.example", list},
		{"user info", "/deployments@evil.example", list},
		{"fragment", "/deployments#x", list},
		{"newline", "/deployments\nx", list},
		{"upper-case id", "/deployments/" + strings.ToUpper(id), list},
		{"unknown page", "/metrics", list},
		{"too long", "/deployments?q=" + strings.Repeat("a", 3000), list},
		{"too long, of one deployment", "/deployments/" + id + "/payload?q=" + strings.Repeat("a", 3000), "/deployments/" + id + "/payload"},
		{"too long, an action", "/deployments/" + id + "/disable?q=" + strings.Repeat("a", 3000), "/deployments/" + id},
		{"too long, a reason for a run", "/deployments/bulk/" + run + "/start?why=" + strings.Repeat("a", 3000), "/deployments/bulk/" + run},
		{"as long as may be", "/activity?q=" + strings.Repeat("a", 2048-len("/activity?q=")), "/activity?q=" + strings.Repeat("a", 2048-len("/activity?q="))},
		{"one longer", "/activity?q=" + strings.Repeat("a", 2049-len("/activity?q=")), "/activity"},
		{"too long once it is encoded", "/activity?q=" + strings.Repeat("/", 1000), "/activity"},
		{"too long, another site", "//evil.example/deployments?q=" + strings.Repeat("a", 3000), list},
		{"too long a path", "/deployments/" + strings.Repeat("a", 3000), list},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := paths.Return(tt.in); got != tt.want {
				t.Errorf("Return(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

// FuzzReturn holds the oracle of SR-15: resolved as a browser does it, the target never leaves the site.
func FuzzReturn(f *testing.F) {
	for _, s := range []string{"/deployments", "//x", `/\x`, "/deployments?q=//x", "javascript:alert(1)", "/deployments/new?from=\\\\x"} {
		f.Add(s)
	}
	base, _ := url.Parse("https://deck.example/sign-in")
	f.Fuzz(func(t *testing.T, in string) {
		got := paths.Return(in)
		u, err := base.Parse(got)
		if err != nil || u.Host != base.Host || u.Scheme != base.Scheme || (!strings.HasPrefix(u.Path, "/deployments") && u.Path != paths.Preferences) {
			t.Fatalf("Return(%q) = %q leaves the site (%v)", in, got, err)
		}
		if strings.ContainsAny(got, "\r\n\t\\ ") {
			t.Fatalf("Return(%q) = %q holds a character browsers treat specially", in, got)
		}
		if again := paths.Return(got); again != got {
			t.Fatalf("Return is not stable: %q then %q", got, again)
		}
	})
}

func TestBuildersAndPatternsAgree(t *testing.T) {
	t.Parallel()
	tests := []struct{ got, pattern string }{
		{paths.Deployment(id), paths.DeploymentPattern},
		{paths.EditDeployment(id), paths.EditPattern},
		{paths.EnableDeployment(id), paths.EnablePattern},
		{paths.DisableDeployment(id), paths.DisablePattern},
		{paths.DeleteDeployment(id), paths.DeletePattern},
		{paths.Payload(id), paths.PayloadPattern},
		{paths.LockDeployment(id), paths.LockPattern},
		{paths.UnlockDeployment(id), paths.UnlockPattern},
	}
	for _, tt := range tests {
		if want := strings.ReplaceAll(tt.pattern, ":id", id); tt.got != want {
			t.Errorf("builder gives %q, pattern %q", tt.got, want)
		}
	}
}
