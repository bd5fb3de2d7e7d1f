package web

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestLimiter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(12*time.Second, 5, 100)
		for i := range 5 {
			if wait := l.Wait("a"); wait != 0 {
				t.Errorf("attempt %d has to wait %v", i+1, wait)
			}
		}
		if wait := l.Wait("a"); wait != 12*time.Second {
			t.Errorf("the sixth attempt has to wait %v, want 12 s", wait)
		}
		if wait := l.Wait("b"); wait != 0 {
			t.Errorf("another key has to wait %v", wait)
		}
		time.Sleep(11 * time.Second)
		if wait := l.Wait("a"); wait != time.Second {
			t.Errorf("after 11 s it has to wait %v, want 1 s: a refused attempt must not cost anything", wait)
		}
		time.Sleep(time.Second)
		if wait := l.Wait("a"); wait != 0 {
			t.Errorf("after 12 s it has to wait %v", wait)
		}
		if wait := l.Wait("a"); wait == 0 {
			t.Error("it gets two attempts for 12 s")
		}
		l.Forget("a")
		for i := range 5 {
			if wait := l.Wait("a"); wait != 0 {
				t.Errorf("forgiven, attempt %d has to wait %v", i+1, wait)
			}
		}
	})
}

// TestLimiterIsBounded holds that made-up keys neither fill the memory nor push out one that is under way.
func TestLimiterIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(time.Minute, 2, 10)
		for i := range 1000 {
			l.Wait("recent")
			time.Sleep(time.Millisecond)
			l.Wait(fmt.Sprint("made up ", i))
			if len(l.keys) > 10 {
				t.Fatalf("%d keys are remembered, want 10 at most", len(l.keys))
			}
		}
		if l.Wait("recent") == 0 {
			t.Error("the key that was seen last was forgotten")
		}
		time.Sleep(2 * time.Minute)
		l.Wait("new")
		if len(l.keys) != 1 {
			t.Errorf("%d keys are remembered after two quiet minutes, want 1", len(l.keys))
		}
	})
}
