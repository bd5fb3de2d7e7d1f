package session

import (
	"context"
	"fmt"
	"net/http"
)

// List returns the sessions alive that work as an account or hold it beside another, the last used first. The start of an
// account's key will do; "" lists the sessions of all accounts.
func (m *Manager) List(ctx context.Context, account string) ([]Listed, error) {
	list, err := m.store.List(ctx, account, m.idle)
	if err != nil {
		return nil, fmt.Errorf("session: list: %w", err)
	}
	return list, nil
}

// End ends the sessions that w means, for good and on every server at once, and returns how many were alive.
func (m *Manager) End(ctx context.Context, w Which) (int, error) {
	n, err := m.store.EndAll(context.WithoutCancel(ctx), w)
	if err != nil {
		return 0, fmt.Errorf("session: end: %w", err)
	}
	return n, nil
}

// Forget expires the cookie of a session that has ended.
func (m *Manager) Forget(w http.ResponseWriter) { m.setCookie(w, "") }
