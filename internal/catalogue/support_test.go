package catalogue

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
)

// service is an account in memory whose every call takes a while.
type service struct {
	mu      sync.Mutex
	all     map[string]apiclient.Deployment
	latency time.Duration
	fails   func(call int, ids []string) error
	calls   [][]string
	now     int // calls under way
	most    int
}

func (s *service) List(ctx context.Context, _ string, o apiclient.ListOptions) ([]apiclient.Deployment, error) {
	s.mu.Lock()
	s.calls = append(s.calls, o.IDs)
	call := len(s.calls)
	s.now++
	s.most = max(s.most, s.now)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.now--
		s.mu.Unlock()
	}()
	select {
	case <-time.After(s.latency):
	case <-ctx.Done():
		return nil, &apiclient.Error{Op: "list", Outcome: apiclient.Unknown, Err: ctx.Err()}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails != nil {
		if err := s.fails(call, o.IDs); err != nil {
			return nil, err
		}
	}
	var out []apiclient.Deployment
	for _, id := range o.IDs {
		if d, ok := s.all[id]; ok {
			out = append(out, d)
		}
	}
	return out, nil
}

func (s *service) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.calls)
}

// failing sets what goes wrong from now on.
func (s *service) failing(f func(call int, ids []string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails = f
}

func id(i int) string { return fmt.Sprintf("00000000-0000-0000-0000-%012d", i) }

// put makes the i-th deployment, as it was updated at a moment, with one node that loads a model.
func (s *service) put(i int, updated, model string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	payload := fmt.Appendf(nil, `{"workflow_api_json":{"7":{"class_type":"LoraLoader","_meta":{"title":"Style"},"inputs":{"lora_name":%q,"strength_model":0.5,"model":["1",0]}}}}`, model)
	if model == "" {
		payload = []byte(`{"workflow_api_json":{}}`)
	}
	s.all[id(i)] = apiclient.Deployment{ID: id(i), Name: fmt.Sprint("d", i), UpdatedAt: apiclient.Timestamp{Raw: updated}, Payload: apiclient.Payload{Raw: payload}}
}

func (s *service) targets() []Target {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Target
	for _, key := range slices.Sorted(maps.Keys(s.all)) {
		out = append(out, Target{key, s.all[key].Name, s.all[key].UpdatedAt.Raw})
	}
	return out
}

// inCatalogue runs a test on the clock of a bubble, which also finds goroutines that are left over, with n deployments.
func inCatalogue(t *testing.T, n int, o Options, test func(t *testing.T, c *Catalogue, s *service)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &service{all: map[string]apiclient.Deployment{}, latency: time.Second}
		for i := range n {
			s.put(i, "1", fmt.Sprintf("style-%d.safetensors", i%3))
		}
		c := New(s, o)
		test(t, c, s)
		c.Close()
		c.check(t)
	})
}

// check counts again what the catalogue has counted as it went.
func (c *Catalogue) check(t *testing.T) {
	t.Helper()
	var total int64
	for _, a := range c.accounts {
		var bytes int64
		uses := map[uint32]uint32{}
		for _, e := range a.entries {
			bytes += e.bytes()
			for _, n := range e.nodes {
				uses[n.id]++
				uses[n.title]++
				uses[n.class]++
			}
			for _, v := range e.values {
				uses[v.name]++
				uses[v.text]++
			}
		}
		for id, n := range uses {
			bytes += textCost + int64(len(a.table.texts[id]))
			if a.table.uses[id] != n {
				t.Errorf("%q is counted %d times, it is used %d times", a.table.texts[id], a.table.uses[id], n)
			}
		}
		if bytes != a.bytes || len(uses) != len(a.table.ids) {
			t.Errorf("account %s: %d bytes with %d texts are counted as %d with %d", a.name, bytes, len(uses), a.bytes, len(a.table.ids))
		}
		total += bytes
	}
	if total != c.bytes {
		t.Errorf("%d bytes are counted as %d", total, c.bytes)
	}
}

// look searches as an account's page does, and says in a line what came.
func look(c *Catalogue, s *service, text string) string {
	return told(c.Look("a", "token", s.targets(), Query{Text: text, Page: 1, Size: 50}))
}

func told(r Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d", r.Read, r.Total)
	if r.Failed > 0 {
		fmt.Fprintf(&b, ", %d failed", r.Failed)
	}
	if r.Reading {
		b.WriteString(", reading")
	}
	if !r.Until.IsZero() {
		fmt.Fprintf(&b, " in %v", time.Until(r.Until))
	}
	if r.Stop != "" {
		b.WriteString(", " + string(r.Stop))
	}
	if r.Found > 0 {
		fmt.Fprintf(&b, ": %d", r.Found)
	}
	return b.String()
}

func want(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
