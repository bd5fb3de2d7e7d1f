package webhooks

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/visible"
)

// Options configure a Service.
type Options struct {
	Keys   [][]byte         // as session.WebhookKeys makes them
	Public string           // address of the site, without a slash at its end
	Guard  Guard            // where messages may go
	Events journal.Recorder // hears of changes to webhooks
	Logger *slog.Logger     // nil means nobody hears

	Parallel int           // messages sent at once; 0: 8
	Poll     time.Duration // between looks for what is due; 0: 1 s
	Hold     time.Duration // how long a message stays with a server that no longer says so; 0: 1 min
	Timeout  time.Duration // of one try; 0: 10 s
	TLS      *tls.Config   // nil: the system's
	Now      func() time.Time
}

// Service keeps the webhooks of all accounts and sends. It is safe for concurrent use.
type Service struct {
	store  Store
	lines  Lines
	o      Options
	events journal.Recorder
	vault  vault
	sender sender
	writer writer
	holder string
	more   chan struct{}
}

// New makes a service. Nothing is sent in the background before Run.
func New(store Store, lines Lines, o Options) *Service {
	o.Parallel, o.Poll, o.Hold = cmp.Or(o.Parallel, 8), cmp.Or(o.Poll, time.Second), cmp.Or(o.Hold, time.Minute)
	o.Timeout = cmp.Or(o.Timeout, sendTimeout)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Events == nil {
		o.Events = journal.Nobody{}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{
		store: store, lines: lines, o: o, events: o.Events, vault: vault{o.Keys}, writer: writer{o.Public},
		sender: sender{guard: o.Guard, tls: o.TLS, timeout: o.Timeout, now: o.Now},
		holder: strings.ToLower(rand.Text()), more: make(chan struct{}, 1),
	}
}

// The fields of a form, as complaints name them.
const (
	FieldName   = "name"
	FieldTarget = "target"
	FieldKinds  = "kinds"
	FieldFormat = "format"
)

// Typed is a form as it was filled in.
type Typed struct {
	Name, Target, Format string
	Kinds                []string
}

// NewID makes the id of a webhook that is about to be made: a form has one, so that it makes one webhook however often it is sent.
func NewID() string { return strings.ToLower(rand.Text())[:16] }

func validID(id string) bool {
	return len(id) == 16 && !strings.ContainsFunc(id, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '2' || r > '7') })
}

// Of returns the account's webhooks, oldest first.
func (s *Service) Of(ctx context.Context, account string) ([]Hook, error) {
	list, err := s.store.Hooks(ctx, account)
	if err != nil {
		return nil, unread(err)
	}
	for i := range list {
		_ = s.vault.open(&list[i]) // one that does not open has no Where
	}
	return list, nil
}

// Find returns one of the account's webhooks.
func (s *Service) Find(ctx context.Context, account, id string) (Hook, error) {
	h, found, err := s.store.FindHook(ctx, account, id)
	switch {
	case err != nil:
		return Hook{}, unread(err)
	case !found:
		return Hook{}, fault.New(fault.NotFound, "This account has no such webhook. Somebody may have deleted it.")
	}
	_ = s.vault.open(&h)
	return h, nil
}

// Log returns the newest deliveries of a webhook.
func (s *Service) Log(ctx context.Context, h Hook, limit int) ([]Delivery, error) {
	list, err := s.store.Deliveries(ctx, h.Account, h.ID, limit)
	return list, unread(err)
}

// Add makes a webhook and returns the secret that signs its messages, which is not shown again. An id that the account has
// already used gives no second one and no secret. by is who asks, as an event has it.
func (s *Service) Add(ctx context.Context, by journal.Event, id string, typed Typed) (secret string, err error) {
	h := Hook{ID: id, Account: by.Account, Person: visible.Clip(by.Person, MaxName), secret: newSecret()}
	if !validID(id) {
		return "", fault.New(fault.Invalid, "The form's id is none that this page gives out. Reload the page and try again.")
	}
	if err := s.apply(&h, typed, true); err != nil {
		return "", err
	}
	if err := s.vault.seal(&h); err != nil {
		return "", err
	}
	switch err := s.store.AddHook(ctx, h, Max); {
	case errors.Is(err, ErrThere):
		_, err := s.Find(ctx, by.Account, id)
		return "", err
	case errors.Is(err, ErrFull):
		return "", fault.New(fault.Invalid, "There are "+strconv.Itoa(Max)+" webhooks, and no room for another one. Delete one first.")
	case err != nil:
		return "", unkept(err)
	}
	s.tell(ctx, by, journal.HookAdded, h, "It tells of: "+titlesOf(h.Kinds)+".")
	return h.secret, nil
}

// Change gives a webhook other settings. An empty target leaves it where it is.
func (s *Service) Change(ctx context.Context, by journal.Event, id string, typed Typed) error {
	h, err := s.Find(ctx, by.Account, id)
	if err != nil {
		return err
	}
	before := h
	if err := s.apply(&h, typed, h.Where == ""); err != nil {
		return err
	}
	words := "It tells of: " + titlesOf(h.Kinds) + "."
	if before.target != h.target {
		words += " It goes to another address."
	}
	return s.keep(ctx, by, h, words)
}

// NewSecret makes another secret, which is not shown again. The old one is worth nothing from now on.
func (s *Service) NewSecret(ctx context.Context, by journal.Event, id string) (secret string, err error) {
	h, err := s.Find(ctx, by.Account, id)
	if err != nil {
		return "", err
	}
	if h.Where == "" {
		return "", fault.New(fault.Conflict, sentence(errSealed))
	}
	h.secret = newSecret()
	return h.secret, s.keep(ctx, by, h, "It has a new signing secret.")
}

// keep stores a webhook that was changed.
func (s *Service) keep(ctx context.Context, by journal.Event, h Hook, words string) error {
	if h.secret == "" { // the old one could not be opened
		h.secret = newSecret()
	}
	if err := s.vault.seal(&h); err != nil {
		return err
	}
	found, err := s.store.ChangeHook(ctx, h)
	switch {
	case err != nil:
		return unkept(err)
	case !found:
		_, err := s.Find(ctx, h.Account, h.ID)
		return err
	}
	s.tell(ctx, by, journal.HookChanged, h, words)
	return nil
}

// Pause stops a webhook or lets it go on. What waits when it is paused is not sent.
func (s *Service) Pause(ctx context.Context, by journal.Event, id string, paused bool) error {
	h, err := s.Find(ctx, by.Account, id)
	if err != nil {
		return err
	}
	changed, err := s.store.PauseHook(ctx, by.Account, id, paused, "")
	if err != nil {
		return unkept(err)
	}
	if changed {
		s.tell(ctx, by, journal.HookPaused, h, map[bool]string{true: "Paused.", false: "Resumed."}[paused])
	}
	return nil
}

// Remove deletes a webhook with its log.
func (s *Service) Remove(ctx context.Context, by journal.Event, id string) error {
	h, err := s.Find(ctx, by.Account, id)
	if err != nil {
		return err
	}
	found, err := s.store.DeleteHook(ctx, by.Account, id)
	if err != nil {
		return unkept(err)
	}
	if found {
		s.tell(ctx, by, journal.HookRemoved, h, "")
	}
	return nil
}

// tell puts a change of a webhook into the change log.
func (s *Service) tell(ctx context.Context, by journal.Event, k journal.Kind, h Hook, words string) {
	by.Kind, by.Name, by.Ref, by.Words = k, h.Name, h.ID, words
	s.events.Record(ctx, by)
}

// apply checks what was typed and puts it into a webhook.
func (s *Service) apply(h *Hook, typed Typed, needsTarget bool) error {
	wrong := map[string]string{}
	h.Name = strings.Join(strings.Fields(typed.Name), " ")
	switch n := utf8.RuneCountInString(h.Name); {
	case n == 0:
		wrong[FieldName] = "Give the webhook a name."
	case n > MaxName:
		wrong[FieldName] = fmt.Sprintf("The name has %d characters; at most %d are allowed.", n, MaxName)
	}
	if needsTarget || strings.TrimSpace(typed.Target) != "" {
		target, err := s.o.Guard.Target(typed.Target)
		if err != nil {
			wrong[FieldTarget] = err.Error()
		}
		h.target = target
	}
	h.Kinds = nil
	for _, k := range Kinds() {
		if slices.Contains(typed.Kinds, k.ID) {
			h.Kinds = append(h.Kinds, k.ID)
		}
	}
	if len(h.Kinds) == 0 || slices.ContainsFunc(typed.Kinds, func(k string) bool { return !knownKind(k) }) {
		wrong[FieldKinds] = "Choose what it tells of."
	}
	if h.Body = typed.Format; h.Body != FormatJSON && h.Body != FormatSlack {
		wrong[FieldFormat] = "Choose a format."
	}
	if len(wrong) > 0 {
		return &fault.Error{Kind: fault.Invalid, Message: "The webhook needs your attention. Nothing was kept.", Fields: wrong}
	}
	return nil
}

func unread(err error) error {
	if err == nil {
		return nil
	}
	return fault.Wrap(fault.Unavailable, "This server cannot read its webhooks right now. Try again in a moment; the operator's log says more.", err)
}

func unkept(err error) error {
	return fault.Wrap(fault.Unavailable, "This server cannot keep webhooks right now. Try again in a moment; the operator's log says more.", err)
}
