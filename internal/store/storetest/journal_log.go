package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/journal"
)

func ids(list []journal.Entry) (out []string) {
	for _, e := range list {
		out = append(out, e.ID)
	}
	return out
}

// logFilters: newest first, an account's own, narrowed by every field, and page after page without a gap or a repetition.
func logFilters(t *testing.T, b JournalBackend) {
	for i, change := range []func(*journal.Entry){
		func(*journal.Entry) {},
		func(e *journal.Entry) { e.Action = journal.Delete },
		func(e *journal.Entry) { e.Deployment = "another" },
		func(e *journal.Entry) { e.Person = "Day shift" },
		func(e *journal.Entry) { e.Account = theirs },
		func(*journal.Entry) {}, // at the same moment as the one before
	} {
		e := entry(string(rune('1' + i)))
		change(&e)
		begin(t, b.Journal, e)
		if i != 4 {
			b.Shift(time.Second)
		}
	}
	must(t, b.Journal.End(t.Context(), "1", journal.Outcome{State: journal.Refused, Message: "no"}))
	for name, tt := range map[string]struct {
		f    journal.Filter
		want []string
	}{
		"all":        {journal.Filter{}, []string{"6", "4", "3", "2", "1"}},
		"action":     {journal.Filter{Action: journal.Delete}, []string{"2"}},
		"deployment": {journal.Filter{Deployment: "another"}, []string{"3"}},
		"person":     {journal.Filter{Person: "Day shift"}, []string{"4"}},
		"state":      {journal.Filter{State: journal.Refused}, []string{"1"}},
		"nothing":    {journal.Filter{State: journal.Refused, Person: "Day shift"}, nil},
	} {
		got, err := b.Replica.Log(t.Context(), mine, tt.f, 10)
		must(t, err)
		if diff := cmp.Diff(tt.want, ids(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	var all []string
	var f journal.Filter
	for range 10 {
		part, err := b.Journal.Log(t.Context(), mine, f, 2)
		must(t, err)
		if len(part) == 0 {
			break
		}
		all = append(all, ids(part)...)
		f.Before = part[len(part)-1]
	}
	if diff := cmp.Diff([]string{"6", "4", "3", "2", "1"}, all); diff != "" {
		t.Errorf("page after page (-want +got):\n%s", diff)
	}
}

func logFinds(t *testing.T, b JournalBackend) {
	begin(t, b.Journal, entry("1"))
	if e, found, err := b.Replica.Find(t.Context(), mine, "1"); err != nil || !found || e.Name != "image-to-video" {
		t.Errorf("the entry is %+v, %v, %v", e, found, err)
	}
	for account, id := range map[string]string{theirs: "1", mine: "2"} {
		if _, found, err := b.Journal.Find(t.Context(), account, id); err != nil || found {
			t.Errorf("%s finds %s: %v, %v", account, id, found, err)
		}
	}
}
