package sandbox_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func generated(t *testing.T, n int, demo bool) service {
	t.Helper()
	return start(t, sandbox.Options{Deployments: n, Demo: demo, Now: func() time.Time { return noon }})
}

func TestGeneratedAreDeterministicAndTheirOwn(t *testing.T) {
	t.Parallel()
	one, two := generated(t, 50, false), generated(t, 80, false)
	if diff := cmp.Diff(one.Deployments(tokenA), two.Deployments(tokenA)[:50]); diff != "" {
		t.Errorf("the first 50 of 50 and of 80 differ:\n%s", diff)
	}
	ids := map[string]bool{}
	for _, d := range append(two.Deployments(tokenA), two.Deployments(tokenB)...) {
		ids[d.ID] = true
	}
	if len(ids) != 160 {
		t.Errorf("%d different ids in two accounts of 80", len(ids))
	}
}

func TestGeneratedAreVariedAndValid(t *testing.T) {
	t.Parallel()
	s := generated(t, 600, false)
	seen := map[string]int{}
	for _, d := range s.Deployments(tokenA) {
		checkLimits(t, d)
		if d.CreatedAt.After(d.UpdatedAt) || d.UpdatedAt.After(noon) || noon.Sub(d.CreatedAt) > 365*24*time.Hour {
			t.Errorf("%s: created %v, updated %v", d.Name, d.CreatedAt, d.UpdatedAt)
		}
		seen[d.Hardware[0]]++
		seen[fmt.Sprint("enabled ", d.IsEnabled)]++
		seen[fmt.Sprint("warm ", d.MinInstances > 0)]++
		seen[fmt.Sprint("readme ", d.Readme != "")]++
		seen[fmt.Sprint("ascii ", len(d.Name) == len([]rune(d.Name)))]++
		seen[fmt.Sprint("words ", strings.Contains(d.Name, " "))]++
		seen[fmt.Sprint("long ", len(d.Name) > 80)]++
		seen[d.WorkflowVersion]++
		nodes := checkPayload(t, d)
		seen[fmt.Sprint("over 20 nodes ", nodes > 20)]++
		seen[fmt.Sprint("sub-graph ", strings.Contains(string(d.Payload), `"38:`))]++
	}
	want := []string{"TURING_16", "AMPERE_24", "AMPERE_48", "ADA_48_PLUS", "AMPERE_80", "ADA_80_PLUS", "HOPPER_141", "v1", "v12"}
	for _, property := range []string{"enabled", "warm", "readme", "ascii", "words", "long", "over 20 nodes", "sub-graph"} {
		want = append(want, property+" true", property+" false")
	}
	for _, w := range want {
		if seen[w] == 0 {
			t.Errorf("no deployment with %s among 600", w)
		}
	}
}

// checkPayload checks that a payload is a believable workflow and returns the number of its nodes.
func checkPayload(t *testing.T, d sandbox.Deployment) int {
	t.Helper()
	var p struct {
		WorkflowAPI map[string]struct {
			Inputs    map[string]json.RawMessage `json:"inputs"`
			ClassType string                     `json:"class_type"`
			Meta      struct {
				Title string `json:"title"`
			} `json:"_meta"`
		} `json:"workflow_api_json"`
		Overrides     map[string]struct{ Inputs map[string]json.RawMessage } `json:"overrides"`
		ObjectInfoURL string                                                 `json:"object_info_url"`
	}
	if err := json.Unmarshal(d.Payload, &p); err != nil {
		t.Errorf("%s: payload: %v", d.Name, err)
		return 0
	}
	const prefix, suffix = "https://serverless-api-storage.runcomfy.net/object-infos/", "/object_info.json"
	if !strings.HasPrefix(p.ObjectInfoURL, prefix) || !strings.HasSuffix(p.ObjectInfoURL, suffix) {
		t.Errorf("%s: object_info_url %q", d.Name, p.ObjectInfoURL)
	}
	for id, node := range p.WorkflowAPI {
		if node.ClassType == "" || node.Meta.Title == "" {
			t.Errorf("%s: node %s has no class or no title", d.Name, id)
		}
		for name, value := range node.Inputs {
			var link []any
			if json.Unmarshal(value, &link) != nil {
				if strings.HasSuffix(name, "seed") && len(value) < 19 {
					t.Errorf("%s: node %s: seed %s is below 2^53", d.Name, id, value)
				}
				continue
			}
			if _, ok := p.WorkflowAPI[link[0].(string)]; !ok {
				t.Errorf("%s: node %s: %s is linked to %v, which is not there", d.Name, id, name, link[0])
			}
		}
	}
	for id, o := range p.Overrides {
		for name := range o.Inputs {
			if _, ok := p.WorkflowAPI[id].Inputs[name]; !ok {
				t.Errorf("%s: override of %s of node %s, which is not there", d.Name, name, id)
			}
		}
	}
	return len(p.WorkflowAPI)
}

func TestDemo(t *testing.T) {
	t.Parallel()
	s := start(t, sandbox.Options{Tokens: []string{}, Demo: true, Deployments: 14, Now: func() time.Time { return noon }})
	team, other := s.Deployments(sandbox.DemoToken), s.Deployments(sandbox.DemoTokenB)
	if len(team) != 14 || len(other) != 14 {
		t.Fatalf("%d and %d deployments, want 14 and 14", len(team), len(other))
	}
	paused, warm, empty, long, large := 0, 0, 0, 0, 0
	for _, d := range team[:12] {
		checkLimits(t, d)
		if !d.IsEnabled {
			paused++
		}
		if d.MinInstances > 0 {
			warm++
		}
		if len(d.Name) > 80 {
			long++
		}
		if string(d.Payload) == `{"workflow_api_json":{},"overrides":{},"object_info_url":""}` {
			empty++
		} else if checkPayload(t, d) == 60 {
			large++
		}
	}
	if paused != 1 || warm != 2 || empty != 1 || long != 1 || large != 1 {
		t.Errorf("paused %d, warm %d, empty payload %d, long name %d, large graph %d; want 1, 2, 1, 1, 1",
			paused, warm, empty, long, large)
	}
	for _, d := range other[:3] {
		for _, o := range team[:12] {
			if d.Name == o.Name || d.ID == o.ID {
				t.Errorf("both accounts have %s", d.Name)
			}
		}
	}
}

// TestCreateOfAKnownWorkflow checks that a clone shows the graph of its original.
func TestCreateOfAKnownWorkflow(t *testing.T) {
	t.Parallel()
	s := generated(t, 30, true)
	original := s.Deployments(tokenA)[25]
	got := s.do(t, "POST", base+"?includes=readme", createBody(map[string]string{"workflow_id": `"` + original.WorkflowID + `"`}))
	clone, _ := s.Deployment(tokenA, got.object(t)["id"].(string))
	if string(clone.Payload) != string(original.Payload) || clone.Readme != original.Readme {
		t.Error("payload or readme of the clone differ")
	}
	s.do(t, "PATCH", base+"/"+clone.ID, `{"workflow_version":"v2"}`)
	if changed, _ := s.Deployment(tokenA, clone.ID); string(changed.Payload) != string(original.Payload) {
		t.Error("an update changed the payload")
	}
}
