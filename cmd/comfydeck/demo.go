package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// demonstration is the API of the demo, in this process.
type demonstration struct {
	environ           []string
	token, otherToken string
	stop              func()
}

// startDemo serves example deployments on a port of this machine and points the settings at it. Sessions are kept in
// memory, so that a demo leaves nothing behind.
func startDemo(environ []string) (*demonstration, error) {
	api, err := sandbox.New(sandbox.Options{Demo: true})
	if err != nil {
		return nil, fmt.Errorf("the demo's API: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the demo's API: %w", err)
	}
	server := &http.Server{Handler: api, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return &demonstration{
		// Later entries win: the demo never touches a real API or a real database.
		// Requests are not logged in the demo unless asked for: its output is the address and the tokens.
		environ: append(append([]string{"COMFYDECK_LOG_LEVEL=warn"}, environ...), "COMFYDECK_API_URL=http://"+listener.Addr().String(), "COMFYDECK_DATABASE_URL=sqlite::memory:"),
		token:   sandbox.DemoToken, otherToken: sandbox.DemoTokenB,
		stop: func() { _ = server.Close(); _ = api.Close() },
	}, nil
}
