package config_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/config"
)

var key = base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32)))

func memory(more ...string) []string {
	return append([]string{"COMFYDECK_DATABASE_URL=sqlite::memory:", "PATH=/bin"}, more...)
}

func TestLoad_Defaults(t *testing.T) {
	t.Parallel()
	c, err := config.Load(memory())
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:8080" || c.PublicURL.String() != "http://127.0.0.1:8080" || c.APIURL != "https://api.runcomfy.net" ||
		c.ReadOnly || c.AllowInsecureHTTP || c.AdminAddr != "" || c.MinInstancesLimit != 3 || c.MaxInstancesLimit != 10 || c.KeepLogDays != 400 || len(c.Keys) != 1 || c.Secure() {
		t.Errorf("unexpected defaults: %+v", c)
	}
}

func TestLoad_ProblemsAreNamed(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, variable, want string }{
		{"address without port", "COMFYDECK_ADDR=localhost", "COMFYDECK_ADDR: want host:port"},
		{"public url with a path", "COMFYDECK_PUBLIC_URL=https://deck.example/app", "COMFYDECK_PUBLIC_URL: want scheme and host only"},
		{"public url without scheme", "COMFYDECK_PUBLIC_URL=deck.example", "COMFYDECK_PUBLIC_URL: want http://host"},
		{"api over plain http", "COMFYDECK_API_URL=http://api.example", "COMFYDECK_API_URL: want https"},
		{"postgres without a database", "COMFYDECK_DATABASE_URL=postgres://u:secret@h", "want postgres://user:password@host:port/database"},
		{"postgres without a key", "COMFYDECK_DATABASE_URL=postgres://u:secret@h/db", "COMFYDECK_KEY or COMFYDECK_KEY_FILE: one is needed with PostgreSQL"},
		{"unknown database", "COMFYDECK_DATABASE_URL=mysql://x", "COMFYDECK_DATABASE_URL: want sqlite:FILE"},
		{"short key", "COMFYDECK_KEY=c2hvcnQ=", "COMFYDECK_KEY: key 1 is not 32 bytes"},
		{"bad proxy", "COMFYDECK_TRUSTED_PROXIES=10.0.0.0/8,nonsense", "COMFYDECK_TRUSTED_PROXIES"},
		{"bad boolean", "COMFYDECK_READ_ONLY=perhaps", "COMFYDECK_READ_ONLY"},
		{"bad level", "COMFYDECK_LOG_LEVEL=loud", "COMFYDECK_LOG_LEVEL"},
		{"bad number", "COMFYDECK_MAX_INSTANCES_LIMIT=many", "COMFYDECK_MAX_INSTANCES_LIMIT"},
		{"webhooks to a name", "COMFYDECK_WEBHOOK_TARGETS=10.0.0.0/8,hooks.internal", `COMFYDECK_WEBHOOK_TARGETS: want addresses or CIDR ranges, got "hooks.internal"`},
		{"negative days", "COMFYDECK_KEEP_LOG_DAYS=-1", "COMFYDECK_KEEP_LOG_DAYS: want 0"},
		{"limits crossed", "COMFYDECK_MIN_INSTANCES_LIMIT=11", "want 0 <= min <= max"},
		{"plain http beside https", "COMFYDECK_ALLOW_INSECURE_HTTP=1", "COMFYDECK_ALLOW_INSECURE_HTTP: makes no sense"},
		{"identity from anybody", "COMFYDECK_IDENTITY_HEADER=X-Forwarded-User", "COMFYDECK_IDENTITY_HEADER: needs COMFYDECK_TRUSTED_PROXIES"},
		{"identity in no header", "COMFYDECK_IDENTITY_HEADER=X Forwarded:User", "want the name of a header"},
		{"identity in the cookie", "COMFYDECK_IDENTITY_HEADER=cookie", "means something else already"},
		{"identity in htmx's own", "COMFYDECK_IDENTITY_HEADER=HX-Request", "means something else already"},
		{"drain too long", "COMFYDECK_DRAIN_DELAY=2m", "COMFYDECK_DRAIN_DELAY: want 0s to 1m0s"},
		{"drain without a unit", "COMFYDECK_DRAIN_DELAY=10", "COMFYDECK_DRAIN_DELAY"},
		{"misspelt name", "COMFYDECK_READONLY=1", "COMFYDECK_READONLY: no such setting"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(append(memory("COMFYDECK_PUBLIC_URL=https://deck.example"), tt.variable))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("Load = %v, want a problem with %q", err, tt.want)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the problem repeats a secret: %v", err)
			}
		})
	}
}

func TestLoad_EveryProblemAtOnce(t *testing.T) {
	t.Parallel()
	_, err := config.Load(memory("COMFYDECK_ADDR=x", "COMFYDECK_API_URL=ftp://x", "COMFYDECK_LOG_LEVEL=loud"))
	for _, want := range []string{"COMFYDECK_ADDR", "COMFYDECK_API_URL", "COMFYDECK_LOG_LEVEL"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("missing %s in %v", want, err)
		}
	}
}

func TestLoad_KeyFileIsMadeOnceAndPrivate(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "deck.db")
	environ := []string{"COMFYDECK_DATABASE_URL=sqlite:" + db}
	first, err := config.Load(environ)
	if err != nil {
		t.Fatal(err)
	}
	second, err := config.Load(environ)
	if err != nil {
		t.Fatal(err)
	}
	if string(first.Keys[0]) != string(second.Keys[0]) {
		t.Error("a restart made another key: everybody would be signed out")
	}
	info, err := os.Stat(db + ".key")
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v; want mode 0600", info.Mode(), err)
	}
	if err := os.Chmod(db+".key", 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Load(environ); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key file others can read was accepted: %v", err)
	}
}

func TestLoad_Keys(t *testing.T) {
	t.Parallel()
	c, err := config.Load(memory("COMFYDECK_KEY=" + key + ", " + key))
	if err != nil || len(c.Keys) != 2 {
		t.Fatalf("rotation list: %d keys, %v", len(c.Keys), err)
	}
	if s := c.String(); strings.Contains(s, key) || strings.Contains(s, "kkkk") {
		t.Errorf("String shows a key: %s", s)
	}
	if _, err := config.Load(memory("COMFYDECK_KEY="+key, "COMFYDECK_KEY_FILE=x")); err == nil {
		t.Error("both key settings were accepted")
	}
}

func TestLoad_HTTPSAndProxies(t *testing.T) {
	t.Parallel()
	c, err := config.Load(memory("COMFYDECK_PUBLIC_URL=https://deck.example", "COMFYDECK_TRUSTED_PROXIES=10.0.0.0/8,192.0.2.7", "COMFYDECK_ADDR=:9000"))
	if err != nil {
		t.Fatal(err)
	}
	if !c.Secure() || len(c.TrustedProxies) != 2 || c.TrustedProxies[1].String() != "192.0.2.7/32" {
		t.Errorf("got %v, proxies %v", c, c.TrustedProxies)
	}
}

func TestWebhookTargets(t *testing.T) {
	t.Parallel()
	c, err := config.Load([]string{"COMFYDECK_DATABASE_URL=sqlite::memory:", "COMFYDECK_WEBHOOK_TARGETS=10.1.2.3, fd00::/8,192.168.7.9/16"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range c.WebhookTargets {
		got = append(got, p.String())
	}
	if want := "10.1.2.3/32 fd00::/8 192.168.0.0/16"; strings.Join(got, " ") != want {
		t.Errorf("targets %q, want %q", got, want)
	}
}
