package views

import "github.com/a-h/templ"

// icons are 16 by 16 outlines.
var icons = map[string]constant{
	"play":     "M4.5 2.8v10.4L13 8z",
	"pause":    "M5 3v10M11 3v10",
	"edit":     "M10.6 2.7l2.7 2.7L5.6 13H3v-2.7z",
	"trash":    "M2.8 4.3h10.4M6.2 4.3V2.6h3.6v1.7M4.3 4.3l.6 9h6.2l.6-9M6.8 7v4M9.2 7v4",
	"copy":     "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
	"plus":     "M8 2.8v10.4M2.8 8h10.4",
	"search":   "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9M10.3 10.3l3.4 3.4",
	"refresh":  "M13.2 8a5.2 5.2 0 1 1-1.6-3.7M13.4 2v2.9h-2.9",
	"download": "M8 2.5v7.7M4.8 7.3L8 10.5l3.2-3.2M2.8 13.3h10.4",
	"external": "M6.5 3.5h-3v9h9v-3M9.5 2.8h3.7v3.7M13 3L7.5 8.5",
	"check":    "M3 8.5l3.2 3.2L13 4.8",
	"alert":    "M8 2.3l6.2 11H1.8zM8 6.5v3.2M8 11.4v.4",
	"info":     "M8 1.9a6.1 6.1 0 1 1 0 12.2A6.1 6.1 0 0 1 8 1.9M8 7.3v3.9M8 4.9v.3",
	"chip":     "M4.5 4.5h7v7h-7zM6.3 4.5v-2M9.7 4.5v-2M6.3 13.5v-2M9.7 13.5v-2M4.5 6.3h-2M4.5 9.7h-2M13.5 6.3h-2M13.5 9.7h-2",
	"flame":    "M8 1.8c.6 2.3 3.9 3.8 3.9 7.3a3.9 3.9 0 0 1-7.8 0c0-1.5.7-2.5 1.5-3.2.2 1 .7 1.5 1.3 1.7C6.6 5.4 6.8 3.4 8 1.800z",
	"leave":    "M6.5 2.800h-3.700v10.400h3.700M10.3 5L13.3 8l-3 3M13 8H6",
	"clone":    "M3 8a2.5 2.5 0 0 1 2.5-2.500h7M10 3l2.5 2.500L10 8M12.5 9v4H3V11",
	"graph":    "M2.500 2.500h4v3h-4zM9.500 6.500h4v3h-4zM2.500 10.500h4v3h-4zM6.500 4h1.500v8h-1.500M8 8h1.500",
	"compare":  "M2.500 2.500h4.500v11h-4.500zM9 2.500h4.500v11h-4.500zM4 5.500h1.500M10.500 5.500h1.500M10.500 8h1.500",
	"lock":     "M3.5 7h9v6.500h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
}

// icon draws an outline; it is decoration, so that the words beside it carry the meaning.
func icon(name string) templ.Component {
	return printed(func(p *printer) { p.icon(name) })
}

func (p *printer) icon(name string) *printer {
	return p.html(`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="`).html(icons[name]).html(`"></path></svg>`)
}
