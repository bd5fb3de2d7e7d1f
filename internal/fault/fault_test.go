package fault_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/fault"
)

// statuses is what each kind is answered with. The sentences on the screens and the scripts of other people rely on it.
var statuses = map[fault.Kind]int{
	fault.Invalid: 422, fault.Unauthorized: 401, fault.Forbidden: 403, fault.NotFound: 404, fault.Conflict: 409,
	fault.TooLarge: 413, fault.RateLimited: 429, fault.Internal: 500, fault.Upstream: 502, fault.Unknown: 502,
	fault.Unavailable: 503, fault.Timeout: 504, fault.BadRequest: 400, fault.NotAllowed: 405,
}

func TestStatus(t *testing.T) {
	t.Parallel()
	for kind, want := range statuses {
		if got := fault.New(kind, "x").Status(); got != want {
			t.Errorf("%s: Status() = %d, want %d", kind, got, want)
		}
	}
	for _, kind := range []fault.Kind{"", "nonsense"} {
		if got := fault.New(kind, "x").Status(); got != 500 {
			t.Errorf("%q: Status() = %d, want 500", kind, got)
		}
	}
}

// TestStatus_EveryKind reads the source: a new kind has to decide what it is answered with.
func TestStatus_EveryKind(t *testing.T) {
	t.Parallel()
	source, err := parser.ParseFile(token.NewFileSet(), "fault.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(source, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Kind" {
			return true
		}
		text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		found++
		if _, ok := statuses[fault.Kind(text)]; !ok {
			t.Errorf("kind %s is in no test", text)
		}
		return true
	})
	if found != len(statuses) {
		t.Errorf("%d kinds in the source, %d in the test", found, len(statuses))
	}
}

func TestFrom(t *testing.T) {
	t.Parallel()
	const fixed = "Something went wrong on this server. If you were changing something, look whether it happened before you repeat it. If this comes again, tell the operator the request id."
	cause := errors.New("disk is full at /var/lib")
	own := fault.Wrap(fault.Unavailable, "Not now.", cause)
	tests := []struct {
		name string
		err  error
		want *fault.Error
	}{
		{"a fault", own, own},
		{"a wrapped fault", fmt.Errorf("while listing: %w", own), own},
		{"a joined fault", errors.Join(errors.New("a"), own), own},
		{"the outermost of two", fault.Wrap(fault.Invalid, "Outer.", own), fault.Wrap(fault.Invalid, "Outer.", own)},
		{"any other error", cause, fault.Wrap(fault.Internal, fixed, cause)},
		{"none", nil, fault.New(fault.Internal, fixed)},
	}
	for _, tt := range tests {
		got := fault.From(tt.err)
		if got.Kind != tt.want.Kind || got.Message != tt.want.Message || !errors.Is(got.Err, tt.want.Err) {
			t.Errorf("From(%s) = %#v, want %#v", tt.name, got, tt.want)
		}
	}
}

func TestIs(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("while saving: %w", fault.New(fault.Conflict, "Changed."))
	if !fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid) || fault.Is(nil, fault.Conflict) || fault.Is(errors.New("conflict"), fault.Conflict) {
		t.Errorf("Is() is wrong about %v", err)
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	fields := map[string]string{"name": "Enter a name."}
	tests := []struct {
		name string
		err  error
		want map[string]string
	}{
		{"a fault with fields", fmt.Errorf("x: %w", &fault.Error{Kind: fault.Invalid, Fields: fields}), fields},
		{"a fault without", fault.New(fault.Invalid, "x"), nil},
		{"a fault with an empty map", &fault.Error{Kind: fault.Invalid, Fields: map[string]string{}}, nil},
		{"another error", errors.New("x"), nil},
		{"none", nil, nil},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, fault.Fields(tt.err)); diff != "" {
			t.Errorf("Fields(%s) (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestError: the text for the log has the cause, and the cause can be found; the sentence for people has neither.
func TestError(t *testing.T) {
	t.Parallel()
	cause := errors.New("connection refused")
	f := fault.Wrap(fault.Unavailable, "Not now.", cause)
	f.RetryAfter = time.Second
	if got, want := f.Error(), "unavailable: connection refused"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	if !errors.Is(f, cause) || f.Message != "Not now." {
		t.Errorf("cause found = %v, message = %q", errors.Is(f, cause), f.Message)
	}
	if got, want := fault.New(fault.NotFound, "Nothing here.").Error(), "not-found: Nothing here."; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
}
