package fleet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/apiclient"
)

const testToken = "token-for-tests-0123456789-abcdefghij"

// answers is a transport that answers every request with the same list.
type answers []byte

func (a answers) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{}, ContentLength: int64(len(a)), Body: io.NopCloser(bytes.NewReader(a)),
	}, nil
}

// read returns what the client makes of an answer: as a snapshot, and decoded as the naive implementation needs it.
func read(t testing.TB, body []byte) (*apiclient.Snapshot, []apiclient.Deployment) {
	t.Helper()
	c, err := apiclient.New(apiclient.DefaultBaseURL, apiclient.Options{Transport: answers(body)})
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Snapshot(t.Context(), testToken, nil)
	if err != nil {
		t.Fatalf("Snapshot(%.200s) error = %v", body, err)
	}
	all, err := c.List(t.Context(), testToken, apiclient.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return s, all
}

// snapshotOf returns a snapshot of the elements, each given as the members after its id.
func snapshotOf(t testing.TB, elements ...string) *apiclient.Snapshot {
	t.Helper()
	for i, members := range elements {
		elements[i] = fmt.Sprintf(`{"id":"%s"%s}`, idOf(i), strings.TrimSuffix(","+members, ","))
	}
	s, _ := read(t, []byte(`[`+strings.Join(elements, ",")+`]`))
	return s
}

func idOf(i int) string { return fmt.Sprintf("%08x-1111-2222-3333-%012x", uint32(i)*2654435761, i) }

// gpuWords is what SKUs are found by in tests.
func gpuWords(sku string) string {
	return map[string]string{"AMPERE_48": "A6000 48 GB", "HOPPER_141": "H200 141 GB"}[sku]
}

var (
	nouns = []string{"image", "video", "Upscale", "text", "LoRA", "Ünïcode", "portrait", "v", "batch", "größe"}
	skus  = []string{"TURING_16", "AMPERE_24", "AMPERE_48", "ADA_48_PLUS", "AMPERE_80", "ADA_80_PLUS", "HOPPER_141"}
)

// oneOf returns a random element; pick with few elements makes equal values likely.
func oneOf[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// fleetBody returns a list of n deployments. A tame one is as the service writes it; otherwise any field may be missing, null
// or odd.
func fleetBody(r *rand.Rand, n int, tame bool) []byte {
	list := make([]map[string]any, n)
	for i := range list {
		changed := fmt.Sprintf("2025-%02d-%02dT%02d:00:00.%06dZ", 1+r.IntN(12), 1+r.IntN(28), r.IntN(24), r.IntN(1_000_000))
		d := map[string]any{
			"name":       fmt.Sprintf("%s to %s %d", oneOf(r, nouns...), oneOf(r, nouns...), r.IntN(3*n)),
			"created_at": "2025-01-01T00:00:00Z", "updated_at": changed,
			"workflow_id": idOf(1_000_000 + r.IntN(40)), "workflow_version": fmt.Sprintf("v%d", r.IntN(12)), "hardware": []any{oneOf(r, skus...)},
			"min_instances": oneOf(r, 0, 0, 0, 0, 1, 2), "max_instances": 1 + r.IntN(10), "queue_size": 1 + r.IntN(3),
			"keep_warm_duration_in_seconds": oneOf(r, 0, 30, 60, 120), "status": oneOf(r, "standby", "running", "starting"), "is_enabled": r.IntN(4) > 0,
		}
		if !tame {
			for field := range d {
				if r.IntN(8) == 0 {
					d[field] = oneOf[any](r, nil, 7, "x", "", []any{"A", "B"}, []any{}, true, -3, "standby", map[string]any{"a": 1}, "2025-06-01T00:00:00")
				}
			}
			if r.IntN(3) == 0 {
				d["name"] = oneOf[any](r, "v2", "v10", "V2", "v02", "v1", "", "v", "10", "9", "a 1 b 2", "a 1 b 10")
			}
		}
		d["id"] = idOf(i)
		list[i] = d
	}
	body, err := json.Marshal(list)
	if err != nil {
		panic(err)
	}
	return body
}
