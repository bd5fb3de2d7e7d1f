package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var headerNames = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,63}$`)

// ownMeaning are headers, or the beginnings of their names, that mean something else already.
var ownMeaning = []string{
	"accept", "authorization", "cache-control", "connection", "content-", "cookie", "forwarded", "host", "hx-", "origin", "proxy-authorization", "referer",
	"sec-", "te", "transfer-encoding", "upgrade", "user-agent", "x-comfydeck-", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "x-request-id",
}

// identityHeader checks the header in which a proxy in front names the person: without a proxy to trust, anybody could.
func identityHeader(name string, proxies int) error {
	lower := strings.ToLower(name)
	taken := func(own string) bool {
		return lower == own || strings.HasSuffix(own, "-") && strings.HasPrefix(lower, own)
	}
	switch {
	case name == "":
		return nil
	case !headerNames.MatchString(name):
		return errors.New("COMFYDECK_IDENTITY_HEADER: want the name of a header, such as X-Forwarded-User")
	case slices.ContainsFunc(ownMeaning, taken):
		return fmt.Errorf("COMFYDECK_IDENTITY_HEADER: %s means something else already; name one that only your proxy sets", name)
	case proxies == 0:
		return errors.New("COMFYDECK_IDENTITY_HEADER: needs COMFYDECK_TRUSTED_PROXIES: only from those it is believed")
	}
	return nil
}
