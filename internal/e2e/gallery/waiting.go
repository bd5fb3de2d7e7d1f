package main

// wait is a screen while something is on its way: a fixture, and the control in it that asked.
type wait struct{ of, control string }

var waits = map[string]wait{
	"activity/waiting":    {"activity/some", ".pager a:not([download])"},
	"deployment/waiting":  {"deployment/full", "[data-key=refresh]"},
	"deployments/waiting": {"deployments/many", "[data-key=refresh]"},
	"inside/waiting":      {"inside/found", ".search"},
	"payload/waiting":     {"payload/tree", ".node__open"},
	"workflow/waiting":    {"workflow/chosen", ".graph a"},
}

// script brings about what the scripts and the browser library do after 150 ms.
func (w wait) script() string {
	return `{ const control = document.querySelector("` + w.control + `"); control.classList.add("htmx-request");
		document.documentElement.dataset.busy = ["#main", "tbody", ".search", ".read"].filter((place) => control.closest(place)).join(" "); }`
}
