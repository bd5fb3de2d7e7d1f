package deployments

import "math"

// Load is what one instance of a deployment is asked to do, on average. Requests arrive independently of each other.
type Load struct {
	PerHour   float64 // requests, above 0
	Run       float64 // seconds that one takes on a warm instance
	ColdStart float64 // seconds until a new instance is ready, billed
	KeepWarm  float64 // seconds an idle instance stays, billed
}

// Warmth compares an instance that is always there with one that comes and goes.
type Warmth struct {
	Warm, OnDemand Money   // per hour
	Cold           float64 // share of requests that wait for a cold start on demand, 0 to 1
	Busy           bool    // one instance is not enough for the load: it never goes away on its own
	Known          bool    // the hardware has a price
}

// CompareWarm estimates for whom keeping an instance warm pays. The vendor bills cold start, execution and the time an
// instance is kept warm, and an instance that is always there around the clock (about-billing). With Poisson arrivals of rate r,
// a request of s seconds is followed by min(gap, k) idle seconds that are billed, and by a cold start of c seconds when the gap
// is longer than k: r·(s + (1−e^(−r·k))/r + c·e^(−r·k)) seconds are billed per second, at most 1.
func CompareWarm(l Load, sku string, p Plan) Warmth {
	hourly, ok := p.Hourly(sku)
	if !ok || l.PerHour <= 0 {
		return Warmth{}
	}
	r := l.PerHour / 3600
	cold := math.Exp(-r * l.KeepWarm)
	billed := min(1, r*l.Run+(1-cold)+r*l.ColdStart*cold)
	w := Warmth{Warm: hourly, OnDemand: Money(math.Round(float64(hourly) * billed)), Cold: cold, Busy: r*l.Run >= 1, Known: true}
	if w.Busy {
		w.Cold, w.OnDemand = 0, hourly
	}
	return w
}
