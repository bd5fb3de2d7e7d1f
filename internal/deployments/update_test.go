package deployments_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/sandbox"
)

const (
	conflictMessage = "Someone else changed this deployment after you opened it. Nothing was sent. Your values are still here: compare them with the newer ones, then send yours all the same or start from theirs."
	readOnlyMessage = "This server is read-only: it shows deployments and changes none. Nothing was sent."
)

// updatable is a field with three values as typed, and how it is sent and stored.
type updatable struct {
	field   string
	a, b, c string
	wireB   string
	store   func(*sandbox.Deployment, string)
}

func integer(typed string) int64 {
	var n int64
	_, _ = fmt.Sscan(typed, &n) // the values are constants of these tests
	return n
}

func updatables() []updatable {
	return []updatable{
		{"name", "one", "two", "three", `"two"`, func(d *sandbox.Deployment, v string) { d.Name = v }},
		{"workflow_version", "v1", "v2", "v3", `"v2"`, func(d *sandbox.Deployment, v string) { d.WorkflowVersion = v }},
		{"hardware", "AMPERE_24", "AMPERE_48", "AMPERE_80", `["AMPERE_48"]`, func(d *sandbox.Deployment, v string) { d.Hardware = []string{v} }},
		{"min_instances", "0", "1", "2", `1`, func(d *sandbox.Deployment, v string) { d.MinInstances = integer(v) }},
		{"max_instances", "3", "4", "5", `4`, func(d *sandbox.Deployment, v string) { d.MaxInstances = integer(v) }},
		{"queue_size", "0", "1", "1000000", `1`, func(d *sandbox.Deployment, v string) { d.QueueSize = integer(v) }},
		{"keep_warm_duration_in_seconds", "0", "60", "2592000", `60`, func(d *sandbox.Deployment, v string) { d.KeepWarm = integer(v) }},
		{"is_enabled", "true", "false", "", `false`, func(d *sandbox.Deployment, v string) { d.IsEnabled = v == "true" }},
	}
}

// TestUpdate_ThreeWays: what the form was made from (base), what is typed, and what the deployment is by now decide
// together what is sent. "-" means that the form has no such field.
func TestUpdate_ThreeWays(t *testing.T) {
	t.Parallel()
	const unchanged, patched, conflict = "unchanged", "patched", "conflict"
	tests := []struct{ base, typed, current, want string }{
		{"a", "a", "a", unchanged},
		{"a", "a", "b", unchanged}, // somebody else's change stays
		{"a", "b", "a", patched},
		{"a", "b", "b", unchanged}, // both meant the same
		{"a", "b", "c", conflict},
		{"b", "a", "a", unchanged}, // a form that was stale when it was typed into
		{"-", "b", "a", patched},   // a script has no base
		{"-", "b", "b", unchanged},
		{"a", "-", "b", unchanged},
		{"-", "-", "a", unchanged},
	}
	for _, u := range updatables() {
		for _, tt := range tests {
			value := map[string]string{"a": u.a, "b": u.b, "c": u.c}
			if value[tt.current] == "" {
				continue // a switch has no third position
			}
			t.Run(u.field+"/base "+tt.base+" typed "+tt.typed+" now "+tt.current, func(t *testing.T) {
				t.Parallel()
				d := newDeck(t, deployments.Options{})
				now := example()
				u.store(&now, value[tt.current])
				d.box.Put(token, now)
				form := func(which string) deployments.Draft {
					if which == "-" {
						return deployments.Draft{}
					}
					return deployments.Draft{u.field: " " + value[which] + "\n"}
				}
				done, err := d.Update(t.Context(), token, id, form(tt.typed), form(tt.base))
				switch tt.want {
				case unchanged:
					if err != nil || !done.Unchanged || done.Deployment.ID != id {
						t.Errorf("Update() = %+v, %v, want unchanged", done, err)
					}
					wantBodies(t, d.sent(http.MethodPatch))
				case patched:
					if err != nil || done.Unchanged || done.Settled || len(done.Differences) > 0 {
						t.Errorf("Update() = %+v, %v, want a change", done, err)
					}
					wantPatch(t, d, now.Name, u)
				case conflict:
					wantFault(t, err, fault.Conflict, conflictMessage)
					says := "When you opened the form this was “ " + u.a + "\n”; now it is “" + u.c + "”. You typed “ " + u.b + "\n”."
					if diff := cmp.Diff(map[string]string{u.field: says}, fault.Fields(err)); diff != "" {
						t.Errorf("fields (-want +got):\n%s", diff)
					}
					wantBodies(t, d.sent(http.MethodPatch))
				}
			})
		}
	}
}

// wantPatch checks that the one PATCH holds the name and the field that changed, and that this is what is stored.
func wantPatch(t *testing.T, d *deck, name string, u updatable) {
	t.Helper()
	if u.field == "name" {
		wantBodies(t, d.sent(http.MethodPatch), `{"name":`+u.wireB+`}`)
	} else {
		wantBodies(t, d.sent(http.MethodPatch), `{"name":"`+name+`","`+u.field+`":`+u.wireB+`}`)
	}
	want := d.stored(t)
	u.store(&want, u.b)
	if diff := cmp.Diff(want, d.stored(t)); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
}

// TestUpdate_Everything changes all eight fields at once.
func TestUpdate_Everything(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	d.box.Put(token, example())
	typed := deployments.Draft{
		"name": "two", "workflow_version": "v2", "hardware": "HOPPER_141", "min_instances": "3", "max_instances": "10",
		"queue_size": "5", "keep_warm_duration_in_seconds": "120", "is_enabled": "false", "workflow_id": otherID,
	}
	done, err := d.Update(t.Context(), token, id, typed, nil)
	if err != nil || len(done.Differences) > 0 {
		t.Fatalf("Update() = %+v, %v", done, err)
	}
	wantBodies(t, d.sent(http.MethodPatch), `{"name":"two","workflow_version":"v2","hardware":["HOPPER_141"],"min_instances":3,
		"max_instances":10,"queue_size":5,"keep_warm_duration_in_seconds":120,"is_enabled":false}`)
	if got := done.Deployment.WorkflowID; got != workflowID {
		t.Errorf("workflow = %s, want %s: the API cannot change it", got, workflowID)
	}
}

// TestUpdate_KeepsARename: the name has to be sent with every change, and it must be the one of now.
func TestUpdate_KeepsARename(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	renamed := example()
	renamed.Name = "renamed by somebody else"
	d.box.Put(token, renamed)
	base := deployments.Draft{"name": "image-to-video", "queue_size": "1"}
	typed := deployments.Draft{"name": "image-to-video", "queue_size": "2"}
	if _, err := d.Update(t.Context(), token, id, typed, base); err != nil {
		t.Fatal(err)
	}
	wantBodies(t, d.sent(http.MethodPatch), `{"name":"renamed by somebody else","queue_size":2}`)
}

// TestUpdate_Rules: changed values are judged, also against what is stored; unchanged ones are not, whatever they are.
func TestUpdate_Rules(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		typed deployments.Draft
		want  map[string]string
	}{
		{"minimum above the stored maximum", deployments.Draft{"min_instances": "3"}, map[string]string{"min_instances": "Minimum (3) must not be above maximum (2)."}},
		{"maximum below the stored minimum", deployments.Draft{"max_instances": "1"}, map[string]string{"max_instances": "Minimum (2) must not be above maximum (1)."}},
		{"both", deployments.Draft{"min_instances": "3", "max_instances": "1"}, map[string]string{"min_instances": "Minimum (3) must not be above maximum (1)."}},
		{"minimum is no number", deployments.Draft{"min_instances": "x", "max_instances": "1"}, map[string]string{"min_instances": number("0", "3")}},
		{"maximum is no number", deployments.Draft{"min_instances": "3", "max_instances": "x"}, map[string]string{"max_instances": number("1", "10")}},
		{"an emptied number", deployments.Draft{"queue_size": "", "keep_warm_duration_in_seconds": " "}, map[string]string{"queue_size": number("0", "1000000"), "keep_warm_duration_in_seconds": number("0", "2592000")}},
		{"emptied texts", deployments.Draft{"name": "", "workflow_version": "", "hardware": ""}, map[string]string{"name": enterName, "workflow_version": enterVersion, "hardware": chooseSKU}},
		{"no switch", deployments.Draft{"is_enabled": "on"}, map[string]string{"is_enabled": "Choose enabled or paused."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{})
			now := example()
			now.MinInstances, now.MaxInstances = 2, 2
			d.box.Put(token, now)
			_, err := d.Update(t.Context(), token, id, tt.typed, nil)
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("error = %v, want kind %s", err, fault.Invalid)
			}
			if diff := cmp.Diff(tt.want, fault.Fields(err)); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
			if got := d.writes(); got != 0 {
				t.Errorf("%d writes, want 0", got)
			}
		})
	}
}

// TestUpdate_OddDeployment: what the API says about a deployment may lie outside every rule; what is not touched is sent
// on as little as it is judged.
func TestUpdate_OddDeployment(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	odd := example()
	odd.Raw = []byte(`{"id":"` + id + `","name":"odd","hardware":["BLACKWELL_288"],"min_instances":30,"max_instances":null,"queue_size":-1}`)
	d.box.Put(token, odd)
	read, err := d.Settings(t.Context(), token, id)
	if err != nil {
		t.Fatal(err)
	}
	base := deployments.DraftOf(read)
	want := deployments.Draft{
		"name": "odd", "workflow_id": "", "workflow_version": "", "hardware": "BLACKWELL_288", "min_instances": "30", "max_instances": "",
		"queue_size": "-1", "keep_warm_duration_in_seconds": "", "is_enabled": "",
	}
	if diff := cmp.Diff(want, base); diff != "" {
		t.Errorf("DraftOf() (-want +got):\n%s", diff)
	}

	done, err := d.Update(t.Context(), token, id, base, base)
	if err != nil || !done.Unchanged {
		t.Errorf("an untouched form: Update() = %+v, %v, want unchanged", done, err)
	}

	typed := deployments.DraftOf(read)
	typed["keep_warm_duration_in_seconds"] = "90"
	done, err = d.Update(t.Context(), token, id, typed, base)
	if err != nil {
		t.Fatal(err)
	}
	wantBodies(t, d.sent(http.MethodPatch), `{"name":"odd","keep_warm_duration_in_seconds":90}`)
	differences := []deployments.Difference{{Field: "keep_warm_duration_in_seconds", Asked: "90", Got: ""}}
	if diff := cmp.Diff(differences, done.Differences); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}

	// Without a stored maximum there is nothing to hold a minimum against.
	if _, err := d.Update(t.Context(), token, id, deployments.Draft{"min_instances": "3"}, nil); err != nil {
		t.Errorf("Update() error = %v", err)
	}
}

// TestUpdate_Differences: the API may accept a change and not make it; the result says so field by field.
func TestUpdate_Differences(t *testing.T) {
	t.Parallel()
	for _, u := range updatables() {
		t.Run(u.field, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{}, "ignore-field@update="+u.field)
			now := example()
			u.store(&now, u.a)
			d.box.Put(token, now)
			done, err := d.Update(t.Context(), token, id, deployments.Draft{u.field: u.b}, nil)
			if err != nil || done.Settled {
				t.Fatalf("Update() = %+v, %v", done, err)
			}
			if diff := cmp.Diff([]deployments.Difference{{Field: u.field, Asked: u.b, Got: u.a}}, done.Differences); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSetEnabled(t *testing.T) {
	t.Parallel()
	const stored = `"` + id + `","name":"image-to-video"`
	tests := []struct {
		name  string
		raw   string // "" for the deployment of the document, which is enabled
		on    bool
		want  string // body of the PATCH; "" for none
		power deployments.Power
		wrong []deployments.Difference
	}{
		{"pauses", "", false, `{"name":"image-to-video","is_enabled":false}`, deployments.Paused, nil},
		{"is enabled already", "", true, "", deployments.Enabled, nil},
		{
			"enables what does not say", `{"id":` + stored + `}`, true, `{"name":"image-to-video","is_enabled":true}`, deployments.PowerUnknown,
			[]deployments.Difference{{Field: "is_enabled", Asked: "true", Got: ""}},
		},
		{
			"pauses what does not say", `{"id":` + stored + `,"is_enabled":null}`, false, `{"name":"image-to-video","is_enabled":false}`, deployments.PowerUnknown,
			[]deployments.Difference{{Field: "is_enabled", Asked: "false", Got: ""}},
		},
		{"is paused already", `{"id":` + stored + `,"is_enabled":false}`, false, "", deployments.Paused, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{})
			now := example()
			if tt.raw != "" {
				now.Raw = []byte(tt.raw)
			}
			d.box.Put(token, now)
			done, err := d.SetEnabled(t.Context(), token, id, tt.on)
			if err != nil {
				t.Fatal(err)
			}
			if tt.want == "" {
				wantBodies(t, d.sent(http.MethodPatch))
			} else {
				wantBodies(t, d.sent(http.MethodPatch), tt.want)
			}
			if got := deployments.PowerOf(done.Deployment); got != tt.power || done.Unchanged != (tt.want == "") {
				t.Errorf("power = %v, unchanged = %v, want %v, %v", got, done.Unchanged, tt.power, tt.want == "")
			}
			if diff := cmp.Diff(tt.wrong, done.Differences); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
		})
	}
}

// TestReadOnly: on a read-only server no write makes any call, not even to look.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{ReadOnly: true})
	d.box.Put(token, example())
	errs := map[string]error{}
	_, errs["create"] = d.Create(t.Context(), token, validDraft())
	_, errs["update"] = d.Update(t.Context(), token, id, deployments.Draft{"name": "two"}, nil)
	_, errs["enable"] = d.SetEnabled(t.Context(), token, id, false)
	_, errs["delete"] = d.Delete(t.Context(), token, id, "image-to-video")
	for name, err := range errs {
		t.Run(name, func(t *testing.T) { wantFault(t, err, fault.Forbidden, readOnlyMessage) })
	}
	if calls := d.box.Calls(); len(calls) != 0 || !d.ReadOnly() {
		t.Errorf("%d calls, want 0; ReadOnly() = %v, want true", len(calls), d.ReadOnly())
	}
	if _, err := d.Get(t.Context(), token, id); err != nil {
		t.Errorf("Get() error = %v", err)
	}
}
