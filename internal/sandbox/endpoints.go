package sandbox

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// nameRequired is the refusal of the real service to a PATCH without name, against its document.
const nameRequired = "Deployment name is required"

var uuidShape = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// canonicalID returns the id in lower case. The version digit is not checked: community workflows have padded numbers.
func canonicalID(id string) (string, bool) {
	id = strings.ToLower(id)
	return id, uuidShape.MatchString(id)
}

// includes reads the includes parameters; a single deployment always has its payload.
func includes(q url.Values, single bool) extras {
	asked := q["includes"]
	return extras{
		payload: single || slices.Contains(asked, "payload"),
		readme:  slices.Contains(asked, "readme"),
	}
}

// list answers GET /prod/v2/deployments: "List Deployments" of the document.
func (x *exchange) list(a *account) answer {
	q := x.r.URL.Query()
	want, ids := includes(q, false), q["ids"]
	if len(ids) == 0 && want == (extras{}) {
		if a.joined == nil {
			a.joined = join(a.list, want)
		}
		return succeed(a.joined)
	}
	if len(ids) == 0 {
		return succeed(join(a.list, want))
	}
	chosen := map[string]bool{}
	var problems []problem
	for i, id := range ids {
		id, ok := canonicalID(id)
		if !ok {
			problems = append(problems, badUUID("query", "ids", i))
		}
		chosen[id] = true
	}
	if problems != nil {
		return invalid(problems)
	}
	var found []*record
	for _, r := range a.list {
		if chosen[r.ID] {
			found = append(found, r)
		}
	}
	return succeed(join(found, want))
}

// one answers with a single deployment, payload included.
func (x *exchange) one(r *record) answer {
	return succeed(r.appendTo(nil, includes(x.r.URL.Query(), true)))
}

// create answers POST /prod/v2/deployments: "Create a Deployment".
func (x *exchange) create(a *account) answer {
	d, problems := readCreate(x.call.Body)
	if problems != nil {
		return invalid(problems)
	}
	now := x.s.instant()
	d.ID, d.Status, d.IsEnabled, d.CreatedAt, d.UpdatedAt = newID(), "standby", true, now, now
	sample := 0
	if like := a.withWorkflow(d.WorkflowID); like != nil {
		d.Payload, d.Readme, sample = like.Payload, like.Readme, like.sample
	}
	return x.store(a, newSample(d, sample))
}

// withWorkflow returns the newest deployment of the workflow, nil if there is none.
func (a *account) withWorkflow(id string) *record {
	for _, r := range slices.Backward(a.list) {
		if r.WorkflowID == id {
			return r
		}
	}
	return nil
}

// update answers PATCH /prod/v2/deployments/{id}: "Update a Deployment".
func (x *exchange) update(a *account, old *record) answer {
	rules := patchRules{nameRequired: x.s.opts.RequireName, ignore: x.ignore}
	d, problems := readPatch(x.call.Body, old.Deployment, rules)
	if problems != nil {
		return invalid(problems)
	}
	d.UpdatedAt = x.s.instant()
	if !d.UpdatedAt.After(old.UpdatedAt) {
		d.UpdatedAt = old.UpdatedAt.Add(time.Microsecond)
	}
	return x.store(a, newSample(d, old.sample))
}

// delete answers DELETE /prod/v2/deployments/{id}: "Delete a Deployment".
func (x *exchange) delete(a *account, old *record) answer {
	if err := x.s.discard(a, old.ID); err != nil {
		return x.failed(err)
	}
	x.s.calls.change(func() { x.call.Applied = true })
	return succeed([]byte(`{"success":true}`))
}

func (x *exchange) store(a *account, r *record) answer {
	if err := x.s.save(a, r); err != nil {
		return x.failed(err)
	}
	x.s.calls.change(func() { x.call.Applied = true })
	return x.one(r)
}

// failed answers a write that the data file did not take.
func (x *exchange) failed(err error) answer {
	x.s.log.Error("write", "err", err)
	return refuse(http.StatusInternalServerError, codeInternal, "Internal Error")
}

// instant is the time of a write, in the microseconds that the API shows.
func (s *Sandbox) instant() time.Time { return s.now().UTC().Truncate(time.Microsecond) }
