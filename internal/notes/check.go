package notes

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/fleet"
)

// The limits of a note.
const (
	MaxText  = 4096 // bytes
	MaxOwner = 60   // characters
	MaxTags  = 12
	MaxTag   = 32 // characters
)

// check reads what was typed.
func check(typed Typed) (fleet.Note, error) {
	n := fleet.Note{Owner: oneLine(typed.Owner), Text: tidy(typed.Text)}
	wrong := map[string]string{}
	if over := len(n.Text) - MaxText; over > 0 {
		wrong[FieldText] = fmt.Sprintf("The note is too long by %d of at most %d bytes; a letter beyond plain English takes two to four.", over, MaxText)
	}
	if long := utf8.RuneCountInString(n.Owner); long > MaxOwner {
		wrong[FieldOwner] = fmt.Sprintf("The owner has %d characters; at most %d are allowed.", long, MaxOwner)
	}
	for part := range strings.FieldsFuncSeq(typed.Tags, func(r rune) bool { return r == ',' || r == '\n' }) {
		tag := strings.ToLower(oneLine(part))
		if tag == "" || slices.Contains(n.Tags, tag) {
			continue
		}
		if utf8.RuneCountInString(tag) > MaxTag && wrong[FieldTags] == "" {
			wrong[FieldTags] = fmt.Sprintf("The tag “%s” has more than %d characters. Put commas between tags.", clip(tag), MaxTag)
		}
		n.Tags = append(n.Tags, tag)
	}
	if len(n.Tags) > MaxTags && wrong[FieldTags] == "" {
		wrong[FieldTags] = fmt.Sprintf("There are %d tags; at most %d are allowed.", len(n.Tags), MaxTags)
	}
	slices.Sort(n.Tags)
	if len(wrong) > 0 {
		return fleet.Note{}, &fault.Error{Kind: fault.Invalid, Message: "Nothing was saved: some values cannot be kept as they are.", Fields: wrong}
	}
	return n, nil
}

// oneLine drops what a reader cannot see and folds white space: two texts that look the same must not differ in it.
func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)), " ")
}

// tidy makes a text the same whichever browser sent it, and what both databases can keep.
func tidy(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\uFFFD")
	s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	return strings.TrimRightFunc(s, unicode.IsSpace)
}

func clip(tag string) string { return string([]rune(tag)[:MaxTag]) + "…" }

// newID names an entry of the change log.
func newID() string { return strings.ToLower(rand.Text()) }
