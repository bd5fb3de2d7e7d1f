package apiclient

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"
)

// DefaultBaseURL is the origin of the service.
const DefaultBaseURL = "https://api.runcomfy.net"

// collection is the path of all deployments below the base URL.
const collection = "/prod/v2/deployments"

// Options tunes a [Client]. The zero value is ready for production.
type Options struct {
	Transport    http.RoundTripper // nil: HTTP/1.1 with a deadline for every stage and no proxy
	UserAgent    string            // "": "comfydeck"
	ReadTimeout  time.Duration     // of a whole list or get with its retries; 0: 12 s
	WriteTimeout time.Duration     // of a whole create, update or delete; 0: 25 s
	MaxItemBytes int64             // of one answer after decompression; 0: 10 MB
	MaxListBytes int64             // of a list after decompression; 0: 64 MB
}

// Client calls the Deployment API. It holds no token and is safe for concurrent use.
type Client struct {
	base      *url.URL
	transport http.RoundTripper
	options   Options
	budget    retryBudget
	once      bool // no read is repeated
}

// New returns a client for baseURL, which must be https, or http on a loopback host, and may have a path but no user
// info, query or fragment.
func New(baseURL string, o Options) (*Client, error) {
	base, err := parseBaseURL(baseURL)
	if err != nil {
		return nil, err
	}
	if o.ReadTimeout < 0 || o.WriteTimeout < 0 || o.MaxItemBytes < 0 || o.MaxListBytes < 0 {
		return nil, fmt.Errorf("apiclient: negative timeout or size in options")
	}
	o.UserAgent = cmp.Or(o.UserAgent, "comfydeck")
	o.ReadTimeout = cmp.Or(o.ReadTimeout, 12*time.Second)
	o.WriteTimeout = cmp.Or(o.WriteTimeout, 25*time.Second)
	o.MaxItemBytes = cmp.Or(o.MaxItemBytes, 10<<20)
	o.MaxListBytes = cmp.Or(o.MaxListBytes, 64<<20)
	if !printable(o.UserAgent) {
		return nil, fmt.Errorf("apiclient: user agent holds characters that no header may carry")
	}
	c := &Client{base: base, transport: o.Transport, options: o}
	if c.transport == nil {
		c.transport = newTransport()
	}
	return c, nil
}

// Once returns a client of the same service that makes no call a second time, for callers who decide themselves when to try again,
// and that takes a list of at most maxList bytes; 0 is what c takes.
func (c *Client) Once(maxList int64) *Client {
	o := c.options
	o.MaxListBytes = cmp.Or(maxList, o.MaxListBytes)
	return &Client{base: c.base, transport: c.transport, options: o, once: true}
}

// BaseURL returns the base URL without a trailing slash.
func (c *Client) BaseURL() string { return c.base.String() }

// List returns the account's deployments in the order of the service, which documents none ("List Deployments").
// One element that is not a deployment fails the whole list: a shorter list would read as deleted deployments.
func (c *Client) List(ctx context.Context, token string, o ListOptions) ([]Deployment, error) {
	for _, id := range o.IDs {
		if !ValidID(id) {
			return nil, &Error{Op: "list", Outcome: NotSent, Err: ErrInvalidID}
		}
	}
	query := includesQuery(o.Includes)
	if len(o.IDs) > 0 {
		query["ids"] = o.IDs
	}
	k := call{op: "list", method: http.MethodGet, path: collection, query: query, limit: c.options.MaxListBytes}
	a, err := c.do(ctx, token, k)
	if err != nil {
		return nil, err
	}
	list, err := decodeList(a.body)
	if err != nil {
		return nil, a.fault(err)
	}
	return list, nil
}

// Get returns one deployment ("Get a Deployment").
func (c *Client) Get(ctx context.Context, token, id string, includes ...Include) (Deployment, error) {
	k := call{op: "get", method: http.MethodGet, id: id, query: includesQuery(includes)}
	return c.one(ctx, token, k)
}

// Create makes a deployment and returns it as the service answered ("Create a Deployment"). It is sent at most once:
// when [IsUnknown] reports true, look for the deployment before asking again, since a second one costs money.
// ctx should outlive the visitor's connection.
func (c *Client) Create(ctx context.Context, token string, r CreateRequest) (Deployment, error) {
	return c.one(ctx, token, call{op: "create", method: http.MethodPost, path: collection, content: r})
}

// Update changes the fields that r holds and returns the deployment as the service answered, which is not proof that
// every field was taken ("Update a Deployment"). It is sent at most once. ctx should outlive the visitor's connection.
func (c *Client) Update(ctx context.Context, token, id string, r UpdateRequest) (Deployment, error) {
	return c.one(ctx, token, call{op: "update", method: http.MethodPatch, id: id, content: r})
}

// Delete removes a deployment for good ("Delete a Deployment"). It is sent at most once; [IsNotFound] means that it was
// gone before. ctx should outlive the visitor's connection.
func (c *Client) Delete(ctx context.Context, token, id string) error {
	a, err := c.item(ctx, token, call{op: "delete", method: http.MethodDelete, id: id})
	if err != nil {
		return err
	}
	// The document shows {"success": true} but no status; an empty body is what the vendor's own client accepts too.
	if len(bytes.TrimSpace(a.body)) == 0 {
		return nil
	}
	if err := decodeDeleted(a.body); err != nil {
		return a.fault(err)
	}
	return nil
}

// one makes a call that answers with a deployment.
func (c *Client) one(ctx context.Context, token string, k call) (Deployment, error) {
	a, err := c.item(ctx, token, k)
	if err != nil {
		return Deployment{}, err
	}
	d, err := decodeDeployment(a.body)
	if err == nil && k.id != "" && d.ID != k.id {
		err = fmt.Errorf("answer is about another deployment")
	}
	if err != nil {
		return Deployment{}, a.fault(err)
	}
	return d, nil
}

// item makes a call whose answer is about one deployment. Calls on the collection leave k.id empty and set k.path.
func (c *Client) item(ctx context.Context, token string, k call) (*answer, error) {
	if k.path == "" {
		if !ValidID(k.id) {
			return nil, &Error{Op: k.op, Outcome: NotSent, Err: ErrInvalidID}
		}
		k.path = collection + "/" + k.id
	}
	if k.content != nil {
		body, err := json.Marshal(k.content)
		if err != nil {
			return nil, &Error{Op: k.op, Outcome: NotSent, Err: fmt.Errorf("%w: %w", ErrInvalidRequest, err)}
		}
		k.body = body
	}
	k.limit = c.options.MaxItemBytes
	return c.do(ctx, token, k)
}

func includesQuery(includes []Include) url.Values {
	query := url.Values{}
	for _, i := range includes {
		query.Add("includes", string(i))
	}
	return query
}
