package catalogue

import "time"

// account is what is kept of one.
type account struct {
	name     string
	lookedAt time.Time
	targets  []Target
	entries  map[string]*entry
	failed   map[string]failure
	table    table
	bytes    int64 // of the entries and the texts
	texts    int64 // of the table, as it was counted last

	job  *job // what is being read; nil for nothing
	stop Stop // why nothing is, although something is missing
	err  error
}

// failure is a deployment that could not be read as it was then.
type failure struct {
	updated string
	err     error
}

// account returns an account, which is made when there is none.
func (c *Catalogue) account(name string) *account {
	a := c.accounts[name]
	if a == nil {
		for len(c.accounts) >= c.o.MaxAccounts {
			c.remove(c.oldest(nil))
		}
		a = &account{name: name, lookedAt: c.o.Now(), entries: map[string]*entry{}, failed: map[string]failure{}, table: newTable()}
		c.accounts[name] = a
	}
	return a
}

// oldest returns the account that was looked at longest ago, except one; nil when there is no other.
func (c *Catalogue) oldest(except *account) *account {
	var found *account
	for _, a := range c.accounts {
		if a != except && (found == nil || a.lookedAt.Before(found.lookedAt)) {
			found = a
		}
	}
	return found
}

// remove forgets an account. What is being read for it ends, and is not kept.
func (c *Catalogue) remove(a *account) {
	if a.job != nil {
		a.job.cancel()
		a.job = nil
	}
	c.bytes -= a.bytes
	delete(c.accounts, a.name)
}

// sync takes over which deployments there are: what is gone or has changed is forgotten.
func (c *Catalogue) sync(a *account, all []Target) {
	a.targets = all
	now := c.o.Now()
	there := make(map[string]string, len(all))
	for _, t := range all {
		there[t.ID] = t.Updated
	}
	for id, e := range a.entries {
		if updated, ok := there[id]; !ok || !e.current(updated, now) {
			c.forget(a, id)
		}
	}
	for id, f := range a.failed {
		if updated, ok := there[id]; !ok || updated != f.updated {
			delete(a.failed, id)
		}
	}
}

// forget lets go of one workflow.
func (c *Catalogue) forget(a *account, id string) {
	if e := a.entries[id]; e != nil {
		a.table.leave(e)
		delete(a.entries, id)
		c.count(a, -e.bytes())
	}
}

// keep takes a workflow in; false says that there is no room for it. Room is made by forgetting accounts that nobody looks at
// any more, the one that was looked at longest ago first.
func (c *Catalogue) keep(a *account, id string, e *entry) bool {
	c.forget(a, id)
	a.entries[id] = e
	c.count(a, e.bytes())
	for c.bytes > c.o.MaxBytes {
		other := c.oldest(a)
		if other == nil || c.o.Now().Sub(other.lookedAt) < c.o.Idle {
			c.forget(a, id)
			return false
		}
		c.remove(other)
	}
	return true
}

// count brings the account's size up to date after entries bytes of entries came, or went, with their texts.
func (c *Catalogue) count(a *account, entries int64) {
	change := entries + a.table.bytes - a.texts
	a.texts = a.table.bytes
	a.bytes += change
	c.bytes += change
}
