package viewtest

import "github.com/comfydeck/comfydeck/views"

func savedViewsFixtures() []Fixture {
	var list []Fixture
	for name, m := range map[string]views.SavedViewsPage{"some": savedViews(), "none": {Page: frame("Views")}, "refused": refusedView(), "unread": unreadViews()} {
		list = append(list, Fixture{Name: "views/" + name, Page: m.Page, Screen: views.SavedViews(m)})
	}
	return list
}

func savedView(id, name, describes string) views.SavedView {
	return views.SavedView{
		Name: name, Describes: describes, Href: "/deployments?q=" + id, Rename: "/views/" + id, Delete: "/views/" + id + "/delete",
		Field: views.Field{Name: "name-" + id, Label: "Name of the view", Value: name},
	}
}

func savedViews() views.SavedViewsPage {
	return views.SavedViewsPage{Page: frame("Views"), Room: "2 of at most 50 views", Rows: []views.SavedView{
		savedView("abcdefghijklmnop", "Night shift", "“video”, enabled, 48 GB · A6000; by updated at, last first"),
		savedView("bbcdefghijklmnop", `<img src=x onerror=alert(1)> AVeryLongNameWithoutAnyPlaceToBreak`, "all deployments; by name"),
	}}
}

// refusedView is a list whose name was not accepted, and another view whose new name was not either.
func refusedView() views.SavedViewsPage {
	m := savedViews()
	m.Saving = true
	m.Save = views.SaveView{Query: "state=paused", Describes: "paused; by name", Name: views.Field{
		Name: "name", Label: "Name of the view", Value: "night SHIFT", Error: "There is a view “night SHIFT” already. Choose another name.", Focus: true,
	}}
	m.Rows[1].Open = true
	m.Rows[1].Field.Error = "Give the view a name."
	return m
}

func unreadViews() views.SavedViewsPage {
	return views.SavedViewsPage{Page: frame("Views"), Problem: views.Notice{Kind: "error", Text: "This server cannot read your saved views right now.", RequestID: requestID}}
}
