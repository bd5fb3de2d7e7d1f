package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/comfydeck/comfydeck/internal/config"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/store"
	"github.com/comfydeck/comfydeck/internal/visible"
)

var (
	sessionIDs   = regexp.MustCompile(`^[0-9a-f]{12}$`)
	fingerprints = regexp.MustCompile(`^[0-9a-f]{4}-[0-9a-f]{4}$`)
)

// sessionWish is what a sessions command is to do.
type sessionWish struct {
	end   bool
	which session.Which
}

// parseSessions reads the words after "sessions".
func parseSessions(args []string) (wish sessionWish, err error) {
	var words []string
	for i := 0; i < len(args); i++ {
		name, value, joined := strings.Cut(args[i], "=")
		if name != "-account" && name != "--account" {
			words = append(words, args[i])
			continue
		}
		if !joined && i+1 < len(args) {
			i++
			value = args[i]
		}
		if !fingerprints.MatchString(value) {
			return wish, errors.New("-account needs a fingerprint such as 3f2a-91bc: pages and the log show it")
		}
		wish.which.Account = strings.ReplaceAll(value, "-", "")
	}
	switch {
	case len(words) == 1 && words[0] == "list":
	case len(words) == 1 && words[0] == "end-all":
		wish.end = true
	case len(words) == 2 && words[0] == "end" && sessionIDs.MatchString(words[1]):
		wish.end, wish.which.ID = true, words[1]
	default:
		return wish, errors.New("sessions needs one of: list, end ID, end-all; an ID is 12 characters that list shows")
	}
	return wish, nil
}

// manageSessions lists or ends sessions in the database. Servers that run ask it for every request: what ends here is refused by
// all of them at once.
func manageSessions(ctx context.Context, args []string, c config.Config, db *store.Store, stdout io.Writer) error {
	wish, err := parseSessions(args[1:])
	if err != nil {
		return err
	}
	sessions, err := session.New(db.Sessions(), session.Options{Keys: c.Keys})
	if err != nil {
		return err
	}
	if !wish.end {
		return listSessions(ctx, sessions, wish.which.Account, stdout)
	}
	n, err := sessions.End(ctx, wish.which)
	if err != nil {
		return err
	}
	if n == 0 && wish.which.ID != "" {
		return fmt.Errorf("no session has the id %s: it may have ended", wish.which.ID)
	}
	_, err = fmt.Fprintf(stdout, "Ended: %d. Whoever used them signs in again.\n", n)
	return err
}

func listSessions(ctx context.Context, sessions *session.Manager, account string, stdout io.Writer) error {
	list, err := sessions.List(ctx, account)
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(out, "ID\tACCOUNT\tNAME\tDEVICE\tADDRESS\tSIGNED IN\tLAST SEEN") // Flush returns what went wrong
	for _, l := range list {
		fingerprint := "?" // of a session that an older version began and nobody has used since
		if len(l.Account) >= 8 {
			fingerprint = l.Account[:4] + "-" + l.Account[4:8]
		}
		if l.Held > 0 {
			fingerprint += fmt.Sprintf(" +%d", l.Held)
		}
		_, _ = fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", orDash(l.ID), fingerprint, orDash(l.Name), orDash(l.Device), orDash(l.Address),
			l.SignedInAt.Format(time.RFC3339), l.LastSeenAt.Format(time.RFC3339))
	}
	return out.Flush()
}

// orDash is a text for one cell of a table on a terminal.
func orDash(text string) string {
	if text = strings.Join(strings.Fields(visible.Clip(text, 60)), " "); text == "" {
		return "-"
	}
	return text
}
