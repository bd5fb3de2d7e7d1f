// Command bench measures what the project promises about speed and size, and prints a Markdown report: every figure with
// its target and whether it was met. It builds the release binaries, starts them with the sandbox as the API, and loads
// pages over loopback. A missed target is reported, never an exit code: figures depend on the machine and its load.
//
// A page is compared with the bare API call behind it, the two in turn in one run, so that whatever else the machine does
// hits both. Compare figures of one report only.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	runs    int    // exchanges per comparison at 25 deployments; slower ones get a share
	out     string // name of the report files without ending; "" writes none
	profile string // file for a CPU profile of the server; "" takes none
	only    string // measure the parts whose name contains it
	quick   bool
	browser bool
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseFlags(args, stderr)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "comfydeck-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	fmt.Fprintln(stderr, "building the release binaries")
	b, err := build(ctx, dir)
	if err != nil {
		return err
	}
	b.options = o
	if b.pacer, err = b.newPacer(ctx); err != nil {
		return err
	}
	r := report{Machine: describeMachine()}
	for _, part := range b.parts() {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		fmt.Fprintln(stderr, "measuring", part.name)
		if err := b.paced(ctx, &r, part); err != nil {
			r.Missing = append(r.Missing, fmt.Sprintf("%s: %v", part.name, err))
		}
	}
	r.Machine.finish()
	if err := r.markdown(stdout); err != nil {
		return err
	}
	return save(o.out, r)
}

func parseFlags(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&o.runs, "runs", 400, "`N` exchanges of each kind with 25 deployments; slower ones get a share of it")
	flags.StringVar(&o.out, "out", "", "write `FILE`.json, FILE.md and the plot FILE.svg too")
	flags.StringVar(&o.profile, "profile", "", "write a CPU profile of the server under list loads to `FILE`")
	flags.StringVar(&o.only, "only", "", "measure only the parts whose name contains `TEXT`")
	flags.BoolVar(&o.quick, "quick", false, "a tenth of the runs: to see that it works, not to compare")
	flags.BoolVar(&o.browser, "browser", true, "measure what is felt in Chromium")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if o.runs < 1 {
		return o, fmt.Errorf("-runs %d: at least one run is needed", o.runs)
	}
	return o, nil
}

// share is a part of the runs for what takes longer, never none.
func (o options) share(divisor int) int {
	if o.quick {
		divisor *= 10
	}
	return max(3, o.runs/divisor)
}

// save writes the report as JSON, for comparing, and as Markdown, for reading.
func save(name string, r report) error {
	if name == "" {
		return nil
	}
	data, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	if err := os.WriteFile(name+".json", append(data, '\n'), 0o600); err != nil {
		return err
	}
	if len(r.Growth) > 0 {
		if err := os.WriteFile(name+".svg", []byte(plot(r.Growth)), 0o600); err != nil {
			return err
		}
	}
	f, err := os.Create(name + ".md")
	if err != nil {
		return err
	}
	return errors.Join(r.markdown(f), f.Close())
}
