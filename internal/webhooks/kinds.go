package webhooks

import (
	"slices"
	"strconv"

	"github.com/comfydeck/comfydeck/internal/journal"
)

// Kind is what a webhook may tell of, as people choose it.
type Kind struct{ ID, Title, Detail string }

// The kinds. Every line of the change log is of at least one.
const (
	KindChanges = "changes"
	KindPower   = "power"
	KindCost    = "cost"
	KindDeleted = "deleted"
	KindUnknown = "unknown"
	KindRefused = "refused"
	KindOutside = "outside"
	KindBulk    = "bulk"
	KindLocks   = "locks"
	KindNotes   = "notes"
	KindShares  = "shares"
	KindAccess  = "access"
	KindOther   = "other"
)

// Kinds are all of them, in the order of a form.
func Kinds() []Kind {
	return []Kind{
		{KindCost, "Raises cost", "Created, enabled, other hardware, or more instances"},
		{KindChanges, "Created or changed", "Every other change of settings too"},
		{KindPower, "Paused or enabled", ""},
		{KindDeleted, "Deleted", ""},
		{KindUnknown, "Unknown outcomes", "Nobody can say whether a change happened"},
		{KindRefused, "Refused", "By RunComfy, or by a rule here"},
		{KindOutside, "Changed outside ComfyDeck", "As far as it is noticed"},
		{KindBulk, "Bulk changes", "Begun, stopped, ended"},
		{KindLocks, "Locks", "Set and lifted"},
		{KindNotes, "Notes", "That a note, an owner or tags changed, not what they say"},
		{KindShares, "Share links", "Made, opened for the first time, revoked"},
		{KindAccess, "Sign-ins and webhooks", "Who came and went, sessions that were ended, and changes to webhooks"},
		{KindOther, "Everything else in the change log", ""},
	}
}

// knownKind tells whether an id is one of Kinds.
func knownKind(id string) bool {
	return slices.ContainsFunc(Kinds(), func(k Kind) bool { return k.ID == id })
}

// KindsOfWrite are the kinds of a write with an outcome; none while it is under way.
func KindsOfWrite(a journal.Action, s journal.State, changes []journal.Change) []string {
	switch s {
	case journal.Refused:
		return []string{KindRefused}
	case journal.Unknown:
		return []string{KindUnknown}
	case journal.Done:
	default:
		return nil
	}
	var out []string
	switch a {
	case journal.Enable, journal.Disable:
		out = append(out, KindPower)
	case journal.Delete:
		out = append(out, KindDeleted)
	case journal.Annotate:
		out = append(out, KindNotes)
	default:
		out = append(out, KindChanges)
	}
	if raisesCost(a, changes) {
		out = append(out, KindCost)
	}
	return out
}

// raisesCost tells whether a write may make the bill larger. Other hardware may cost less too; that is worth a look all the same.
func raisesCost(a journal.Action, changes []journal.Change) bool {
	if a == journal.Create || a == journal.Enable {
		return true
	}
	return a == journal.Update && slices.ContainsFunc(changes, func(c journal.Change) bool {
		switch c.Field {
		case "hardware":
			return true
		case "is_enabled":
			return c.To == "true"
		case "min_instances", "max_instances", "keep_warm_duration_in_seconds":
			from, failed := strconv.Atoi(c.From)
			to, err := strconv.Atoi(c.To)
			return failed != nil || err != nil || to > from
		default:
			return false
		}
	})
}

// KindsOfEvent are the kinds of an event.
func KindsOfEvent(e journal.Event) []string {
	kinds := []string{KindOfEvent(e.Kind)}
	if e.Kind == journal.Outside && raisesCost(journal.Update, e.Changes) {
		kinds = append(kinds, KindCost)
	}
	return kinds
}

// KindOfEvent is the kind of an event by its name. One that a later version or another package adds is of KindOther.
func KindOfEvent(k journal.Kind) string {
	switch k {
	case journal.WriteRefused:
		return KindRefused
	case journal.Outside:
		return KindOutside
	case journal.RunBegun, journal.RunEnded, journal.RunStopped:
		return KindBulk
	case journal.Locked, journal.Unlocked:
		return KindLocks
	case journal.Shared, journal.ShareSeen, journal.ShareRevoked:
		return KindShares
	case journal.SignedIn, journal.SignedOut, journal.SignInRefused, journal.SessionsEnded,
		journal.HookAdded, journal.HookChanged, journal.HookPaused, journal.HookRemoved:
		return KindAccess
	default:
		return KindOther
	}
}
