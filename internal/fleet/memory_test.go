package fleet

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
)

// Not parallel, like every test that looks at the whole heap.
func TestIndex_memory(t *testing.T) {
	const n = 10_000
	var distinct bytes.Buffer // no value twice, all of them folded to something longer, and little text around them
	for i := range n {
		fmt.Fprintf(&distinct, `,{"id":"%s","name":"ȺȺȺȺ%d","status":"Ⱥ%[2]d","workflow_version":"Ⱥ%[2]d","workflow_id":"Ⱥ%[2]d","hardware":["Ⱥ%[2]d"]}`, idOf(i), i)
	}
	for name, tt := range map[string]struct {
		body []byte
		most float64 // times the answer
	}{
		"as the service writes": {fleetBody(rand.New(rand.NewPCG(1, 1)), n, true), 3},
		"all escaped":           {[]byte(strings.ReplaceAll(string(fleetBody(rand.New(rand.NewPCG(1, 1)), n, true)), `"name":"`, `"name":"\u0041`)), 3},
		"every value different": {[]byte("[" + distinct.String()[1:] + "]"), 10},
	} {
		before := heap()
		x := NewIndex(only(read(t, tt.body)), gpuWords)
		use(x)
		held := heap() - before
		t.Logf("%s: answer %d, held %d (%.2f times), bound %d", name, len(tt.body), held, float64(held)/float64(len(tt.body)), x.Bytes())
		if held > x.Bytes() || x.Bytes() > int64(tt.most*float64(len(tt.body))) {
			t.Errorf("%s: %d bytes are held and at most %d announced, for an answer of %d", name, held, x.Bytes(), len(tt.body))
		}
		runtime.KeepAlive(x)
	}
}

func only(s *apiclient.Snapshot, _ []apiclient.Deployment) *apiclient.Snapshot { return s }

// use makes the index compute all that it ever keeps.
func use(x *Index) {
	for c := range columns {
		x.Find(Query{Sort: c, Words: "e 1", Descending: true, Rates: cheap})
		x.Find(Query{Sort: c, Rates: cheap})
	}
	x.WarmSince(time.Now())
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // the second one frees what finalizers and pools let go of
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
