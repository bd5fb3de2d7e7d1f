package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/pgtest"
	"github.com/comfydeck/comfydeck/internal/store"
)

const (
	logLines   = 100_000
	logAccount = "bench"
	logPage    = 51 // lines that a page of the change log asks for
	logPromise = 5  // ms
)

// changeLog reads pages of a long change log: the newest, one far down, and narrowed in every way the page offers.
func (b *bench) changeLog(ctx context.Context, r *report) (err error) {
	urls := map[string]string{"SQLite": "sqlite:" + filepath.Join(b.dir, "log.db")}
	if server := os.Getenv(pgtest.Variable); server != "" {
		url, drop, err := pgtest.New(ctx, server)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, drop()) }()
		urls["PostgreSQL"] = url
	}
	for _, kind := range []string{"SQLite", "PostgreSQL"} {
		if urls[kind] != "" {
			if err := b.changeLogIn(ctx, r, kind, urls[kind]); err != nil {
				return fmt.Errorf("%s: %w", kind, err)
			}
		}
	}
	return nil
}

func (b *bench) changeLogIn(ctx context.Context, r *report, kind, url string) (err error) {
	s, err := store.Open(ctx, url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := fillLog(ctx, s); err != nil {
		return err
	}
	middle := journal.Mark{At: time.UnixMilli(logTime(logLines / 2)), ID: "m"}
	for _, q := range []struct {
		what string
		f    journal.Filter
		max  float64
	}{
		{"newest", journal.Filter{}, logPromise},
		{"far down", journal.Filter{Before: middle}, logPromise},
		{"one deployment", journal.Filter{Deployment: logDeployment(7)}, logPromise},
		{"a rare person", journal.Filter{Person: "rare"}, logPromise},
		{"deletions, far down", journal.Filter{Kind: string(journal.Delete), Before: middle}, logPromise},
		{"refused", journal.Filter{State: journal.Refused}, logPromise},
		{"locks", journal.Filter{Kind: string(journal.Locked)}, logPromise},
		{"words that are nowhere", journal.Filter{Text: "nowhere"}, 0}, // reads everything: no promise
	} {
		took, err := timed(ctx, b.share(4), func() error {
			_, err := s.Journal().Timeline(ctx, logAccount, q.f, logPage)
			return err
		})
		if err != nil {
			return err
		}
		r.add(figure{What: fmt.Sprintf("change log of %d lines in %s, a page: %s", logLines, kind, q.what), Runs: len(took), Value: medianMS(took), Unit: "ms", Max: q.max})
	}
	return nil
}

func logTime(n int) int64        { return 1_700_000_000_000 + int64(n)*1000 }
func logDeployment(n int) string { return fmt.Sprintf("00000000-0000-0000-0000-%012d", n%500) }
func logPerson(n int) (name string) {
	return map[bool]string{true: "rare", false: "Night shift"}[n%20_000 == 0]
}
func logID(n int, what string) string { return fmt.Sprintf("%s%08d", what, n) }

// fillLog restores a backup that somebody with 60,000 writes and 40,000 events would have.
func fillLog(ctx context.Context, s *store.Store) error {
	reader, writer := io.Pipe()
	go func() { _ = writer.CloseWithError(writeLog(writer)) }()
	_, err := s.Restore(ctx, reader)
	return err
}

func writeLog(w io.Writer) error {
	packed := gzip.NewWriter(w)
	out := bufio.NewWriter(packed)
	enc := json.NewEncoder(out)
	type table struct {
		Table   string   `json:"table"`
		Columns []string `json:"columns"`
	}
	actions := []string{"update", "update", "update", "enable", "disable", "create", "delete"}
	errs := []error{
		enc.Encode(map[string]any{"format": "comfydeck backup 1", "version": 7}),
		enc.Encode(table{"writes", []string{"id", "account", "session", "person", "form_key", "digest", "action", "deployment", "name", "version", "changes", "request", "asked_at", "state", "ended_at", "reason"}}),
	}
	for n := range logLines {
		if n%5 >= 3 {
			continue
		}
		state := map[bool]string{true: "refused", false: "done"}[n%1000 == 0]
		errs = append(errs, enc.Encode([]any{
			logID(n, "w"), logAccount, "session", logPerson(n), logID(n, "k"), "digest", actions[n%len(actions)], logDeployment(n), "image-to-video", "2026-03-01T08:00:00Z",
			`[{"field":"max_instances","from":"3","to":"5"},{"field":"queue_size","from":"1","to":"2"}]`, "request", logTime(n), state, logTime(n) + 300, "for the launch",
		}))
	}
	kinds := []string{"signed_in", "signed_out", "write_refused", "locked", "outside"}
	errs = append(errs, enc.Encode(table{"events", []string{"id", "account", "once_key", "kind", "person", "fingerprint", "session", "deployment", "name", "words", "changes", "ref", "request", "at"}}))
	for n := range logLines {
		if n%5 < 3 {
			continue
		}
		errs = append(errs, enc.Encode([]any{
			logID(n, "e"), logAccount, "", kinds[n/5%len(kinds)], logPerson(n), "3f2a-91bc", "session", logDeployment(n), "image-to-video", "A sentence of some length about it.", "[]", "", "request", logTime(n),
		}))
	}
	errs = append(errs, enc.Encode(map[string]int{"rows": logLines}), out.Flush(), packed.Close())
	return errors.Join(errs...)
}
