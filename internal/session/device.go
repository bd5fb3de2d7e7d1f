package session

import (
	"context"
	"strings"
)

// Visitor is what the front of the server knows of whoever makes a request, signed in or not.
type Visitor struct {
	Address string // of the network they come from, as far as proxies can be trusted
	Person  string // whom an authenticating proxy in front has signed in, "" for nobody or without one
}

type visitorKey struct{}

// WithVisitor returns a context that carries v for [VisitorFrom].
func WithVisitor(ctx context.Context, v Visitor) context.Context {
	return context.WithValue(ctx, visitorKey{}, v)
}

// VisitorFrom returns the visitor put into ctx by [WithVisitor], the zero one when there is none.
func VisitorFrom(ctx context.Context) Visitor {
	v, _ := ctx.Value(visitorKey{}).(Visitor)
	return v
}

// named is a word for what holds a mark.
type named struct{ mark, name string }

// The order matters: most browsers also name those they descend from, and most systems those they resemble.
var (
	browsers = []named{
		{"edg/", "Edge"},
		{"edga/", "Edge"},
		{"edgios/", "Edge"},
		{"opr/", "Opera"},
		{"samsungbrowser/", "Samsung Internet"},
		{"vivaldi/", "Vivaldi"},
		{"firefox/", "Firefox"},
		{"fxios/", "Firefox"},
		{"crios/", "Chrome"},
		{"headlesschrome/", "Chrome without a window"},
		{"chrome/", "Chrome"},
		{"chromium/", "Chromium"},
		{"safari/", "Safari"},
		{"curl/", "curl"},
		{"wget/", "Wget"},
	}
	systems = []named{
		{"iphone", "iPhone"},
		{"ipad", "iPad"},
		{"android", "Android"},
		{"cros ", "ChromeOS"},
		{"windows", "Windows"},
		{"mac os x", "Mac"},
		{"macintosh", "Mac"},
		{"linux", "Linux"},
		{"freebsd", "FreeBSD"},
	}
)

// Device says in plain words what a User-Agent header stands for, as "Firefox on Linux". The words are all its own: nothing of
// the header is repeated.
func Device(userAgent string) string {
	text := strings.ToLower(userAgent)
	browser, system := firstOf(browsers, text), firstOf(systems, text)
	switch {
	case browser != "" && system != "":
		return browser + " on " + system
	case browser != "":
		return browser
	case system != "":
		return "A program on " + system
	default:
		return "Unknown device"
	}
}

func firstOf(list []named, text string) string {
	for _, n := range list {
		if strings.Contains(text, n.mark) {
			return n.name
		}
	}
	return ""
}
