package deployments

import (
	"container/list"
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/fault"
)

// What payloads may hold of memory: a person's browsing opens the same few again and again, and everybody who opens one at the
// same time waits for one reading of it.
const (
	keptPayloads   = 24 << 20 // bytes in all
	payloadReaders = 2        // readings at the same time
	downloadTime   = 10 * time.Minute
)

// payloads keeps the payloads read last, by the moment their deployment was last updated.
type payloads struct {
	places  chan struct{}
	flights singleflight.Group

	mu     sync.Mutex
	bytes  int
	recent *list.List // of keptPayload, the last used first
	byKey  map[payloadKey]*list.Element
}

type payloadKey struct{ account, id, updated string }

type keptPayload struct {
	key     payloadKey
	payload apiclient.Payload
}

func newPayloads() *payloads {
	return &payloads{places: make(chan struct{}, payloadReaders), recent: list.New(), byKey: map[payloadKey]*list.Element{}}
}

func (p *payloads) get(key payloadKey) (apiclient.Payload, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	element, ok := p.byKey[key]
	if !ok {
		return apiclient.Payload{}, false
	}
	p.recent.MoveToFront(element)
	kept, _ := element.Value.(keptPayload)
	return kept.payload, true
}

func (p *payloads) put(key payloadKey, payload apiclient.Payload) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byKey[key] != nil || key.updated == "" { // without its moment nobody knows whether it is still the one
		return
	}
	p.byKey[key] = p.recent.PushFront(keptPayload{key, payload})
	for p.bytes += len(payload.Raw); p.bytes > keptPayloads; {
		oldest, _ := p.recent.Remove(p.recent.Back()).(keptPayload)
		delete(p.byKey, oldest.key)
		p.bytes -= len(oldest.payload.Raw)
	}
}

// PayloadOf returns the payload of a deployment that was just read without it.
func (s *Service) PayloadOf(ctx context.Context, account, token string, d Deployment) (apiclient.Payload, error) {
	if d.Payload.Raw != nil {
		return d.Payload, nil // the service sends it unasked
	}
	key := payloadKey{account, d.ID, d.UpdatedAt.Raw}
	if kept, ok := s.payloads.get(key); ok {
		return kept, nil
	}
	// One reader's leaving must not fail the others that wait for the same reading.
	reading := s.payloads.flights.DoChan(key.account+"\n"+key.id+"\n"+key.updated, func() (any, error) {
		return s.readPayload(context.WithoutCancel(ctx), token, key)
	})
	select {
	case r := <-reading:
		payload, _ := r.Val.(apiclient.Payload)
		return payload, r.Err
	case <-ctx.Done():
		return apiclient.Payload{}, fault.Wrap(fault.Unavailable, "The payload took too long to read. Try again in a moment.", context.Cause(ctx))
	}
}

func (s *Service) readPayload(ctx context.Context, token string, key payloadKey) (apiclient.Payload, error) {
	s.payloads.places <- struct{}{}
	defer func() { <-s.payloads.places }()
	if kept, ok := s.payloads.get(key); ok {
		return kept, nil
	}
	d, err := s.read(ctx, token, key.id, apiclient.IncludePayload)
	if err != nil {
		return apiclient.Payload{}, err
	}
	if key.updated = d.UpdatedAt.Raw; d.Payload.Raw != nil {
		s.payloads.put(key, d.Payload)
	}
	return d.Payload, nil
}

// Payload returns one deployment with its payload and without its readme.
func (s *Service) Payload(ctx context.Context, account, token, id string) (Deployment, error) {
	d, err := s.brief(ctx, token, id)
	if err != nil {
		return Deployment{}, err
	}
	d.Payload, err = s.PayloadOf(ctx, account, token, d)
	return d, err
}

// DownloadPayload writes a payload to w exactly as the API sends it, while it arrives. An error after the first byte means that it
// is not all there.
func (s *Service) DownloadPayload(ctx context.Context, token, id string, w io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, downloadTime)
	defer cancel()
	err := s.api.CopyPayload(ctx, token, id, w)
	if !errors.Is(err, apiclient.ErrNoPayload) {
		return explainRead(err)
	}
	if _, err := s.Settings(ctx, token, id); err != nil {
		return err
	}
	return fault.New(fault.NotFound, "RunComfy sent no payload for this deployment, so that there is nothing to download.")
}
