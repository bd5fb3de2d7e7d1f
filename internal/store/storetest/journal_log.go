package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/journal"
)

func lineIDs(list []journal.Line) (out []string) {
	for _, l := range list {
		out = append(out, l.ID())
	}
	return out
}

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
	must(t, b.Journal.End(t.Context(), "1", journal.Outcome{State: journal.Refused, Message: "Everything is over"}))
	for name, tt := range map[string]struct {
		f    journal.Filter
		want []string
	}{
		"all":        {journal.Filter{}, []string{"6", "4", "3", "2", "1"}},
		"action":     {journal.Filter{Kind: "delete"}, []string{"2"}},
		"deployment": {journal.Filter{Deployment: "another"}, []string{"3"}},
		"person":     {journal.Filter{Person: "Day shift"}, []string{"4"}},
		"state":      {journal.Filter{State: journal.Refused}, []string{"1"}},
		"writes":     {journal.Filter{Kind: journal.AllWrites}, []string{"6", "4", "3", "2", "1"}},
		"events":     {journal.Filter{Kind: "locked"}, nil},
		"text":       {journal.Filter{Text: "IMAGE-to"}, []string{"6", "4", "3", "2", "1"}},
		"message":    {journal.Filter{Text: "thing is over"}, []string{"1"}},
		"no pattern": {journal.Filter{Text: "image%video"}, nil},
		"nothing":    {journal.Filter{State: journal.Refused, Person: "Day shift"}, nil},
	} {
		got, err := b.Replica.Timeline(t.Context(), mine, tt.f, 10)
		must(t, err)
		if diff := cmp.Diff(tt.want, lineIDs(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	var all []string
	var f journal.Filter
	for range 10 {
		part, err := b.Journal.Timeline(t.Context(), mine, f, 2)
		must(t, err)
		if len(part) == 0 {
			break
		}
		all = append(all, lineIDs(part)...)
		f.Before = part[len(part)-1].Mark()
	}
	if diff := cmp.Diff([]string{"6", "4", "3", "2", "1"}, all); diff != "" {
		t.Errorf("page after page (-want +got):\n%s", diff)
	}
}

func logFinds(t *testing.T, b JournalBackend) {
	begin(t, b.Journal, entry("1"))
	if l, found, err := b.Replica.FindLine(t.Context(), mine, "1"); err != nil || !found || l.Write == nil || l.Write.Name != "image-to-video" {
		t.Errorf("the line is %+v, %v, %v", l, found, err)
	}
	for account, id := range map[string]string{theirs: "1", mine: "2"} {
		if _, found, err := b.Journal.FindLine(t.Context(), account, id); err != nil || found {
			t.Errorf("%s finds %s: %v, %v", account, id, found, err)
		}
	}
}
