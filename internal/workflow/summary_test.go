package workflow

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSummarise(t *testing.T) {
	t.Parallel()
	raw := `{
		"workflow_api_json": {
			"3": {"class_type": "KSampler", "inputs": {"class_type": "not a node"}},
			"4": {"inputs": {}, "class_type": "LoadImage", "_meta": {"title": "x"}},
			"5": {"class_type": "KSampler"},
			"6": {"class_type": "A\u202eB"},
			"7": {"class_type": 7},
			"8": "text"
		},
		"overrides": {"3": {"inputs": {"seed": 1}}, "9": {}},
		"object_info_url": "https://serverless-api-storage.runcomfy.net/object-infos/example/object_info.json",
		"extra": [1, 2]
	}`
	want := Summary{
		State: StateWorkflow, NodeCount: 4, Overrides: 2,
		Classes:        []ClassCount{{"KSampler", 2}, {"A[U+202E]B", 1}, {"LoadImage", 1}},
		ObjectInfoURL:  "https://serverless-api-storage.runcomfy.net/object-infos/example/object_info.json",
		ObjectInfoLink: true, ObjectInfoHost: "serverless-api-storage.runcomfy.net",
	}
	if diff := cmp.Diff(want, Summarise([]byte(raw))); diff != "" {
		t.Errorf("Summarise (-want +got):\n%s", diff)
	}
}

func TestSummarise_State(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		raw  string
		want State
	}{
		{"", StateAbsent},
		{" \n", StateAbsent},
		{"null", StateNull},
		{"{}", StateEmpty},
		{`{"workflow_api_json": {}, "overrides": {}, "object_info_url": ""}`, StateNoWorkflow},
		{`{"workflow_api_json": null}`, StateNoWorkflow},
		{`{"overrides": {"3": {}}}`, StateNoWorkflow},
		{`{"prompt": "a lora deployment"}`, StateOdd},
		{`{"overrides": {}, "workflow_api_json": {"3": {"class_type": "A"}}}`, StateWorkflow},
		{`{"workflow_api_json": {"3": {"class_type": "A"}}, "overrides": {}}`, StateWorkflow},
		{`{"workflow_api_json": {"nodes": [], "links": []}, "overrides": null}`, StateEditor},
		{`{"nodes": [{"id": 3, "type": "KSampler"}], "links": [], "version": 0.4}`, StateEditor},
		{`{"workflow_api_json": {"nodes": {"class_type": "A"}, "links": {"class_type": "B"}}}`, StateWorkflow},
		{`{"workflow_api_json": "{}"}`, StateOdd},
		{`{"workflow_api_json": []}`, StateOdd},
		{`[]`, StateOdd},
		{`"text"`, StateOdd},
		{`0`, StateOdd},
		{`{"workflow_api_json": {"3": `, StateInvalid},
		{`{"overrides": {}, "overrides": {}}`, StateInvalid},
		{`{} {}`, StateInvalid},
		{`<html>`, StateInvalid},
		{strings.Repeat("[", 1<<20), StateInvalid},
		{strings.Repeat(`{"a":`, 1<<18), StateInvalid},
	} {
		if got := Summarise([]byte(tt.raw)).State; got != tt.want {
			t.Errorf("Summarise(%.60q).State = %q, want %q", tt.raw, got, tt.want)
		}
	}
}

func TestSummarise_ObjectInfo(t *testing.T) {
	t.Parallel()
	const host = "serverless-api-storage.runcomfy.net"
	for _, tt := range []struct {
		url      string
		wantLink bool
		wantHost string
	}{
		{"https://" + host + "/object-infos/a.json", true, host},
		{"https://" + host, true, host},
		{"HTTPS://" + host + "/a", true, host},
		{"https://" + host + "/a?x=%E2%80%AE", true, host},
		{"http://" + host + "/a", false, host},
		{"https://" + host + ":443/a", false, host},
		{"https://" + host + ":8443/a", false, host},
		{"https://user@" + host + "/a", false, host},
		{"https://" + host + "@evil.test/a", false, "evil.test"},
		{"https://" + host + ".evil.test/a", false, host + ".evil.test"},
		{"https://" + host + "./a", false, host + "."},
		{"https://evil.test/" + host, false, "evil.test"},
		{"https://evil.test\\@" + host, false, ""},
		{"https://serverless-api-storage.runcоmfy.net/a", false, "serverless-api-storage.xn--runcmfy-djg.net"},
		{"//" + host + "/a", false, host},
		{"/" + host, false, ""},
		{"javascript:alert(1)//" + host, false, ""},
		{"https://" + host + "/a?b=\u202e", false, host},
		{"https://" + host + "/" + strings.Repeat("a", 3000), false, host},
		{"https://2130706433/", false, "2130706433"},
		{"https://[::ffff:127.0.0.1]/", false, "::ffff:127.0.0.1"},
		{" https://" + host, false, ""},
		{"https://" + host + "/\n", false, ""},
		{"", false, ""},
	} {
		got := Summarise(fmt.Appendf(nil, `{"object_info_url": %q}`, tt.url))
		if got.ObjectInfoLink != tt.wantLink || got.ObjectInfoHost != tt.wantHost {
			t.Errorf("%q: link %t, host %q; want %t, %q", tt.url, got.ObjectInfoLink, got.ObjectInfoHost,
				tt.wantLink, tt.wantHost)
		}
		if !tt.wantLink && len(tt.url) < 100 && got.ObjectInfoURL == "" && tt.url != "" {
			t.Errorf("%q is not shown at all", tt.url)
		}
	}
}

func TestSummarise_ManyClasses(t *testing.T) {
	t.Parallel()
	got := Summarise(largePayload(60))
	if got.NodeCount != 60 || len(got.Classes) != 20 || got.MoreClasses != 10 {
		t.Errorf("%d nodes, %d classes and %d more; want 60, 20 and 10", got.NodeCount, len(got.Classes), got.MoreClasses)
	}
	if want := (ClassCount{"Class0", 2}); got.Classes[0] != want {
		t.Errorf("first class is %v, want %v", got.Classes[0], want)
	}
}
