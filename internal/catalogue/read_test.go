package catalogue

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
)

func TestLook_readsInTheBackground(t *testing.T) {
	inCatalogue(t, 100, Options{Batch: 10, Parallel: 4}, func(t *testing.T, c *Catalogue, s *service) {
		want(t, told(c.Look("a", "token", s.targets(), Query{Text: "style", Silent: true})), "0 of 100") // nobody looks
		time.Sleep(time.Hour)
		if n := s.count(); n != 0 {
			t.Fatalf("%d calls for an account that nobody searches", n)
		}
		want(t, look(c, s, "STYLE-1"), "0 of 100, reading")
		time.Sleep(1500 * time.Millisecond)
		want(t, look(c, s, "style-1"), "40 of 100, reading: 13")
		time.Sleep(2 * time.Second)
		want(t, look(c, s, "style-1"), "100 of 100: 33")
		if s.count() != 10 || s.most != 4 {
			t.Errorf("%d calls, %d at the same time; want 10, 4", s.count(), s.most)
		}
		time.Sleep(10 * time.Minute)
		want(t, look(c, s, "style-2"), "100 of 100: 33")
		if s.count() != 10 {
			t.Errorf("what is known was read again: %d calls", s.count())
		}
	})
}

func TestLook_followsChanges(t *testing.T) {
	inCatalogue(t, 4, Options{}, func(t *testing.T, c *Catalogue, s *service) {
		look(c, s, "")
		synctest.Wait()
		time.Sleep(2 * time.Second)
		want(t, look(c, s, "style-0"), "4 of 4: 2")
		s.put(0, "2", "other.safetensors")
		s.put(9, "1", "other.safetensors")
		delete(s.all, id(1))
		want(t, look(c, s, "other"), "2 of 4, reading") // what was is not shown any more
		time.Sleep(2 * time.Second)
		want(t, look(c, s, "other"), "4 of 4: 2")
		want(t, look(c, s, "style-1"), "4 of 4")
		if last := s.calls[len(s.calls)-1]; !slices.Equal(last, []string{id(0), id(9)}) {
			t.Errorf("read again: %v, want what changed and what is new", last)
		}
	})
}

// A deployment that is changed between the list and the reading of its workflow is read once; the next list has the same moment.
func TestLook_changedMeanwhile(t *testing.T) {
	inCatalogue(t, 1, Options{}, func(t *testing.T, c *Catalogue, s *service) {
		before := s.targets()
		s.put(0, "2", "other.safetensors")
		for range 3 {
			c.Look("a", "token", before, Query{})
			time.Sleep(2 * time.Second)
			look(c, s, "")
			time.Sleep(2 * time.Second)
		}
		want(t, look(c, s, "other"), "1 of 1: 1")
		if s.count() != 1 {
			t.Errorf("%d calls, want 1", s.count())
		}
	})
}

// Who does not say when it was updated is read again after a while.
func TestLook_withoutMoment(t *testing.T) {
	inCatalogue(t, 0, Options{}, func(t *testing.T, c *Catalogue, s *service) {
		s.put(0, "", "a.safetensors")
		for range 4 {
			look(c, s, "")
			time.Sleep(4 * time.Minute)
		}
		if s.count() != 2 {
			t.Errorf("%d calls in 16 minutes, want 2", s.count())
		}
	})
}

func TestLook_stopsWhenNobodyLooks(t *testing.T) {
	inCatalogue(t, 1000, Options{Batch: 1, Parallel: 1}, func(t *testing.T, c *Catalogue, s *service) {
		look(c, s, "")
		time.Sleep(time.Hour)
		if n := s.count(); n < 120 || n > 122 {
			t.Errorf("%d calls, want those of 2 minutes", n)
		}
		r := c.Look("a", "token", s.targets(), Query{Silent: true})
		want(t, told(r), "121 of 1000, unwatched")
		want(t, look(c, s, ""), "121 of 1000, reading") // by itself
	})
}

func TestLook_budget(t *testing.T) {
	for name, o := range map[string]Options{"time": {Batch: 1, Parallel: 1, RunTime: 20 * time.Second}, "bytes": {Batch: 1, Parallel: 1, RunBytes: 20 * 169}} {
		t.Run(name, func(t *testing.T) {
			inCatalogue(t, 50, o, func(t *testing.T, c *Catalogue, s *service) {
				look(c, s, "")
				time.Sleep(time.Minute)
				want(t, look(c, s, ""), "21 of 50, budget")
				time.Sleep(time.Minute)
				want(t, look(c, s, ""), "21 of 50, budget")
				c.Again("a")
				want(t, look(c, s, ""), "21 of 50, reading")
			})
		})
	}
}

func TestLook_waitsWhenAskedTo(t *testing.T) {
	inCatalogue(t, 100, Options{Batch: 10, Parallel: 2}, func(t *testing.T, c *Catalogue, s *service) {
		s.failing(func(call int, _ []string) error {
			if call == 3 {
				return &apiclient.Error{Status: 429, RetryAfter: 30 * time.Second}
			}
			return nil
		})
		look(c, s, "")
		time.Sleep(2500 * time.Millisecond)
		calls := s.count()
		want(t, look(c, s, ""), "30 of 100, reading in 29.5s")
		time.Sleep(29 * time.Second)
		if s.count() != calls {
			t.Errorf("%d calls during the pause", s.count()-calls)
		}
		time.Sleep(10 * time.Second)
		want(t, look(c, s, ""), "100 of 100")
	})
}

// One workflow that cannot be read is found, named and left out; the others of its call are there.
func TestLook_oneThatFails(t *testing.T) {
	bad := map[string]error{
		"broken":    &apiclient.Error{Status: 200, Outcome: apiclient.Unknown, Err: errors.New("answer repeats a key")},
		"too large": &apiclient.Error{Status: 200, Outcome: apiclient.Unknown, Err: apiclient.ErrTooLarge},
		"fault":     &apiclient.Error{Status: 500, Outcome: apiclient.Unknown},
	}
	for name, failure := range bad {
		t.Run(name, func(t *testing.T) {
			inCatalogue(t, 60, Options{}, func(t *testing.T, c *Catalogue, s *service) {
				s.failing(func(_ int, ids []string) error {
					if slices.Contains(ids, id(33)) {
						return failure
					}
					return nil
				})
				look(c, s, "")
				time.Sleep(time.Minute)
				r := c.Look("a", "token", s.targets(), Query{})
				want(t, told(r), "59 of 60, 1 failed")
				if len(r.Failures) != 1 || r.Failures[0].ID != id(33) || !errors.Is(r.Failures[0].Err, failure) {
					t.Errorf("failures = %v", r.Failures)
				}
				calls := s.count()
				time.Sleep(time.Minute)
				look(c, s, "")
				time.Sleep(time.Minute)
				if s.count() != calls {
					t.Error("it was tried again by itself")
				}
				s.failing(nil)
				c.Again("a")
				look(c, s, "")
				time.Sleep(time.Minute)
				want(t, look(c, s, ""), "60 of 60")
			})
		})
	}
}

func TestLook_trouble(t *testing.T) {
	inCatalogue(t, 1000, Options{}, func(t *testing.T, c *Catalogue, s *service) {
		s.failing(func(int, []string) error { return &apiclient.Error{Status: 500, Outcome: apiclient.Unknown} })
		look(c, s, "")
		time.Sleep(time.Minute)
		r := c.Look("a", "token", s.targets(), Query{})
		if s.count() > inARow+3 || r.Stop != StopTrouble || r.Err == nil || r.Reading {
			t.Errorf("%d calls, then %q, %v", s.count(), r.Stop, r.Err)
		}
	})
}

// A token that is refused shows nothing of before.
func TestLook_refused(t *testing.T) {
	inCatalogue(t, 10, Options{}, func(t *testing.T, c *Catalogue, s *service) {
		look(c, s, "")
		time.Sleep(2 * time.Second)
		want(t, look(c, s, "style"), "10 of 10: 10")
		s.failing(func(int, []string) error { return &apiclient.Error{Status: 401} })
		s.put(0, "2", "")
		look(c, s, "")
		time.Sleep(2 * time.Second)
		want(t, look(c, s, "style"), "0 of 10, refused")
	})
}

func TestLook_missingInTheAnswer(t *testing.T) {
	inCatalogue(t, 3, Options{}, func(t *testing.T, c *Catalogue, s *service) {
		all := s.targets()
		delete(s.all, id(1))
		c.Look("a", "token", all, Query{})
		time.Sleep(2 * time.Second)
		r := c.Look("a", "token", all, Query{})
		want(t, told(r), "2 of 3, 1 failed")
		if !errors.Is(r.Failures[0].Err, ErrMissing) {
			t.Errorf("failure = %v", r.Failures[0].Err)
		}
		want(t, look(c, s, ""), "2 of 2") // the next list does not have it
	})
}

func TestPurge_endsTheReading(t *testing.T) {
	inCatalogue(t, 100, Options{Batch: 1}, func(t *testing.T, c *Catalogue, s *service) {
		look(c, s, "")
		time.Sleep(1500 * time.Millisecond)
		calls := s.count()
		c.Purge("a")
		synctest.Wait()
		if s.now != 0 {
			t.Errorf("%d calls go on", s.now)
		}
		time.Sleep(time.Minute)
		if s.count() != calls || len(c.accounts) != 0 || c.Bytes() != 0 {
			t.Errorf("after a purge %d calls, %d accounts, %d bytes", s.count()-calls, len(c.accounts), c.Bytes())
		}
		want(t, look(c, s, ""), "0 of 100, reading")
	})
}

func TestClose_endsEverything(t *testing.T) {
	inCatalogue(t, 1000, Options{}, func(t *testing.T, c *Catalogue, s *service) {
		s.latency = time.Hour
		look(c, s, "")
		c.Look("b", "token", s.targets(), Query{})
		synctest.Wait()
		if s.most != 4 {
			t.Errorf("%d calls at the same time, want 4 for all accounts together", s.most)
		}
		began := time.Now()
		c.Close()
		if time.Since(began) > 0 {
			t.Error("closing waits for calls to end by themselves")
		}
	})
}

// A defect in reading one answer must fail that one and no more.
func TestLook_survivesAPanic(t *testing.T) {
	inCatalogue(t, 30, Options{}, func(t *testing.T, c *Catalogue, s *service) {
		c.reader = panicking{s}
		look(c, s, "")
		time.Sleep(time.Minute)
		want(t, look(c, s, ""), "29 of 30, 1 failed")
	})
}

type panicking struct{ *service }

func (p panicking) List(ctx context.Context, token string, o apiclient.ListOptions) ([]apiclient.Deployment, error) {
	if slices.Contains(o.IDs, id(3)) {
		panic("index out of range")
	}
	return p.service.List(ctx, token, o)
}
