// Package session keeps who is signed in, and the little a browser wants remembered.
//
// A signed-in session is a row on the server, loaded, made and ended only by
// [Manager.Load], [Manager.SignIn] and [Manager.SignOut]. Nothing is written as a
// side effect of answering a request, so a slow request can never write back a
// session that was ended while it ran, and a failed write is known before the
// first byte of the answer.
//
// What needs no secret (theme, list preferences, one-time notices) lives in one
// signed cookie, see [Browser]; a visitor who never signs in costs the server nothing.
//
// The package must not import a web framework, a database or another package of ours.
package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// ErrNone says that the request has no signed-in session: no cookie, or one that
// is unknown, expired, idle too long, ended, or sealed with a key that is gone.
var ErrNone = errors.New("session: none")

// Session is one signed-in session as one request sees it. It is a plain value,
// safe to copy; printing or logging it never shows the token.
type Session struct {
	// Token is the API token in clear. It exists only in memory, for the request.
	Token string `json:"-"`
	// DisplayName is what the person typed at sign-in, "" when nothing.
	DisplayName string
	// Account is 64 hex digits made from the token with a key of this installation:
	// the same token always gives the same account. It keys caches and local rows.
	Account string
	// Fingerprint is the start of Account in a form people can compare: "3f2a-91bc".
	Fingerprint string
	// Hue is 0 to 11, a colour index that stays the same for an account.
	Hue int
	// SignedInAt is when the session began, by the database's clock.
	SignedInAt time.Time
	// ExpiresAt is when it ends whatever the person does, by the database's clock.
	ExpiresAt time.Time
	// ID names the session in logs and lists. It cannot be turned back into the cookie.
	ID string
	// Others are the accounts it holds beside the one it works as.
	Others []Account
}

// Account is an account that a session holds. See the fields of [Session].
type Account struct {
	Account, Fingerprint, Name string
	Hue                        int
}

// String names the session without its token.
func (s Session) String() string {
	return fmt.Sprintf("session %s of account %s", s.ID, s.Fingerprint)
}

// Format prints String for every verb: %+v, %#v and %d would print the token otherwise.
func (s Session) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, s.String())
}

// LogValue gives a log the session's id and the account's fingerprint, nothing else.
func (s Session) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", s.ID), slog.String("account", s.Fingerprint))
}

type contextKey struct{}

// WithSession returns a context that carries s for [From].
func WithSession(ctx context.Context, s Session) context.Context {
	return context.WithValue(ctx, contextKey{}, s)
}

// From returns the session put into ctx by [WithSession], and whether there is one. The zero Session is none.
func From(ctx context.Context) (Session, bool) {
	s, _ := ctx.Value(contextKey{}).(Session)
	return s, s.Token != ""
}
