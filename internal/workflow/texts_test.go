package workflow

import (
	"strings"
	"testing"
)

func TestMapTexts(t *testing.T) {
	t.Parallel()
	mark := func(name, text string) string { return name + "=" + text }
	for in, want := range map[string]string{
		`"a"`: `"=a"`,
		`{"b":"x","a":9007199254740993,"c":1.50,"d":[true,null,"y",{"e":"z"}],"f":"w"}`: `{"b":"b=x","a":9007199254740993,"c":1.50,"d":[true,null,"d=y",{"e":"e=z"}],"f":"f=w"}`,
		`{"a":{},"a":"twice"}`:       `{"a":{},"a":"a=twice"}`,
		`[ {"a":"1"} , "2" ]`:        `[{"a":"a=1"},"=2"]`,
		`{"a":[{"b":"1"},"2"]}`:      `{"a":[{"b":"b=1"},"a=2"]}`,
		`{"\u0061":"\u003cb\u003e"}`: `{"a":"a=<b>"}`,
	} {
		if got, err := MapTexts([]byte(in), mark); err != nil || string(got) != want {
			t.Errorf("%s became %s, %v; want %s", in, got, err, want)
		}
	}
	for _, broken := range []string{`{"a":`, `{"a" "b"}`, `[1,]`, `nul`, strings.Repeat("[", 20_000)} {
		if got, err := MapTexts([]byte(broken), mark); err == nil {
			t.Errorf("%.20s became %.20s", broken, got)
		}
	}
}
