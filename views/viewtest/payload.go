package viewtest

import (
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

func payloadFixtures() []Fixture {
	fixture := func(name string, m views.PayloadPage) Fixture {
		return Fixture{Name: "payload/" + name, Page: m.Page, Screen: views.PayloadTree(m)}
	}
	value := payloadPage()
	value.Steps, value.Here = append(value.Steps, views.Link{Text: "Payload", Href: value.Self}), "workflow_api_json"
	value.Path, value.PathShown, value.Value, value.CopyLabel = "/workflow_api_json", "/workflow_api_json", `{"6": 1}`, "Copy as JSON"
	value.Keep = []views.Hidden{{Name: "at", Value: "/workflow_api_json"}}
	value.Tree.Before, value.Tree.After = views.TreeTurn{Label: "200 before these", Href: payloadAt("/workflow_api_json")}, views.TreeTurn{Label: "600 more", Href: payloadAt("/workflow_api_json") + "&first=400"}

	found := payloadPage()
	found.Query, found.Found, found.Clear = "bicycle", "1 found.", found.Self
	found.Tree.Children[0].Match = true

	gone := payloadPage()
	gone.HasTree, gone.Problem = false, "The payload holds nothing there any more."
	return []Fixture{fixture("tree", payloadPage()), fixture("value", value), fixture("found", found), fixture("gone", gone)}
}

func payloadAt(at string) string { return paths.PayloadValue(videoID, at) }

// payloadPage has a value, a long one, and a branch that is still closed.
func payloadPage() views.PayloadPage {
	self := paths.PayloadPage(videoID, paths.PayloadQuery{})
	return views.PayloadPage{
		Page: frame("Payload of image-to-video"), Tabs: tabsOf(videoID, "Payload"), Name: "image-to-video", Home: paths.Deployment(videoID), Self: self, Size: "1.2 MB", Read: readAt(),
		Here: "Payload", Steps: []views.Link{{Text: "image-to-video", Href: paths.Deployment(videoID)}},
		Raw: paths.RawPayload(videoID), Download: paths.Payload(videoID), HasTree: true,
		Depths: []views.Choosable{{Label: "1", Href: self + "?depth=1", Hint: "Open one level"}, {Label: "2", Href: self, Hint: "Open 2 levels", On: true}},
		Tree: views.TreeNode{Kind: "object", Count: "3 members", Open: true, Children: []views.TreeNode{
			{Key: "text", Kind: "string", Value: "a red bicycle[U+202E]", Href: payloadAt("/text"), Cut: "12,345 characters"},
			{Key: "seed", Kind: "number", Value: "18446744073709551615", Href: payloadAt("/seed")},
			{Key: "38:42", Kind: "object", Count: "412 members", Href: payloadAt("/38:42"), Branch: payloadAt("/38:42") + "&branch=1"},
		}},
	}
}
