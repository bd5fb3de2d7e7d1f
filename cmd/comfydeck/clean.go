package main

import (
	"context"
	"time"

	"github.com/comfydeck/comfydeck/internal/cleaner"
)

// newCleaner forgets what is older than the settings say. Whoever adds a table adds a job.
func (p *program) newCleaner() *cleaner.Cleaner {
	jobs := []cleaner.Job{
		{Name: "sessions", Batch: p.sessions.ForgetEnded},
		{Name: "shared copies", Batch: p.shares.Forget},
		{Name: "runs", Batch: p.bulk.Forget},
		{Name: "webhook messages", Batch: p.hooks.Forget},
	}
	if days := p.config.KeepLogDays; days > 0 {
		age := time.Duration(days) * 24 * time.Hour
		jobs = append(jobs, cleaner.Job{Name: "change log", Batch: func(ctx context.Context, limit int) (int, error) {
			return p.store.Journal().Forget(ctx, age, limit)
		}})
	}
	return cleaner.New(p.store.Journal(), p.log, jobs...)
}
