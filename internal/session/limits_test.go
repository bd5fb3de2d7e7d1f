package session_test

import (
	"errors"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/session"
)

// SR-08: both limits a second before and after, by the database's clock.
func TestManager_limits(t *testing.T) {
	t.Parallel()
	const second, minute = time.Second, time.Minute
	visits := func(n int, every time.Duration, last ...visit) []visit {
		var all []visit
		for range n {
			all = append(all, visit{after: every})
		}
		return append(all, last...)
	}
	for name, test := range map[string]struct {
		options session.Options
		visits  []visit
	}{
		"idle, a second early":      {visits: []visit{{after: 30*minute - second}}},
		"idle, a second late":       {visits: []visit{{after: 30*minute + second, none: true}}},
		"a visit extends":           {visits: []visit{{after: 29 * minute}, {after: 29 * minute}, {after: 31 * minute, none: true}}},
		"absolute, a second early":  {visits: visits(48, 15*minute-second, visit{after: 47 * second})},
		"absolute, a second late":   {visits: visits(48, 15*minute-second, visit{after: 49 * second, none: true})},
		"polling does not extend":   {visits: polls(30, minute, visit{after: minute, none: true})},
		"polling ends nothing":      {visits: polls(29, minute, visit{after: 59 * second})},
		"own idle limit, early":     {options: session.Options{Idle: 40 * second}, visits: []visit{{after: 25 * second}, {after: 39 * second}}},
		"own idle limit, late":      {options: session.Options{Idle: 40 * second}, visits: []visit{{after: 25 * second}, {after: 41 * second, none: true}}},
		"own absolute limit, early": {options: session.Options{Absolute: time.Hour}, visits: visits(3, 19*minute, visit{after: 179 * second})},
		"own absolute limit, late":  {options: session.Options{Absolute: time.Hour}, visits: visits(3, 19*minute, visit{after: 181 * second, none: true})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, migrated.SQLite(t))
			m := newManager(t, s.Sessions(), test.options)
			_, c := signIn(t, m, apiToken, nil)
			for i, v := range test.visits {
				s.ShiftClock(v.after)
				_, err := m.Load(request(t, c), v.background)
				if v.none != errors.Is(err, session.ErrNone) || !v.none && err != nil {
					t.Fatalf("visit %d: error %v, want none %v", i+1, err, v.none)
				}
			}
		})
	}
}

// visit is one request, some time after the one before.
type visit struct {
	after      time.Duration
	background bool
	none       bool // no session is expected
}

func polls(n int, every time.Duration, last visit) []visit {
	var all []visit
	for range n - 1 {
		all = append(all, visit{after: every, background: true})
	}
	last.background = true
	return append(all, visit{after: every - time.Second, background: true}, last)
}

// The row is written once a minute, however many requests there are.
func TestManager_touchIsThrottled(t *testing.T) {
	t.Parallel()
	s := openStore(t, migrated.SQLite(t))
	touches := 0
	m := newManager(t, &faultyStore{Store: s.Sessions(), at: func(point string) {
		if point == "before Touch" {
			touches++
		}
	}}, session.Options{})
	_, c := signIn(t, m, apiToken, nil)
	for range 12 * 10 {
		s.ShiftClock(10 * time.Second)
		load(t, m, c)
	}
	if touches < 15 || touches > 20 {
		t.Errorf("120 requests in 20 minutes wrote %d times, want at most once a minute", touches)
	}
}
