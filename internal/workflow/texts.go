package workflow

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// MapTexts copies JSON and puts every text through change, with the name of the member it belongs to ("" for none; the
// elements of an array have the array's). Names, numbers and the order stay exactly as they are.
func MapTexts(raw []byte, change func(name, text string) string) ([]byte, error) {
	in := jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var out bytes.Buffer
	to := jsontext.NewEncoder(&out, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	names := []string{""} // by depth: the member that is being read
	for {
		token, err := in.ReadToken()
		if errors.Is(err, io.EOF) {
			return bytes.TrimSpace(out.Bytes()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("workflow: read texts: %w", err)
		}
		depth := in.StackDepth()
		for len(names) <= depth {
			names = append(names, names[len(names)-1])
		}
		names = names[:depth+1]
		if token.Kind() == '"' {
			if kind, length := in.StackIndex(depth); kind == '{' && length%2 == 1 {
				names[depth] = token.String()
			} else {
				token = jsontext.String(change(names[depth], token.String()))
			}
		}
		if err := to.WriteToken(token); err != nil {
			return nil, fmt.Errorf("workflow: write texts: %w", err)
		}
	}
}
