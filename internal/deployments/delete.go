package deployments

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// Delete removes a deployment for good. confirm must be its ConfirmText. The result holds it also with an error, once it
// could be read.
func (s *Service) Delete(ctx context.Context, ask Ask, id, confirm string) (Result, error) {
	whole, send, cancel, err := s.begin(ctx)
	if err != nil {
		return Result{}, err
	}
	defer cancel()
	wish := digest(journal.Delete, id, nil)
	release, unleased := s.lease(send, id, false)
	defer release()
	if done, sent, err := s.earlier(whole, ask, wish); sent {
		return done, err
	}
	if unleased != nil {
		return Result{}, unleased
	}
	now, err := s.read(send, ask.Token, id)
	if err != nil {
		return Result{}, explainUnsent(err)
	}
	asIs := Result{Deployment: now}
	if err := s.deletable(send, ask, now, confirm); err != nil {
		return asIs, s.refused(whole, ask, journal.Delete, now, err)
	}
	kept := s.tombstone(send, ask, now)
	asIs.Unkept = kept.Missing
	e := ask.entry(journal.Delete, now, wish, lastSettings(now))
	_, err = s.recorded(whole, ask, e, true, func() (Result, error) {
		if err := s.bury(whole, e.ID, kept); err != nil {
			return asIs, err
		}
		return asIs, s.delete(whole, send, ask.Token, id)
	})
	return asIs, err
}

// deletable refuses what was not confirmed, or is locked.
func (s *Service) deletable(ctx context.Context, ask Ask, now Deployment, confirm string) error {
	wrong := map[string]string{}
	if checkReason(ask, wrong); len(wrong) > 0 {
		return &fault.Error{Kind: fault.Invalid, Message: "The reason is too long. Nothing was deleted.", Fields: wrong}
	}
	if oneLine(confirm) != ConfirmText(now) {
		return &fault.Error{Kind: fault.Invalid, Message: "The name does not match. Nothing was deleted.", Fields: map[string]string{FieldConfirmName: "Type the name exactly as it is shown above."}}
	}
	return s.locked(ctx, ask.Account, now.ID)
}

// delete sends the request and finds out what came of it.
func (s *Service) delete(whole, send context.Context, token, id string) error {
	err := s.api.Delete(send, token, id)
	s.reach(AfterAnswer)
	if apiclient.IsUnknown(err) || apiclient.IsNotFound(err) { // not found: somebody else was faster, or something in between knows nothing
		switch _, look := s.get(whole, token, id); {
		case apiclient.IsNotFound(look):
			return nil
		case look != nil:
			return unknown(readUnknown, err)
		default:
			return unknown(deleteUnknown, err)
		}
	}
	if err != nil {
		return explainWrite(err)
	}
	return nil
}

// ConfirmText is what has to be typed to delete a deployment: its name, or its id when the name is blank, very long, or holds
// characters that cannot be seen and typed.
func ConfirmText(d Deployment) string {
	name := oneLine(d.Name)
	typable := func(r rune) bool { return unicode.IsGraphic(r) && r != utf8.RuneError }
	if name == "" || utf8.RuneCountInString(name) > maxText || strings.ContainsFunc(name, func(r rune) bool { return !typable(r) }) {
		return d.ID
	}
	return name
}

// deletionWaits bounds a look at how a deployment went: whoever opened its link waits for it.
const deletionWaits = time.Second

// Deletion is the line of the account's log that tells how a deployment went: deleted here for certain, or noticed to be deleted
// elsewhere. A log that does not answer in a moment knows of none.
func (s *Service) Deletion(ctx context.Context, account, id string) (l journal.Line, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, deletionWaits)
	defer cancel()
	for _, f := range []journal.Filter{{Kind: string(journal.Delete), State: journal.Done}, {Kind: string(journal.Outside)}} {
		f.Deployment = id
		newest, err := s.journal.Timeline(ctx, account, f, 1)
		if err != nil {
			s.o.Logger.InfoContext(ctx, "nobody can say whether a deployment was deleted", "deployment", id, "error", err)
			return journal.Line{}, false
		}
		if len(newest) == 1 && (newest[0].Write != nil || vanishes(newest[0].Event)) {
			return newest[0], true
		}
	}
	return journal.Line{}, false
}
