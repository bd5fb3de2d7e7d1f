package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/comfydeck/comfydeck/internal/bulk"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/notes"
	"github.com/comfydeck/comfydeck/internal/pgtest"
	"github.com/comfydeck/comfydeck/internal/savedviews"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/shares"
	"github.com/comfydeck/comfydeck/internal/webhooks"
)

// fill does a bit of everything.
func fill(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	keep(t, s)
	done := journal.Entry{ID: "done", Account: "a", Person: "Zoë", Action: journal.Update, Deployment: "d", Name: "“x”", Changes: []journal.Change{{Field: "name", From: "a\x00", To: "b"}}}
	open := journal.Entry{ID: "open", Account: "a", Action: journal.Delete, Key: "k", Deployment: "d"}
	for _, e := range []journal.Entry{done, open} {
		if _, _, err := s.Journal().Begin(ctx, e); err != nil {
			t.Fatal(err)
		}
	}
	_, added := s.Journal().AddEvent(ctx, journal.Event{ID: "event", Account: "a", Kind: journal.Locked, Words: "“x”"})
	_, seen := s.Journal().See(ctx, "a", 0, map[int][]byte{1: []byte("{}")})
	_, leased := s.Journal().Lease(ctx, "d", "me", time.Hour)
	_, saved := s.Notes().SaveNote(ctx, "a", notes.Note{Deployment: "d", Note: fleet.Note{Owner: "Team Ü", Tags: []string{"x"}}}, journal.Entry{ID: "noted"})
	err := errors.Join(added, seen, leased,
		s.Journal().Bury(ctx, journal.Tombstone{Entry: "open", Account: "a", Readme: "# “x”", Workflow: []byte("{}")}),
		s.Journal().End(ctx, "done", journal.Outcome{State: journal.Done, Settled: true}),
		s.Journal().Lock(ctx, "a", "d", journal.Lock{Reason: "launch"}),
		s.Webhooks().AddHook(ctx, webhooks.Hook{ID: "hook", Account: "a", Name: "ops", Kinds: []string{"locks"}, Body: "json", Sealed: []byte("sealed")}, 9),
		s.SavedViews().AddView(ctx, "a", savedviews.View{ID: "v", Name: "mine", Query: "q=x"}, "mine", 9),
		saved,
		s.Shares().AddShare(ctx, shares.Row{Share: shares.Share{ID: "share", Name: "left out"}, Account: "a", Hash: "h", Content: []byte("c"), Lifetime: time.Hour}, 9),
		s.Bulk().Draft(ctx, bulk.Run{ID: "draft", Account: "a"}, []bulk.Item{{Deployment: "d", State: bulk.Waiting}}),
		s.Bulk().Draft(ctx, bulk.Run{ID: "run", Account: "a"}, []bulk.Item{{Deployment: "d", State: bulk.Waiting}, {Deployment: "e", State: bulk.Waiting}, {Deployment: "f", State: bulk.Done}}),
	)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Bulk().Begin(ctx, "a", "run", "", time.Hour); err != nil {
		t.Fatal(err)
	}
	if taken, err := s.Bulk().Take(ctx, "run", "me", time.Hour); err != nil || !taken {
		t.Fatal(taken, err)
	}
	if _, claimed, err := s.Bulk().Claim(ctx, "run", "me", "key"); err != nil || !claimed {
		t.Fatal(claimed, err)
	}
}

func backedUp(t *testing.T, s *Store) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := s.Backup(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestBackup: what one kind of database held, the other has; nobody is signed in, and nothing that was under way goes on by
// itself (RR-37).
func TestBackup(t *testing.T) {
	t.Parallel()
	kinds := map[string]func(t *testing.T) *Store{
		"sqlite":   func(t *testing.T) *Store { return open(t, "sqlite::memory:") },
		"postgres": func(t *testing.T) *Store { return open(t, pgtest.URL(t)) },
	}
	for from, source := range kinds {
		for to, target := range kinds {
			t.Run(from+" to "+to, func(t *testing.T) {
				t.Parallel()
				old, restored := source(t), target(t)
				fill(t, old)
				backup := backedUp(t, old)
				if n, err := restored.Restore(t.Context(), bytes.NewReader(backup)); err != nil || n != 16 {
					t.Fatalf("restored %d rows, error %v", n, err)
				}
				checkRestored(t, old, restored)
				if restored.write.dialect.postgres {
					var known int
					row := restored.read.QueryRowContext(t.Context(), `SELECT count(*) FROM pg_stats WHERE tablename = 'writes'`)
					if err := row.Scan(&known); err != nil || known == 0 {
						t.Errorf("PostgreSQL knows nothing of the sizes of what was restored: %v", err)
					}
				}
				if _, err := restored.Restore(t.Context(), bytes.NewReader(backup)); !errors.Is(err, ErrNotEmpty) {
					t.Errorf("restoring over it: %v", err)
				}
			})
		}
	}
}

func checkRestored(t *testing.T, old, restored *Store) {
	t.Helper()
	ctx := t.Context()
	if _, found, err := restored.Sessions().Find(ctx, "a", time.Hour); err != nil || found {
		t.Errorf("the session of before: found %v, error %v", found, err)
	}
	if free, err := restored.Journal().Lease(ctx, "d", "you", time.Hour); err != nil || !free {
		t.Errorf("the lease of before still holds: %v", err)
	}
	want, _ := old.Journal().Timeline(ctx, "a", journal.Filter{}, 9)
	got, err := restored.Journal().Timeline(ctx, "a", journal.Filter{}, 9)
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(journal.Outcome{}, "State", "Message", "EndedAt")); err != nil || diff != "" {
		t.Errorf("the log (error %v, -want +got):\n%s", err, diff)
	}
	for _, l := range got {
		e := l.Write
		if e == nil {
			continue
		}
		if want := map[string]journal.State{"noted": journal.Done, "done": journal.Done, "open": journal.Unknown}[e.ID]; e.State != want {
			t.Errorf("write %s is %s, want %s", e.ID, e.State, want)
		}
	}
	if tomb, found, err := restored.Journal().Dig(ctx, "a", "open"); err != nil || !found || string(tomb.Workflow) != "{}" || tomb.Readme != "# “x”" {
		t.Errorf("the tombstone: %+v, %v, %v", tomb, found, err)
	}
	if sight, err := restored.Journal().LastSeen(ctx, "a"); err != nil || sight.Version != 0 {
		t.Errorf("what was seen: %+v, %v", sight, err)
	}
	if l, locked, err := restored.Journal().LockOf(ctx, "a", "d"); err != nil || !locked || l.Reason != "launch" {
		t.Errorf("the lock: %+v, %v, %v", l, locked, err)
	}
	if views, err := restored.SavedViews().Views(ctx, "a"); err != nil || len(views) != 1 || views[0].Query != "q=x" {
		t.Errorf("the views: %+v, %v", views, err)
	}
	if n, err := restored.Notes().NoteOf(ctx, "a", "d"); err != nil || n.Owner != "Team Ü" || n.Version != 1 || len(n.Tags) != 1 {
		t.Errorf("the note: %+v, %v", n, err)
	}
	if list, err := restored.Shares().Shares(ctx, "a", 9); err != nil || len(list) != 0 {
		t.Errorf("share links of before: %+v, %v", list, err)
	}
	hooks, err := restored.Webhooks().Hooks(ctx, "a")
	if err != nil || len(hooks) != 1 || !hooks[0].Paused || hooks[0].Note == "" || string(hooks[0].Sealed) != "sealed" || len(hooks[0].Kinds) != 1 {
		t.Errorf("the webhooks: %v, %v", hooks, err)
	}
	run, found, err := restored.Bulk().Find(ctx, "a", "run")
	if diff := cmp.Diff(map[bulk.State]int{bulk.Unknown: 1, bulk.Skipped: 1, bulk.Done: 1}, run.Counts); err != nil || !found || diff != "" || run.EndedAt.IsZero() {
		t.Errorf("the run: found %v, ended %v, error %v, items (-want +got):\n%s", found, run.EndedAt, err, diff)
	}
	if _, claimed, err := restored.Bulk().Claim(ctx, "run", "me", "again"); err != nil || claimed {
		t.Errorf("the run goes on: %v, %v", claimed, err)
	}
}

// TestBackup_everyTable: a new table needs a row in tables, which says whether a backup has it.
func TestBackup_everyTable(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ url, query string }{
		"sqlite":   {"sqlite::memory:", `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`},
		"postgres": {pgtest.URL(t), `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := tableNames(t, open(t, tt.url), tt.query)
			var want []string
			for _, known := range tables {
				want = append(want, known.name)
			}
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("tables (-known +there):\n%s", diff)
			}
		})
	}
}

func tableNames(t *testing.T, s *Store, query string) (out []string) {
	t.Helper()
	rows, err := s.read.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if name != "goose_db_version" {
			out = append(out, name)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestRestore_refuses: a part of a backup, something else, and what a newer version made restore nothing at all.
func TestRestore_refuses(t *testing.T) {
	t.Parallel()
	old := open(t, "sqlite::memory:")
	fill(t, old)
	whole := unpack(t, backedUp(t, old))
	lines := strings.SplitAfter(strings.TrimSuffix(whole, "\n"), "\n")
	for name, tt := range map[string]struct {
		text string
		want error
	}{
		"nothing":             {"", ErrNotBackup},
		"something else":      {"{}\n", ErrNotBackup},
		"without the end":     {strings.Join(lines[:len(lines)-1], ""), ErrNotBackup},
		"cut in a line":       {whole[:len(whole)/2], ErrNotBackup},
		"a row missing":       {strings.Join(slices.Delete(slices.Clone(lines), 2, 3), ""), ErrNotBackup},
		"sessions":            {lines[0] + `{"table":"sessions","columns":["token_hash"]}` + "\n", ErrNotBackup},
		"no such column":      {lines[0] + `{"table":"locks","columns":["account) SELECT 1; --"]}` + "\n", ErrNotBackup},
		"row without a table": {lines[0] + "[1]\n", ErrNotBackup},
		"newer":               {`{"format":"comfydeck backup 1","version":99999}` + "\n", ErrNewer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, "sqlite::memory:")
			if _, err := s.Restore(t.Context(), bytes.NewReader(pack(t, tt.text))); !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
			if got, err := s.Journal().Timeline(t.Context(), "a", journal.Filter{}, 9); err != nil || len(got) != 0 {
				t.Errorf("it left %+v, %v", got, err)
			}
		})
	}
	if _, err := open(t, "sqlite::memory:").Restore(t.Context(), strings.NewReader("plain")); !errors.Is(err, ErrNotBackup) {
		t.Errorf("a file that is not packed: %v", err)
	}
}

// TestBackup_inUse: a backup is one moment of a database that is written meanwhile.
func TestBackup_inUse(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, open opener) {
		s, other := open(t)
		fill(t, s)
		if s == other {
			return // in memory there is one connection: a write waits for the backup
		}
		out := writerFunc(func(p []byte) (int, error) {
			_, err := other.Sessions().Create(context.WithoutCancel(t.Context()), session.NewRow{Hash: string(p[:1]) + time.Now().String(), Data: []byte{}, Sealed: []byte{}, Lifetime: time.Hour})
			return len(p), err
		})
		if n, err := s.Backup(t.Context(), out); err != nil || n != 16 {
			t.Errorf("%d rows, error %v", n, err)
		}
	})
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func unpack(t *testing.T, b []byte) string {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func pack(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
