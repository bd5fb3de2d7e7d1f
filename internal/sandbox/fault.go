package sandbox

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Fault makes chosen calls go wrong; see the package documentation. It comes from ParseFault; the zero Fault does
// nothing.
type Fault struct {
	spec        string
	kind        *kind
	after       bool      // the service does its work first
	op          operation // "" means every endpoint
	first, last int       // calls of the endpoint, counted from 1
	text        string    // the argument as written, or its default
	size        int64     // the argument of kinds that take bytes
	pause       time.Duration
}

// String returns the fault as it was written.
func (f Fault) String() string { return f.spec }

// MustFault is ParseFault for faults written in a test. It panics on an error.
func MustFault(spec string) Fault {
	f, err := ParseFault(spec)
	if err != nil {
		panic(err)
	}
	return f
}

// ParseFault reads a fault in the grammar of the package documentation, KIND[@ROUTE][:COUNT][=ARG].
func ParseFault(spec string) (Fault, error) {
	f, err := parseFault(spec)
	if err != nil {
		return Fault{}, fmt.Errorf("fault %q: %w", spec, err)
	}
	return f, nil
}

func parseFault(spec string) (Fault, error) {
	head, arg, hasArg := strings.Cut(spec, "=") // first, since an argument may hold : and @
	head, count, hasCount := strings.Cut(head, ":")
	name, op, hasOp := strings.Cut(head, "@")

	f := Fault{spec: spec, first: 1, last: math.MaxInt}
	if err := f.setKind(name); err != nil {
		return Fault{}, err
	}
	if hasOp {
		if err := f.setRoute(op); err != nil {
			return Fault{}, err
		}
	}
	if hasCount {
		if err := f.setCount(count); err != nil {
			return Fault{}, err
		}
	}
	if !hasArg {
		arg = f.kind.standard
	}
	return f, f.setArg(arg, hasArg)
}

func (f *Fault) setKind(name string) error {
	for i := range kinds {
		k := &kinds[i]
		switch {
		case name == k.name:
			f.kind = k
		case k.instead != nil && name == k.name+"-before":
			f.kind = k
		case k.instead != nil && name == k.name+"-after":
			f.kind, f.after = k, true
		}
	}
	if f.kind == nil {
		return fmt.Errorf("unknown kind %q; there are %s", name, strings.Join(kindNames(), ", "))
	}
	return nil
}

func (f *Fault) setRoute(name string) error {
	switch op := operation(name); op {
	case opList, opGet, opCreate, opUpdate, opDelete:
		f.op = op
	case "*":
	default:
		return fmt.Errorf("unknown route %q; there are list, get, create, update, delete and *", name)
	}
	return nil
}

func (f *Fault) setCount(count string) error {
	switch count {
	case "every":
		return nil
	case "first":
		f.last = 1
		return nil
	}
	from, to, isRange := strings.Cut(count, "-")
	first, err := strconv.ParseUint(from, 10, 31)
	last := first
	if isRange && to == "" {
		last = math.MaxInt
	} else if isRange && err == nil {
		last, err = strconv.ParseUint(to, 10, 31)
	}
	if err != nil || first < 1 || last < first {
		return fmt.Errorf("count %q is none of every, first, 3, 1-3, 4-", count)
	}
	f.first, f.last = int(first), int(last)
	return nil
}

func (f *Fault) setArg(arg string, given bool) error {
	if given && f.kind.arg == noArg {
		return fmt.Errorf("%s takes no argument", f.kind.name)
	}
	f.text = arg
	var err error
	switch f.kind.arg {
	case durationArg:
		f.pause, err = time.ParseDuration(arg)
		if err == nil && f.pause < 0 {
			err = fmt.Errorf("duration %q is negative", arg)
		}
	case bytesArg:
		f.size, err = parseBytes(arg)
	case fieldArg:
		if !slices.Contains(bodyFields, arg) {
			err = fmt.Errorf("field %q is none of %s", arg, strings.Join(bodyFields, ", "))
		}
	case headerArg:
		if strings.ContainsFunc(arg, func(r rune) bool { return r < ' ' || r > '~' }) {
			err = errors.New("the argument does not fit in a header")
		}
	}
	return err
}

// parseBytes reads a size such as 5000 or 64MiB, at most 4 GiB.
func parseBytes(text string) (int64, error) {
	number, unit := text, int64(1)
	for suffix, size := range map[string]int64{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30} {
		if rest, ok := strings.CutSuffix(text, suffix); ok {
			number, unit = rest, size
		}
	}
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil || int64(n) > 4<<30/unit {
		return 0, fmt.Errorf("size %q is no number of bytes, KiB, MiB or GiB up to 4GiB", text)
	}
	return int64(n) * unit, nil
}

// faultPlan decides which call goes wrong, and how long every call waits.
type faultPlan struct {
	mu      sync.Mutex
	faults  []Fault
	seen    []int // calls counted by the fault of the same index
	latency time.Duration
}

func (p *faultPlan) set(faults []Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults, p.seen = slices.Clone(faults), make([]int, len(faults))
}

func (p *faultPlan) setLatency(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.latency = d
}

// next counts a call and returns the fault that strikes it, the zero Fault if none.
func (p *faultPlan) next(op operation) (Fault, time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var due Fault
	for i, f := range p.faults {
		if f.kind == nil || f.op != "" && f.op != op {
			continue
		}
		p.seen[i]++
		if due.kind == nil && f.first <= p.seen[i] && p.seen[i] <= f.last {
			due = f
		}
	}
	return due, p.latency
}
