package webhooks_test

import (
	"context"
	"net"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/webhooks"
)

// TestGuard_Typed: what is no public https address is refused where it is typed, with a sentence.
func TestGuard_Typed(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"https://hooks.slack.com/services/T0/B0/x": "", "https://8.8.8.8/": "", "https://[2606:4700::1111]/x": "", "https://example.com:8443/x?y=z": "",
		"": "Give the address", "hooks.slack.com/x": "https://host/path", "ftp://example.com/": "https://host/path", "https:///x": "https://host/path",
		"javascript:alert(1)": "https://host/path", "https://u:p@example.com/": "name or password", "https://example.com/#x": "after #",
		"http://example.com/": "Use https", "https://" + strings.Repeat("x", 2000): "too long", "https://localhost/": "private", "https://x.localhost/": "private",
	} {
		_, err := webhooks.Guard{}.Target(typed)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", typed, err, want)
		}
	}
	for _, ip := range []string{
		"0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1",
		"192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16", "100.100.100.200",
		"[::]", "[::1]", "[fe80::1]", "[fe80::1%25eth0]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::127.0.0.1]",
		"[64:ff9b::7f00:1]", "[64:ff9b:1::1]", "[2001:db8::1]", "[2002:7f00:1::]", "[2001::1]", "[3fff::1]", "[100::1]", "[fec0::1]", "[5f00::1]",
	} {
		if _, err := (webhooks.Guard{}).Target("https://" + ip + "/"); err == nil || !strings.Contains(err.Error(), "private or special network") {
			t.Errorf("%s: %v", ip, err)
		}
	}
	allowed := webhooks.Guard{Allowed: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00::/8")}}
	for typed, want := range map[string]bool{
		"https://10.1.2.3/": true, "http://10.1.2.3/": true, "http://[fd00::1]/": true, "http://[::ffff:10.1.2.3]/": true, "http://name.internal/": true,
		"https://10.2.0.1/": false, "http://8.8.8.8/": false, "https://127.0.0.1/": false,
	} {
		if _, err := allowed.Target(typed); (err == nil) != want {
			t.Errorf("%s with an allowed network: %v", typed, err)
		}
	}
}

// names is a name server that says for each question what it is told to.
type names struct {
	mu    sync.Mutex
	ips   []string // the answers to come; the last stays
	asked int
}

func (n *names) next() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked++
	ip := n.ips[0]
	if len(n.ips) > 1 {
		n.ips = n.ips[1:]
	}
	return ip
}

// resolver asks it, over a pipe of packets.
func (n *names) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			size, from, err := server.ReadFrom(buf)
			if err != nil {
				return
			}
			if answer := n.answer(buf[:size]); answer != nil {
				_, _ = server.WriteTo(answer, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

func (n *names) answer(question []byte) []byte {
	var p dnsmessage.Parser
	head, err := p.Start(question)
	if err != nil {
		return nil
	}
	q, err := p.Question()
	if err != nil {
		return nil
	}
	b := dnsmessage.NewBuilder(nil, dnsmessage.Header{ID: head.ID, Response: true, RecursionAvailable: true})
	if b.StartQuestions() != nil || b.Question(q) != nil || b.StartAnswers() != nil {
		return nil
	}
	if q.Type == dnsmessage.TypeA {
		a := dnsmessage.AResource{A: netip.MustParseAddr(n.next()).As4()}
		if b.AResource(dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 0}, a) != nil {
			return nil
		}
	}
	out, err := b.Finish()
	if err != nil {
		return nil
	}
	return out
}

// TestGuard_Rebinding: a name that meant something allowed and then leads inside is refused as it is dialled; nothing is sent.
func TestGuard_Rebinding(t *testing.T) {
	t.Parallel()
	r := receive(t, nil)
	port := r.Listener.Addr().(*net.TCPAddr).Port
	// 127.0.0.2 stands for the inside: it reaches the same receiver, if it is let.
	inside := httptest.NewUnstartedServer(r)
	listener, err := net.Listen("tcp", netip.AddrPortFrom(netip.MustParseAddr("127.0.0.2"), uint16(port)).String())
	if err != nil {
		t.Fatal(err)
	}
	inside.Listener.Close()
	inside.Listener = listener
	inside.TLS = r.TLS.Clone()
	inside.StartTLS()
	t.Cleanup(inside.Close)

	dns := &names{ips: []string{"127.0.0.1", "127.0.0.2"}}
	d := desktop(t, r, func(o *webhooks.Options) { o.Guard.Resolver = dns.resolver(t) })
	id := webhooks.NewID()
	typed := webhooks.Typed{Name: "ops", Target: strings.Replace(r.URL, "127.0.0.1", "example.com", 1) + "/hunter2", Format: webhooks.FormatJSON, Kinds: []string{webhooks.KindChanges}}
	if _, err := d.Add(t.Context(), by(), id, typed); err != nil {
		t.Fatal(err)
	}
	d.wrote(t, "first", update(), journal.Outcome{State: journal.Done})
	d.round(t, 1)
	if got := d.log(t, id)[0]; got.State != webhooks.Delivered {
		t.Fatalf("while it is allowed: %+v", got)
	}
	d.wrote(t, "second", update(), journal.Outcome{State: journal.Done})
	d.round(t, 1)
	for _, l := range d.log(t, id) {
		if l.Line == "second" && (l.State != webhooks.Failed || !strings.Contains(l.Message, "private or special network")) {
			t.Errorf("rebound: %+v", l)
		}
	}
	dns.mu.Lock()
	defer dns.mu.Unlock()
	if n := len(r.requests()); n != 1 || dns.asked < 2 {
		t.Errorf("%d requests, the name was asked for %d times", n, dns.asked)
	}
}

// TestGuard_Certificate: a receiver that cannot prove its name gets nothing.
func TestGuard_Certificate(t *testing.T) {
	t.Parallel()
	r := receive(t, nil)
	d := desktop(t, r, func(o *webhooks.Options) { o.TLS = nil })
	id, _ := d.add(t, r, webhooks.FormatJSON, webhooks.KindChanges)
	got, err := d.Test(t.Context(), by(), id)
	if err != nil || got.State != webhooks.Failed || !strings.Contains(got.Message, "certificate") || len(r.requests()) != 0 {
		t.Errorf("%+v, %v, %d requests", got, err, len(r.requests()))
	}
}

// TestGuard_Plain: http goes only where the operator allows it.
func TestGuard_Plain(t *testing.T) {
	t.Parallel()
	r := &receiver{}
	plain := httptest.NewServer(r)
	t.Cleanup(plain.Close)
	d := desktop(t, nil)
	typed := webhooks.Typed{Name: "ops", Target: plain.URL + "/x", Format: webhooks.FormatJSON, Kinds: every()}
	id := webhooks.NewID()
	if _, err := d.Add(t.Context(), by(), id, typed); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Test(t.Context(), by(), id); err != nil || got.State != webhooks.Delivered {
		t.Errorf("to an allowed address: %+v, %v", got, err)
	}
	strict := newDesk(d.store, nil, func(o *webhooks.Options) { o.Guard.Allowed = nil })
	if _, err := strict.Add(t.Context(), by(), webhooks.NewID(), typed); !strings.Contains(fault.Fields(err)[webhooks.FieldTarget], "Use https") {
		t.Errorf("typed: %v", err)
	}
	d.store.ShiftClock(1e10)
	if got, err := strict.Test(t.Context(), by(), id); err != nil || got.State != webhooks.Failed || !strings.Contains(got.Message, "Use https") {
		t.Errorf("kept from before: %+v, %v", got, err)
	}
	if n := len(r.requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
}
