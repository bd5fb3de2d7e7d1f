package session

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"
)

const (
	browserCookieName = "comfydeck-ui"
	browserCookieAge  = 365 * 24 * 60 * 60 // seconds

	maxNotices    = 3
	maxNoticeText = 300 // characters
	// Browsers drop a cookie above 4096 bytes without a word, and a value grows by
	// 16/9 on its way into one: this much of notices leaves room for the preferences.
	maxNoticeBytes = 1500

	maxColumns     = 200 // bytes
	defaultPerPage = 25
)

// Keys of the values in the cookie.
const (
	themeKey     = "theme"
	densityKey   = "density"
	perPageKey   = "per_page"
	columnsKey   = "columns"
	shortcutsKey = "shortcuts"
	planKey      = "plan"
	refreshKey   = "refresh"
	lookOnlyKey  = "look_only"
	noticesKey   = "notices"
)

var (
	perPages    = []int{25, 50, 100, 200}
	noticeKinds = []string{"success", "warning", "error"}
	refreshes   = []string{"", "10", "60", "off"}
	planIDs     = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)
	columnNames = regexp.MustCompile(`^[a-z_]+(,[a-z_]+)*$`)
)

// Preferences are how one browser wants pages to look. The zero value of a field,
// and any value not listed for it, means its default.
type Preferences struct {
	Theme     string // "" as the system has it, "light", "dark"
	Density   string // "" comfortable, "compact"
	PerPage   int    // rows in a list: 25, 50, 100 or 200; 25 by default
	Columns   string // names like "name,status", comma-separated, at most 200 bytes; "" all
	Shortcuts string // "" on, "off"
	Plan      string // id of a price plan, at most 40 of a-z, 0-9 and "-"; "" the default one
	Refresh   string // how often a list reads itself again: "" every 30 seconds, "10", "60" or "off"
	LookOnly  string // "" for reading and writing, "on" for a browser that changes nothing
}

// PerPages are the numbers of rows that a list may have.
func PerPages() []int { return slices.Clone(perPages) }

// Notice is a sentence shown once, on the next page.
type Notice struct {
	Kind string // "success", "warning", "error"; anything else becomes "warning"
	Text string // at most 300 characters, the rest is cut
	Undo Undo
}

// Undo takes back what a notice is about: by an entry of the change log or, without one, by a switch. The zero value is none.
type Undo struct {
	Deployment string // its id
	On         bool   // whether taking it back enables
	Entry      string // id of the edit
}

// Browser keeps preferences and notices in one cookie of the browser. The cookie is
// signed, not encrypted: no secret may go into it. One that was tampered with, or
// signed with a key that is gone, counts as absent. It is safe for concurrent use.
type Browser struct {
	name    string
	cookies *sessions.CookieStore
}

// NewBrowser returns the browser state signed with the first of keys and accepted
// with any of them. secure is for https: the cookie is then __Host-comfydeck-ui with
// Secure set, otherwise comfydeck-ui.
func NewBrowser(keys [][]byte, secure bool) *Browser {
	pairs := make([][]byte, 0, 2*len(keys))
	for _, key := range keys {
		pairs = append(pairs, derive(key, purposeBrowser), nil)
	}
	store := sessions.NewCookieStore(pairs...)
	for _, codec := range store.Codecs {
		if c, ok := codec.(*securecookie.SecureCookie); ok {
			c.SetSerializer(browserCodec{})
		}
	}
	store.Options = &sessions.Options{
		Path: "/", Secure: secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	store.MaxAge(browserCookieAge)
	return &Browser{name: nameOf(browserCookieName, secure), cookies: store}
}

// Preferences returns what the request's browser prefers.
func (b *Browser) Preferences(r *http.Request) Preferences {
	return preferencesIn(b.read(r))
}

// Begin gives a browser that has no cookie yet one with the default preferences. The sign-in page does so: what a visitor's
// browser may keep, and with which attributes, then shows on the one page that everybody can open.
func (b *Browser) Begin(w http.ResponseWriter, r *http.Request) error {
	if _, err := r.Cookie(b.name); err == nil {
		return nil
	}
	return b.SavePreferences(w, r, Preferences{})
}

// SavePreferences remembers p in the browser.
func (b *Browser) SavePreferences(w http.ResponseWriter, r *http.Request, p Preferences) error {
	s := b.pending(w, r)
	p = p.normal()
	s.Values[themeKey] = p.Theme
	s.Values[densityKey] = p.Density
	s.Values[perPageKey] = strconv.Itoa(p.PerPage)
	s.Values[columnsKey] = p.Columns
	s.Values[shortcutsKey] = p.Shortcuts
	s.Values[planKey] = p.Plan
	s.Values[refreshKey] = p.Refresh
	s.Values[lookOnlyKey] = p.LookOnly
	return b.save(w, r, s)
}

// AddNotice keeps n for the next page. The three newest notices are kept, fewer
// when their texts are too long for a cookie.
func (b *Browser) AddNotice(w http.ResponseWriter, r *http.Request, n Notice) error {
	s := b.pending(w, r)
	lines := append(noticesIn(s), n.line())
	for len(lines) > maxNotices || len(strings.Join(lines, "")) > maxNoticeBytes {
		lines = lines[1:]
	}
	s.Values[noticesKey] = lines
	return b.save(w, r, s)
}

// TakeNotices returns the kept notices, oldest first, and forgets them. It sets no
// cookie when there are none. The notices are returned also with an error, which
// means that they will be shown once more.
func (b *Browser) TakeNotices(w http.ResponseWriter, r *http.Request) ([]Notice, error) {
	s := b.pending(w, r)
	lines := noticesIn(s)
	if len(lines) == 0 {
		return nil, nil
	}
	notices := make([]Notice, 0, len(lines))
	for _, line := range lines {
		head, text, _ := strings.Cut(line, " ")
		kind, id, _ := strings.Cut(head, "/")
		id, on := strings.CutSuffix(id, "/on")
		id, entry, _ := strings.Cut(id, "/")
		notices = append(notices, Notice{Kind: kind, Text: text, Undo: Undo{Deployment: id, On: on, Entry: entry}})
	}
	delete(s.Values, noticesKey)
	return notices, b.save(w, r, s)
}

// read decodes the request's cookie, once: what is read again in the same request is as the first change left it, which [Browser.pending]
// knows better. An undecodable cookie gives an empty session.
func (b *Browser) read(r *http.Request) *sessions.Session {
	s, err := b.cookies.Get(r, b.name)
	if err != nil {
		return sessions.NewSession(b.cookies, b.name)
	}
	return s
}

// pending is the state as the answer so far leaves it: a cookie already set on w
// counts before the request's, so that two changes in one answer both last.
func (b *Browser) pending(w http.ResponseWriter, r *http.Request) *sessions.Session {
	for _, line := range w.Header()["Set-Cookie"] {
		if c, err := http.ParseSetCookie(line); err == nil && c.Name == b.name {
			return b.read(&http.Request{Header: http.Header{"Cookie": {c.Name + "=" + c.Value}}})
		}
	}
	return b.read(r)
}

func (b *Browser) save(w http.ResponseWriter, r *http.Request, s *sessions.Session) error {
	opts := *b.cookies.Options
	s.Options = &opts
	if err := b.cookies.Save(r, w, s); err != nil {
		return fmt.Errorf("session: save browser state: %w", err)
	}
	keepLastCookie(w.Header(), b.name)
	return nil
}

func preferencesIn(s *sessions.Session) Preferences {
	value := func(key string) string { v, _ := s.Values[key].(string); return v }
	p := Preferences{
		Theme: value(themeKey), Density: value(densityKey), Columns: value(columnsKey), Shortcuts: value(shortcutsKey),
		Plan: value(planKey), Refresh: value(refreshKey), LookOnly: value(lookOnlyKey),
	}
	p.PerPage, _ = strconv.Atoi(value(perPageKey)) // what is no number is none on offer
	return p.normal()
}

// noticesIn returns the kept notices as they are stored, see Notice.line.
func noticesIn(s *sessions.Session) []string {
	lines, _ := s.Values[noticesKey].([]string)
	return lines
}

// normal replaces every value that is not on offer by its default.
func (p Preferences) normal() Preferences {
	if p.Theme != "light" && p.Theme != "dark" {
		p.Theme = ""
	}
	if p.Density != "compact" {
		p.Density = ""
	}
	if !slices.Contains(perPages, p.PerPage) {
		p.PerPage = defaultPerPage
	}
	if len(p.Columns) > maxColumns || !columnNames.MatchString(p.Columns) {
		p.Columns = ""
	}
	if p.Shortcuts != "off" {
		p.Shortcuts = ""
	}
	if !slices.Contains(refreshes, p.Refresh) {
		p.Refresh = ""
	}
	if p.LookOnly != "on" {
		p.LookOnly = ""
	}
	if !planIDs.MatchString(p.Plan) {
		p.Plan = ""
	}
	return p
}

// line is how a notice is stored: kind, space, text. Behind the kind may stand a slash and the deployment to switch back, with
// a slash and the edit to take back, and with "/on" when switching back enables.
func (n Notice) line() string {
	if !slices.Contains(noticeKinds, n.Kind) {
		n.Kind = "warning"
	}
	text := strings.ToValidUTF8(n.Text, "\uFFFD")
	if utf8.RuneCountInString(text) > maxNoticeText {
		text = string([]rune(text)[:maxNoticeText-1]) + "…"
	}
	head := n.Kind
	if id := n.Undo.Deployment; id != "" && !strings.ContainsAny(id, " /") {
		head += "/" + id
		if e := n.Undo.Entry; e != "" && !strings.ContainsAny(e, " /") {
			head += "/" + e
		}
		if n.Undo.On {
			head += "/on"
		}
	}
	return head + " " + text
}
