// Command comfydeck serves the dashboard. Its settings come from the environment, see the README; with -demo it starts an
// API of its own with example deployments and needs none.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	skipHeapProfile()
	pace()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	err := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	stop()
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	default:
		_, _ = fmt.Fprintln(os.Stderr, "comfydeck:", err)
		os.Exit(2)
	}
}

// run is the program: it serves until ctx ends, then lets requests in flight finish. An error means that it could not start
// or could not go on; its text is one clear line per problem.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) error {
	if len(args) > 0 {
		if c, ok := commandNamed(args[0]); ok {
			return c.run(ctx, args, environ, stdout)
		}
	}
	demo, err := parseFlags(args, stderr)
	if err != nil {
		return err
	}
	var d *demonstration
	if demo {
		if d, err = startDemo(environ); err != nil {
			return err
		}
		defer d.stop()
		environ = d.environ
	}
	p, err := build(ctx, environ, stderr)
	if err != nil {
		return err
	}
	defer p.close()
	return p.serve(ctx, stdout, d)
}

func parseFlags(args []string, stderr io.Writer) (demo bool, err error) {
	flags := flag.NewFlagSet("comfydeck", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // main prints the one line
	flags.BoolVar(&demo, "demo", false, "serve example deployments from an API of its own, for trying things out")
	err = flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(stderr)
		_, _ = fmt.Fprintln(stderr, usage)
		flags.PrintDefaults()
	}
	if err != nil {
		return false, err
	}
	if flags.NArg() > 0 {
		return false, fmt.Errorf("unexpected argument %q (comfydeck -h lists the commands)", flags.Arg(0))
	}
	return demo, nil
}
