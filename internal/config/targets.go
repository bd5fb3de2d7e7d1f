package config

import (
	"fmt"
	"net/netip"
	"strings"
)

// targets are addresses and ranges; an address is a range of its own.
func targets(values []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, v := range values {
		v = strings.TrimSpace(v)
		p, err := netip.ParsePrefix(v)
		if ip, failed := netip.ParseAddr(v); failed == nil && ip.Zone() == "" {
			p, err = netip.PrefixFrom(ip, ip.BitLen()), nil
		}
		if err != nil || p.Addr().Is4In6() {
			return nil, fmt.Errorf("COMFYDECK_WEBHOOK_TARGETS: want addresses or CIDR ranges, got %q", v)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}
