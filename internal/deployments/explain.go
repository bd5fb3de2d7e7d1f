package deployments

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/fault"
)

// explainRead turns an error of a read into the fault a person is told. nil stays nil.
func explainRead(err error) error {
	if err == nil {
		return nil
	}
	f := explain(err)
	switch f.Kind {
	case fault.Upstream, fault.Unavailable, fault.Timeout:
		f.Message += nothingChanged
		if !unreadable(err) {
			f.Message += " Try again in a moment."
		}
	default:
	}
	return f
}

// explain names the failure without saying yet what it means for a read or a write.
func explain(err error) *fault.Error {
	f := &fault.Error{Err: err}
	var e *apiclient.Error
	if errors.As(err, &e) {
		f.RetryAfter, f.UpstreamID = e.RetryAfter+e.Beyond, e.RequestID
	}
	switch {
	case errors.Is(err, apiclient.ErrInvalidToken):
		f.Kind, f.Message = fault.Unauthorized, "This cannot be an API token: it holds characters that no token has. Copy it again from your RunComfy profile."
	case apiclient.IsUnauthorized(err):
		f.Kind, f.Message = fault.Unauthorized, "RunComfy does not accept this API token. It may have been replaced: copy the current one from your RunComfy profile and sign in with it."
	case apiclient.IsForbidden(err):
		f.Hidden = true
		f.Kind, f.Message = fault.Forbidden, "RunComfy does not let this account do that."+said(e)
	case apiclient.IsNotFound(err) && e.Op == "create": // what is not found is something that the values name
		f.Kind, f.Message = fault.Invalid, "RunComfy does not find something that these values name, most likely the workflow."+said(e)
	case apiclient.IsNotFound(err) && e.Op == "list":
		f.Kind, f.Message = fault.Upstream, "RunComfy's API has no list of deployments at the address this server asks."+said(e)
	case apiclient.IsNotFound(err):
		f.Hidden = true
		f.Kind, f.Message = fault.NotFound, "RunComfy has no such deployment for the account you are signed in with."
	case apiclient.IsRateLimited(err):
		f.Kind, f.Message = fault.RateLimited, "RunComfy is getting too many requests from this account. "+wait(f.RetryAfter)
	case apiclient.IsTimeout(err):
		f.Kind, f.Message = fault.Timeout, "RunComfy's API did not answer in time."
	case apiclient.IsInvalid(err):
		f.Kind, f.Message, f.Fields = fault.Invalid, "RunComfy refused this."+said(e), fields(e)
		if strings.Contains(e.Message, nameRequired) {
			f.Message += " This server knows no name to send along: give the deployment one in its edit form, then try again."
		}
	case errors.Is(err, apiclient.ErrTooLarge):
		f.Kind, f.Message = fault.Upstream, "RunComfy's answer is larger than this server reads (10 MB for a deployment, 64 MB for a list)."
	case errors.Is(err, apiclient.ErrRepeatedKey):
		f.Kind, f.Message = fault.Upstream, "RunComfy's answer says something twice, and nobody can tell which of the two counts, so that this server shows neither. In a payload, it is a key that a workflow or its overrides repeat."
	case errors.Is(err, apiclient.ErrTooDeep):
		f.Kind, f.Message = fault.Upstream, "RunComfy's answer is nested more deeply than this server reads (10,000 levels). In a payload, it is the workflow or its overrides."
	case apiclient.IsUnavailable(err):
		f.Kind, f.Message = unavailable(e)
	default:
		f.Kind, f.Message = fault.Upstream, "RunComfy answered with an error."+said(e)
	}
	return f
}

// unavailable tells an API that is down from one that sent something that is not its answer.
func unavailable(e *apiclient.Error) (fault.Kind, string) {
	switch {
	case e == nil || e.Status == 0:
		return fault.Unavailable, "RunComfy's API cannot be reached from this server."
	case e.Status >= 500:
		return fault.Upstream, fmt.Sprintf("RunComfy's API has a problem (it answered with status %d).%s", e.Status, said(e))
	default:
		return fault.Upstream, "What came back is not an answer of RunComfy's API: it may be a proxy or a page in between."
	}
}

// said repeats the API's own words, with its complaints about no field in particular; they are escaped where they are shown.
func said(e *apiclient.Error) string {
	if e == nil {
		return ""
	}
	words := ended("", e.Message)
	for _, d := range e.Detail {
		if d.Field == "" {
			words = ended(words, d.Message)
		}
	}
	if words == "" {
		return ""
	}
	return " It says: " + words
}

// fields brings the API's complaints to the fields they are about; those about none are in what it says.
func fields(e *apiclient.Error) map[string]string {
	if e == nil {
		return nil
	}
	about := map[string]string{}
	for _, d := range e.Detail {
		if name, _, _ := strings.Cut(d.Field, "."); name != "" {
			about[name] = ended(about[name], d.Message)
		}
	}
	if strings.Contains(e.Message, nameRequired) && about[FieldName] == "" {
		about[FieldName] = nameRequired + "."
	}
	maps.DeleteFunc(about, func(_, words string) bool { return words == "" })
	if len(about) == 0 {
		return nil
	}
	for name := range about {
		about[name] = "RunComfy says: " + about[name]
	}
	return about
}

// nameRequired is how the API refuses a change that names nothing.
const nameRequired = "Deployment name is required"

// ended adds a sentence of the API to others, once.
func ended(sentences, more string) string {
	if more = strings.TrimRight(more, ". "); more == "" || strings.Contains(sentences+" ", more+". ") {
		return sentences
	}
	return strings.TrimLeft(sentences+" "+more+".", " ")
}

// withReasons is the sentence of a failure with what is wrong field by field, for where no form shows it.
func withReasons(f *fault.Error) string {
	words := f.Message
	if f.Kind != fault.Invalid {
		return words
	}
	for _, field := range slices.Sorted(maps.Keys(f.Fields)) {
		words += " " + field + ": " + f.Fields[field]
	}
	return words
}

func wait(d time.Duration) string {
	switch {
	case d <= 0:
		return "Wait a little before you try again."
	case d < 2*time.Minute:
		return fmt.Sprintf("Try again in %d s.", int64(d.Round(time.Second)/time.Second))
	case d <= time.Hour:
		return fmt.Sprintf("Try again in %d min.", int64((d+time.Minute-1)/time.Minute))
	default:
		return "Try again later."
	}
}
