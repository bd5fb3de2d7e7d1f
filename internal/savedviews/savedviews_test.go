package savedviews_test

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/savedviews"
)

// scripted is a store that answers what a test wants and remembers what it was asked.
type scripted struct {
	err       error
	name, key string
	id, query string
	limit     int
	reads     int
}

func (s *scripted) Views(context.Context, string) ([]savedviews.View, error) {
	s.reads++
	return []savedviews.View{{Name: s.name}}, s.err
}

func (s *scripted) AddView(_ context.Context, _ string, v savedviews.View, key string, limit int) error {
	s.id, s.name, s.query, s.key, s.limit = v.ID, v.Name, v.Query, key, limit
	return s.err
}

func (s *scripted) RenameView(_ context.Context, _, id, name, key string) error {
	s.id, s.name, s.key = id, name, key
	return s.err
}

func (s *scripted) DeleteView(_ context.Context, _, id string) error {
	s.id = id
	return s.err
}

func TestSave_Names(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü", savedviews.MaxName)
	for typed, want := range map[string]struct{ name, key string }{
		"Night shift":      {"Night shift", "night shift"},
		"  a \t\r\n b\x00": {"a b", "a b"},
		"a\u202eb\u200bc":  {"abc", "abc"},
		long:               {long, long},
		"<b>&":             {"<b>&", "<b>&"},
	} {
		s := &scripted{}
		v, err := savedviews.New(s).Save(t.Context(), "account", typed, "q=a")
		if err != nil || s.name != want.name || s.key != want.key || v.Name != want.name || s.query != "q=a" || s.limit != savedviews.Max {
			t.Errorf("%q is kept as %q under %q (%v)", typed, s.name, s.key, err)
		}
		if !regexp.MustCompile(`^[a-z2-7]{16}$`).MatchString(v.ID) {
			t.Errorf("the id is %q", v.ID)
		}
	}
}

// TestOf_held: every list shows the views, and the database is asked for them when they changed, here or elsewhere.
func TestOf_held(t *testing.T) {
	t.Parallel()
	s := &scripted{name: "first"}
	shelf := savedviews.New(s)
	want := func(after, name string, reads int) {
		t.Helper()
		for range 2 {
			if list, err := shelf.Of(t.Context(), "account"); err != nil || list[0].Name != name || s.reads != reads {
				t.Errorf("after %s there is %v (%v) in %d readings, want %q in %d", after, list, err, s.reads, name, reads)
			}
		}
	}
	want("a start", "first", 1)
	_, err := shelf.Save(t.Context(), "account", "second", "")
	want("saving", "second", 2)
	err = errors.Join(err, shelf.Rename(t.Context(), "account", "id", "third"))
	want("renaming", "third", 3)
	err = errors.Join(err, shelf.Delete(t.Context(), "account", "id"))
	want("deleting", "third", 4)
	s.name = "elsewhere"
	shelf.Forget("account")
	want("a change elsewhere", "elsewhere", 5)
	if err != nil {
		t.Error(err)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		typed string
		err   error
		kind  fault.Kind
		says  string
	}{
		"nothing typed":       {" \u200b ", nil, fault.Invalid, "Give the view a name."},
		"too long":            {strings.Repeat("a", 61), nil, fault.Invalid, "The name has 61 characters; at most 60 are allowed."},
		"taken":               {"A", savedviews.ErrTaken, fault.Invalid, "There is a view “A” already."},
		"full":                {"A", savedviews.ErrFull, fault.Invalid, "There are 50 views"},
		"gone":                {"A", savedviews.ErrNone, fault.NotFound, "somebody has deleted it"},
		"database is missing": {"A", errors.New("no such table"), fault.Unavailable, "cannot keep views right now"},
	} {
		shelf := savedviews.New(&scripted{err: tt.err})
		_, saved := shelf.Save(t.Context(), "account", tt.typed, "")
		renamed := shelf.Rename(t.Context(), "account", "id", tt.typed)
		for _, err := range []error{saved, renamed} {
			f := fault.From(err)
			if text := f.Message + f.Fields["name"]; f.Kind != tt.kind || !strings.Contains(text, tt.says) {
				t.Errorf("%s: %s, %q; want %s with %q", name, f.Kind, text, tt.kind, tt.says)
			}
		}
	}
	if err := savedviews.New(&scripted{err: savedviews.ErrNone}).Delete(t.Context(), "account", "id"); fault.From(err).Kind != fault.NotFound {
		t.Errorf("deleting what is gone: %v", err)
	}
	if _, err := savedviews.New(&scripted{err: errors.New("down")}).Of(t.Context(), "account"); fault.From(err).Kind != fault.Unavailable {
		t.Errorf("reading from a database that is down: %v", err)
	}
}
