package deployments

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/internal/fleet"
)

//go:embed prices.json
var defaultPrices []byte

// Money is an amount in millionths of a dollar, so that sums stay exact.
type Money int64

const dollar = 1_000_000

// String is the amount as people write it: "$2.50", "$1,800". Whole dollars from 100 up lose their cents.
func (m Money) String() string {
	sign := ""
	if m < 0 {
		sign, m = "−", -m
	}
	if m >= 100*dollar {
		return sign + "$" + group(int64(m)/dollar+(int64(m)%dollar+dollar/2)/dollar)
	}
	cents := (int64(m) + dollar/200) / (dollar / 100)
	return sign + "$" + strconv.FormatInt(cents/100, 10) + string([]byte{'.', byte('0' + cents/10%10), byte('0' + cents%10)})
}

// times multiplies by a number of instances or hours. What is too large for an amount is the largest one: the API may send
// any number, and none must turn a cost into a gain.
func (m Money) times(n int64) Money {
	if m > 0 && n > math.MaxInt64/int64(m) {
		return math.MaxInt64
	}
	return m * Money(n)
}

// plus adds up in the same way. Neither amount is negative.
func (m Money) plus(other Money) Money {
	if m > math.MaxInt64-other {
		return math.MaxInt64
	}
	return m + other
}

// Decimal is the amount as programs read it: "2.50", with as many decimals as it has, up to six.
func (m Money) Decimal() string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	text := strings.TrimRight(fmt.Sprintf("%06d", int64(m)%dollar), "0")
	for len(text) < 2 {
		text += "0"
	}
	return sign + strconv.FormatInt(int64(m)/dollar, 10) + "." + text
}

func group(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Prices is a dated table of what an instance costs per hour. The API tells no prices, so that every amount made of it is an
// estimate as of that date.
type Prices struct {
	AsOf  time.Time
	Plans []Plan // at least one; the first is the default
}

// Plan is one of the vendor's tariffs.
type Plan struct {
	ID, Name string
	hourly   map[string]Money
	rates    *fleet.Rates
}

// DefaultPrices is the table this version was made with.
func DefaultPrices() Prices {
	p, err := parsePrices(defaultPrices)
	if err != nil {
		panic(err) // the embedded file is broken: any test shows it
	}
	return p
}

// LoadPrices reads a table an operator wrote, in the form of the embedded prices.json.
func LoadPrices(path string) (Prices, error) {
	b, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return Prices{}, err
	}
	return parsePrices(b)
}

// Rates are the plan's prices for sorting a fleet by cost.
func (p Plan) Rates() *fleet.Rates { return p.rates }

// Plan finds a plan by its id; an unknown one is the default.
func (p Prices) Plan(id string) Plan {
	for _, plan := range p.Plans {
		if plan.ID == id {
			return plan
		}
	}
	return p.Plans[0]
}

// Hourly is what one instance costs per hour; false when the table has no price for the SKU, which is never the same as
// nothing to pay.
func (p Plan) Hourly(sku string) (Money, bool) {
	m, ok := p.hourly[sku]
	return m, ok
}

func parsePrices(b []byte) (Prices, error) {
	var file struct {
		AsOf     string `json:"as_of"`
		Currency string `json:"currency"`
		Plans    []struct {
			ID      string            `json:"id"`
			Name    string            `json:"name"`
			PerHour map[string]string `json:"per_hour"`
		} `json:"plans"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		return Prices{}, fmt.Errorf("prices: %w", err)
	}
	asOf, err := time.Parse(time.DateOnly, file.AsOf)
	if err != nil {
		return Prices{}, fmt.Errorf("prices: as_of: want a date like 2026-11-23, got %q", file.AsOf)
	}
	if file.Currency != "USD" || len(file.Plans) == 0 {
		return Prices{}, errors.New(`prices: want "currency": "USD" and at least one plan`)
	}
	out := Prices{AsOf: asOf}
	for _, f := range file.Plans {
		plan := Plan{ID: f.ID, Name: f.Name, hourly: map[string]Money{}}
		if f.ID == "" || f.Name == "" {
			return Prices{}, errors.New("prices: every plan needs an id and a name")
		}
		for sku, text := range f.PerHour {
			if plan.hourly[sku], err = parseMoney(text); err != nil {
				return Prices{}, fmt.Errorf("prices: plan %s, %s: %w", f.ID, sku, err)
			}
		}
		plan.rates = &fleet.Rates{Of: func(sku string) (int64, bool) { m, ok := plan.hourly[sku]; return int64(m), ok }}
		out.Plans = append(out.Plans, plan)
	}
	return out, nil
}

// parseMoney reads a decimal with at most six places, exactly.
func parseMoney(text string) (Money, error) {
	whole, fraction, _ := strings.Cut(text, ".")
	if len(fraction) > 6 || strings.HasPrefix(text, "-") || strings.HasPrefix(text, "+") {
		return 0, fmt.Errorf("want an amount like 2.50, got %q", text)
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", 6-len(fraction)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("want an amount like 2.50, got %q", text)
	}
	return Money(n), nil
}
