package deployments

import "github.com/comfydeck/comfydeck/internal/fleet"

// month is what the vendor's examples and ours call a month: 30 days, in hours.
const month = 30 * 24

// Cost is what a deployment may cost at a plan's prices: the floor is paid around the clock, the ceiling with every instance
// busy. Known is false when the hardware has no price or a number is missing; nothing may then be said about money.
type Cost struct {
	Floor, Ceiling Money // per hour
	Known          bool
}

// Monthly is an hourly amount over 30 days.
func Monthly(hourly Money) Money { return hourly.times(month) }

// CostOf estimates a deployment as it is set. While paused it costs nothing.
func CostOf(d Deployment, p Plan) Cost {
	hourly, ok := p.Hourly(SKU(d))
	if !ok || !d.MinInstances.Known || !d.MaxInstances.Known || len(d.Hardware) != 1 {
		return Cost{}
	}
	if PowerOf(d) == Paused {
		return Cost{Known: true}
	}
	return Cost{Floor: hourly.times(WarmInstances(d)), Ceiling: hourly.times(max(d.MaxInstances.Value, 0)), Known: true}
}

// FleetCost adds up the deployments whose cost is known; Unpriced counts the others.
type FleetCost struct {
	Floor, Ceiling Money // per hour
	Unpriced       int
}

func (f *FleetCost) add(c Cost) {
	if !c.Known {
		f.Unpriced++
		return
	}
	f.Floor, f.Ceiling = f.Floor.plus(c.Floor), f.Ceiling.plus(c.Ceiling)
}

// CostOfFleet estimates all the deployments that were counted.
func CostOfFleet(c fleet.Counts, p Plan) FleetCost {
	total := FleetCost{Unpriced: c.Unsized}
	for _, part := range c.Capacity {
		hourly, ok := p.Hourly(part.SKU)
		if !ok {
			total.Unpriced += part.Deployments
			continue
		}
		total.Floor = total.Floor.plus(hourly.times(part.Floor))
		total.Ceiling = total.Ceiling.plus(hourly.times(part.Ceiling))
	}
	return total
}
