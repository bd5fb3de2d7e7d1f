package deployments_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
)

// anyForm makes up a form: mostly right, now and then with values that are wrong in one of many ways.
func anyForm(r *rand.Rand) deployments.Draft {
	pools := map[string][]string{
		"name":             {"one", "two", " three ", "é", strings.Repeat("x", 255)},
		"workflow_id":      {workflowID, strings.ToUpper(otherID), " " + id},
		"workflow_version": {"v1", "v2"},
		"hardware":         {"TURING_16", "AMPERE_48", "HOPPER_141"},
		"min_instances":    {"0", "1", "2", "3"},
		"max_instances":    {"1", "2", "3", "10"},
		"queue_size":       {"0", "1", "1000000"},
		"is_enabled":       {"true", "false"},

		"keep_warm_duration_in_seconds": {"0", "60", "2592000"},
	}
	wrong := []string{
		"", " ", "-1", "4", "11", "1e3", "0.5", "NaN", "null", "٣", "9223372036854775808", "true ", "AMPERE_24,AMPERE_48", `{"$ne":1}`,
		"a\x00b", "\xff", "<script>", "../..", strings.Repeat("9", 300),
	}
	form := deployments.Draft{}
	for field, good := range pools {
		switch r.IntN(20) {
		case 0: // not on the form
		case 1:
			form[field] = wrong[r.IntN(len(wrong))]
		case 2:
			form[field] = noise(r)
		default:
			form[field] = good[r.IntN(len(good))]
		}
	}
	if r.IntN(10) == 0 {
		form[noise(r)] = noise(r)
	}
	return form
}

// noise is any short text, of any bytes.
func noise(r *rand.Rand) string {
	b := make([]byte, r.IntN(12))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return string(b)
}

// TestAnyForm: whatever is posted, either the fields are named that are wrong and nothing is sent, or what is sent is within
// the document's rules (SR-34).
func TestAnyForm(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	created, updated := 0, 0
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 3))
		for _, made := range d.box.Deployments(token) {
			d.box.Remove(token, made.ID) // a long list would only make this slow
		}
		now := example()
		now.MinInstances = int64(r.IntN(4))
		now.MaxInstances = max(now.MinInstances, int64(1+r.IntN(10)))
		d.box.Put(token, now)
		form := anyForm(r)

		d.box.ResetCalls()
		_, err := d.Create(t.Context(), token, form)
		created += judge(t, seed, form, err, d.sent(http.MethodPost), func(body map[string]any) string {
			return broken(body, deployments.CreateFields(), deployments.CreateFields(), body)
		})

		d.box.ResetCalls()
		_, err = d.Update(t.Context(), token, id, form, nil)
		updated += judge(t, seed, form, err, d.sent(http.MethodPatch), func(body map[string]any) string {
			after := map[string]any{"min_instances": json.Number(fmt.Sprint(now.MinInstances)), "max_instances": json.Number(fmt.Sprint(now.MaxInstances))}
			for field, value := range body {
				after[field] = value
			}
			return broken(body, []string{"name"}, deployments.UpdateFields(), after)
		})
	}
	if created < 30 || updated < 30 {
		t.Errorf("%d creates and %d updates were sent: the forms are too wrong to test anything", created, updated)
	}
}

// judge checks one answer and returns how many bodies were sent.
func judge(t *testing.T, seed uint64, form deployments.Draft, err error, bodies []string, check func(map[string]any) string) int {
	t.Helper()
	if err != nil {
		fields := fault.Fields(err)
		if !fault.Is(err, fault.Invalid) || len(fields) == 0 || len(bodies) > 0 {
			t.Errorf("seed %d: %q: error = %v, fields = %v, sent %q", seed, form, err, fields, bodies)
		}
		for field := range fields {
			if !slices.Contains(deployments.CreateFields(), field) && !slices.Contains(deployments.UpdateFields(), field) {
				t.Errorf("seed %d: %q is called wrong, which is no field", seed, field)
			}
		}
		return 0
	}
	if len(bodies) > 1 {
		t.Errorf("seed %d: %d bodies were sent", seed, len(bodies))
	}
	for _, text := range bodies {
		var body map[string]any
		in := json.NewDecoder(bytes.NewReader([]byte(text)))
		in.UseNumber()
		if err := in.Decode(&body); err != nil {
			t.Fatalf("seed %d: body %q: %v", seed, text, err)
		}
		if rule := check(body); rule != "" {
			t.Errorf("seed %d: %q was sent as %s: %s", seed, form, text, rule)
		}
	}
	return len(bodies)
}

var (
	uuid  = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	skus  = regexp.MustCompile(`^(TURING_16|AMPERE_24|AMPERE_48|ADA_48_PLUS|AMPERE_80|ADA_80_PLUS|HOPPER_141)$`)
	whole = map[string][2]int64{
		"min_instances": {0, 3}, "max_instances": {1, 10}, "queue_size": {0, 1_000_000}, "keep_warm_duration_in_seconds": {0, 2_592_000},
	}
)

// broken names the rule of the document that a body breaks, "" for none. after is the deployment as it would be then.
func broken(body map[string]any, required, allowed []string, after map[string]any) string {
	for _, field := range required {
		if _, ok := body[field]; !ok {
			return field + " is missing"
		}
	}
	for field, value := range body {
		if !slices.Contains(allowed, field) {
			return field + " may not be sent"
		}
		if bounds, ok := whole[field]; ok {
			number, _ := value.(json.Number)
			if n, err := number.Int64(); err != nil || n < bounds[0] || n > bounds[1] {
				return field + " is out of bounds"
			}
			continue
		}
		if !fits(field, value) {
			return field + " is not what the document says"
		}
	}
	low, high := after["min_instances"].(json.Number), after["max_instances"].(json.Number)
	if integer(low.String()) > integer(high.String()) {
		return "minimum above maximum"
	}
	return ""
}

// fits judges the fields that are no numbers.
func fits(field string, value any) bool {
	text, isText := value.(string)
	switch field {
	case "name", "workflow_version":
		return isText && strings.TrimSpace(text) == text && text != "" && utf8.RuneCountInString(text) <= 255 &&
			!strings.ContainsFunc(text, unicode.IsControl) && !strings.ContainsRune(text, utf8.RuneError)
	case "workflow_id":
		return uuid.MatchString(text)
	case "hardware":
		list, _ := value.([]any)
		if len(list) != 1 {
			return false
		}
		sku, _ := list[0].(string)
		return skus.MatchString(sku)
	default:
		_, isBool := value.(bool)
		return field == "is_enabled" && isBool
	}
}
