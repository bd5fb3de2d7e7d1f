package handlers

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/visible"
)

// ExportCSV is the list in sight, all pages of it, as a table for people: what it costs beside the settings.
func (s *Site) ExportCSV(c echo.Context) error {
	plan := s.plan(c)
	return s.export(c, "csv", "text/csv; charset=utf-8", func(w io.Writer, all *fleet.Index, kept *fleet.Notes, rows []int32) error {
		return writeCSV(w, all, kept, rows, plan, s.Deck.Prices().AsOf)
	})
}

// ExportJSON is the same list for programs: every deployment exactly as the API sent it, and after that what is kept here about
// it as the member comfydeck.
func (s *Site) ExportJSON(c echo.Context) error {
	return s.export(c, "json", "application/json; charset=utf-8", writeJSON)
}

// export finds what the address asks for and sends it row by row: a list of ten thousand is never held as a whole file.
func (s *Site) export(c echo.Context, ending, kind string, write func(io.Writer, *fleet.Index, *fleet.Notes, []int32) error) error {
	state := paths.ParseList(c.QueryParams())

	all, err := s.Deck.Fleet(c.Request().Context(), caller(c).Account, caller(c).Token, deployments.Recent)
	if err != nil {
		return err
	}

	kept, err := s.Notes.Of(c.Request().Context(), caller(c).Account)
	if err != nil {
		return err
	}

	h := c.Response().Header()
	h.Set(echo.HeaderContentDisposition, `attachment; filename="deployments-`+all.ReadAt.UTC().Format("2006-01-02-1504")+`-utc.`+ending+`"`)
	h.Set(echo.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
	h.Set(echo.HeaderContentType, kind)
	err = write(c.Response(), all.Index, kept, all.Find(question(state, s.plan(c), kept, s.Now())).Rows)
	if left := c.Request().Context().Err(); left != nil {
		return left // no failure of ours: the person has gone, and the rest has nowhere to go
	}
	return err
}

var csvHeader = []string{
	"id", "name", "is_enabled", "status", "hardware", "workflow_id", "workflow_version", "min_instances", "max_instances", "queue_size",
	"keep_warm_duration_in_seconds", "created_at", "updated_at", "estimated_floor_usd_per_hour", "estimated_ceiling_usd_per_hour", "price_plan", "prices_as_of",
	"owner", "tags", "note", "locked_because",
}

func writeCSV(w io.Writer, all *fleet.Index, kept *fleet.Notes, rows []int32, plan deployments.Plan, asOf time.Time) error {
	out := csv.NewWriter(w)
	if err := out.Write(csvHeader); err != nil {
		return err
	}
	for _, row := range rows {
		d := all.At(row)
		note := kept.Of(d.ID)
		floor, ceiling := "no price", "no price"
		if c := deployments.CostOf(d, plan); c.Known {
			floor, ceiling = c.Floor.Decimal(), c.Ceiling.Decimal()
		}
		err := out.Write([]string{
			cell(d.ID), cell(d.Name), enabledCell(d), cell(d.Status), cell(strings.Join(d.Hardware, " ")), cell(d.WorkflowID), cell(d.WorkflowVersion),
			numberCell(d.MinInstances), numberCell(d.MaxInstances), numberCell(d.QueueSize), numberCell(d.KeepWarmDurationInSeconds),
			cell(d.CreatedAt.Raw), cell(d.UpdatedAt.Raw), floor, ceiling, cell(plan.Name), asOf.Format(time.DateOnly),
			cell(note.Owner), cell(strings.Join(note.Tags, ", ")), cell(note.Text), cell(note.Lock),
		})
		if err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func writeJSON(w io.Writer, all *fleet.Index, kept *fleet.Notes, rows []int32) error {
	out := bufio.NewWriter(w)
	separator := "[\n"
	for _, row := range rows {
		_, _ = out.WriteString(separator) // a failure stays in the writer until Flush tells it
		if err := writeNoted(out, all.Raw(row), kept.Of(all.Snapshot().ID(int(row)))); err != nil {
			return err
		}
		separator = ",\n"
	}
	if len(rows) == 0 {
		_, _ = out.WriteString("[")
	}
	_, _ = out.WriteString("\n]\n")
	return out.Flush()
}

// writeNoted writes an object of JSON with a note as its last member; without a note as it is.
func writeNoted(out *bufio.Writer, object string, n fleet.Note) error {
	open, whole := strings.CutSuffix(object, "}")
	if whole && (n.Text != "" || n.Owner != "" || n.Lock != "" || len(n.Tags) > 0) {
		note, err := json.Marshal(map[string]any{"owner": n.Owner, "tags": append([]string{}, n.Tags...), "note": n.Text, "locked_because": n.Lock})
		if err != nil {
			return err
		}
		object = open + `,"comfydeck":` + string(note) + "}"
	}
	_, err := out.WriteString(object)
	return err
}

// cell keeps a spreadsheet from taking a text of the API for a formula (SR-27): one that begins like it gets an apostrophe,
// which says that text follows. Invisible characters are spelled out; the JSON has them as they are.
func cell(text string) string {
	text = visible.Text(text)
	begins := strings.TrimLeftFunc(text, unicode.IsSpace)
	if strings.IndexFunc(begins, startsFormula) == 0 || strings.HasPrefix(text, "\t") || strings.HasPrefix(text, "\n") {
		return "'" + text
	}
	return text
}

// startsFormula knows the wide forms as well: spreadsheets read them like the narrow ones.
func startsFormula(r rune) bool { return strings.ContainsRune("=+-@＝＋－＠", r) }

// numberCell is a number as it is, negative or not: it came as one, so that no spreadsheet sees a formula in it.
func numberCell(n deployments.Number) string {
	if !n.Known {
		return ""
	}
	return strconv.FormatInt(n.Value, 10)
}

func enabledCell(d deployments.Deployment) string {
	if !d.IsEnabled.Known {
		return ""
	}
	return strconv.FormatBool(d.IsEnabled.Value)
}
