package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// TestActivity: every write is in the log with who, what and how it ended; it is the account's own, and can be narrowed and taken away.
func TestActivity(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Get("/activity").Check(heading("Change log"), htmlcheck.Count(".log > li", 1), says("Signed in"))
	b.Write("/deployments/"+on, url.Values{"max_instances": {"5"}, "name": {"=cmd()"}})
	b.Post("/deployments/"+off+"/disable", url.Values{"switch": {"1"}}) // is paused already: nothing is sent, nothing is logged
	d.Fault("422@update")
	b.Write("/deployments/"+off, url.Values{"queue_size": {"7"}})
	d.Fault()
	b.Post("/deployments/"+on+"/delete", url.Values{"confirm_name": {"=cmd()"}}).Expect(http.StatusSeeOther, "/deployments")

	r := b.Get("/activity?action=write")
	r.Check(
		htmlcheck.Count(".log > li", 3), htmlcheck.In(".log", says("Deleted =cmd() Done"), says("Night shift")),
		says("Maximum instances: 3 → 5"), says("Refused"), says("Queue size: 4 → 7"),
	)
	b.Get("/activity?action=delete").Check(htmlcheck.Count(".log > li", 1))
	b.Get("/activity?result=refused&person=Night+shift").Check(htmlcheck.Count(".log > li", 1))
	b.Get("/activity?deployment="+on).Check(htmlcheck.Count(".log > li", 2), htmlcheck.In(`.crumbs a[href=/deployments/`+on+`]`, says("=cmd()")))
	b.Get("/activity?person=nobody").Check(says("Nothing here passes these filters"))
	file := b.Get("/activity/export.csv")
	if !strings.Contains(file.Body, ",'=cmd(),") || strings.Count(file.Body, "\n") != 5 {
		t.Errorf("the file is\n%s", file.Body)
	}
	var lines []map[string]any
	if err := json.Unmarshal([]byte(b.Get("/activity/export.json?action=write").Body), &lines); err != nil || len(lines) != 3 || lines[0]["name"] != "=cmd()" || lines[0]["type"] != "write" {
		t.Errorf("the JSON file is %v, %v", lines, err)
	}
	if none := b.Get("/activity/export.json?person=nobody").Body; none != "[\n]\n" {
		t.Errorf("nothing in JSON is %q", none)
	}

	stranger := d.Browser(t)
	stranger.SignIn(webtest.OtherToken)
	stranger.Get("/activity").Check(htmlcheck.Count(".log > li", 1), says("Signed in"))
	entry := htmlcheck.Attr(htmlcheck.Select(r.DOM(), ".log .faint a")[0], "href")
	stranger.Get(entry).Expect(http.StatusNotFound, "")
}

// TestActivity_Undo takes a change back through the form and its review, and makes a deleted deployment again from its entry.
func TestActivity_Undo(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Write("/deployments/"+on, url.Values{"max_instances": {"5"}, "queue_size": {"9"}})
	b.Post("/deployments/"+on, url.Values{"name": {"renamed since"}})
	entries := htmlcheck.Select(b.Get("/activity?action=write").DOM(), ".log .faint a")
	first := b.Get(htmlcheck.Attr(entries[1], "href"))
	first.Check(heading("Changed image-to-video"))
	undo := htmlcheck.Attr(htmlcheck.Select(first.DOM(), ".form__actions a")[0], "href")
	b.Get(undo).Check(holds("max_instances", "3"), holds("queue_size", "1"), holds("name", "renamed since"), says("Nothing was sent yet"))
	b.Submit("/deployments/"+on, nil).Expect(http.StatusSeeOther, "/deployments/"+on)
	if now, _ := d.Sandbox.Deployment(webtest.Token, on); now.MaxInstances != 3 || now.QueueSize != 1 || now.Name != "renamed since" {
		t.Errorf("after undoing: %+v", now)
	}

	b.Post("/deployments/"+on+"/delete", url.Values{"confirm_name": {"renamed since"}})
	gone := b.Get(htmlcheck.Attr(htmlcheck.Select(b.Get("/activity?action=delete").DOM(), ".log .faint a")[0], "href"))
	again := htmlcheck.Attr(htmlcheck.Select(gone.DOM(), ".form__actions a")[0], "href")
	b.Get(again).Check(heading("New deployment"), holds("name", "renamed since"), holds("max_instances", "3"), holds("workflow_version", "v1"))
	if made := b.Submit("/deployments", nil); made.Status != http.StatusSeeOther {
		t.Errorf("creating it again answers %d: %s", made.Status, made.Text())
	}
}

// TestActivity_Version begins an edit with an older version, whatever was changed since, here and elsewhere; what somebody changed
// elsewhere is taken back like a change of ours, and what they deleted is made again.
func TestActivity_Version(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Get("/deployments") // a first look
	b.Write("/deployments/"+on, url.Values{"max_instances": {"5"}, "queue_size": {"9"}})
	b.Get("/deployments")
	now, _ := d.Sandbox.Deployment(webtest.Token, on)
	now.QueueSize, now.Hardware, now.UpdatedAt = 20, []string{"AMPERE_24"}, now.UpdatedAt.Add(time.Minute)
	d.Sandbox.Put(webtest.Token, now)
	outside := entryOf(t, b, "outside", 1)
	b.Write("/deployments/"+on, url.Values{"max_instances": {"7"}})

	links := func(path string) (undo, version string) {
		for _, a := range htmlcheck.Select(b.Get(path).DOM(), ".form__actions a") {
			switch href := htmlcheck.Attr(a, "href"); {
			case strings.Contains(href, "undo="):
				undo = href
			case strings.Contains(href, "version="):
				version = href
			}
		}
		return undo, version
	}
	undo, version := links(outside)
	b.Get(undo).Check(holds("max_instances", "7"), htmlcheck.In("input[name=hardware][checked]", htmlcheck.HasAttr("value", "AMPERE_48")))
	b.Get(version).Check(holds("queue_size", "20"), holds("max_instances", "5"), says("Nothing was sent yet"))
	_, first := links(entryOf(t, b, "update", 2))
	b.Get(first).Check(holds("queue_size", "9"), holds("max_instances", "5"), htmlcheck.In("input[name=hardware][checked]", htmlcheck.HasAttr("value", "AMPERE_48")))
	b.Submit("/deployments/"+on, nil).Expect(http.StatusSeeOther, "/deployments/"+on)
	if now, _ := d.Sandbox.Deployment(webtest.Token, on); now.MaxInstances != 5 || now.QueueSize != 9 || now.Hardware[0] != "AMPERE_48" {
		t.Errorf("after going back: %+v", now)
	}

	b.Get("/deployments")
	d.Sandbox.Remove(webtest.Token, on)
	again := htmlcheck.Attr(htmlcheck.Select(b.Get(entryOf(t, b, "outside", 1)).DOM(), ".form__actions a")[0], "href")
	b.Get(again).Check(heading("New deployment"), holds("name", "image-to-video"), holds("workflow_version", "v1"))
}

// entryOf waits for so many entries of a kind, looking at the list meanwhile, and returns the path of the nth newest.
func entryOf(t *testing.T, b *webtest.Browser, kind string, nth int) string {
	t.Helper()
	seen := len(htmlcheck.Select(b.Get("/activity?action="+kind).DOM(), ".log .faint a"))
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		b.Get("/deployments")
		list := htmlcheck.Select(b.Get("/activity?action="+kind).DOM(), ".log .faint a")
		if len(list) > seen || kind != "outside" {
			return htmlcheck.Attr(list[nth-1], "href")
		}
	}
	t.Fatalf("no new entry of %s", kind)
	return ""
}
