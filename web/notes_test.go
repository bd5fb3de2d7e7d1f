package web_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/notes"
	"github.com/comfydeck/comfydeck/internal/webtest"
	"github.com/comfydeck/comfydeck/web"
)

const notesOn = "/deployments/" + on + "/notes"

func writeNote(b *webtest.Browser, typed map[string]string) *webtest.Response {
	b.Get(notesOn)
	return b.Submit(notesOn, typed)
}

// TestNotes writes about a deployment as a person does without JavaScript. A colleague finds it by owner, tag and words, and
// takes it away in a file; another account sees nothing of it.
func TestNotes(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b, colleague, stranger := member(t, d), member(t, d), d.Browser(t)
	stranger.SignIn(webtest.OtherToken)
	b.Get("/deployments/"+on).Check(htmlcheck.Count(`a[href=`+notesOn+`]`, 1), says("Nothing yet"))

	writeNote(b, map[string]string{"note": "Ask **before** Friday.\nhttps://wiki.example/x", "owner": " Team  Video ", "tags": "Prod, =eu, PROD"}).Expect(303, "/deployments/"+on)
	colleague.Get("/deployments/"+on).Check(says("Changed by Night shift"), htmlcheck.In("strong", htmlcheck.HasExactText("before")),
		htmlcheck.Count(`a[href=https://wiki.example/x]`, 1), htmlcheck.Count(`a[href=/deployments?owner=Team+Video]`, 1), htmlcheck.Count(`a[href=/deployments?tag=prod]`, 1))

	const found = "1–1 of 1 found among 2"
	for _, list := range []string{"owner=Team+Video", "tag=prod", "q=friday", "q=team+eu", "q=prod&tag=%3Deu&owner=Team+Video"} {
		colleague.Get("/deployments?"+list).Check(says(found), says("image-to-video"))
	}
	colleague.Get("/deployments?q=friday").Check(htmlcheck.In(".table__found mark", htmlcheck.HasExactText("Friday")))
	colleague.Get("/deployments?tag=prod").Check(htmlcheck.In(".chip--on", says("#prod")))
	colleague.Get("/deployments/filters?tag=prod").Check(htmlcheck.In("#filter-owner option[value=Team Video]", says("(1)")))
	colleague.Get("/deployments?tag=nothing").Check(htmlcheck.Count(".empty", 1))
	stranger.Get("/deployments?tag=prod").Check(htmlcheck.Count(".empty", 1))
	stranger.Get("/deployments?q=friday").Check(htmlcheck.Count(".empty", 1))

	colleague.Post("/preferences", url.Values{"columns": {"chosen"}, "column_owner": {"1"}, "column_tags": {"1"}}).Expect(303, "/preferences")
	colleague.Get("/deployments?q=eu&sort=owner").Check(htmlcheck.In(`td[data-label=Owner]`, htmlcheck.HasExactText("Team Video")), htmlcheck.In(`td[data-label=Tags]`, htmlcheck.HasExactText("=eu, prod")))

	rows, err := csv.NewReader(strings.NewReader(colleague.Get("/deployments/export.csv?tag=prod").Body)).ReadAll()
	if err != nil || len(rows) != 2 || strings.Join(rows[1][17:20], "|") != "Team Video|'=eu, prod|Ask **before** Friday.\nhttps://wiki.example/x" {
		t.Errorf("the table is %q, %v", rows, err)
	}
	var list []struct {
		ComfyDeck struct{ Owner string } `json:"comfydeck"`
	}
	if err := json.Unmarshal([]byte(colleague.Get("/deployments/export.json?q=friday").Body), &list); err != nil || len(list) != 1 || list[0].ComfyDeck.Owner != "Team Video" {
		t.Errorf("the JSON is %+v, %v", list, err)
	}
}

// TestNotes_Conflict: of two who write at once, the second sees both texts, loses none, and saves on top.
func TestNotes_Conflict(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b, other := member(t, d), member(t, d)
	other.Get(notesOn)
	late := other.Form(notesOn)
	writeNote(b, map[string]string{"note": "<i>theirs</i>", "tags": "a"}).Expect(303, "/deployments/"+on)
	late.Set("note", "mine\n  too")
	late.Set("owner", "Me")
	r := other.Post(notesOn, late)
	r.Expect(http.StatusConflict, "")
	r.Check(says("<i>theirs</i>"), htmlcheck.In("textarea", says("mine")), htmlcheck.In("#owner", htmlcheck.HasAttr("value", "Me")), says("Saved by Night shift"))
	if got := other.Form(notesOn).Get("note"); strings.ReplaceAll(got, "\r\n", "\n") != "mine\n  too" {
		t.Errorf("the form came back with %q", got)
	}
	b.Get("/deployments/" + on).Check(htmlcheck.In(".prose", says("theirs")))
	other.Submit(notesOn, nil).Expect(303, "/deployments/"+on)
	b.Get("/deployments/"+on).Check(says("mine"), htmlcheck.NotIn(`a[href=/deployments?tag=a]`))

	log := b.Get("/activity?action=note&deployment=" + on)
	log.Check(htmlcheck.Count(".log > li", 2), htmlcheck.In("del", says("theirs")), says("Noted"))
	entry := htmlcheck.Attr(htmlcheck.Select(log.DOM(), ".log .faint a")[0], "href")
	undo := htmlcheck.Attr(htmlcheck.Select(b.Get(entry).DOM(), ".form__actions a")[0], "href")
	b.Get(entry).Check(htmlcheck.In("ins", says("mine too")))
	b.Get(undo).Check(htmlcheck.In("textarea", says("<i>theirs</i>")), htmlcheck.In("#tags", htmlcheck.HasAttr("value", "a")), says("Nothing was saved yet"))
	b.Submit(notesOn, nil).Expect(303, "/deployments/"+on)
	b.Get("/deployments/" + on).Check(htmlcheck.In(".prose", says("theirs")))
}

// TestNotes_Refused: what cannot be kept comes back with every value; who may only look changes nothing.
func TestNotes_Refused(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	r := writeNote(b, map[string]string{"note": strings.Repeat("x", 4097), "owner": strings.Repeat("y", 61), "tags": "ok," + strings.Repeat("z", 33)})
	r.Expect(http.StatusUnprocessableEntity, "")
	r.Check(htmlcheck.Count("#note-error", 1), htmlcheck.Count("#owner-error", 1), htmlcheck.Count("#tags-error", 1), htmlcheck.In("textarea", says(strings.Repeat("x", 4097))))
	b.Post(notesOn, url.Values{"note": {"x"}}).Expect(http.StatusUnprocessableEntity, "")
	b.Post("/deployments/"+foreign+"/notes", url.Values{"note": {"x"}, "version": {"0"}}).Expect(http.StatusForbidden, "")

	b.Post("/preferences", url.Values{"look_only": {"on"}}).Expect(303, "/preferences")
	b.Get("/deployments/" + on).Check(htmlcheck.NotIn(`a[href=` + notesOn + `]`))
	b.Get(notesOn).Expect(303, "/deployments/"+on)
	b.Post(notesOn, url.Values{"note": {"x"}, "version": {"0"}}).Expect(http.StatusForbidden, "")
	still := start(t, webtest.Options{ReadOnly: true})
	reader := member(t, still)
	reader.Get("/deployments/" + on).Check(htmlcheck.NotIn(`a[href=` + notesOn + `]`))
	reader.Post(notesOn, url.Values{"note": {"x"}, "version": {"0"}}).Expect(http.StatusForbidden, "")
}

// TestNotes_SignedOut: what was typed survives a session that has ended.
func TestNotes_SignedOut(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := d.Browser(t)
	r := b.Post(notesOn, url.Values{"note": {"typed\nlong"}, "owner": {"Me"}, "tags": {"a"}, "version": {"0"}})
	r.Expect(http.StatusUnauthorized, "")
	r.Check(htmlcheck.In(`input[name=kept_owner]`, htmlcheck.HasAttr("value", "Me")), htmlcheck.In(`input[name=next]`, htmlcheck.HasAttr("value", notesOn)))
	again := b.Submit("/sign-in", map[string]string{"token": webtest.Token})
	again.Expect(200, "")
	again.Check(htmlcheck.In("textarea", says("typed")), says("Nothing has been sent yet"))
	b.Submit(notesOn, nil).Expect(303, "/deployments/"+on)
	b.Get("/deployments?owner=Me").Check(says("1–1 of 1 found"))
}

// TestNotes_Tombstone: notes outlive their deployment, and one that is made again has them.
func TestNotes_Tombstone(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	writeNote(b, map[string]string{"note": "the old wisdom", "owner": "Anna", "tags": "prod"}).Expect(303, "/deployments/"+on)
	b.Post("/deployments/"+on+"/delete", url.Values{"confirm_name": {"image-to-video"}}).Expect(303, "/deployments")
	log := b.Get("/activity?action=delete")
	entry := b.Get(htmlcheck.Attr(htmlcheck.Select(log.DOM(), ".log .faint a")[0], "href"))
	entry.Check(says("the old wisdom"), says("Anna"))
	b.Get(htmlcheck.Attr(htmlcheck.Select(entry.DOM(), ".form__actions a")[0], "href")).Check(htmlcheck.In("input[name=notes_from]", htmlcheck.HasAttr("value", on)))
	made := b.Submit("/deployments", nil) // through its review
	made.Expect(303, made.Location())
	b.Get("/deployments?tag=prod&owner=Anna&q=wisdom").Check(says("1–1 of 1 found among 2"))
	b.Get("/activity?action=note").Check(htmlcheck.Count(".log > li", 2))
}

// brokenNotes is a store whose database does not answer.
type brokenNotes struct{ notes.Store }

func (brokenNotes) Notes(context.Context, string) ([]notes.Note, error) {
	return nil, errors.New("database is down")
}

func (brokenNotes) NoteOf(context.Context, string, string) (notes.Note, error) {
	return notes.Note{}, errors.New("database is down")
}

// TestNotes_Unread: pages do without the notes and say so; nothing is done to a list that cannot be found by them.
func TestNotes_Unread(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{Web: func(o *web.Options) { o.Notes = notes.New(brokenNotes{}) }})
	b := member(t, d)
	b.Get("/deployments").Check(htmlcheck.Count("tbody tr", 2), htmlcheck.In(".notice--warning", says("cannot reach its notes")))
	b.Get("/deployments/"+on).Check(heading("image-to-video"), says("cannot be read right now"))
	b.Get(notesOn).Expect(http.StatusServiceUnavailable, "")
	b.Get("/deployments/export.csv").Expect(http.StatusServiceUnavailable, "")
	r := b.Post(notesOn, url.Values{"note": {"typed"}, "version": {"0"}})
	r.Expect(http.StatusServiceUnavailable, "")
	r.Check(htmlcheck.In("textarea", says("typed")))
}

// TestNotes_Bulk: what a filter by tag leaves out, a change of everything found leaves alone.
func TestNotes_Bulk(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	writeNote(b, map[string]string{"tags": "prod"}).Expect(303, "/deployments/"+on)
	r := b.Post("/deployments/bulk", url.Values{"change": {"disable"}, "all": {"1"}, "list": {"tag=prod"}})
	r.Expect(303, r.Location())
	b.Get(r.Location()).Check(says("image-to-video"), says("1 deployment"))
}
