package apiclient

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sent is a request as the service saw it.
type sent struct {
	Method, Path, Body string
	Query              map[string][]string
	Header             map[string]string
}

// serve starts a service that answers every request with body and stores what it saw in the returned value.
func serve(t *testing.T, body string) (*Client, *sent) {
	t.Helper()
	seen := new(sent)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		*seen = sent{Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.Query(), Body: string(b), Header: map[string]string{}}
		for name := range r.Header {
			seen.Header[name] = strings.Join(r.Header[name], "|")
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, body)
	}))
	t.Cleanup(srv.Close)
	c, err := New(srv.URL, Options{})
	if err != nil {
		t.Fatalf("New() error = %v", err)
	}
	return c, seen
}

// headers returns the whole set of headers that a request may carry, with extra name, value pairs.
func headers(extra ...string) map[string]string {
	h := map[string]string{
		"Authorization": "Bearer " + testToken, "Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "comfydeck",
	}
	for i := 0; i < len(extra); i += 2 {
		h[extra[i]] = extra[i+1]
	}
	return h
}

func known[T any](v T) Optional[T] { return Optional[T]{Value: v, Known: true} }

func at(t *testing.T, raw string) Timestamp {
	t.Helper()
	when, err := time.Parse(time.RFC3339, raw)
	if err != nil {
		t.Fatal(err)
	}
	return Timestamp{Raw: raw, Time: when}
}

// documented returns the deployment of the document's create example.
func documented(t *testing.T) Deployment {
	return Deployment{
		ID: testID, Name: "image-to-video", WorkflowID: "00000000-0000-0000-0000-000000001111", WorkflowVersion: "v1",
		Status: "standby", CreatedAt: at(t, "2025-09-08T11:00:07.864492Z"), UpdatedAt: at(t, "2025-09-08T11:00:07.864492Z"),
		Hardware: []string{"AMPERE_48"}, MinInstances: known[int64](0), MaxInstances: known[int64](3),
		QueueSize: known[int64](1), KeepWarmDurationInSeconds: known[int64](60), IsEnabled: known(true),
		Payload: Payload{
			Raw:         []byte("{\n    \"workflow_api_json\": {},\n    \"overrides\": {},\n    \"object_info_url\": \"\"\n  }"),
			WorkflowAPI: []byte("{}"), Overrides: []byte("{}"),
		},
	}
}

func TestClient_Create(t *testing.T) {
	t.Parallel()
	c, seen := serve(t, testdata(t, "create.json"))
	got, err := c.Create(t.Context(), testToken, CreateRequest{
		Name: "image-to-video", WorkflowID: "00000000-0000-0000-0000-000000001111", WorkflowVersion: "v1",
		Hardware: "AMPERE_48", MinInstances: 0, MaxInstances: 3, QueueSize: 1, KeepWarmDurationInSeconds: 60,
	})
	if err != nil {
		t.Fatalf("Create() error = %v", err)
	}
	body := `{"name":"image-to-video","workflow_id":"00000000-0000-0000-0000-000000001111","workflow_version":"v1",` +
		`"hardware":["AMPERE_48"],"min_instances":0,"max_instances":3,"queue_size":1,"keep_warm_duration_in_seconds":60}`
	want := sent{
		Method: "POST", Path: "/prod/v2/deployments", Query: map[string][]string{}, Body: body,
		Header: headers("Content-Type", "application/json", "Content-Length", strconv.Itoa(len(body))),
	}
	if diff := cmp.Diff(want, *seen); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(documented(t), got); diff != "" {
		t.Errorf("Create() (-want +got):\n%s", diff)
	}
}

func TestClient_Get(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		includes []Include
		query    map[string][]string
	}{
		"plain":    {nil, map[string][]string{}},
		"includes": {[]Include{IncludeReadme, IncludePayload}, map[string][]string{"includes": {"readme", "payload"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, seen := serve(t, testdata(t, "get.json"))
			got, err := c.Get(t.Context(), testToken, testID, tc.includes...)
			if err != nil {
				t.Fatalf("Get() error = %v", err)
			}
			want := sent{Method: "GET", Path: "/prod/v2/deployments/" + testID, Query: tc.query, Header: headers()}
			if diff := cmp.Diff(want, *seen); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(documented(t), got); diff != "" {
				t.Errorf("Get() (-want +got):\n%s", diff)
			}
		})
	}
}

func TestClient_Update(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		request UpdateRequest
		body    string
	}{
		"hardware of the document": {UpdateRequest{Hardware: new("AMPERE_24")}, `{"hardware":["AMPERE_24"]}`},
		"instances of the document": {
			UpdateRequest{MinInstances: new(int64(1)), MaxInstances: new(int64(5))}, `{"min_instances":1,"max_instances":5}`,
		},
		"zeros are sent": {
			UpdateRequest{
				MinInstances: new(int64(0)), QueueSize: new(int64(0)), KeepWarmDurationInSeconds: new(int64(0)),
				IsEnabled: new(false), Name: new(""),
			},
			`{"name":"","min_instances":0,"queue_size":0,"keep_warm_duration_in_seconds":0,"is_enabled":false}`,
		},
		"version": {
			UpdateRequest{Name: new("a \"b\" <c>"), WorkflowVersion: new("v2")},
			`{"name":"a \"b\" <c>","workflow_version":"v2"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, seen := serve(t, testdata(t, "update.json"))
			got, err := c.Update(t.Context(), testToken, testID, tc.request)
			if err != nil {
				t.Fatalf("Update() error = %v", err)
			}
			want := sent{
				Method: "PATCH", Path: "/prod/v2/deployments/" + testID, Query: map[string][]string{}, Body: tc.body,
				Header: headers("Content-Type", "application/json", "Content-Length", strconv.Itoa(len(tc.body))),
			}
			if diff := cmp.Diff(want, *seen); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
			if got.UpdatedAt != at(t, "2025-09-08T12:41:05.796289Z") || got.MaxInstances != known[int64](2) {
				t.Errorf("Update() = %+v, want the document's answer", got)
			}
		})
	}
}

func TestClient_Delete(t *testing.T) {
	t.Parallel()
	c, seen := serve(t, testdata(t, "delete.json"))
	if err := c.Delete(t.Context(), testToken, testID); err != nil {
		t.Fatalf("Delete() error = %v", err)
	}
	want := sent{Method: "DELETE", Path: "/prod/v2/deployments/" + testID, Query: map[string][]string{}, Header: headers()}
	if diff := cmp.Diff(want, *seen); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
}

func TestClient_List(t *testing.T) {
	t.Parallel()
	all := []string{testID, otherID, "c9d0e1f2-7777-8888-9999-deadbeefdead"}
	both := []Include{IncludeReadme, IncludePayload}
	for name, tc := range map[string]struct {
		file    string
		options ListOptions
		query   map[string][]string
		ids     []string
		details bool
	}{
		"all":         {"list.json", ListOptions{}, map[string][]string{}, all, false},
		"all details": {"list_details.json", ListOptions{Includes: both}, map[string][]string{"includes": {"readme", "payload"}}, all, true},
		"ids":         {"list_ids.json", ListOptions{IDs: all[:2]}, map[string][]string{"ids": all[:2]}, all[:2], false},
		"ids details": {
			"list_ids_details.json",
			ListOptions{IDs: all[:2], Includes: both},
			map[string][]string{"ids": all[:2], "includes": {"readme", "payload"}},
			all[:2], true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, seen := serve(t, testdata(t, tc.file))
			got, err := c.List(t.Context(), testToken, tc.options)
			if err != nil {
				t.Fatalf("List() error = %v", err)
			}
			want := sent{Method: "GET", Path: "/prod/v2/deployments", Query: tc.query, Header: headers()}
			if diff := cmp.Diff(want, *seen); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
			var ids []string
			for _, d := range got {
				ids = append(ids, d.ID)
				if d.Readme.Known != tc.details || (d.Payload.Raw != nil) != tc.details {
					t.Errorf("%s: readme %+v and payload %q, want details %v", d.Name, d.Readme, d.Payload.Raw, tc.details)
				}
			}
			if !slices.Equal(ids, tc.ids) {
				t.Errorf("List() = %v, want %v", ids, tc.ids)
			}
		})
	}
}

// SR-32: the answer to one account's token never reaches a call made with another.
func TestClient_keepsTokensApart(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"id":"`+testID+`","name":"`+r.Header.Get("Authorization")+`"}`)
	}))
	t.Cleanup(srv.Close)
	c, err := New(srv.URL, Options{})
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string]bool{}
	for i := range 40 {
		tokens[strings.Repeat("t", i+1)] = true
	}
	errs := make(chan string, len(tokens))
	for token := range maps.Keys(tokens) {
		go func() {
			problem := ""
			for range 5 {
				d, err := c.Get(t.Context(), token, testID)
				if err != nil || d.Name != "Bearer "+token {
					problem = "got " + d.Name + " for " + token
				}
			}
			errs <- problem
		}()
	}
	for range tokens {
		if problem := <-errs; problem != "" {
			t.Error(problem)
		}
	}
}
