package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/comfydeck/comfydeck/internal/savedviews"
)

// ViewsBackend is one empty database, opened twice.
type ViewsBackend struct {
	Views   savedviews.Store
	Replica savedviews.Store // the same database, as a second process sees it
	Break   func()           // makes the database unreachable, for both
}

// SavedViews runs the suite. open is called once for every test in it.
func SavedViews(t *testing.T, open func(t *testing.T) ViewsBackend) {
	tests := []struct {
		name string
		run  func(*testing.T, ViewsBackend)
	}{
		{"keeps views in the order of their keys", keepsViews},
		{"a name is there once", uniqueNames},
		{"there is room for so many", roomForViews},
		{"renames", renamesViews},
		{"an account has its own", viewsApart},
		{"one of many at once", viewsAtOnce},
		{"an answer is never a guess", viewsBroken},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, open(t))
		})
	}
}

const roomy = 50

func view(id, name string) savedviews.View {
	return savedviews.View{ID: id, Name: name, Query: "q=" + id + "&status=a+%26+b"}
}

func addView(t *testing.T, s savedviews.Store, account string, v savedviews.View, key string) {
	t.Helper()
	if err := s.AddView(t.Context(), account, v, key, roomy); err != nil {
		t.Fatalf("AddView(%s): %v", v.ID, err)
	}
}

func wantViews(t *testing.T, s savedviews.Store, account string, want ...savedviews.View) {
	t.Helper()
	got, err := s.Views(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("views of %s (-want +got):\n%s", account, diff)
	}
}

func wantError(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: error %v, want %v", what, got, want)
	}
}

func keepsViews(t *testing.T, b ViewsBackend) {
	wantViews(t, b.Views, mine)
	one, two := view("1", "Zürich “video”"), view("2", "a")
	addView(t, b.Views, mine, one, "z")
	addView(t, b.Views, mine, two, "a")
	wantViews(t, b.Replica, mine, two, one)
	must(t, b.Replica.DeleteView(t.Context(), mine, "2"))
	wantViews(t, b.Views, mine, one)
	wantError(t, "deleting it again", b.Views.DeleteView(t.Context(), mine, "2"), savedviews.ErrNone)
}

func uniqueNames(t *testing.T, b ViewsBackend) {
	one := view("1", "Night")
	addView(t, b.Views, mine, one, "night")
	wantError(t, "the same key", b.Replica.AddView(t.Context(), mine, view("2", "NIGHT"), "night", roomy), savedviews.ErrTaken)
	wantViews(t, b.Views, mine, one)
}

func roomForViews(t *testing.T, b ViewsBackend) {
	for i := range 3 {
		must(t, b.Views.AddView(t.Context(), mine, view(fmt.Sprint(i), "n"), fmt.Sprint(i), 3))
	}
	wantError(t, "one too many", b.Views.AddView(t.Context(), mine, view("4", "n"), "4", 3), savedviews.ErrFull)
	wantError(t, "one too many, of a name that is taken", b.Views.AddView(t.Context(), mine, view("4", "n"), "2", 3), savedviews.ErrTaken)
	must(t, b.Views.AddView(t.Context(), theirs, view("5", "n"), "5", 3))
}

func renamesViews(t *testing.T, b ViewsBackend) {
	addView(t, b.Views, mine, view("1", "one"), "one")
	addView(t, b.Views, mine, view("2", "two"), "two")
	wantError(t, "a name that is taken", b.Views.RenameView(t.Context(), mine, "1", "Two", "two"), savedviews.ErrTaken)
	wantError(t, "nothing", b.Views.RenameView(t.Context(), mine, "3", "three", "three"), savedviews.ErrNone)
	must(t, b.Views.RenameView(t.Context(), mine, "1", "ONE", "one")) // its own key is free
	must(t, b.Views.RenameView(t.Context(), mine, "2", "zwei", "zwei"))
	one, two := view("1", "ONE"), view("2", "zwei")
	wantViews(t, b.Replica, mine, one, two)
	addView(t, b.Views, mine, view("3", "two"), "two") // the old name is free again
}

func viewsApart(t *testing.T, b ViewsBackend) {
	addView(t, b.Views, mine, view("1", "one"), "one")
	addView(t, b.Views, theirs, view("2", "one"), "one")
	wantError(t, "deleting another account's", b.Views.DeleteView(t.Context(), theirs, "1"), savedviews.ErrNone)
	wantError(t, "renaming another account's", b.Views.RenameView(t.Context(), theirs, "1", "x", "x"), savedviews.ErrNone)
	wantViews(t, b.Views, mine, view("1", "one"))
	wantViews(t, b.Views, theirs, view("2", "one"))
}

// viewsAtOnce: of many that want the last place or the same name, one gets it.
func viewsAtOnce(t *testing.T, b ViewsBackend) {
	var added atomic.Int32
	done := make(chan struct{})
	for i := range 8 {
		go func() {
			defer func() { done <- struct{}{} }()
			s := []savedviews.Store{b.Views, b.Replica}[i%2]
			switch err := s.AddView(t.Context(), mine, view(fmt.Sprint(i), "n"), fmt.Sprint(i%2), 1); {
			case err == nil:
				added.Add(1)
			case !errors.Is(err, savedviews.ErrTaken) && !errors.Is(err, savedviews.ErrFull):
				t.Errorf("AddView: %v", err)
			}
		}()
	}
	for range 8 {
		<-done
	}
	if got, err := b.Views.Views(t.Context(), mine); err != nil || len(got) != 1 || added.Load() != 1 {
		t.Errorf("%d were told that they were first, %d are there, %v; want one", added.Load(), len(got), err)
	}
}

func viewsBroken(t *testing.T, b ViewsBackend) {
	addView(t, b.Views, mine, view("1", "one"), "one")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Views.Views(ended, mine); !errors.Is(err, context.Canceled) {
		t.Errorf("Views for somebody who has left: %v", err)
	}
	b.Break()
	_, list := b.Views.Views(t.Context(), mine)
	for what, err := range map[string]error{
		"Views": list, "AddView": b.Views.AddView(t.Context(), mine, view("2", "two"), "two", roomy),
		"RenameView": b.Views.RenameView(t.Context(), mine, "1", "x", "x"), "DeleteView": b.Views.DeleteView(t.Context(), mine, "1"),
	} {
		if err == nil || errors.Is(err, savedviews.ErrTaken) || errors.Is(err, savedviews.ErrFull) || errors.Is(err, savedviews.ErrNone) {
			t.Errorf("%s without a database: %v", what, err)
		}
	}
}
