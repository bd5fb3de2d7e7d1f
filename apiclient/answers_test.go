package apiclient

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestAnswers_notTheAPI has a row for each 2xx answer that must not be taken for success, empty list or deletion.
func TestAnswers_notTheAPI(t *testing.T) {
	t.Parallel()
	id := `"id":"` + testID + `"`
	for name, tc := range map[string]struct {
		body, contentType string
		ops               []operation
	}{
		"html page":              {"<!doctype html><h1>Sign in</h1>", "text/html; charset=utf-8", operations},
		"html page, no type":     {"<html></html>", "", operations},
		"json sent as html":      {`{` + id + `,"deployments":[]}`, "text/html", operations},
		"proxy text":             {"OK", "text/plain", operations},
		"empty":                  {"", "", []operation{listOp, getOp, createOp, updateOp}},
		"null":                   {"null", "", operations},
		"true":                   {"true", "", operations},
		"text":                   {`"` + testID + `"`, "", operations},
		"array for an object":    {`[{` + id + `}]`, "", []operation{getOp, createOp, updateOp, deleteOp}},
		"object for an array":    {`{` + id + `}`, "", []operation{listOp}},
		"empty object":           {"{}", "", []operation{listOp, getOp, createOp, updateOp}},
		"null list":              {`{"deployments":null}`, "", []operation{listOp}},
		"list is an object":      {`{"deployments":{}}`, "", []operation{listOp}},
		"byte order mark":        {"\xef\xbb\xbf{" + id + "}", "", operations},
		"NaN":                    {`{` + id + `,"deployments":[],"min_instances":NaN}`, "", operations},
		"trailing comma":         {testdata(t, "create_as_printed.json"), "", operations},
		"second value":           {`{` + id + `,"deployments":[]} {}`, "", operations},
		"trailing html":          {`{` + id + `,"deployments":[]}<html>`, "", operations},
		"repeated key":           {`{` + id + `,"deployments":[],"min_instances":0,"min_instances":3}`, "", operations},
		"repeated key, escaped":  {`{` + id + `,"deployments":[],"min_instances":0,"m\u0069n_instances":3}`, "", operations},
		"repeated key, deep":     {`{` + id + `,"deployments":[],"x":[{"a":1,"a":2}]}`, "", operations},
		"repeated key, payload":  {`{` + id + `,"payload":{"workflow_api_json":{"3":1,"3":2}}}`, "", operations},
		"case variant":           {`{` + id + `,"min_instances":0,"MIN_INSTANCES":3}`, "", []operation{getOp, createOp, updateOp}},
		"case variant alone":     {`{` + id + `,"Name":"a"}`, "", []operation{getOp, createOp, updateOp}},
		"case variant, long s":   {`{` + id + `,"min_in` + "\u017f" + `tances":3}`, "", []operation{getOp, createOp, updateOp}},
		"case variant, escaped":  {`{` + id + `,"min_in\u017ftances":3}`, "", []operation{getOp, createOp, updateOp}},
		"case variant in a list": {`[{` + id + `,"Max_instances":3}]`, "", []operation{listOp}},
		"invalid UTF-8":          {`{` + id + `,"deployments":[],"name":"` + "\xff" + `"}`, "", operations},
		"half a surrogate":       {`{` + id + `,"deployments":[],"name":"\ud800x"}`, "", operations},
		"another id":             {`{"id":"` + otherID + `"}`, "", []operation{getOp, updateOp}},
		"upper-case id":          {`{"id":"` + strings.ToUpper(testID) + `"}`, "", []operation{getOp, createOp, updateOp}},
		"id is a number":         {`{"id":1}`, "", []operation{getOp, createOp, updateOp}},
		"id is null":             {`{"id":null}`, "", []operation{getOp, createOp, updateOp}},
		"id is a path":           {`{"id":"../../v2/balance"}`, "", []operation{getOp, createOp, updateOp}},
		"element without id":     {`[{` + id + `},{"name":"a"}]`, "", []operation{listOp}},
		"an id twice":            {`[{` + id + `},{` + id + `,"name":"a"}]`, "", []operation{listOp}},
		"element null":           {`[null]`, "", []operation{listOp}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, op := range tc.ops {
				err := op.call(t, newTestClient(t, reply(200, tc.body, "Content-Type", tc.contentType), Options{}))
				e := wantError(t, err)
				if e.Outcome != Unknown || e.Status != 200 || e.Err == nil || e.Message != "" {
					t.Errorf("%s = %+v, want outcome unknown, status 200, a cause and no message", op.name, e)
				}
				if got, want := kinds(err), "unknown, unavailable"; got != want {
					t.Errorf("%s: kinds = %q, want %q", op.name, got, want)
				}
			}
		})
	}
}

// An answer that ends at any byte is never a success: neither a saved change nor a shorter list.
func TestAnswers_truncated(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		op   operation
		file string
	}{
		{listOp, "list_details.json"}, {getOp, "get.json"}, {createOp, "create.json"}, {updateOp, "update.json"}, {deleteOp, "delete.json"},
	} {
		t.Run(tc.op.name, func(t *testing.T) {
			t.Parallel()
			body := strings.TrimSpace(testdata(t, tc.file))
			if err := tc.op.call(t, newTestClient(t, reply(200, body), Options{})); err != nil {
				t.Fatalf("whole answer: error = %v", err)
			}
			for n := 1; n < len(body); n++ {
				if err := tc.op.call(t, newTestClient(t, reply(200, body[:n]), Options{})); !IsUnknown(err) || !IsUnavailable(err) {
					t.Fatalf("first %d bytes: error = %v, want outcome unknown", n, err)
				}
			}
		})
	}
}

// The error of a list names the element, and no error quotes the answer.
func TestAnswers_messages(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`[{"id":"` + testID + `"},{"name":"secret"}]`: "deployment at index 1: id is missing or not a UUID",
		`[{"secret":1,"secret":2}]`:                   "answer repeats a key near byte 13",
		`[{"secret"]`:                                 "answer is not valid JSON near byte 10",
		``:                                            "answer is empty",
		`[] []`:                                       "answer holds more than one value",
		`{"deployments":null}`:                        "answer holds no list of deployments",
		`[{"NAME":"secret"}]`:                         `answer spells the key "name" in another case`,
		`[7]`:                                         "answer holds another JSON type where an object belongs",
	} {
		e := wantError(t, listOp.call(t, newTestClient(t, reply(200, body), Options{})))
		if e.Err.Error() != want {
			t.Errorf("answer %q: error = %q, want %q", body, e.Err, want)
		}
	}
}

// Any 2xx will do, and a content type that is missing or odd is no reason to distrust JSON.
func TestAnswers_accepted(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 201, 202, 207} {
		for _, contentType := range []string{"application/json", "application/json; charset=utf-8", "text/plain", "application/problem+json", ""} {
			for _, op := range operations[1:] {
				c := newTestClient(t, reply(status, testdata(t, "get.json"), "Content-Type", contentType), Options{})
				if err := op.call(t, c); err != nil {
					t.Errorf("%s, status %d, type %q: error = %v", op.name, status, contentType, err)
				}
			}
		}
	}
}

func TestAnswers_delete(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		body   string
	}{
		"documented": {200, `{ "success": true }`}, "no content": {204, ""}, "empty": {200, ""}, "blank": {200, " \n"},
		"empty object": {200, "{}"}, "the deployment": {200, testdata(t, "get.json")}, "other object": {202, `{"status":"deleting"}`},
		"falsy errors": {200, `{"success":true,"error":null,"error_code":0}`},
	} {
		if err := deleteOp.call(t, newTestClient(t, reply(tc.status, tc.body), Options{})); err != nil {
			t.Errorf("%s: Delete() error = %v, want none", name, err)
		}
	}
}

// What is over the limit is not even read.
func TestAnswers_sizeLimitBoundsMemory(t *testing.T) {
	t.Parallel()
	const limit = 4 << 10
	read := 0
	resp := response(200, "")
	resp.Body = io.NopCloser(io.LimitReader(readerFunc(func(p []byte) (int, error) {
		read += len(p)
		return len(p), nil
	}), 1<<20))
	rt := fakeTransport(func(*http.Request) (*http.Response, error) { return resp, nil })
	if err := getOp.call(t, newTestClient(t, rt, Options{MaxItemBytes: limit})); !errors.Is(err, ErrTooLarge) || read > limit+1 {
		t.Errorf("error = %v after %d bytes, want ErrTooLarge after %d", err, read, limit+1)
	}
}

func TestAnswers_sizeLimit(t *testing.T) {
	t.Parallel()
	o := Options{MaxItemBytes: int64(len(testdata(t, "get.json"))), MaxListBytes: int64(len(testdata(t, "list.json")))}
	for name, tc := range map[string]struct {
		op   operation
		body string
		fits bool
	}{
		"list at the limit":   {listOp, testdata(t, "list.json"), true},
		"list over the limit": {listOp, testdata(t, "list.json") + " ", false},
		"get at the limit":    {getOp, testdata(t, "get.json"), true},
		"get over the limit":  {getOp, testdata(t, "get.json") + " ", false},
		"update over":         {updateOp, testdata(t, "get.json") + " ", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rt := reply(200, tc.body)
			for _, length := range []int64{-1, int64(len(tc.body)), 1 << 60} { // unknown, as after decompression; stated; a lie
				err := tc.op.call(t, newTestClient(t, withLength(rt, length), o))
				if tc.fits != (err == nil) {
					t.Fatalf("error = %v, want none: %v", err, tc.fits)
				}
				if !tc.fits && (!errors.Is(err, ErrTooLarge) || !IsUnknown(err)) {
					t.Errorf("error = %v, want ErrTooLarge with an unknown outcome", err)
				}
			}
		})
	}
}
