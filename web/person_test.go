package web_test

import (
	"html"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// serial makes every value that somebody sends another one.
var serial atomic.Int64

// person is somebody in front of two troubled servers, whose requests may get no answer.
type person struct {
	*troubled
	r       *rand.Rand
	token   string
	ids     []string
	client  *http.Client
	session string
}

func newPerson(n *troubled, token string, seed int) *person {
	return &person{
		troubled: n, token: token, ids: n.deploymentsOf(token), r: rand.New(rand.NewPCG(n.seed, uint64(seed+1))),
		client: &http.Client{
			Timeout: 20 * time.Second, Transport: &http.Transport{DisableKeepAlives: true},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// answer is what came back, with status 0 when nothing did.
type answer struct {
	status   int
	location string
	text     string
	cookies  []*http.Cookie
}

// ask sends a request to either server.
func (p *person) ask(path string, form url.Values, cookie string) answer {
	return p.askAt("http://"+p.front[p.r.IntN(2)].address(), path, form, cookie)
}

func (p *person) askAt(server, path string, form url.Values, cookie string) answer {
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequest(method, server+path, body)
	if err != nil {
		p.t.Error(err)
		return answer{}
	}
	r.Host = strings.TrimPrefix(site, "https://")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	resp, err := p.client.Do(r)
	if err != nil {
		return answer{}
	}
	text, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return answer{}
	}
	if foreign := map[string]string{webtest.Token: webtest.OtherToken, webtest.OtherToken: webtest.Token}[p.token]; strings.Contains(string(text), foreign) {
		p.t.Errorf("%s %s shows the token of another account", method, path)
	}
	for _, id := range p.theirs() {
		if strings.Contains(string(text), id) {
			p.t.Errorf("%s %s shows what is another account's", method, path)
		}
	}
	return answer{resp.StatusCode, resp.Header.Get("Location"), string(text), resp.Cookies()}
}

// theirs are the deployments of the other account.
func (p *person) theirs() []string {
	if p.token == webtest.Token {
		return p.deploymentsOf(webtest.OtherToken)
	}
	return p.deploymentsOf(webtest.Token)
}

func cookieOf(a answer, name string) string {
	for _, c := range a.cookies {
		if strings.Contains(c.Name, name) && c.Value != "" {
			return c.Name + "=" + c.Value
		}
	}
	return ""
}

func (p *person) signIn() bool {
	a := p.ask("/sign-in", url.Values{"token": {p.token}, "display_name": {"Night shift"}}, "")
	if a.status != http.StatusSeeOther {
		return false
	}
	for _, c := range a.cookies {
		if c.Name == "__Host-comfydeck" {
			p.session = c.Name + "=" + c.Value
		}
	}
	return p.session != ""
}

// account is what the database calls the person's account.
func (p *person) account() string {
	return accountBehind(p.t, p.database, strings.TrimPrefix(p.session, "__Host-comfydeck="))
}

var field = regexp.MustCompile(`<input type="hidden" name="(\w+)" value="([^"]*)"`)

// hiddenIn are the values that a page carries along.
func hiddenIn(text string) url.Values {
	out := url.Values{}
	for _, m := range field.FindAllStringSubmatch(text, -1) {
		out.Set(m[1], html.UnescapeString(m[2]))
	}
	return out
}

// send sends a form until there is an answer, to whichever server, at most four times: the form's key makes it one write.
func (p *person) send(path string, form url.Values) (a answer) {
	for range 1 + p.r.IntN(4) {
		if a = p.ask(path, form, p.session); a.status != 0 && p.r.IntN(4) != 0 {
			break
		}
	}
	if a.status == http.StatusUnauthorized {
		p.session = ""
	}
	return a
}

func (p *person) edit() {
	id := p.ids[p.r.IntN(len(p.ids))]
	page := p.ask("/deployments/"+id+"/edit", nil, p.session)
	form := hiddenIn(page.text)
	base := form.Get("base_workflow_version")
	if page.status != http.StatusOK || base == "" {
		if page.status == http.StatusSeeOther {
			p.session = ""
		}
		return
	}
	value := "v" + strconv.FormatInt(1000+serial.Add(1), 10) // what lowers cost would go ahead without a line in the log
	typed := url.Values{"workflow_version": {value}, "base_workflow_version": {base}, "form_key": {form.Get("form_key")}}
	p.mu.Lock()
	p.tried[value] = base
	p.mu.Unlock()
	a := p.send("/deployments/"+id, typed)
	if a.status == http.StatusSeeOther && strings.HasPrefix(a.location, "/deployments/") {
		p.mu.Lock()
		p.done[value] = base
		p.mu.Unlock()
		p.count("edit")
	}
}

func (p *person) create() {
	name := "made " + strconv.FormatInt(serial.Add(1), 10)
	form := url.Values{
		"name": {name}, "workflow_id": {"00000000-0000-0000-0000-000000001111"}, "workflow_version": {"v1"}, "hardware": {"AMPERE_24"}, "min_instances": {"0"},
		"max_instances": {"1"}, "queue_size": {"1"}, "keep_warm_duration_in_seconds": {"60"}, "form_key": {deployments.NewKey()},
	}
	p.mu.Lock()
	p.tried[name] = ""
	p.mu.Unlock()
	review := p.ask("/deployments", form, p.session)
	confirm := hiddenIn(review.text).Get("confirm")
	if confirm == "" {
		return
	}
	form.Set("confirm", confirm)
	a := p.send("/deployments", form)
	if id, ok := strings.CutPrefix(a.location, "/deployments/"); ok && a.status == http.StatusSeeOther && len(id) == 36 {
		p.mu.Lock()
		p.done[name] = ""
		p.mu.Unlock()
		p.count("create")
	}
}

func (p *person) pause() {
	id := p.ids[p.r.IntN(len(p.ids))]
	if a := p.send("/deployments/"+id+"/disable", url.Values{"switch": {"1"}}); a.status == http.StatusSeeOther {
		p.count("pause")
	}
}

// signOut ends the session. Once that was answered, neither server knows it.
func (p *person) signOut() {
	session := p.session
	a := p.ask("/sign-out", url.Values{}, session)
	p.session = ""
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.location, "/sign-in") {
		return
	}
	for _, l := range p.front {
		if a := p.askAt("http://"+l.address(), "/deployments", nil, session); a.status == http.StatusOK {
			p.t.Error("a session that was signed out goes on")
		}
	}
	p.count("signed out")
}

var sharedAt = regexp.MustCompile(site + `(/s/[a-z2-7]+)#([\w-]{43})`)

// share makes a link, has a visitor look, and revokes it. Once that was answered, neither server shows anything to anybody.
func (p *person) share() {
	path := "/deployments/" + p.ids[p.r.IntN(len(p.ids))] + "/share"
	form := url.Values{"settings": {"1"}, "lifetime": {"1h"}, "form_key": {deployments.NewKey()}}
	form.Set("confirm", hiddenIn(p.ask(path, form, p.session).text).Get("confirm"))
	made := sharedAt.FindStringSubmatch(p.ask(path, form, p.session).text)
	if made == nil {
		return
	}
	link := url.Values{"link": {made[2]}}
	cookie := cookieOf(p.ask(made[1], link, ""), "share")
	if cookie != "" && p.ask(made[1], nil, cookie).status == http.StatusOK {
		p.count("seen")
	}
	a := p.ask("/shares"+strings.TrimPrefix(made[1], "/s")+"/revoke", url.Values{"revoke": {"1"}}, p.session)
	if a.status != http.StatusSeeOther || a.location != "/shares" {
		return
	}
	for _, l := range p.front {
		server := "http://" + l.address()
		if anew := p.askAt(server, made[1], link, ""); anew.status == http.StatusSeeOther || anew.status == http.StatusOK {
			p.t.Errorf("a link that was revoked lets somebody in: %d", anew.status)
		}
		if again := p.askAt(server, made[1], nil, cookie); cookie != "" && again.status == http.StatusOK && !strings.Contains(again.text, "The link you were given") {
			p.t.Error("a link that was revoked still shows its copy")
		}
	}
	p.count("revoked")
}
