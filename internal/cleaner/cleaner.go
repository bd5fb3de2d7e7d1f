// Package cleaner forgets what is old, on one server of many at a time. What is old, and how to forget it, whoever keeps it
// says: a job is a name and a function that forgets one batch. The package must not know SQL, nor what any job is about.
package cleaner

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Bounds of one round: a backlog of years is worked off over several rounds, and no batch holds the database for long.
const (
	every     = 5 * time.Minute // sealed tokens of sessions that are over do not stay longer than that
	soon      = time.Minute     // after the start: a server that restarts often cleans as well
	batch     = 500             // rows of each table
	rounds    = 200             // batches of a job in a round
	leaseTime = time.Minute
	leaseName = "cleaner" // beside those of deployments, whose names are UUIDs
)

// Job forgets what is old of one kind.
type Job struct {
	Name string
	// Batch forgets at most limit rows of each of its tables, oldest first, and counts them; 0 says that nothing is left.
	Batch func(ctx context.Context, limit int) (int, error)
}

// Leases give the right to clean to one holder at a time; a journal.Store is one.
type Leases interface {
	Lease(ctx context.Context, name, holder string, d time.Duration) (bool, error)
	Release(ctx context.Context, name, holder string) error
}

// Cleaner carries out jobs. It is made by [New].
type Cleaner struct {
	leases Leases
	log    *slog.Logger
	jobs   []Job
	holder string
}

// New makes a cleaner of some jobs. Further tables get one more job each.
func New(leases Leases, log *slog.Logger, jobs ...Job) *Cleaner {
	return &Cleaner{leases: leases, log: log, jobs: jobs, holder: strings.ToLower(rand.Text())}
}

// Run cleans a minute after the start and every five minutes, until ctx ends.
func (c *Cleaner) Run(ctx context.Context) {
	wait := time.NewTimer(soon)
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
		}
		if _, err := c.Round(ctx); err != nil && ctx.Err() == nil {
			c.log.ErrorContext(ctx, "not cleaned", "error", err)
		}
		wait.Reset(every)
	}
}

// Round does every job once, unless another server is at it, and counts what it forgot. A job that fails does not keep the
// others from their turn; the error is that of the first.
func (c *Cleaner) Round(ctx context.Context) (forgot int, err error) {
	for _, j := range c.jobs {
		n, has, failed := c.do(ctx, j)
		forgot += n
		if failed != nil && err == nil {
			err = fmt.Errorf("clean %s: %w", j.Name, failed)
		}
		if n > 0 {
			c.log.InfoContext(ctx, "cleaned", "what", j.Name, "rows", n)
		}
		if !has {
			return forgot, err
		}
	}
	if released := c.leases.Release(context.WithoutCancel(ctx), leaseName, c.holder); err == nil && released != nil {
		err = fmt.Errorf("clean: %w", released)
	}
	return forgot, err
}

// do forgets batch after batch while this server has the right to. has is false once another one does.
func (c *Cleaner) do(ctx context.Context, j Job) (forgot int, has bool, err error) {
	for range rounds {
		if has, err = c.leases.Lease(ctx, leaseName, c.holder, leaseTime); err != nil || !has {
			return forgot, has, err
		}
		n, err := j.Batch(ctx, batch)
		forgot += n
		if err != nil || n == 0 {
			return forgot, true, err
		}
	}
	return forgot, true, nil
}
