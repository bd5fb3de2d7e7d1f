package sandbox

import "net/http"

// The error codes of https://docs.runcomfy.com/serverless/error-codes that the Deployment API uses.
const (
	codeUnauthorized = 401001
	codeForbidden    = 403003
	codeNotFound     = 404001
	codeValidation   = 422001
	codeInternal     = 500001
	codeFunds        = 10001 // answered by faults only
)

// answer is what a call is answered with. A fault may change it before it is sent.
type answer struct {
	status      int
	contentType string // "" means application/json
	header      http.Header
	body        []byte // must not be changed in place: list answers are shared
}

// problem is one element of the detail array of a refusal with 422.
type problem struct {
	Loc  []any  `json:"loc"`
	Msg  string `json:"msg"`
	Type string `json:"type"`
}

type errorBody struct {
	Code    int       `json:"error_code,omitempty"`
	Message string    `json:"error_message"`
	Detail  []problem `json:"detail,omitempty"`
}

func succeed(body []byte) answer { return answer{status: http.StatusOK, body: body} }

// refuse makes an error answer; code 0 leaves error_code out.
func refuse(status, code int, message string) answer {
	return answer{status: status, body: encode(errorBody{Code: code, Message: message})}
}

func invalid(problems []problem) answer {
	message := "Validation error"
	for _, p := range problems {
		if p.Msg == nameRequired {
			message = nameRequired
		}
	}
	body := errorBody{Code: codeValidation, Message: message, Detail: problems}
	return answer{status: http.StatusUnprocessableEntity, body: encode(body)}
}
