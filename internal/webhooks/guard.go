package webhooks

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"
)

const (
	dialTimeout = 5 * time.Second
	sendTimeout = 10 * time.Second // of a try as a whole
	maxAnswer   = 4 << 10
)

// Guard decides where a webhook may go. Names are checked as they are dialled, address by address: what a name meant before
// means nothing then.
type Guard struct {
	// Allowed are addresses that may be used although they are not public, and by http too.
	Allowed []netip.Prefix
	// Resolver finds the addresses of names; nil is the system's.
	Resolver *net.Resolver
}

// errTarget is why an address is refused, in a sentence for people.
type errTarget string

func (e errTarget) Error() string { return string(e) }

const (
	refusedAddress = errTarget("This address leads into a private or special network. Webhooks go to public addresses only, unless the operator of this server allows others.")
	refusedPlain   = errTarget("Use https: plain http is accepted only for addresses that the operator of this server allows.")
)

// special are the IPv4 networks that are not the public internet, or hold what answers to this machine alone.
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"168.63.129.16/32", // Azure's service for the machines in it
	// Of IPv6's public part: tunnels and translations, which can name any IPv4 address, and documentation.
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

// public6 is the public part of IPv6: everything outside is local, mapped, translated or reserved.
var public6 = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) (out []netip.Prefix) {
	for _, text := range texts {
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}

func within(list []netip.Prefix, ip netip.Addr) bool {
	return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// check decides about one address, of a connection with or without TLS.
func (g Guard) check(ip netip.Addr, plain bool) error {
	ip = ip.Unmap()
	switch {
	case within(g.Allowed, ip.WithZone("")):
		return nil
	case ip.Zone() != "" || within(special, ip) || ip.Is6() && !public6.Contains(ip):
		return refusedAddress
	case plain:
		return refusedPlain
	}
	return nil
}

// Target checks an address as it is typed. What a name means is checked when it is dialled.
func (g Guard) Target(typed string) (string, error) {
	typed = strings.TrimSpace(typed)
	u, err := url.Parse(typed)
	switch {
	case typed == "":
		return "", errTarget("Give the address that messages go to.")
	case utf8.RuneCountInString(typed) > MaxURL:
		return "", errTarget("This address is too long.")
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" || u.Opaque != "":
		return "", errTarget("This is no address of the form https://host/path.")
	case u.User != nil:
		return "", errTarget("An address with a name or password in front of the host is not accepted.")
	case u.Fragment != "":
		return "", errTarget("An address with a part after # is not accepted: it would not be sent.")
	case u.Scheme == "http" && len(g.Allowed) == 0:
		return "", refusedPlain
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	ip, err := netip.ParseAddr(host)
	switch {
	case err == nil:
		if err := g.check(ip, u.Scheme == "http"); err != nil {
			return "", err
		}
	case (host == "localhost" || strings.HasSuffix(host, ".localhost")) && len(g.Allowed) == 0:
		return "", refusedAddress
	}
	return u.String(), nil
}

// transport makes a connection for one message: no proxy, no address that was not checked just now, nothing kept open.
func (g Guard) transport() *http.Transport {
	dialer := func(plain bool) func(context.Context, string, string) (net.Conn, error) {
		d := net.Dialer{Timeout: dialTimeout, Resolver: g.Resolver, ControlContext: func(_ context.Context, network, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || !strings.HasPrefix(network, "tcp") {
				return refusedAddress
			}
			return g.check(at.Addr(), plain)
		}}
		return d.DialContext
	}
	https := dialer(false)
	return &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if plain, _ := ctx.Value(plainKey{}).(bool); plain {
				return dialer(true)(ctx, network, address)
			}
			return https(ctx, network, address)
		},
		TLSHandshakeTimeout: dialTimeout, ResponseHeaderTimeout: sendTimeout, MaxResponseHeaderBytes: 16 << 10,
		DisableKeepAlives: true, DisableCompression: true,
	}
}

// plainKey marks the context of a message that goes by http.
type plainKey struct{}

// refusal is why a dial was refused by the guard, if it was.
func refusal(err error) (errTarget, bool) {
	return errors.AsType[errTarget](err)
}
