package apiclient

import (
	"bytes"
	"fmt"
	"testing"
)

// listBody returns a list of n deployments of about 380 bytes each, as the service writes them.
func listBody(n int) []byte {
	var b bytes.Buffer
	b.WriteByte('[')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"a1b2c3d4-1111-2222-3333-%012x","created_at":"2025-08-01T09:00:00.864492Z",`+
			`"updated_at":"2025-09-01T10:00:00.796289Z","name":"image to video %d",`+
			`"workflow_id":"00000000-0000-0000-0000-000000001111","workflow_version":"v1","hardware":["AMPERE_48"],`+
			`"min_instances":0,"max_instances":3,"queue_size":1,"keep_warm_duration_in_seconds":60,`+
			`"status":"standby","is_enabled":true}`, i, i)
	}
	b.WriteByte(']')
	return b.Bytes()
}

func BenchmarkDecodeList(b *testing.B) {
	for _, n := range []int{25, 1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			body := listBody(n)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				list, err := decodeList(body)
				if err != nil || len(list) != n {
					b.Fatalf("decodeList() = %d deployments, %v, want %d", len(list), err, n)
				}
			}
		})
	}
}
