package handlers

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fleet"
)

func TestCell(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "upscaler": "upscaler", "a=b": "a=b", "1+1": "1+1",
		"=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0", "+1": "'+1", "-3": "'-3", "@SUM(1)": "'@SUM(1)", "\t=1": "'\t=1", "\tx": "'\tx", "\nx": "'\nx",
		"\r=1": "[U+000D]=1", "\r\n=1": "'\n=1", "  =1": "'  =1", "\u00a0=1": "'\u00a0=1", "＝1": "'＝1", "－1": "'－1",
		"\x00=1": "[U+0000]=1", "a\x00b": "a[U+0000]b", "\u200b=1": "[U+200B]=1", "größe": "größe",
	} {
		if got := cell(text); got != want {
			t.Errorf("cell(%q) = %q, want %q", text, got, want)
		}
	}
}

// listed is a transport that answers every request with the same list.
type listed string

func (l listed) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, ContentLength: int64(len(l)), Body: io.NopCloser(strings.NewReader(string(l)))}, nil
}

// indexOf is the fleet that the API describes with a list.
func indexOf(t *testing.T, body string) *fleet.Index {
	t.Helper()
	api, err := apiclient.New(apiclient.DefaultBaseURL, apiclient.Options{Transport: listed(body)})
	if err != nil {
		t.Fatal(err)
	}
	all, err := deployments.New(api, nil, deployments.Options{}).Fleet(t.Context(), "account", "token-for-tests-0123456789-abcdefghij", deployments.Newest)
	if err != nil {
		t.Fatal(err)
	}
	return all.Index
}

const odd = `[
	{"id":"00000000-0000-0000-0000-00000000000a","name":"=1+1, \"quoted\"\nand more","hardware":["AMPERE_48"],"min_instances":-1,"max_instances":3,"is_enabled":true,"new_field":{"deep":[1.50,9007199254740993]}},
	{"id":"00000000-0000-0000-0000-00000000000b","name":"b","hardware":["NEW_1","NEW_2"],"status":"@odd","is_enabled":null,"updated_at":"yesterday"},
	{"id":"00000000-0000-0000-0000-00000000000c","name":"c","hardware":["HOPPER_141"],"min_instances":2,"max_instances":2,"queue_size":1,"keep_warm_duration_in_seconds":60,"is_enabled":false,
	 "created_at":"2026-01-01T00:00:00Z","workflow_id":"w","workflow_version":"v1"}
]`

// kept are notes about the last and the first of them.
func kept() *fleet.Notes {
	return fleet.NewNotes(map[string]fleet.Note{
		"00000000-0000-0000-0000-00000000000c": {Owner: "=cmd", Tags: []string{"a", "b"}, Text: "+1\nsecond", Lock: "@ops"},
		"00000000-0000-0000-0000-00000000000a": {Tags: []string{"@x"}},
	})
}

func TestWriteCSV(t *testing.T) {
	t.Parallel()
	all := indexOf(t, odd)
	prices := deployments.DefaultPrices()
	var buf bytes.Buffer
	if err := writeCSV(&buf, all, kept(), []int32{2, 1, 0}, prices.Plan("payg"), prices.AsOf); err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(&buf).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	asOf := prices.AsOf.Format("2006-01-02")
	want := [][]string{
		csvHeader,
		{"00000000-0000-0000-0000-00000000000c", "c", "false", "", "HOPPER_141", "w", "v1", "2", "2", "1", "60", "2026-01-01T00:00:00Z", "", "0.00", "0.00", "Pay as you go", asOf, "'=cmd", "a, b", "'+1\nsecond", "'@ops"},
		{"00000000-0000-0000-0000-00000000000b", "b", "", "'@odd", "NEW_1 NEW_2", "", "", "", "", "", "", "", "yesterday", "no price", "no price", "Pay as you go", asOf, "", "", "", ""},
		{"00000000-0000-0000-0000-00000000000a", "'=1+1, \"quoted\"\nand more", "true", "", "AMPERE_48", "", "", "-1", "3", "", "", "", "", "0.00", "7.50", "Pay as you go", asOf, "", "'@x", "", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the table (-want +got):\n%s", diff)
	}
}

func TestWriteJSON(t *testing.T) {
	t.Parallel()
	all := indexOf(t, odd)
	for _, rows := range [][]int32{{1, 0}, {2}, nil} {
		var buf bytes.Buffer
		if err := writeJSON(&buf, all, kept(), rows); err != nil {
			t.Fatal(err)
		}
		var got, sent []json.RawMessage
		if err := errors.Join(json.Unmarshal(buf.Bytes(), &got), json.Unmarshal([]byte(odd), &sent)); err != nil {
			t.Fatalf("%v: %s", err, buf.String())
		}
		if len(got) != len(rows) {
			t.Errorf("%d deployments, want %d", len(got), len(rows))
		}
		for i, row := range rows {
			want := string(sent[row])
			if note := map[int32]string{0: `{"locked_because":"","note":"","owner":"","tags":["@x"]}`, 2: `{"locked_because":"@ops","note":"+1\nsecond","owner":"=cmd","tags":["a","b"]}`}[row]; note != "" {
				want = strings.TrimSuffix(want, "}") + `,"comfydeck":` + note + "}"
			}
			if string(got[i]) != want {
				t.Errorf("row %d is %s, want it as the API sent it, with its note: %s", row, got[i], want)
			}
		}
	}
}

// full is a disk, or a network, that takes so many bytes.
type full int

var errFull = errors.New("no room")

func (f *full) Write(p []byte) (int, error) {
	if *f -= full(len(p)); *f < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// TestExport_CutShort holds that a file that could not be sent whole is never a success.
func TestExport_CutShort(t *testing.T) {
	t.Parallel()
	var body strings.Builder
	var rows []int32
	for i := range 500 {
		fmt.Fprintf(&body, `,{"id":"00000000-0000-0000-0000-%012x","name":"deployment %[1]d"}`, i)
		rows = append(rows, int32(i))
	}
	all := indexOf(t, "["+body.String()[1:]+"]")
	prices := deployments.DefaultPrices()
	for _, room := range []full{0, 5000, 20000} {
		forCSV, forJSON := room, room
		if err := writeCSV(&forCSV, all, nil, rows, prices.Plan(""), prices.AsOf); !errors.Is(err, errFull) {
			t.Errorf("CSV with room for %d bytes: %v", room, err)
		}
		if err := writeJSON(&forJSON, all, nil, rows); !errors.Is(err, errFull) {
			t.Errorf("JSON with room for %d bytes: %v", room, err)
		}
	}
}
