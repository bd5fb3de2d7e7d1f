package sandbox

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// The tokens of the two demo accounts, which see different deployments.
const (
	DemoToken  = "demo-token-for-the-comfydeck-sandbox"
	DemoTokenB = "demo-token-b-for-the-comfydeck-sandbox"
)

// Options configure a Sandbox. The zero value of each field but Tokens is useful.
type Options struct {
	// Tokens open one account each, which sees only its own deployments. At least one, unless Demo is set: then none means
	// DemoToken and DemoTokenB.
	Tokens []string
	// Deployments fills every new account up to this many generated deployments.
	Deployments int
	// Demo puts a dozen hand-made deployments first (a few other ones for the account of DemoTokenB).
	Demo bool
	// DataFile keeps the state over restarts; an answered write survives kill -9. "" keeps it in memory. An account found
	// in the file is taken as it is and not filled again. Tokens are not written to the file. One sandbox at a time has it:
	// a second one is refused, by a lock on the file of this name with ".lock".
	DataFile string
	// Latency delays every call.
	Latency time.Duration
	// RequireName refuses a PATCH without name, as the real service does against its document.
	RequireName bool
	// Faults are in force from the start.
	Faults []Fault
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Logger gets one line per call; nil discards.
	Logger *slog.Logger
}

// Sandbox serves the Deployment API. It is an http.Handler and safe for concurrent use.
type Sandbox struct {
	opts Options
	log  *slog.Logger
	now  func() time.Time
	done chan struct{}
	stop sync.Once

	calls callLog
	plan  faultPlan

	mu       sync.Mutex
	accounts map[string]*account // by digest of the first token
	valid    map[string]*account // by the token that opens it now
	held     map[string]*account // by every token that ever opened it
	journal  *journal            // nil: memory only
}

// New makes a sandbox. It fails on a missing, blank or repeated token, and on a data file that it cannot read or write or
// that another sandbox has.
func New(o Options) (*Sandbox, error) {
	if len(o.Tokens) == 0 && o.Demo {
		o.Tokens = []string{DemoToken, DemoTokenB}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Deployments < 0 {
		return nil, fmt.Errorf("sandbox: %d deployments: must not be negative", o.Deployments)
	}
	s := &Sandbox{
		opts: o, log: o.Logger, now: o.Now, done: make(chan struct{}),
		accounts: map[string]*account{}, valid: map[string]*account{}, held: map[string]*account{},
	}
	s.plan.set(o.Faults)
	s.plan.setLatency(o.Latency)
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	return s, nil
}

// open opens and fills the accounts, from the data file if there is one.
func (s *Sandbox) open() error {
	if len(s.opts.Tokens) == 0 {
		return errors.New("at least one token is needed")
	}
	if s.opts.DataFile == "" {
		return s.openAccounts()
	}
	guard, err := claim(s.opts.DataFile)
	if err != nil {
		return err
	}
	if s.journal, err = s.openFile(s.opts.DataFile, guard); err != nil {
		return errors.Join(err, guard.Unlock())
	}
	return nil
}

// openFile reads the data file, opens the accounts, and writes the compacted file back.
func (s *Sandbox) openFile(path string, guard *flock.Flock) (*journal, error) {
	if err := s.replay(path); err != nil {
		return nil, err
	}
	if err := s.openAccounts(); err != nil {
		return nil, err
	}
	file, err := s.compact(path)
	if err != nil {
		return nil, err
	}
	return &journal{file: file, guard: guard}, nil
}

// openAccounts opens one account for each token, and fills those that are new.
func (s *Sandbox) openAccounts() error {
	for i, token := range s.opts.Tokens {
		if !headerSafe(token) {
			return fmt.Errorf("token %d is empty or has blanks or control characters", i+1)
		}
		if s.valid[token] != nil {
			return fmt.Errorf("token %d is given twice", i+1)
		}
		key := accountKey(token)
		a := s.accounts[key]
		if a == nil {
			a = newAccount(key)
			s.accounts[key] = a
			s.fill(a, i, token)
		}
		s.valid[token], s.held[token] = a, a
	}
	return nil
}

// Close ends hanging calls and closes the data file. Later writes are refused with 500 when there is a data file.
func (s *Sandbox) Close() error {
	var err error
	s.stop.Do(func() {
		close(s.done)
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.journal != nil {
			err = s.journal.close()
		}
	})
	return err
}

// SetFaults replaces the faults and starts their counts anew; without arguments it ends them.
func (s *Sandbox) SetFaults(f ...Fault) { s.plan.set(f) }

// SetLatency changes the delay of every later call.
func (s *Sandbox) SetLatency(d time.Duration) { s.plan.setLatency(d) }

// SetToken gives the account of the token from the token to instead; the old one then answers 401. An empty to revokes.
// An unknown from changes nothing. The change is not kept in the data file: the next start opens the accounts of its own
// Options.Tokens.
func (s *Sandbox) SetToken(from, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.valid[from]
	if a == nil {
		return
	}
	delete(s.valid, from)
	if to != "" {
		s.valid[to], s.held[to] = a, a
	}
}

// Calls returns the last 10,000 requests seen since the start or ResetCalls, in order of arrival.
func (s *Sandbox) Calls() []Call { return s.calls.all() }

// ResetCalls forgets the calls so far.
func (s *Sandbox) ResetCalls() { s.calls.reset() }

// Deployments returns copies of what the account holds, in list order. The token may be any that ever opened the
// account.
func (s *Sandbox) Deployments(token string) []Deployment {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.held[token]
	if a == nil {
		return nil
	}
	out := make([]Deployment, len(a.list))
	for i, r := range a.list {
		out[i] = r.full()
	}
	return out
}

// Deployment returns a copy of one deployment of the account; false if it has none with this id.
func (s *Sandbox) Deployment(token, id string) (Deployment, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.held[token]
	if a == nil || a.byID[id] == nil {
		return Deployment{}, false
	}
	return a.byID[id].full(), true
}

// Put stores a deployment as it is, without validation, and returns it; an empty ID is made up. It is for setting up
// tests and panics on an unknown token or when the data file cannot be written.
func (s *Sandbox) Put(token string, d Deployment) Deployment {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.ID == "" {
		d.ID = newID()
	}
	r := newRecord(d)
	if err := s.save(s.mustAccount(token), r); err != nil {
		panic(err)
	}
	return r.full()
}

// Remove takes a deployment away, if it is there. It panics as Put does.
func (s *Sandbox) Remove(token, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.mustAccount(token)
	if a.byID[id] == nil {
		return
	}
	if err := s.discard(a, id); err != nil {
		panic(err)
	}
}

func (s *Sandbox) mustAccount(token string) *account {
	a := s.held[token]
	if a == nil {
		panic(fmt.Sprintf("sandbox: no account was ever opened by the token %q", token))
	}
	return a
}

// headerSafe reports whether a token can travel in an Authorization header as one word.
func headerSafe(token string) bool {
	return token != "" && strings.IndexFunc(token, func(r rune) bool { return r < '!' || r > '~' }) < 0
}
