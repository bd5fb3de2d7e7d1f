package held

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// source is a database that counts how often it is read.
type source struct {
	reads int
	value string
	err   error
}

func (s *source) read() (string, error) {
	s.reads++
	return s.value, s.err
}

func size(v string) int64 { return int64(len(v)) }

func want(t *testing.T, b *ByAccount[string], account string, s *source, value string, reads int) {
	t.Helper()
	got, err := b.Of(account, s.read)
	if err != nil || got != value || s.reads != reads {
		t.Errorf("%s has %q after %d readings (%v), want %q after %d", account, got, s.reads, err, value, reads)
	}
}

func TestByAccount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, mine, theirs := New(100, size), &source{value: "mine"}, &source{value: "theirs"}
		want(t, b, "a", mine, "mine", 1)
		want(t, b, "a", mine, "mine", 1)
		want(t, b, "b", theirs, "theirs", 1)
		mine.value = "changed"
		b.Forget("a")
		want(t, b, "a", mine, "changed", 2)
		want(t, b, "b", theirs, "theirs", 1)
		b.Forget("")
		want(t, b, "a", mine, "changed", 3)
		want(t, b, "b", theirs, "theirs", 2)
		time.Sleep(fresh + time.Second) // a change of which no word came
		mine.value = "late"
		want(t, b, "a", mine, "late", 4)
	})
}

// What could not be read, and what changed while it was read, is read again.
func TestByAccount_notHeld(t *testing.T) {
	t.Parallel()
	b, s := New(100, size), &source{err: errors.New("down")}
	if _, err := b.Of("a", s.read); err == nil {
		t.Error("no error of the database")
	}
	s.value, s.err = "up", nil
	want(t, b, "a", s, "up", 2)
	b.Forget("a")
	_, _ = b.Of("a", func() (string, error) {
		b.Forget("a")
		return "old", nil
	})
	want(t, b, "a", s, "up", 3)
}

func TestByAccount_bound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, s := New(30, size), &source{value: "ten bytes."}
		for i := range 3 {
			want(t, b, fmt.Sprint(i), s, s.value, i+1)
			time.Sleep(time.Second)
		}
		want(t, b, "0", s, s.value, 3)
		time.Sleep(time.Second)
		want(t, b, "3", s, s.value, 4) // for which 1 went, used longest ago
		want(t, b, "0", s, s.value, 4)
		want(t, b, "2", s, s.value, 4)
		want(t, b, "1", s, s.value, 5)
		time.Sleep(time.Second)
		big := &source{value: "thirty bytes and many more than that"}
		want(t, b, "big", big, big.value, 1)
		want(t, b, "big", big, big.value, 1)
		if b.bytes != size(big.value) {
			t.Errorf("%d bytes are counted", b.bytes)
		}
	})
}
