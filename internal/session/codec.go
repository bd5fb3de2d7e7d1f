package session

import (
	"encoding/json"
	"fmt"
	"time"
)

// codec keeps the values of a session as JSON. They are texts, all of them; gob, which scs would use, takes its types apart anew
// for every page.
type codec struct{}

type encoded struct {
	Deadline time.Time         `json:"deadline"`
	Values   map[string]string `json:"values"`
}

// Encode implements scs.Codec.
func (codec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	e := encoded{Deadline: deadline, Values: make(map[string]string, len(values))}
	for name, value := range values {
		text, ok := value.(string)
		if !ok {
			return nil, fmt.Errorf("session: %s is a %T, not a text", name, value)
		}
		e.Values[name] = text
	}
	return json.Marshal(e)
}

// Decode implements scs.Codec.
func (codec) Decode(b []byte) (time.Time, map[string]any, error) {
	var e encoded
	if err := json.Unmarshal(b, &e); err != nil {
		return time.Time{}, nil, fmt.Errorf("session: %w", err)
	}
	values := make(map[string]any, len(e.Values))
	for name, value := range e.Values {
		values[name] = value
	}
	return e.Deadline, values, nil
}

// encodeAccounts keeps what is told of accounts as one of the texts of a session.
func encodeAccounts(list []Account) string {
	pairs := make([][2]string, len(list))
	for i, a := range list {
		pairs[i] = [2]string{a.Account, a.Name}
	}
	text, err := json.Marshal(pairs)
	if err != nil {
		panic("session: encode accounts: " + err.Error()) // texts can always be encoded
	}
	return string(text)
}

func decodeAccounts(text string) ([]Account, error) {
	if text == "" {
		return nil, nil
	}
	var pairs [][2]string
	if err := json.Unmarshal([]byte(text), &pairs); err != nil {
		return nil, fmt.Errorf("session: accounts: %w", err)
	}
	list := make([]Account, len(pairs))
	for i, p := range pairs {
		list[i] = accountOf(p[0], p[1])
	}
	return list, nil
}
