package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/comfydeck/comfydeck/internal/paths"
)

const profileSeconds = 10

// takeProfile records where the server spends its time while somebody loads the list over and over.
func (b *bench) takeProfile(ctx context.Context, _ *report) (err error) {
	admin, err := freeAddress(ctx)
	if err != nil {
		return err
	}
	s, err := b.open(ctx, 25, []string{"COMFYDECK_ADMIN_ADDR=" + admin})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	done := make(chan error, 1)
	go func() { done <- saveProfile(ctx, admin, b.profile) }()
	for page := s.page(paths.Deployments); ; {
		select {
		case err := <-done:
			return err
		default:
			if _, err := page.load(ctx); err != nil {
				return err
			}
		}
	}
}

func saveProfile(ctx context.Context, admin, name string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*profileSeconds*time.Second)
	defer cancel()
	resp, err := get(ctx, oneConnection(), fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", admin, profileSeconds), nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, resp.Body)
	return errors.Join(err, f.Close())
}

// freeAddress finds a port nobody listens on. The admin listener does not say which port it got, so that it must be told one.
func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
