package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/paths"
)

const (
	// token is the account at the sandbox.
	token = "token-of-the-benchmark"
	// collection is the API's list of deployments.
	collection = "/prod/v2/deployments"
)

// stage is an API, a dashboard in front of it, and somebody who is signed in.
type stage struct {
	api, deck *process
	cookie    string // name=value of the session
	id        string // of one deployment
	changes   int64  // of it so far
	admin     string // address of the dashboard's metrics, "" when it has none
}

// open starts a stage with n deployments. The caller closes it.
func (b *bench) open(ctx context.Context, n int, env []string, apiArgs ...string) (_ *stage, err error) {
	s := &stage{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	folder, err := os.MkdirTemp(b.dir, "data-")
	if err != nil {
		return nil, err
	}
	if s.api, err = b.startAPI(ctx, n, apiArgs...); err != nil {
		return nil, err
	}
	if s.deck, err = b.startDeck(ctx, s.api.url, folder, env...); err != nil {
		return nil, err
	}
	if s.cookie, err = signIn(ctx, s.deck.url); err != nil {
		return nil, err
	}
	s.id, err = firstID(ctx, s.api.url)
	return s, err
}

func (s *stage) close() error { return errors.Join(s.deck.stop(), s.api.stop()) }

// target is one address to load, as one connection of its own does.
type target struct {
	url    string
	header http.Header
	client *http.Client
}

func (s *stage) bare(path string) target {
	return target{url: s.api.url + path, header: http.Header{"Authorization": {"Bearer " + token}}, client: oneConnection()}
}

func (s *stage) page(path string) target {
	return target{url: s.deck.url + path, header: http.Header{"Cookie": {s.cookie}, "Accept-Encoding": {"gzip, zstd"}}, client: oneConnection()}
}

// anew is a page whose reader asks for the newest, as a reload does: the API is called for it.
func (s *stage) anew(path string) target {
	t := s.page(path)
	t.header.Set("Cache-Control", "no-cache")
	return t
}

// change changes one deployment at the API, so that a page which is read anew cannot live on what was made of the last answer. It
// then asks the API once: the first answer after a change costs it more than all others, which would count for the bare call alone.
func (s *stage) change(ctx context.Context) error {
	api, err := apiclient.New(s.api.url, apiclient.Options{})
	if err != nil {
		return err
	}
	s.changes++
	if _, err = api.Update(ctx, token, s.id, apiclient.UpdateRequest{QueueSize: new(s.changes)}); err != nil {
		return err
	}
	_, err = s.bare(collection).load(ctx)
	return err
}

// oneConnection follows no redirect and decompresses nothing: a page that is not what was asked for must not be measured,
// and decompressing is not the server's time.
func oneConnection() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{MaxConnsPerHost: 1, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// exchange is how long one answer took, counted from the moment it was asked for.
type exchange struct{ first, total time.Duration }

// load asks once and reads the whole answer.
func (t target) load(ctx context.Context) (exchange, error) {
	var x exchange
	var start time.Time
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotFirstResponseByte: func() { x.first = time.Since(start) }})
	start = time.Now()
	resp, err := get(ctx, t.client, t.url, t.header)
	if err != nil {
		return x, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	x.total = time.Since(start)
	return x, err
}

// signIn returns the session's cookie.
func signIn(ctx context.Context, deck string) (string, error) {
	form := url.Values{"token": {token}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, deck+paths.SignIn, strings.NewReader(form))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := oneConnection().Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	for _, c := range resp.Cookies() {
		if resp.StatusCode == http.StatusSeeOther && c.Value != "" {
			return c.Name + "=" + c.Value, nil
		}
	}
	return "", fmt.Errorf("sign-in answered %s and no session", resp.Status)
}

// firstID returns the id of the list's first deployment.
func firstID(ctx context.Context, api string) (string, error) {
	resp, err := get(ctx, oneConnection(), api+collection, http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var list []struct{ ID string }
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil {
		return "", err
	}
	if len(list) == 0 {
		return "", errors.New("the sandbox has no deployment")
	}
	return list[0].ID, nil
}
