// Package held keeps in memory what the database has about accounts, until it changes.
package held

import (
	"sync"
	"time"
)

// fresh is how long a value is believed without a word from the database.
const fresh = time.Minute

// ByAccount holds a value for each account, the latest used ones within a bound. What it returns is shared: nobody may change it.
// It is safe for concurrent use.
type ByAccount[T any] struct {
	most int64
	size func(T) int64

	mu       sync.Mutex
	accounts map[string]*kept[T]
	bytes    int64
	changes  int64 // how often something was forgotten
}

type kept[T any] struct {
	value          T
	readAt, usedAt time.Time
}

// New makes an empty one, of values that together have at most a size; the last one may be larger.
func New[T any](most int64, size func(T) int64) *ByAccount[T] {
	return &ByAccount[T]{most: most, size: size, accounts: map[string]*kept[T]{}}
}

// Of returns what is held of an account, or reads it. What was forgotten while it was read is not held.
func (b *ByAccount[T]) Of(account string, read func() (T, error)) (T, error) {
	value, changes, ok := b.get(account)
	if ok {
		return value, nil
	}
	value, err := read()
	if err == nil {
		b.put(account, value, changes)
	}
	return value, err
}

// Forget lets go of what is held of an account, which has changed; with "" of every account.
func (b *ByAccount[T]) Forget(account string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.changes++
	if account == "" {
		clear(b.accounts)
		b.bytes = 0
		return
	}
	b.drop(account)
}

func (b *ByAccount[T]) get(account string) (value T, changes int64, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k, now := b.accounts[account], time.Now()
	if k == nil || now.Sub(k.readAt) > fresh {
		return value, b.changes, false
	}
	k.usedAt = now
	return k.value, b.changes, true
}

func (b *ByAccount[T]) put(account string, value T, changes int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.changes != changes {
		return
	}
	b.drop(account)
	now := time.Now()
	b.accounts[account] = &kept[T]{value: value, readAt: now, usedAt: now}
	b.bytes += b.size(value)
	for b.bytes > b.most && len(b.accounts) > 1 {
		b.drop(b.oldest())
	}
}

func (b *ByAccount[T]) oldest() (name string) {
	for account, k := range b.accounts {
		if name == "" || k.usedAt.Before(b.accounts[name].usedAt) {
			name = account
		}
	}
	return name
}

func (b *ByAccount[T]) drop(account string) {
	if k := b.accounts[account]; k != nil {
		b.bytes -= b.size(k.value)
		delete(b.accounts, account)
	}
}
