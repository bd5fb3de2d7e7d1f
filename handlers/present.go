package handlers

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/visible"
	"github.com/comfydeck/comfydeck/views"
)

const (
	maxShown = 300 // characters of any one text of the API on a page
	unknown  = "unknown"
)

// RequestID is the id of this request, which every message about a failure names.
func RequestID(c echo.Context) string {
	return c.Response().Header().Get(echo.HeaderXRequestID)
}

// clean makes a text of the API fit to be read: invisible characters spelled out, cut to a length.
func clean(s string) string { return visible.Clip(s, maxShown) }

// orUnknown stands in for a text the API left out.
func orUnknown(s string) string {
	if s = clean(s); strings.TrimSpace(s) == "" {
		return unknown
	}
	return s
}

func displayName(d deployments.Deployment) string {
	if name := clean(d.Name); strings.TrimSpace(name) != "" {
		return name
	}
	return "Deployment without a name"
}

// orUnread stands in for the deployment that a request names while nothing of it could be read.
func orUnread(c echo.Context, d deployments.Deployment) deployments.Deployment {
	if d.ID == "" {
		return deployments.Deployment{ID: c.Param("id"), Name: "this deployment"}
	}
	return d
}

func count(n deployments.Number) string {
	if !n.Known {
		return unknown
	}
	return thousands(n.Value)
}

// thousands groups digits as English readers expect.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// enumerate is "a, b and c".
func enumerate(list []string) string {
	if n := len(list); n > 1 {
		return strings.Join(list[:n-1], ", ") + " and " + list[n-1]
	}
	return strings.Join(list, "")
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// instances is "0–3"; a missing half is said.
func instances(d deployments.Deployment) string {
	low, high := "?", "?"
	if d.MinInstances.Known {
		low = thousands(d.MinInstances.Value)
	}
	if d.MaxInstances.Known {
		high = thousands(d.MaxInstances.Value)
	}
	return low + "–" + high
}

// seconds words a duration as people say it: "45 s", "5 min", "1 h 30 min".
func seconds(n deployments.Number) string {
	if !n.Known {
		return unknown
	}
	s := n.Value
	switch {
	case s < 0 || s > 366*86400:
		return thousands(s) + " s"
	case s < 120:
		return strconv.FormatInt(s, 10) + " s"
	}
	var parts []string
	for _, u := range []struct {
		size int64
		name string
	}{{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}} {
		if n := s / u.size; n > 0 {
			parts = append(parts, strconv.FormatInt(n, 10)+" "+u.name)
			s %= u.size
		}
	}
	return strings.Join(parts, " ")
}

// stamp words a time: how long ago, the exact time on hover.
func (s *Site) stamp(t deployments.Time) views.Stamp {
	if t.Time.IsZero() {
		return views.Stamp{Human: orUnknown(t.Raw)}
	}
	at := t.Time.UTC()
	return views.Stamp{ISO: at.Format(time.RFC3339), Exact: at.Format("2 Jan 2006, 15:04:05 UTC"), Human: ago(s.Now().Sub(at), at)}
}

// stampOf is a time of our own.
func (s *Site) stampOf(t time.Time) views.Stamp { return s.stamp(deployments.Time{Time: t}) }

// readAt is the time something was read that may be shown again: how long ago, and the clock time.
func (s *Site) readAt(t time.Time) views.Age {
	seconds := max(0, int(s.Now().Sub(t).Seconds()))
	human := strconv.Itoa(seconds) + " s ago"
	if seconds >= 100 {
		human = strconv.Itoa(seconds/60) + " min ago"
	}
	at := t.UTC()
	return views.Age{
		Stamp:   views.Stamp{ISO: at.Format(time.RFC3339), Exact: at.Format("2 Jan 2006, 15:04:05 UTC"), Human: human},
		Seconds: strconv.Itoa(seconds), Clock: at.Format("15:04:05 UTC"),
	}
}

// read is the time something was read: a clock time, since "just now" would grow old on the screen.
func (s *Site) read() views.Stamp {
	at := s.Now().UTC()
	return views.Stamp{ISO: at.Format(time.RFC3339), Exact: at.Format("2 Jan 2006, 15:04:05 UTC"), Human: "at " + at.Format("15:04:05 UTC")}
}

func ago(d time.Duration, at time.Time) string {
	switch {
	case d < -time.Minute || d >= 30*24*time.Hour:
		return at.Format("2 Jan 2006")
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	case d < 48*time.Hour:
		return "yesterday"
	default:
		return fmt.Sprintf("%d days ago", int(d.Hours()/24))
	}
}

func power(d deployments.Deployment) views.Badge {
	switch deployments.PowerOf(d) {
	case deployments.Enabled:
		return views.Badge{Tone: "good", Label: "Enabled"}
	case deployments.Paused:
		return views.Badge{Tone: "quiet", Label: "Paused", Hint: "Takes no requests and runs no instances"}
	default:
		return views.Badge{Tone: "odd", Label: "Unknown", Hint: "The API does not say whether it is enabled"}
	}
}

func warm(d deployments.Deployment) string {
	if n := deployments.WarmInstances(d); n > 0 {
		return thousands(n) + " warm"
	}
	return ""
}

func hardware(d deployments.Deployment) views.Hardware {
	sku := deployments.SKU(d)
	if sku == "" {
		return views.Hardware{Label: unknown}
	}
	h, ok := deployments.FindHardware(sku)
	if !ok {
		return views.Hardware{Label: clean(sku), SKU: clean(sku), Others: len(d.Hardware) - 1}
	}
	return views.Hardware{SKU: sku, Label: gpu(h), Known: true, Others: len(d.Hardware) - 1}
}

func gpu(h deployments.Hardware) string {
	return strconv.Itoa(h.MemoryGB) + " GB · " + h.GPU
}

// switchOf is the form that turns a deployment the other way; without knowing its state, pausing is the safe offer.
func (s *Site) switchOf(d deployments.Deployment) views.Switch {
	if s.Deck.ReadOnly() {
		return views.Switch{}
	}
	if deployments.PowerOf(d) == deployments.Paused {
		hint := "Take requests again"
		if d.MinInstances.Known && d.MinInstances.Value > 0 {
			hint += "; " + plural(d.MinInstances.Value, "instance", "instances") + " will run, and cost, around the clock"
		}
		return views.Switch{Action: paths.EnableDeployment(d.ID), Label: "Enable", Hint: hint, On: true}
	}
	return views.Switch{Action: paths.DisableDeployment(d.ID), Label: "Pause", Hint: "Fail running and new requests, stop every instance and its cost"}
}

func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base
	}
	return u.Host
}

// nextLabel says in words where sign-in leads.
func nextLabel(next string) string {
	path, query, _ := strings.Cut(next, "?")
	switch {
	case path == paths.Deployments && query == "", path == "":
		return ""
	case path == paths.Deployments:
		return "the list with your search"
	case path == paths.Preferences:
		return "your preferences"
	case path == paths.Shares:
		return "your share links"
	case path == paths.Views:
		return "your views"
	case strings.HasPrefix(path, paths.Webhooks):
		return "your webhooks"
	case path == paths.DeploymentsCSV, path == paths.DeploymentsJSON:
		return "the export of your list"
	case path == paths.NewDeployment:
		return "the form for a new deployment"
	default:
		rest := strings.TrimPrefix(path, paths.Deployments+"/")
		id, _, _ := strings.Cut(rest, "/")
		return "deployment " + id
	}
}
