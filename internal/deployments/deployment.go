// Package deployments is the domain: what a deployment is, which values it accepts, and how it is read and changed through
// the Deployment API. It is the one place with business rules; it knows neither HTTP requests nor pages.
package deployments

import (
	"github.com/comfydeck/comfydeck/apiclient"
)

// Deployment is a deployment as the API last described it. Unknown values stay unknown: see apiclient.Optional.
type Deployment = apiclient.Deployment

// Number is a count the API may have left out.
type Number = apiclient.Optional[int64]

// Time is a point in time with the text it came as.
type Time = apiclient.Timestamp

// Power says whether a deployment takes requests.
type Power int

// A deployment whose answer lacks is_enabled is neither on nor paused.
const (
	PowerUnknown Power = iota
	Enabled
	Paused
)

// PowerOf reads is_enabled; the open-ended status does not decide it.
func PowerOf(d Deployment) Power {
	switch {
	case !d.IsEnabled.Known:
		return PowerUnknown
	case d.IsEnabled.Value:
		return Enabled
	default:
		return Paused
	}
}

// WarmInstances is how many instances are billed around the clock: the minimum while enabled, none while paused.
func WarmInstances(d Deployment) int64 {
	if PowerOf(d) == Paused || !d.MinInstances.Known {
		return 0
	}
	return max(d.MinInstances.Value, 0)
}

// SKU is the deployment's hardware: the first entry, "" when there is none.
func SKU(d Deployment) string {
	if len(d.Hardware) == 0 {
		return ""
	}
	return d.Hardware[0]
}
