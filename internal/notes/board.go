package notes

import (
	"sync"
	"time"

	"github.com/comfydeck/comfydeck/internal/fleet"
)

const (
	maxHeld = 64 << 20    // bytes of the notes held for lists
	fresh   = time.Minute // how long they are believed without a word from the database
)

// Board is the notes of all accounts. It is safe for concurrent use.
type Board struct {
	store Store
	held  shelf
}

// New returns the notes in a store.
func New(s Store) *Board { return &Board{store: s, held: shelf{accounts: map[string]*kept{}}} }

// Forget lets go of what is held of an account, as when another process changed it; with "" of every account.
func (b *Board) Forget(account string) { b.held.forget(account) }

// shelf holds the notes that lists were last made with, the latest used ones, within its bound.
type shelf struct {
	mu       sync.Mutex
	accounts map[string]*kept
	bytes    int64
	changes  int64 // how often something was forgotten
}

type kept struct {
	notes          *fleet.Notes
	readAt, usedAt time.Time
}

func (s *shelf) get(account string) (*fleet.Notes, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.accounts[account]
	now := time.Now()
	if k == nil || now.Sub(k.readAt) > fresh {
		return nil, false
	}
	k.usedAt = now
	return k.notes, true
}

// begin is asked before the database is read: what was changed meanwhile must not be held.
func (s *shelf) begin() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changes
}

func (s *shelf) put(account string, notes *fleet.Notes, began int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changes != began {
		return
	}
	s.drop(account)
	now := time.Now()
	s.accounts[account] = &kept{notes: notes, readAt: now, usedAt: now}
	s.bytes += notes.Bytes()
	for s.bytes > maxHeld && len(s.accounts) > 1 {
		s.drop(s.oldest())
	}
}

func (s *shelf) oldest() (name string) {
	for account, k := range s.accounts {
		if name == "" || k.usedAt.Before(s.accounts[name].usedAt) {
			name = account
		}
	}
	return name
}

func (s *shelf) drop(account string) {
	if k := s.accounts[account]; k != nil {
		s.bytes -= k.notes.Bytes()
		delete(s.accounts, account)
	}
}

func (s *shelf) forget(account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changes++
	if account == "" {
		clear(s.accounts)
		s.bytes = 0
		return
	}
	s.drop(account)
}
