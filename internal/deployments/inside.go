package deployments

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/catalogue"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/fleet"
)

// insideAnswer bounds an answer with the payloads of several deployments: a few of them are in memory at the same time.
const insideAnswer = 8 << 20

// insideReader reads payloads for a search, which decides itself when to try again.
type insideReader struct{ api *apiclient.Client }

// List implements catalogue.Reader.
func (r insideReader) List(ctx context.Context, token string, o apiclient.ListOptions) ([]apiclient.Deployment, error) {
	return r.api.Once(insideAnswer).List(ctx, token, o)
}

// Inside is what a search inside the workflows of an account found so far. Its errors are faults.
type Inside struct {
	catalogue.Result
	ListedAt time.Time
	Problem  error // why the newest list of deployments is not here; nil when it is, or is under way
}

// Inside searches the workflows of an account, by name of their deployment. It reads them in the background, for as long as
// somebody asks; the result says how far that is. The error means that there is nothing to show.
func (s *Service) Inside(ctx context.Context, account, token string, f Freshness, q catalogue.Query) (Inside, error) {
	list, err := s.Fleet(ctx, account, token, f)
	if err != nil {
		return Inside{}, err
	}
	rows := list.Find(fleet.Query{}).Rows
	all := make([]catalogue.Target, len(rows))
	for i, row := range rows {
		at := int(row)
		all[i] = catalogue.Target{ID: list.Snapshot().ID(at), Name: list.Snapshot().Name(at), Updated: list.Snapshot().UpdatedAt(at).Raw}
	}
	q.Silent = q.Silent || list.Problem != nil // the API has enough to do
	r := s.inside.Look(account, token, all, q)
	r.Err = explainInside(r.Err)
	for i := range r.Failures {
		r.Failures[i].Err = explainInside(r.Failures[i].Err)
	}
	return Inside{Result: r, ListedAt: list.ReadAt, Problem: list.Problem}, nil
}

// InsideAgain lets the next search try again what could not be read.
func (s *Service) InsideAgain(account string) { s.inside.Again(account) }

// explainInside says why the workflow of one deployment is missing.
func explainInside(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, catalogue.ErrMissing):
		return fault.Wrap(fault.Upstream, "RunComfy did not send it.", err)
	case errors.Is(err, apiclient.ErrTooLarge):
		return fault.Wrap(fault.TooLarge, fmt.Sprintf("It is larger than the %d MB that are searched.", insideAnswer>>20), err)
	default:
		return explain(err)
	}
}
