package handlers

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/views"
)

// warmFields are what the comparison asks for, with what it assumes of an ordinary load. Numbers are above low.
var warmFields = []struct {
	name, label, unit, help, usual string
	low, high                      float64
}{
	{"requests", "Requests", "per hour", "On average, over day and night. 0.5 is one every two hours.", "2", 0.0001, 100_000},
	{"run", "One takes", "seconds", "On an instance that is warm.", "30", 0, 86_400},
	{"cold", "A cold start takes", "seconds", "Until a new instance is ready; billed. The vendor speaks of several minutes, others of one.", "120", 0, 86_400},
	{"keep_warm", "Keep warm", "seconds", "How long an idle instance stays after its last job; billed.", "60", 0, 2_592_000},
}

// Warm compares an instance that is kept warm with one that starts on demand, for a load that somebody states.
func (s *Site) Warm(c echo.Context) error {
	frame, err := s.Page(c, "Warm or on demand")
	if err != nil {
		return err
	}
	plan := s.plan(c)
	sku := c.QueryParam(deployments.FieldHardware)
	if _, known := deployments.FindHardware(sku); !known {
		sku = deployments.NewDraft()[deployments.FieldHardware]
	}
	m := views.WarmPage{Page: frame, Hardware: choices(sku, plan), Note: "An estimate: " + plan.Name + ", prices as of " + s.Deck.Prices().AsOf.Format("2 Jan 2006") + "."}
	status, numbers := http.StatusOK, make([]float64, len(warmFields))
	for i, f := range warmFields {
		typed := f.usual
		if c.QueryParams().Has(f.name) {
			typed = strings.TrimSpace(c.QueryParam(f.name))
		}
		field := views.Field{Name: f.name, Label: f.label, Value: typed, Unit: f.unit, Help: f.help}
		n, err := strconv.ParseFloat(typed, 64)
		if err != nil || !(n >= f.low && n <= f.high) {
			field.Error = fmt.Sprintf("Enter a number from %s to %s.", strconv.FormatFloat(f.low, 'f', -1, 64), strconv.FormatFloat(f.high, 'f', -1, 64))
			status = http.StatusUnprocessableEntity
		}
		numbers[i] = n
		m.Fields = append(m.Fields, field)
	}
	if status == http.StatusOK {
		load := deployments.Load{PerHour: numbers[0], Run: numbers[1], ColdStart: numbers[2], KeepWarm: numbers[3]}
		m.Answer, m.Money = warmAnswer(load, deployments.CompareWarm(load, sku, plan))
	}
	return Render(c, status, m.Page, views.Warm(m))
}

// warmAnswer says for whom it pays, and what it costs.
func warmAnswer(l deployments.Load, w deployments.Warmth) (string, []views.MoneyLine) {
	if !w.Known {
		return "There is no price for this hardware in the table of this server, so that nothing can be said.", nil
	}
	line := func(name string, hourly deployments.Money, cold float64) views.MoneyLine {
		return views.MoneyLine{Label: name, Before: hourly.String() + "/h", After: deployments.Monthly(hourly).String(), Change: percent(cold)}
	}
	lines := []views.MoneyLine{line("On demand (minimum 0)", w.OnDemand, w.Cold), line("One kept warm (minimum 1)", w.Warm, 0)}
	switch more := w.Warm - w.OnDemand; {
	case w.Busy:
		return "One instance cannot do this alone, and would never go idle: a minimum of 1 costs nothing more, and saves the first cold start.", lines
	case w.Warm <= w.OnDemand+w.OnDemand/20:
		return "Keep one warm: it costs hardly more than starting on demand, and nobody waits.", lines
	default:
		return fmt.Sprintf("On demand is cheaper: keeping one warm costs %s more in 30 days. For that, %s of the requests no longer wait %s s for a cold start.",
			deployments.Monthly(more), percent(w.Cold), strconv.FormatFloat(l.ColdStart, 'f', -1, 64)), lines
	}
}

// percent is a share for people; what is very little is not nothing.
func percent(share float64) string {
	switch {
	case share == 0:
		return "0 %"
	case share < 0.01:
		return "under 1 %"
	case share > 0.99 && share < 1:
		return "over 99 %"
	default:
		return strconv.Itoa(int(100*share+0.5)) + " %"
	}
}
