package web

import (
	"crypto/rand"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/zstd"
	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/paths"
)

// The content policy (SR-13). Scripts need to be ours and to carry the page's nonce or stand in the page's own tags; the
// nonce is there for the browser library, which takes no attribute without it, so that markup that somehow got into a page
// stays without effect. Trusted Types let only that library touch the sinks.
const (
	policyBefore = "default-src 'none'; script-src 'self' 'nonce-"
	policyAfter  = "'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; " +
		"object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types htmx; report-uri " + paths.CSPReport + "; report-to csp"
)

// fixedHeaders go with every answer, errors and files included.
var fixedHeaders = map[string]string{
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Embedder-Policy": "require-corp",
	"Cross-Origin-Resource-Policy": "same-origin",
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "same-origin",
	"X-Robots-Tag":                 "noindex, nofollow",
	"Reporting-Endpoints":          `csp="` + paths.CSPReport + `"`,
	"Cache-Control":                "no-store",
	"Permissions-Policy": "accelerometer=(), autoplay=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), gyroscope=(), " +
		"hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), " +
		"publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()",
}

// setHeaders gives every request its nonce, and every answer its headers before anything can fail.
func (s *Server) setHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		s.fixHeaders(h)
		h.Add(echo.HeaderVary, "HX-Request") // pages and redirects have a form for htmx; a file that has none says so
		if isVisitors(c.Request()) {
			h.Set("Referrer-Policy", "no-referrer")
		}
		nonce := rand.Text()
		h.Set(echo.HeaderContentSecurityPolicy, policyBefore+nonce+policyAfter)
		c.SetRequest(c.Request().WithContext(templ.WithNonce(c.Request().Context(), nonce)))
		return next(c)
	}
}

// fixHeaders sets what every answer has, and gives it the id of its request.
func (s *Server) fixHeaders(h http.Header) {
	h.Set(echo.HeaderXRequestID, strings.ToLower(rand.Text()[:16]))
	for name, value := range fixedHeaders {
		h.Set(name, value)
	}
	if s.config.Secure() {
		h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
}

// ipExtractor believes a forwarded address only from the configured proxies.
func ipExtractor(trusted []*net.IPNet) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, n := range trusted {
		options = append(options, echo.TrustIPRange(n))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// frame is what stands around echo: the shape of requests, and compression.
func (s *Server) frame(next http.Handler) (http.Handler, error) {
	compressed, err := compress(next)
	if err != nil {
		return nil, err
	}
	return s.checkFraming(compressed), nil
}

// compress compresses answers, with a jitter, so that the length of a page says nothing about a secret in it. The level is the
// quickest: its encoders are small, and many may be at work while the API takes its time.
func compress(next http.Handler) (http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.EnableZstd(true), gzhttp.PreferZstd(true),
		gzhttp.ZstdCompressionLevel(int(zstd.SpeedFastest)), gzhttp.ZstdImplementation(encoders()), gzhttp.RandomJitter(32, 0, false))
	if err != nil {
		return nil, err
	}
	return wrap(next), nil
}

// checkFraming refuses bodies without a length, which no browser form sends and which two servers in a row may read
// differently (SR-51), and methods this site has no use for.
func (s *Server) checkFraming(next http.Handler) http.Handler {
	refuse := func(w http.ResponseWriter, r *http.Request, status int, why string) {
		h := w.Header()
		s.fixHeaders(h)
		s.log.InfoContext(r.Context(), "refused unread", "status", status, "request", h.Get(echo.HeaderXRequestID), "peer", r.RemoteAddr)
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Connection", "close")
		h.Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, why+"\n") // whoever no longer listens needs no reason
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case len(r.TransferEncoding) > 0:
			refuse(w, r, http.StatusLengthRequired, "Nothing was carried out: a form needs a Content-Length here.")
		case r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodPost:
			w.Header().Set("Allow", "GET, HEAD, POST")
			refuse(w, r, http.StatusMethodNotAllowed, "Nothing was carried out: only GET, HEAD and POST are understood here.")
		default:
			next.ServeHTTP(w, r)
		}
	})
}
