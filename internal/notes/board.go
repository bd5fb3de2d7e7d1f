package notes

import (
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/held"
)

// maxHeld bounds the notes held for lists, in bytes.
const maxHeld = 64 << 20

// Board is the notes of all accounts. It is safe for concurrent use.
type Board struct {
	store Store
	held  *held.ByAccount[*fleet.Notes]
}

// New returns the notes in a store.
func New(s Store) *Board { return &Board{store: s, held: held.New(maxHeld, (*fleet.Notes).Bytes)} }

// Forget lets go of what is held of an account, as when another process changed it; with "" of every account.
func (b *Board) Forget(account string) { b.held.Forget(account) }
