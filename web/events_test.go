package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// told are the headings of the log's lines, newest first.
func told(b *webtest.Browser, query string) (out []string) {
	for _, n := range htmlcheck.Select(b.Get("/activity"+query).DOM(), ".log .card__head p") {
		out = append(out, strings.Join(strings.Fields(htmlcheck.Text(n)), " "))
	}
	return out
}

// TestEvents_Access: who may see what is in the log too: links, sessions and accounts (SR-43).
func TestEvents_Access(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	step := func() { d.Store.ShiftClock(time.Second) }
	step()
	parts := url.Values{"settings": {"1"}, "lifetime": {"1h"}}
	b.Post("/deployments/"+on+"/share", parts).Expect(http.StatusOK, "")
	made := b.Submit("/deployments/"+on+"/share", nil)
	made.Expect(http.StatusOK, "")
	step()
	link, _ := url.Parse(htmlcheck.Text(htmlcheck.Select(made.DOM(), ".copyable__text")[0]))
	for range 2 { // the first time alone
		d.Browser(t).Post(link.Path, url.Values{"link": {link.Fragment}}).Expect(http.StatusSeeOther, link.Path)
	}
	step()
	b.Post("/shares/revoke", url.Values{"revoke": {"1"}}).Expect(http.StatusSeeOther, "/shares")
	b.Post("/shares/revoke", url.Values{"revoke": {"1"}}) // there is none left to tell of
	step()
	other := d.Browser(t)
	other.SignIn(webtest.Token)
	step()
	b.Post("/sessions/end-others", url.Values{"end": {"1"}}).Expect(http.StatusSeeOther, "/sessions")
	want := []string{"Sessions ended", "Signed in", "Share link revoked", "Share link opened image-to-video", "Shared image-to-video", "Signed in"}
	if diff := cmp.Diff(want, told(b, "")); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
	step()
	b.Post("/accounts", url.Values{"token": {webtest.OtherToken}, "next": {""}}).Expect(http.StatusSeeOther, "/deployments")
	if diff := cmp.Diff([]string{"Signed in"}, told(b, "")); diff != "" {
		t.Errorf("the other account's log (-want +got):\n%s", diff)
	}
}

// TestEvents: what happens beside the writes is in the same log, each once (SR-43).
func TestEvents(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := d.Browser(t)
	b.Get("/sign-in")
	b.Post("/sign-in", url.Values{"token": {"a-token-of-nobody"}, "display_name": {"Eve"}}).Expect(422, "")
	step := func() { d.Store.ShiftClock(time.Second) } // no two in the same millisecond
	b.SignIn(webtest.Token)
	step()
	b.Post("/deployments/"+on+"/lock", url.Values{"reason": {"launch"}})
	step()
	b.Post("/deployments/"+on+"/delete", url.Values{"confirm_name": {"image-to-video"}}).Expect(http.StatusForbidden, "")
	step()
	b.Post("/deployments/"+on+"/unlock", url.Values{"switch": {"1"}})
	step()
	b.Post("/preferences", url.Values{"look_only": {"on"}})
	b.Post("/deployments/"+on, url.Values{"queue_size": {"5"}}).Expect(http.StatusForbidden, "")
	step()
	b.Post("/preferences", url.Values{"look_only": {"off"}})
	b.Post("/deployments/"+on, url.Values{"queue_size": {"many"}}).Expect(422, "")
	step()
	b.Post("/sign-out", url.Values{"sign_out": {"1"}})
	step()
	b.SignIn(webtest.Token)
	step()
	d.Fault("401")
	b.Get("/deployments/"+on).Expect(http.StatusSeeOther, "/sign-in?next=%2Fdeployments%2F"+on)
	d.Fault()
	step()
	b.SignIn(webtest.Token)

	want := []string{
		"Signed in", "Signed out", "Signed in", "Signed out", "Refused here image-to-video", "Refused here " + on, "Unlocked image-to-video",
		"Refused here image-to-video", "Locked image-to-video", "Signed in",
	}
	if diff := cmp.Diff(want, told(b, "")); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
	if got := told(b, "?action=locked"); len(got) != 1 {
		t.Errorf("narrowed to locks: %q", got)
	}
	if got := told(b, "?result=refused"); len(got) != 3 {
		t.Errorf("narrowed to refusals: %q", got)
	}
	b.Get("/activity").Check(says("set to look only"), says("Locked against deletion: “launch”."), says("no longer accepted the token"), says("queue_size: Enter a whole number"))

	nobodys, err := d.Store.Journal().Timeline(t.Context(), "", journal.Filter{}, 9)
	if err != nil || len(nobodys) != 1 || nobodys[0].Event.Kind != journal.SignInRefused || nobodys[0].Event.Person != "Eve" {
		t.Errorf("of nobody's account: %+v, %v", nobodys, err)
	}
	if logs := d.Logs.String(); !strings.Contains(logs, `"kind":"sign_in_refused"`) {
		t.Error("the operator's log does not have the refused sign-in")
	}
	if csv := b.Get("/activity/export.csv?action=locked").Body; !strings.Contains(csv, "locked") || strings.Count(csv, "\n") != 2 {
		t.Errorf("the file is\n%s", csv)
	}
	entry := htmlcheck.Attr(htmlcheck.Select(b.Get("/activity?action=locked").DOM(), ".log .faint a")[0], "href")
	b.Get(entry).Check(heading("Locked image-to-video"), says("Token"))
	b.Get("/deployments/"+on+"/edit?undo="+strings.TrimPrefix(entry, "/activity/")).Expect(http.StatusNotFound, "")
}

// TestReason: why goes from the form through its review into the log, and is lost on no way.
func TestReason(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	action := "/deployments/" + on
	b.Get(action + "/edit")
	b.Post(action, with(b.Form(action), "min_instances", "2", "why", "for the “launch”")).Check(holds("why", "for the “launch”"))
	confirmed := with(b.Form(action), "why", "for the “launch” & after")
	d.Store.ShiftClock(13 * time.Hour)
	b.Post(action, confirmed).Expect(http.StatusUnauthorized, "")
	again := b.Post("/sign-in", with(b.Form("/sign-in"), "token", webtest.Token))
	again.Check(heading("Change image-to-video?"), holds("why", "for the “launch” & after"))
	b.Submit(action, nil).Expect(http.StatusSeeOther, action)
	b.Get("/activity?q=LAUNCH").Check(htmlcheck.Count(".log > li", 1), says("Why: for the “launch” & after"), says("Minimum instances: 0 → 2"))

	b.Get(action + "/edit")
	long := b.Post(action, with(b.Form(action), "queue_size", "3", "why", strings.Repeat("é", 201)))
	long.Expect(422, "")
	long.Check(holds("why", strings.Repeat("é", 201)), holds("queue_size", "3"), htmlcheck.Count("#why-error", 1))
	b.Post(action+"/delete", url.Values{"confirm_name": {"wrong"}, "why": {"not needed"}}).Check(holds("why", "not needed"))
	b.Post(action+"/delete", url.Values{"confirm_name": {"image-to-video"}, "why": {"not needed"}}).Expect(http.StatusSeeOther, "/deployments")
	b.Get("/activity?action=delete").Check(says("Why: not needed"))
}

// TestReason_Run: of a run it is asked once, kept through an expired session, and with every write.
func TestReason_Run(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	ids := fleetOf(d, 2)
	b := member(t, d)
	run := b.Post("/deployments/bulk", url.Values{"id[]": ids, "change": {"disable"}, "list": {""}}).Location()
	b.Get(run)
	typed := with(b.Form(run+"/start"), "why", "night & day")
	b.Post("/sign-out", url.Values{"sign_out": {"1"}})
	b.Get(b.Post(run+"/start", typed).Location())
	back := b.Post("/sign-in", with(b.Form("/sign-in"), "token", webtest.Token)).Location()
	b.Get(back).Check(holds("why", "night & day"))
	b.Submit(run+"/start", nil).Expect(http.StatusSeeOther, run)
	over(t, b, run).Check(says("Why: night & day"))
	b.Get("/activity?action=disable&q=night").Check(htmlcheck.Count(".log > li", 2))
	if got := told(b, "?action=run_begun"); len(got) != 1 || got[0] != "Bulk change begun Pause" {
		t.Errorf("begun: %q", got)
	}
}

// TestTombstone: a deletion keeps everything, its entry says so, hands it out, and makes it again in one step.
func TestTombstone(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	d.Put(sandbox.Deployment{ID: on, Readme: "# Kept", Payload: []byte(workflowPayload)})
	b := member(t, d)
	b.Post("/deployments/"+on+"/delete", url.Values{"confirm_name": {"image-to-video"}})
	entry := htmlcheck.Attr(htmlcheck.Select(b.Get("/activity?action=delete").DOM(), ".log .faint a")[0], "href")
	b.Get(entry).Check(says("Kept from before it was deleted"), says("gets a new id"))
	for file, want := range map[string]string{"readme.md": "# Kept", "workflow.json": workflowPayload, "settings.json": `"workflow_version":"v1"`} {
		r := b.Get(entry + "/" + file)
		if r.Status != http.StatusOK || !strings.Contains(r.Body, want) || !strings.HasPrefix(r.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s: %d %s", file, r.Status, r.Body)
		}
	}
	b.Get(entry+"/other.json").Expect(http.StatusNotFound, "")
	stranger := d.Browser(t)
	stranger.SignIn(webtest.OtherToken)
	stranger.Get(entry+"/readme.md").Expect(http.StatusNotFound, "")
}
