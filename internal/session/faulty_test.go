package session_test

import (
	"bytes"
	"context"
	"log/slog"
	"time"

	"github.com/comfydeck/comfydeck/internal/session"
)

// faultyStore is a store that fails, or lets something else happen, at chosen points.
type faultyStore struct {
	session.Store
	findErr  error
	touchErr error
	at       func(point string) // called before and after each call of a method
}

func (s *faultyStore) reach(point string) {
	if s.at != nil {
		s.at(point)
	}
}

func (s *faultyStore) Find(ctx context.Context, hash string, idle time.Duration) (session.Row, bool, error) {
	s.reach("before Find")
	defer s.reach("after Find")
	if s.findErr != nil {
		return session.Row{}, false, s.findErr
	}
	return s.Store.Find(ctx, hash, idle)
}

func (s *faultyStore) Touch(ctx context.Context, hash string, idle time.Duration, by session.Trace) error {
	s.reach("before Touch")
	defer s.reach("after Touch")
	if s.touchErr != nil {
		return s.touchErr
	}
	return s.Store.Touch(ctx, hash, idle, by)
}

func (s *faultyStore) Create(ctx context.Context, n session.NewRow) (session.Row, error) {
	s.reach("before Create")
	defer s.reach("after Create")
	return s.Store.Create(ctx, n)
}

func jsonLog(to *bytes.Buffer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(to, nil))
}
