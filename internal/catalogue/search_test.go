package catalogue_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/catalogue"
	"github.com/comfydeck/comfydeck/internal/sandbox"
)

const token = "catalogue-tests-token-of-the-account"

// truth is what one deployment uses, found without any of the code under test.
type truth struct{ models, classes, values []string }

// truthOf reads a payload the slow way.
func truthOf(t *testing.T, payload []byte) (out truth) {
	t.Helper()
	var p struct {
		Workflow  map[string]json.RawMessage `json:"workflow_api_json"`
		Overrides map[string]struct {
			Inputs map[string]json.RawMessage `json:"inputs"`
		} `json:"overrides"`
	}
	if err := json.Unmarshal(payload, &p); err != nil {
		t.Fatal(err)
	}
	for id, raw := range p.Workflow {
		var n struct {
			Class  string                     `json:"class_type"`
			Inputs map[string]json.RawMessage `json:"inputs"`
		}
		if json.Unmarshal(raw, &n) != nil || n.Class == "" {
			continue
		}
		out.classes = append(out.classes, n.Class)
		for name, value := range n.Inputs {
			if o, ok := p.Overrides[id].Inputs[name]; ok {
				value = o
			}
			out.add(value, true)
		}
	}
	return out
}

func (out *truth) add(raw json.RawMessage, outermost bool) {
	var list []json.RawMessage
	var object map[string]json.RawMessage
	var s string
	switch {
	case json.Unmarshal(raw, &list) == nil && list != nil:
		if outermost && len(list) == 2 && list[0][0] == '"' && strings.Trim(string(list[1]), "0123456789") == "" {
			return // a link
		}
		for _, v := range list {
			out.add(v, false)
		}
	case json.Unmarshal(raw, &object) == nil && object != nil:
		for _, v := range object {
			out.add(v, false)
		}
	case string(raw) == "null":
	case json.Unmarshal(raw, &s) == nil:
		for _, end := range []string{".safetensors", ".ckpt", ".pt", ".pt2", ".pth", ".bin", ".gguf", ".onnx", ".sft", ".pkl", ".engine"} {
			if strings.HasSuffix(strings.ToLower(s), end) {
				out.models = append(out.models, s)
				return
			}
		}
		out.values = append(out.values, s)
	default:
		out.values = append(out.values, string(raw))
	}
}

func (out *truth) count(text string) (models, classes, values int) {
	has := func(list []string) (n int) {
		for _, s := range list {
			if whole, ok := strings.CutPrefix(text, `"`); ok && strings.EqualFold(s+`"`, whole) || !ok && strings.Contains(strings.ToLower(s), strings.ToLower(text)) {
				n++
			}
		}
		return n
	}
	return has(out.models), has(out.classes), has(out.values)
}

// start serves an account and returns a catalogue that reads it.
func start(t testing.TB, o sandbox.Options) (*sandbox.Sandbox, *catalogue.Catalogue) {
	t.Helper()
	o.Tokens = []string{token}
	api, err := sandbox.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(api)
	client, err := apiclient.New(server.URL, apiclient.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := catalogue.New(client.Once(8<<20), catalogue.Options{})
	t.Cleanup(func() {
		c.Close()
		_ = api.Close()
		server.Close()
	})
	return api, c
}

func targets(api *sandbox.Sandbox) (all []catalogue.Target) {
	for _, d := range api.Deployments(token) {
		all = append(all, catalogue.Target{ID: d.ID, Name: d.Name, Updated: d.UpdatedAt.UTC().Format(time.RFC3339Nano)})
	}
	return all
}

// settled looks until nothing is being read any more.
func settled(t testing.TB, c *catalogue.Catalogue, all []catalogue.Target, q catalogue.Query) catalogue.Result {
	t.Helper()
	for range 20_000 {
		if r := c.Look("account", token, all, q); !r.Reading {
			return r
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("reading does not end")
	return catalogue.Result{}
}

// TestSearch_finds holds that a search finds what a slow reader of every payload finds: in every deployment, of every kind.
func TestSearch_finds(t *testing.T) {
	t.Parallel()
	api, c := start(t, sandbox.Options{Deployments: 300, Demo: false})
	odd := api.Put(token, sandbox.Deployment{ID: "00000000-0000-0000-0000-0000000000aa", Name: "nested", UpdatedAt: time.Now(), Payload: []byte(`{"workflow_api_json":{"1":{"class_type":"Power Lora Loader (rgthree)","inputs":{` +
		`"lora_1":{"on":true,"lora":"Style\u00c4.safetensors","strength":[0.5,null]},"__value__":[["a",1],"x"],"none":null,"link":["2",0]}}},"overrides":{"1":{"inputs":{"link":"no link any more","nowhere":1}}}}`)})
	all := targets(api)
	truths := map[string]truth{}
	var texts []string
	for _, d := range api.Deployments(token) {
		tr := truthOf(t, d.Payload)
		truths[d.ID] = tr
		texts = slices.Concat(texts, tr.models, tr.classes, tr.values)
	}
	if r := settled(t, c, all, catalogue.Query{}); r.Read != 301 || r.Failed != 0 {
		t.Fatalf("%d read, %d failed", r.Read, r.Failed)
	}
	slices.Sort(texts)
	texts = slices.Compact(texts)
	random := rand.New(rand.NewPCG(1, 2))
	queries := []string{"e", "safetensors", "ksampler", "styleä", "no link any more", "0.5", "true", "1", "zzzz", `"1"`, strings.ToUpper(odd.Name)}
	for range 300 {
		text := texts[random.IntN(len(texts))]
		if random.IntN(3) > 0 && len(text) > 3 {
			from := random.IntN(len(text) - 2)
			text = strings.ToValidUTF8(text[from:min(len(text), from+2+random.IntN(12))], "")
		} else if random.IntN(2) == 0 && !strings.Contains(text, "\n") {
			text = strconv.Quote(text)
		}
		queries = append(queries, text)
	}
	for _, text := range queries {
		if strings.TrimSpace(text) != text || text == "" || len(text) > 200 || strings.Contains(text, `\`) {
			continue
		}
		for _, kind := range []catalogue.Kind{catalogue.Any, catalogue.Model, catalogue.Class, catalogue.Value} {
			r := c.Look("account", token, all, catalogue.Query{Text: text, Kind: kind, Page: 1, Size: 1000})
			got, want := map[string]string{}, map[string]string{}
			for _, h := range r.Hits {
				got[h.ID] = fmt.Sprint(h.Models, h.Classes, h.Values)
				if len(h.Matches) == 0 {
					t.Errorf("%q: no match is shown of %s", text, h.Name)
				}
			}
			for id, tr := range truths {
				m, cl, v := tr.count(text)
				if n := map[catalogue.Kind]int{catalogue.Any: m + cl + v, catalogue.Model: m, catalogue.Class: cl, catalogue.Value: v}[kind]; n > 0 {
					want[id] = fmt.Sprint(m, cl, v)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%q in %s (-want +got):\n%s", text, kind, diff)
			}
		}
	}
}

// TestSearch_tops holds that what is used most is counted once for each deployment.
func TestSearch_tops(t *testing.T) {
	t.Parallel()
	api, c := start(t, sandbox.Options{Deployments: 80})
	r := settled(t, c, targets(api), catalogue.Query{})
	for _, tops := range [][]catalogue.Top{r.TopModels, r.TopClasses} {
		if len(tops) < 10 {
			t.Fatalf("%d suggestions", len(tops))
		}
		for i, top := range tops {
			n := 0
			for _, d := range api.Deployments(token) {
				tr := truthOf(t, d.Payload)
				if slices.Contains(tr.models, top.Text) || slices.Contains(tr.classes, top.Text) {
					n++
				}
			}
			if n != top.Deployments || i > 0 && tops[i-1].Deployments < n {
				t.Errorf("%s is said to be in %d deployments, it is in %d", top.Text, top.Deployments, n)
			}
		}
	}
}

// TestSearch_pages holds that pages have every deployment found once, in the order they came.
func TestSearch_pages(t *testing.T) {
	t.Parallel()
	api, c := start(t, sandbox.Options{Deployments: 45})
	all := targets(api)
	settled(t, c, all, catalogue.Query{})
	var got, want []string
	for page := 1; page <= 5; page++ {
		r := c.Look("account", token, all, catalogue.Query{Text: "e", Page: page, Size: 10})
		if r.Pages != 5 || r.Page != page || r.Found != 45 {
			t.Errorf("page %d of %d, %d found", r.Page, r.Pages, r.Found)
		}
		for _, h := range r.Hits {
			got = append(got, h.ID)
		}
	}
	for _, d := range all {
		want = append(want, d.ID)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if r := c.Look("account", token, all, catalogue.Query{Text: "e", Page: 99, Size: 10}); r.Page != 5 {
		t.Errorf("page %d beyond the last", r.Page)
	}
}
