package viewtest

import (
	"strings"

	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

func insideFixtures() []Fixture {
	var list []Fixture
	for name, m := range map[string]views.InsidePage{
		"suggestions": insideSuggestions(), "reading": insideReading(), "found": insideFound(), "one": insideOne(), "nothing": insideNothing(), "failed": insideFailed(), "empty": insideEmpty(),
	} {
		list = append(list, Fixture{Name: "inside/" + name, Page: m.Page, Screen: views.Inside(m)})
	}
	return list
}

// insideSuggestions is the search before anything is looked for.
func insideSuggestions() views.InsidePage {
	top := func(label, in, count string) views.Filter {
		return views.Filter{Label: label, Count: count, Href: paths.SearchExactly(label, in)}
	}
	return views.InsidePage{
		Page: frame("Search inside workflows"), Self: paths.Search, State: "All workflows are read. Of 132 deployments 2 have none.", At: readAt(),
		Notes: []string{"Values are searched in their first 400 bytes, with the overrides of the deployment applied."},
		Tops: []views.TopList{
			{Heading: "Models used most", Items: []views.Filter{top("sd_xl_base_1.0.safetensors", "model", "41"), top("flux/"+strings.Repeat("a_very_long_name_", 9)+".safetensors", "model", "12")}},
			{Heading: "Node classes used most", Items: []views.Filter{top("KSampler", "class", "120"), top("VAEDecode", "class", "118")}},
		},
	}
}

func insideQuery(q string) views.InsidePage {
	m := insideSuggestions()
	m.Query, m.Self, m.Tops = q, paths.SearchInside(paths.SearchQuery{Words: q}), nil
	kind := func(label, in, count string) views.Filter {
		return views.Filter{Label: label, Count: count, Href: paths.SearchInside(paths.SearchQuery{Words: q, In: in})}
	}
	m.Kinds = []views.Filter{kind("Models", "model", "2"), kind("Node classes", "class", "1"), kind("Other values", "value", "0")}
	return m
}

func insideMatches() []views.InsideMatch {
	return []views.InsideMatch{
		{Href: atNode("10"), Node: "Style", Class: "LoraLoader", Number: "#10", Input: "lora_name", Model: true, Value: views.Marked{Pieces: []views.Piece{{Text: "sdxl/"}, {Text: "brand", Hit: true}, {Text: "_" + strings.Repeat("x", 120) + ".safetensors"}}}},
		{Href: atNode("38:42"), Node: "BrandSampler", Number: "#38:42", Value: views.Marked{Pieces: []views.Piece{{Text: "Brand", Hit: true}, {Text: "Sampler"}}}},
	}
}

func insideFound() views.InsidePage {
	m := insideQuery("brand")
	m.Found, m.Pager = "62 deployments", views.Pager{Label: "Page 1 of 2", Next: paths.SearchInside(paths.SearchQuery{Words: "brand", Page: 2})}
	m.Hits = []views.InsideHit{
		{ID: videoID, Name: "image-to-video", Href: paths.Deployment(videoID), Counts: "2 models, 1 node", Matches: insideMatches(), More: views.Link{Text: "and 1 more in its workflow", Href: paths.Workflow(videoID, paths.WorkflowQuery{})}},
		{ID: portraitID, Name: `<img src=x onerror=alert(1)> AVeryLongNameWithoutAnyPlaceToBreakInIt`, Href: paths.Deployment(portraitID), Counts: "1 model", Matches: insideMatches()[:1]},
	}
	return m
}

func insideOne() views.InsidePage {
	m := insideFound()
	m.Found, m.Pager, m.Hits = "1 deployment", views.Pager{}, m.Hits[:1]
	m.In, m.Kinds[0].On = "model", true
	return m
}

func insideReading() views.InsidePage {
	m := insideOne()
	m.In, m.Kinds[0].On, m.Live, m.State = "", false, true, "412 of 1,000 workflows read; results so far."
	m.Read = views.Progress{Value: "412", Of: "1000", Label: "412 of 1,000"}
	return m
}

func insideNothing() views.InsidePage {
	m := insideQuery(`"no such model.safetensors"`)
	m.Nothing = `No workflow has “"no such model.safetensors"” in a model file, node class or value.`
	return m
}

func insideFailed() views.InsidePage {
	m := insideOne()
	m.Read = views.Progress{Value: "90", Of: "132", Label: "90 of 132"}
	m.State = "90 of 132 workflows read. Reading stopped: RunComfy's API has a problem (it answered with status 500)."
	m.GoOn = views.Link{Text: "Go on reading", Href: paths.SearchAgain(paths.SearchQuery{Words: "brand"})}
	m.Problem = views.Notice{Kind: "warning", Text: "RunComfy's API cannot be reached from this server."}
	m.Failures = views.Failures{
		Heading: "23 workflows could not be read", Again: paths.SearchAgain(paths.SearchQuery{Words: "brand"}), More: "and 21 more",
		Lines: []views.FailureLine{{Name: "image-to-video", Href: paths.Deployment(videoID), Why: "It is larger than the 8 MB that are searched."}, {Name: "portrait", Href: paths.Deployment(portraitID), Why: "RunComfy did not send it."}},
	}
	return m
}

func insideEmpty() views.InsidePage {
	m := insideSuggestions()
	m.Tops, m.Notes, m.Empty = nil, nil, true
	return m
}
