// Package config reads the settings of the server from the environment, checks them and reports every problem at once.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Config is the checked configuration. The README lists the variables with their defaults.
type Config struct {
	Addr      string   // where to listen, host:port
	PublicURL *url.URL // how browsers reach the server; https turns on secure cookies, HSTS and the host check
	APIURL    string   // base URL of the Deployment API; https, or http on loopback
	Database  string   // sqlite:FILE or postgres://…
	Keys      [][]byte // 32 bytes each; the first seals, all open

	TrustedProxies    []*net.IPNet // peers whose X-Forwarded-For is believed
	IdentityHeader    string       // in which such a peer names the person it has signed in; "" is none
	AllowInsecureHTTP bool         // accept plain http from beyond this machine
	ReadOnly          bool         // refuse every write to the API
	AdminAddr         string       // metrics and profiles; "" is off
	LogLevel          slog.Level
	DrainDelay        time.Duration // between saying on /readyz that the server stops, and taking no more requests

	WebhookTargets []netip.Prefix // networks that webhooks may go to although they are not public

	KeepLogDays int64  // how long the change log goes back; 0 is for ever
	PricesFile  string // prices to estimate cost with; "" is the table of this version

	ShareMax time.Duration // no share link lives longer; below an hour nobody can make one

	MinInstancesLimit int64 // highest minimum a form accepts
	MaxInstancesLimit int64 // highest maximum a form accepts
}

// maxDrainDelay leaves room for the requests in flight within the minute that most supervisors wait at the longest.
const maxDrainDelay = time.Minute

// raw mirrors the environment; everything is text so that one pass can report all problems.
type raw struct {
	Addr              string        `env:"COMFYDECK_ADDR" envDefault:"127.0.0.1:8080"`
	PublicURL         string        `env:"COMFYDECK_PUBLIC_URL"`
	APIURL            string        `env:"COMFYDECK_API_URL" envDefault:"https://api.runcomfy.net"`
	DatabaseURL       string        `env:"COMFYDECK_DATABASE_URL" envDefault:"sqlite:comfydeck.db"`
	Key               string        `env:"COMFYDECK_KEY"`
	KeyFile           string        `env:"COMFYDECK_KEY_FILE"`
	TrustedProxies    []string      `env:"COMFYDECK_TRUSTED_PROXIES"`
	IdentityHeader    string        `env:"COMFYDECK_IDENTITY_HEADER"`
	AllowInsecureHTTP bool          `env:"COMFYDECK_ALLOW_INSECURE_HTTP"`
	ReadOnly          bool          `env:"COMFYDECK_READ_ONLY"`
	AdminAddr         string        `env:"COMFYDECK_ADMIN_ADDR"`
	LogLevel          slog.Level    `env:"COMFYDECK_LOG_LEVEL" envDefault:"info"`
	DrainDelay        time.Duration `env:"COMFYDECK_DRAIN_DELAY" envDefault:"0s"`
	ShareMax          time.Duration `env:"COMFYDECK_SHARE_MAX" envDefault:"168h"`
	PricesFile        string        `env:"COMFYDECK_PRICES_FILE"`
	WebhookTargets    []string      `env:"COMFYDECK_WEBHOOK_TARGETS"`
	KeepLogDays       int64         `env:"COMFYDECK_KEEP_LOG_DAYS" envDefault:"400"`
	MinInstancesLimit int64         `env:"COMFYDECK_MIN_INSTANCES_LIMIT" envDefault:"3"`
	MaxInstancesLimit int64         `env:"COMFYDECK_MAX_INSTANCES_LIMIT" envDefault:"10"`
}

// maxKeepDays is a century.
const maxKeepDays = 36500

// Load reads the variables of environ (as os.Environ gives them). The error joins every problem, one line each. On first
// start it makes the key file beside the SQLite file.
func Load(environ []string) (Config, error) {
	vars := env.ToMap(environ)
	var r raw
	var problems []error
	if err := env.ParseWithOptions(&r, env.Options{Environment: vars}); err != nil {
		problems = append(problems, parseProblems(err)...)
	}
	problems = append(problems, unknownNames(vars)...)

	c := Config{
		Addr: r.Addr, APIURL: r.APIURL, Database: r.DatabaseURL, AllowInsecureHTTP: r.AllowInsecureHTTP,
		ReadOnly: r.ReadOnly, PricesFile: r.PricesFile, AdminAddr: r.AdminAddr, LogLevel: r.LogLevel, DrainDelay: r.DrainDelay,
		KeepLogDays: r.KeepLogDays, IdentityHeader: r.IdentityHeader,
		MinInstancesLimit: r.MinInstancesLimit, MaxInstancesLimit: r.MaxInstancesLimit, ShareMax: r.ShareMax,
	}
	note := func(err error) {
		if err != nil {
			problems = append(problems, err)
		}
	}
	note(checkAddr("COMFYDECK_ADDR", r.Addr))
	if r.AdminAddr != "" {
		note(checkAddr("COMFYDECK_ADMIN_ADDR", r.AdminAddr))
	}
	var err error
	c.PublicURL, err = publicURL(r.PublicURL, r.Addr)
	note(err)
	if err == nil && r.AllowInsecureHTTP && c.Secure() {
		note(errors.New("COMFYDECK_ALLOW_INSECURE_HTTP: makes no sense with an https COMFYDECK_PUBLIC_URL; set one of them"))
	}
	note(checkAPIURL(r.APIURL))
	note(checkDatabase(r.DatabaseURL))
	c.TrustedProxies, err = proxies(r.TrustedProxies)
	note(err)
	c.WebhookTargets, err = targets(r.WebhookTargets)
	note(err)
	note(checkNumbers(r))
	note(identityHeader(r.IdentityHeader, len(r.TrustedProxies)))
	if len(problems) == 0 {
		c.Keys, err = keys(r)
		note(err)
	}
	if len(problems) > 0 {
		return Config{}, errors.Join(problems...)
	}
	return c, nil
}

func checkNumbers(r raw) error {
	var problems []error
	if r.MinInstancesLimit < 0 || r.MaxInstancesLimit < 1 || r.MinInstancesLimit > r.MaxInstancesLimit {
		problems = append(problems, errors.New("COMFYDECK_MIN_INSTANCES_LIMIT and COMFYDECK_MAX_INSTANCES_LIMIT: want 0 <= min <= max and max >= 1"))
	}
	if r.KeepLogDays < 0 || r.KeepLogDays > maxKeepDays {
		problems = append(problems, fmt.Errorf("COMFYDECK_KEEP_LOG_DAYS: want 0, for ever, to %d days", maxKeepDays))
	}
	if r.DrainDelay < 0 || r.DrainDelay > maxDrainDelay {
		problems = append(problems, fmt.Errorf("COMFYDECK_DRAIN_DELAY: want 0s to %s", maxDrainDelay))
	}
	if r.ShareMax < 0 {
		problems = append(problems, errors.New("COMFYDECK_SHARE_MAX: want 0 to switch share links off, or how long one may live, such as 168h"))
	}
	return errors.Join(problems...)
}

// Secure tells whether browsers reach the server by https.
func (c Config) Secure() bool { return c.PublicURL.Scheme == "https" }

// String names every setting with secrets left out, for the start-up log.
func (c Config) String() string {
	return fmt.Sprintf("addr=%s public_url=%s api_url=%s database=%s keys=%d read_only=%t admin_addr=%s allow_insecure_http=%t",
		c.Addr, c.PublicURL, c.APIURL, redactURL(c.Database), len(c.Keys), c.ReadOnly, c.AdminAddr, c.AllowInsecureHTTP)
}

// LogValue keeps the keys out of structured logs.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// parseProblems turns the parser's report into one line per variable.
func parseProblems(err error) []error {
	var all env.AggregateError
	if !errors.As(err, &all) {
		return []error{err}
	}
	var out []error
	for _, e := range all.Errors {
		var p env.ParseError
		if errors.As(e, &p) {
			out = append(out, fmt.Errorf("%s: %w", variable(p.Name), p.Err))
			continue
		}
		out = append(out, e)
	}
	return out
}

// variable finds the name of the variable behind a field of raw.
func variable(field string) string {
	for _, p := range mustParams() {
		if p.OwnKey != "" && strings.EqualFold(strings.ReplaceAll(strings.TrimPrefix(p.OwnKey, "COMFYDECK_"), "_", ""), field) {
			return p.OwnKey
		}
	}
	return field
}

func mustParams() []env.FieldParams {
	params, err := env.GetFieldParams(&raw{})
	if err != nil {
		panic(err) // the struct above is malformed: caught by any test
	}
	return params
}

// unknownNames reports variables that look like ours and are not: a misspelt setting must not be ignored in silence.
func unknownNames(vars map[string]string) []error {
	known := map[string]bool{}
	for _, p := range mustParams() {
		known[p.OwnKey] = true
	}
	var out []error
	for name := range vars {
		if strings.HasPrefix(name, "COMFYDECK_") && !known[name] {
			out = append(out, fmt.Errorf("%s: no such setting", name))
		}
	}
	return out
}

func checkAddr(name, addr string) error {
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return fmt.Errorf("%s: want host:port, got %q", name, addr)
	}
	return nil
}

// publicURL defaults to plain http on the address the server listens on.
func publicURL(value, addr string) (*url.URL, error) {
	if value == "" {
		value = "http://" + loopbackAddr(addr)
	}
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return nil, fmt.Errorf("COMFYDECK_PUBLIC_URL: want http://host or https://host, got %q", value)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || (u.Path != "" && u.Path != "/"):
		return nil, fmt.Errorf("COMFYDECK_PUBLIC_URL: want scheme and host only, got %q", value)
	}
	u.Path = ""
	return u, nil
}

// loopbackAddr is the address a browser on this machine would use for a listener on addr.
func loopbackAddr(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "127.0.0.1:8080"
	}
	if ip, err := netip.ParseAddr(host); host == "" || (err == nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

func checkAPIURL(value string) error {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" {
		return fmt.Errorf("COMFYDECK_API_URL: want https://host, got %q", value)
	}
	if u.Scheme == "https" || (u.Scheme == "http" && IsLoopback(u.Hostname())) {
		return nil
	}
	return fmt.Errorf("COMFYDECK_API_URL: want https (http only on this machine), got %q", value)
}

func checkDatabase(value string) error {
	if isPostgres(value) {
		if u, err := url.Parse(value); err != nil || u.Path == "" || u.Path == "/" {
			return errors.New("COMFYDECK_DATABASE_URL: want postgres://user:password@host:port/database")
		}
		return nil
	}
	if path, ok := strings.CutPrefix(value, "sqlite:"); !ok || path == "" {
		return fmt.Errorf("COMFYDECK_DATABASE_URL: want sqlite:FILE or postgres://…, got %q", redactURL(value))
	}
	return nil
}

func isPostgres(databaseURL string) bool {
	return strings.HasPrefix(databaseURL, "postgres://") || strings.HasPrefix(databaseURL, "postgresql://")
}

func proxies(values []string) ([]*net.IPNet, error) {
	var out []*net.IPNet
	for _, v := range values {
		v = strings.TrimSpace(v)
		if !strings.Contains(v, "/") {
			if ip := net.ParseIP(v); ip != nil && ip.To4() != nil {
				v += "/32"
			} else {
				v += "/128"
			}
		}
		_, n, err := net.ParseCIDR(v)
		if err != nil {
			return nil, fmt.Errorf("COMFYDECK_TRUSTED_PROXIES: want addresses or CIDR ranges, got %q", v)
		}
		out = append(out, n)
	}
	return out, nil
}

// IsLoopback tells whether a host name or address means this machine.
func IsLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.Unmap().IsLoopback()
}

func redactURL(value string) string {
	if u, err := url.Parse(value); err == nil {
		return u.Redacted()
	}
	return "(unreadable)"
}
