package session

import (
	"bytes"
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

// browserCodec keeps the values of the browser's cookie as JSON, for the same reason. The notices are a list of texts, everything
// else is one text.
type browserCodec struct{}

// Serialize implements securecookie.Serializer.
func (browserCodec) Serialize(src any) ([]byte, error) {
	values, ok := src.(map[any]any)
	if !ok {
		return nil, fmt.Errorf("session: a cookie of %T", src)
	}
	out := make(map[string][]string, len(values))
	for key, value := range values {
		name, ok := key.(string)
		text, one := value.(string)
		list, many := value.([]string)
		if !ok || !one && !many {
			return nil, fmt.Errorf("session: %v cannot be kept in a cookie as %T", key, value)
		}
		if one {
			list = []string{text}
		}
		out[name] = list
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // a cookie has room for 4096 bytes
	if err := e.Encode(out); err != nil {
		return nil, fmt.Errorf("session: %w", err)
	}
	return b.Bytes(), nil
}

// Deserialize implements securecookie.Serializer.
func (browserCodec) Deserialize(src []byte, dst any) error {
	into, ok := dst.(*map[any]any)
	if !ok {
		return fmt.Errorf("session: a cookie read into %T", dst)
	}
	var in map[string][]string
	if err := json.Unmarshal(src, &in); err != nil {
		return fmt.Errorf("session: %w", err)
	}
	if *into == nil {
		*into = make(map[any]any, len(in))
	}
	for name, list := range in {
		switch {
		case name == noticesKey:
			(*into)[name] = list
		case len(list) == 1:
			(*into)[name] = list[0]
		}
	}
	return nil
}
