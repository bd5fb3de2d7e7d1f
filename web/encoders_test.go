package web

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// TestEncoders holds that encoders are used again, whoever else is at work, and that none takes anything along into the next answer.
func TestEncoders(t *testing.T) {
	t.Parallel()
	f := encoders()
	var open []*encoder
	begin := func(out io.Writer) *encoder {
		t.Helper()
		e, ok := f.New(out, int(zstd.SpeedFastest)).(*encoder)
		if !ok {
			t.Fatal("not one of ours")
		}
		return e
	}
	var first []*zstd.Encoder
	for i := range keptEncoders + 1 {
		open = append(open, begin(io.Discard))
		if i < keptEncoders {
			first = append(first, open[i].Encoder)
		}
	}
	for _, e := range open {
		if _, err := e.Write(bytes.Repeat([]byte("the secret of somebody else "), 1000)); err != nil {
			t.Fatal(err)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		if err := e.Close(); err != nil { // as gzhttp may
			t.Error(err)
		}
	}
	var out bytes.Buffer
	for i, want := range first {
		e := begin(&out)
		if e.Encoder != want {
			t.Errorf("encoder %d was made anew", i)
		}
		if _, err := e.Write([]byte("a page ")); err != nil {
			t.Fatal(err)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
	r, err := zstd.NewReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || string(got) != strings.Repeat("a page ", keptEncoders) {
		t.Errorf("read %q, %v", got, err)
	}
}
