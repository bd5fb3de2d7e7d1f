package catalogue_test

import (
	"testing"

	"github.com/comfydeck/comfydeck/internal/catalogue"
	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// BenchmarkLook searches 10,000 workflows that are read already.
func BenchmarkLook(b *testing.B) {
	api, c := start(b, sandbox.Options{Deployments: 10_000})
	all := targets(api)
	if r := settled(b, c, all, catalogue.Query{}); r.Read != 10_000 {
		b.Fatalf("%d read", r.Read)
	}
	b.ReportMetric(float64(c.Bytes())/10_000, "B/workflow")
	for name, text := range map[string]string{"model": "flux", "common": "e", "none": "zzzzz", "suggestions": ""} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c.Look("account", token, all, catalogue.Query{Text: text, Page: 1, Size: 50})
			}
			b.ReportMetric(float64(c.Bytes())/10_000, "B/workflow")
		})
	}
}
