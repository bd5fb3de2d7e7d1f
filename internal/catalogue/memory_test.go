package catalogue

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// What is kept stays within its bound: accounts that nobody looks at go first, the one looked at longest ago before the others;
// one that is too large by itself is read as far as it fits, and says so.
func TestCatalogue_bound(t *testing.T) {
	const bound = 45_000
	inCatalogue(t, 60, Options{MaxBytes: bound}, func(t *testing.T, c *Catalogue, s *service) {
		for i := range 60 {
			s.put(i, "1", fmt.Sprintf("style-%d-%s.safetensors", i, strings.Repeat("x", 50)))
		}
		all := s.targets()
		see := func(account string, n int) string {
			c.Look(account, "token", all[:n], Query{})
			time.Sleep(10 * time.Second)
			if c.Bytes() > bound {
				t.Fatalf("%d bytes are kept", c.Bytes())
			}
			return told(c.Look(account, "token", all[:n], Query{Text: "style", Page: 1, Size: 1, Silent: true}))
		}
		for _, account := range []string{"a", "b", "c"} {
			want(t, see(account, 40), "40 of 40: 40")
			time.Sleep(time.Hour / 2)
		}
		held := func() (names string) {
			for _, name := range []string{"a", "b", "c", "d"} {
				if c.accounts[name] != nil {
					names += name
				}
			}
			return names
		}
		before := held()
		if !strings.HasSuffix(before, "c") || strings.Contains(before, "a") {
			t.Fatalf("accounts %q are held, want the latest", before)
		}
		c.Look("c", "token", all[:40], Query{})
		see("d", 60)
		if got := held(); got != "cd" {
			t.Errorf("accounts %q are held, want c, which is looked at, and d", got)
		}
		r := c.Look("d", "token", all, Query{Silent: true})
		if r.Stop != StopFull || r.Read == 0 || r.Read >= 60 || r.Reading {
			t.Errorf("the account that does not fit: %s", told(r))
		}
		c.check(t)
	})
}

func TestCatalogue_accounts(t *testing.T) {
	inCatalogue(t, 2, Options{MaxAccounts: 3}, func(t *testing.T, c *Catalogue, s *service) {
		for i := range 10 {
			c.Look(fmt.Sprint(i), "token", s.targets(), Query{})
			time.Sleep(10 * time.Second)
		}
		if len(c.accounts) != 3 || c.accounts["9"] == nil || c.accounts["7"] == nil {
			t.Errorf("%d accounts are held, want the last 3", len(c.accounts))
		}
		c.Sweep()
		if len(c.accounts) != 3 {
			t.Error("what was just looked at is swept away")
		}
		time.Sleep(time.Hour)
		c.Sweep()
		if len(c.accounts) != 0 || c.Bytes() != 0 {
			t.Errorf("after an hour %d accounts with %d bytes are left", len(c.accounts), c.Bytes())
		}
	})
}

// A payload may be as odd and as large as it likes: what is kept of it is bounded.
func TestExtract_bounds(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 1000)
	var wide strings.Builder
	for i := range MaxValues + 10 {
		fmt.Fprintf(&wide, `"in%d":%d,`, i, i)
	}
	deep := strings.Repeat(`[`, 5000) + `"end.safetensors"` + strings.Repeat(`]`, 5000)
	payload := fmt.Appendf(nil, `{"workflow_api_json":{"1":{"class_type":%q,"inputs":{%s"x":1}},"2":{"class_type":"A","inputs":{"deep":%s}}}}`, long, wide.String(), deep)
	f := extract(payload)
	table := newTable()
	e := table.enter(f)
	if !e.cut || len(e.values) != MaxValues || len(e.nodes) != 2 {
		t.Errorf("%d values of %d nodes, cut: %v", len(e.values), len(e.nodes), e.cut)
	}
	if got := table.texts[e.nodes[0].class]; got != long[:MaxText] {
		t.Errorf("the class is kept with %d bytes", len(got))
	}
	e = table.enter(extract(fmt.Appendf(nil, `{"workflow_api_json":{"2":{"class_type":"A","inputs":{"deep":%s}}}}`, deep)))
	if len(e.values) != 1 || !e.values[0].model || table.texts[e.values[0].name] != "deep.0.0.0.0" {
		t.Errorf("of the deep value is kept: %+v", e.values)
	}
	for _, odd := range []string{"", "null", "[]", "{", `{"workflow_api_json":[]}`, `{"workflow_api_json":{"1":7}}`} {
		if f := extract([]byte(odd)); f.workflow || len(f.nodes) > 0 {
			t.Errorf("extract(%q) = %+v", odd, f)
		}
	}
}
