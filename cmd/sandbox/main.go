// Command sandbox serves the RunComfy Deployment API on a local port, with accounts, generated deployments and faults on
// demand. It is for scripts, tests and trying things out; package internal/sandbox says how it behaves.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

const usage = `Usage: sandbox [flags]

Serves the RunComfy Deployment API under /prod/v2/deployments and its description at /openapi.yaml.

`

const examples = `
For example
  -fault 503@list:1-3               the first three list calls answer 503
  -fault hang-after@create:first    the first create is done, but never answered
  -fault 429:2=7                    the second call of all answers 429 with Retry-After: 7
  -fault ignore-field@update=min_instances
                                    no PATCH changes min_instances, though it answers 200
`

// run serves until ctx ends and returns the exit code: 0 after a clean stop, 2 when it could not start, 1 when it failed later.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	addr, options, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "sandbox: %v\n", err)
		return 2
	}
	box, err := sandbox.New(options)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		fmt.Fprintf(stderr, "sandbox: %v\n", errors.Join(err, box.Close()))
		return 2
	}
	fmt.Fprintf(stdout, "Deployment API sandbox at http://%s\n", listener.Addr())
	for _, token := range options.Tokens {
		fmt.Fprintf(stdout, "token: %s\n", token)
	}
	if err := serve(ctx, listener, box); err != nil {
		fmt.Fprintf(stderr, "sandbox: %v\n", err)
		return 1
	}
	return 0
}

// serve answers until ctx ends, then gives calls under way three seconds.
func serve(ctx context.Context, listener net.Listener, box *sandbox.Sandbox) error {
	server := &http.Server{Handler: box, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return errors.Join(err, box.Close())
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	// The sandbox first: it ends the calls that a fault lets hang, which Shutdown would wait for.
	return errors.Join(box.Close(), server.Shutdown(last))
}

// parse reads the flags; asked for help it writes it and returns flag.ErrHelp.
func parse(args []string, stderr io.Writer) (addr string, o sandbox.Options, err error) {
	flags := flag.NewFlagSet("sandbox", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // one line says what is wrong; the flags come with -h only
	flags.StringVar(&addr, "addr", "127.0.0.1:9090", "`address` to listen on; port 0 picks a free one")
	flags.IntVar(&o.Deployments, "deployments", 0, "fill every new account up to `N` deployments")
	flags.BoolVar(&o.Demo, "demo", false, "start with hand-made deployments; without -token, with the two demo accounts")
	flags.StringVar(&o.DataFile, "data", "", "keep the state in this `file`, which one sandbox at a time can have")
	flags.DurationVar(&o.Latency, "latency", 0, "delay every call, for example 200ms")
	flags.BoolVar(&o.RequireName, "require-name", false, "refuse a PATCH without name, as the real service does")
	verbose := flags.Bool("v", false, "log every call")
	flags.Func("token", "open an account with this `token`; repeatable", func(token string) error {
		o.Tokens = append(o.Tokens, token)
		return nil
	})
	flags.Func("fault", "let calls go wrong, see below; repeatable", func(spec string) error {
		f, err := sandbox.ParseFault(spec)
		o.Faults = append(o.Faults, f)
		return err
	})
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			help(flags, stderr)
		}
		return "", o, err
	}
	if *verbose {
		o.Logger = slog.New(slog.NewTextHandler(stderr, nil))
	}
	return addr, o, check(flags, &o)
}

// check refuses what the flags cannot say by themselves.
func check(flags *flag.FlagSet, o *sandbox.Options) error {
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unknown argument %q", flags.Arg(0))
	case o.Latency < 0:
		return fmt.Errorf("-latency %v is negative", o.Latency)
	case len(o.Tokens) == 0 && !o.Demo:
		return errors.New("give at least one -token, or -demo")
	case len(o.Tokens) == 0:
		o.Tokens = []string{sandbox.DemoToken, sandbox.DemoTokenB}
	}
	return nil
}

func help(flags *flag.FlagSet, to io.Writer) {
	fmt.Fprint(to, usage)
	flags.SetOutput(to)
	flags.PrintDefaults()
	fmt.Fprintf(to, "\n%s%s", sandbox.FaultHelp(), examples)
}
