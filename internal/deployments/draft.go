package deployments

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/comfydeck/comfydeck/internal/fault"
)

// The fields of a form, by the API's own names.
const (
	FieldName            = "name"
	FieldWorkflowID      = "workflow_id"
	FieldWorkflowVersion = "workflow_version"
	FieldHardware        = "hardware"
	FieldMinInstances    = "min_instances"
	FieldMaxInstances    = "max_instances"
	FieldQueueSize       = "queue_size"
	FieldKeepWarm        = "keep_warm_duration_in_seconds"
	FieldIsEnabled       = "is_enabled"
	FieldConfirmName     = "confirm_name"
)

// CreateFields are the fields of "Create a Deployment", in the order of the form.
func CreateFields() []string {
	return []string{FieldName, FieldWorkflowID, FieldWorkflowVersion, FieldHardware, FieldMinInstances, FieldMaxInstances, FieldQueueSize, FieldKeepWarm}
}

// UpdateFields are the "Updatable fields" of "Update a Deployment", in the order of the form.
func UpdateFields() []string {
	return []string{FieldName, FieldWorkflowVersion, FieldHardware, FieldMinInstances, FieldMaxInstances, FieldQueueSize, FieldKeepWarm, FieldIsEnabled}
}

// Bounds of our own where the document has none: far above any real use, far below what overflows.
const (
	maxText     = 255       // characters of a name or a version
	maxQueue    = 1_000_000 // requests
	maxKeepWarm = 2_592_000 // seconds: 30 days
)

// Limits are the bounds of the instance numbers. The document says 3 and 10, newer pages of the vendor more, so that an
// operator can raise them.
type Limits struct {
	MinInstances int64 // highest min_instances
	MaxInstances int64 // highest max_instances
}

// Draft is a form as typed, keyed by field. A field that is not in the map was not on the form.
type Draft map[string]string

// DraftOf is the form that describes a deployment as it is. Unknown values give an empty field.
func DraftOf(d Deployment) Draft {
	return Draft{
		FieldName:            d.Name,
		FieldWorkflowID:      d.WorkflowID,
		FieldWorkflowVersion: d.WorkflowVersion,
		FieldHardware:        SKU(d),
		FieldMinInstances:    number(d.MinInstances.Value, d.MinInstances.Known),
		FieldMaxInstances:    number(d.MaxInstances.Value, d.MaxInstances.Known),
		FieldQueueSize:       number(d.QueueSize.Value, d.QueueSize.Known),
		FieldKeepWarm:        number(d.KeepWarmDurationInSeconds.Value, d.KeepWarmDurationInSeconds.Known),
		FieldIsEnabled:       map[Power]string{Enabled: "true", Paused: "false"}[PowerOf(d)],
	}
}

// NewDraft is the form a new deployment starts from: the defaults of the vendor's own clients, which cost nothing while idle.
func NewDraft() Draft {
	return Draft{FieldHardware: "AMPERE_48", FieldMinInstances: "0", FieldMaxInstances: "1", FieldQueueSize: "1", FieldKeepWarm: "60"}
}

// CloneOf is a create form prefilled from a deployment. It starts without warm instances: a copy must not cost money by itself.
func CloneOf(d Deployment) Draft {
	c := DraftOf(d)
	delete(c, FieldIsEnabled)
	c[FieldName] = clip(d.Name+" copy", maxText)
	c[FieldMinInstances] = "0"
	return c
}

// values is a draft that passed the rules.
type values struct {
	text    map[string]string
	numbers map[string]int64
	enabled bool
}

// check reads the named fields of a draft and reports everything that is wrong with them. Fields that are not named are
// neither read nor judged.
func (d Draft) check(l Limits, fields []string) (values, map[string]string) {
	v := values{text: map[string]string{}, numbers: map[string]int64{}}
	wrong := map[string]string{}
	for _, f := range fields {
		if problem := v.read(f, strings.TrimSpace(d[f]), l); problem != "" {
			wrong[f] = problem
		}
	}
	return v, wrong
}

// read judges one value; the answer is what is wrong with it, "" when nothing is.
func (v *values) read(field, typed string, l Limits) string {
	switch field {
	case FieldName, FieldWorkflowVersion:
		v.text[field] = typed
		return checkText(field, typed)
	case FieldWorkflowID:
		v.text[field] = strings.ToLower(typed)
		return checkWorkflowID(typed)
	case FieldHardware:
		v.text[field] = typed
		if _, ok := FindHardware(typed); !ok {
			return "Choose one of the hardware types."
		}
	case FieldIsEnabled:
		v.enabled = typed == "true"
		if typed != "true" && typed != "false" {
			return "Choose enabled or paused."
		}
	default:
		low, high, _ := Bounds(field, l)
		return v.readNumber(field, typed, low, high)
	}
	return ""
}

// Bounds are the lowest and highest value of a number field; ok is false for other fields.
func Bounds(field string, l Limits) (low, high int64, ok bool) {
	switch field {
	case FieldMinInstances:
		return 0, l.MinInstances, true
	case FieldMaxInstances:
		return 1, l.MaxInstances, true
	case FieldQueueSize:
		return 0, maxQueue, true
	case FieldKeepWarm:
		return 0, maxKeepWarm, true
	default:
		return 0, 0, false
	}
}

func (v *values) readNumber(field, typed string, low, high int64) string {
	n, err := strconv.ParseInt(typed, 10, 64)
	if err != nil || n < low || n > high {
		return fmt.Sprintf("Enter a whole number from %d to %d.", low, high)
	}
	v.numbers[field] = n
	return ""
}

func checkText(field, typed string) string {
	what := "name"
	if field == FieldWorkflowVersion {
		what = "workflow version, for example v1"
	}
	switch {
	case typed == "":
		return "Enter a " + what + "."
	case utf8.RuneCountInString(typed) > maxText:
		return fmt.Sprintf("Use at most %d characters.", maxText)
	case !utf8.ValidString(typed):
		return "Some of these characters did not arrive intact (they are not UTF-8). Type them again."
	case strings.ContainsFunc(typed, unicode.IsControl):
		return "Remove line breaks and other control characters."
	}
	return ""
}

var workflowID = regexp.MustCompile(`^(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func checkWorkflowID(typed string) string {
	switch {
	case typed == "":
		return "Enter the id of the workflow: a UUID, from the workflow's page at RunComfy."
	case !workflowID.MatchString(typed):
		return "This is not a UUID. A UUID looks like 00000000-0000-0000-0000-000000001111."
	}
	return ""
}

// checkPair holds min <= max, with stored values for the half that is not changed.
func checkPair(low, high int64, wrong map[string]string, blame string) {
	if low > high && wrong[FieldMinInstances] == "" && wrong[FieldMaxInstances] == "" {
		wrong[blame] = fmt.Sprintf("Minimum (%d) must not be above maximum (%d).", low, high)
	}
}

func invalid(wrong map[string]string) error {
	if len(wrong) == 0 {
		return nil
	}
	message := "One value needs your attention. Nothing was sent."
	if len(wrong) > 1 {
		message = fmt.Sprintf("%d values need your attention. Nothing was sent.", len(wrong))
	}
	return &fault.Error{Kind: fault.Invalid, Message: message, Fields: wrong}
}

func number(n int64, known bool) string {
	if !known {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func clip(s string, limit int) string {
	if r := []rune(s); len(r) > limit {
		return string(r[:limit])
	}
	return s
}
