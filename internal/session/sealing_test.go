package session_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/session"
)

// SR-05 (a): the token is in no file of the database, in no form, and neither is
// the cookie's value, without which it cannot be opened.
func TestSealing_nothingReadableAtRest(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	m := newManager(t, openStore(t, "sqlite:"+path).Sessions(), session.Options{})
	const canary = `canary/+?&"é token`
	_, first := signIn(t, m, canary, nil)
	_, second := signIn(t, m, canary, first)
	load(t, m, second)

	raw := content(t, path)
	for name, form := range formsOf(t, canary) {
		if bytes.Contains(raw, form) {
			t.Errorf("the database has the token, %s", name)
		}
	}
	for _, c := range []*http.Cookie{first, second} {
		for name, form := range formsOf(t, c.Value) {
			if bytes.Contains(raw, form) {
				t.Errorf("the database has the cookie's value, %s", name)
			}
		}
		if !bytes.Contains(raw, []byte(session.HashCookie(c.Value))) {
			t.Error("the search does not even find the session's hash")
		}
	}
}

// content is everything in the files of a database.
func content(t *testing.T, path string) (raw []byte) {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) != 4 { // with -wal, -shm and .lock
		t.Fatalf("files of the database: %v, error %v", files, err)
	}
	for _, file := range files {
		part, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		raw = append(raw, part...)
	}
	return raw
}

func formsOf(t *testing.T, text string) map[string][]byte {
	t.Helper()
	inJSON, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	forms := map[string][]byte{
		"as it is":      []byte(text),
		"in JSON":       bytes.Trim(inJSON, `"`),
		"in a URL":      []byte(url.QueryEscape(text)),
		"in a URL path": []byte(url.PathEscape(text)),
		"in hex":        []byte(hex.EncodeToString([]byte(text))),
		"in upper hex":  bytes.ToUpper([]byte(hex.EncodeToString([]byte(text)))),
	}
	for name, encoding := range map[string]*base64.Encoding{"base64": base64.StdEncoding, "URL base64": base64.URLEncoding} {
		for shift := range 3 {
			encoded := encoding.EncodeToString([]byte("xyz"[:shift] + text))
			// The ends depend on what stands before and after the text.
			forms["in "+name+", shifted by "+"012"[shift:shift+1]] = []byte(encoded[4 : len(encoded)-4])
		}
	}
	return forms
}

// SR-02: what the database holds opens nothing.
func TestSealing_storedKeysAreNoCookies(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	m := newManager(t, openStore(t, "sqlite:"+path).Sessions(), session.Options{})
	_, c := signIn(t, m, apiToken, nil)
	rows, err := rawDB(t, path).QueryContext(t.Context(), `
		SELECT token_hash FROM sessions UNION ALL SELECT hex(data) FROM sessions
		UNION ALL SELECT token_hash FROM credentials UNION ALL SELECT hex(sealed) FROM credentials`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	replayed := 0
	for rows.Next() {
		var value string
		if err := rows.Scan(&value); err != nil {
			t.Fatal(err)
		}
		wantNone(t, m, &http.Cookie{Name: c.Name, Value: value})
		replayed++
	}
	if err := rows.Err(); err != nil || replayed != 4 {
		t.Fatalf("replayed %d values, error %v", replayed, err)
	}
	load(t, m, c)
}

// SR-05 (b): a row that was meddled with opens nothing and is ended, so that the
// next request does not meet it again.
func TestSealing_tampered(t *testing.T) {
	t.Parallel()
	const of = " WHERE token_hash = ?2"
	for name, change := range map[string]string{
		"another session's token": `UPDATE credentials SET sealed = (SELECT sealed FROM credentials WHERE token_hash = ?1)` + of,
		"bytes moved":             `UPDATE credentials SET sealed = CAST(substr(sealed, 1, 20) || substr(sealed, 22) || substr(sealed, 21, 1) AS BLOB)` + of,
		"cut short":               `UPDATE credentials SET sealed = substr(sealed, 1, 12)` + of,
		"only a key id":           `UPDATE credentials SET sealed = substr(sealed, 1, 8)` + of,
		"empty":                   `UPDATE credentials SET sealed = x''` + of,
		"unknown key id":          `UPDATE credentials SET sealed = CAST('00000000' || substr(sealed, 9) AS BLOB)` + of,
		"unreadable data":         `UPDATE sessions SET data = x'c0ffee'` + of,
		"empty data":              `UPDATE sessions SET data = x''` + of,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newFile(t)
			m := newManager(t, openStore(t, "sqlite:"+path).Sessions(), session.Options{})
			_, theirs := signIn(t, m, "rc-token-2", nil)
			_, mine := signIn(t, m, apiToken, nil)
			db := rawDB(t, path)
			result, err := db.ExecContext(t.Context(), change, session.HashCookie(theirs.Value), session.HashCookie(mine.Value))
			if err != nil {
				t.Fatal(err)
			}
			if n, err := result.RowsAffected(); n != 1 || err != nil {
				t.Fatalf("changed %d rows, error %v", n, err)
			}
			wantNone(t, m, mine)
			wantDead(t, db, mine, m)
			load(t, m, theirs)
		})
	}
}

// SR-05 (b): not even under the other row's hash, which whoever can write the
// database could give it.
func TestSealing_movedRow(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	m := newManager(t, openStore(t, "sqlite:"+path).Sessions(), session.Options{})
	_, theirs := signIn(t, m, "rc-token-2", nil)
	_, mine := signIn(t, m, apiToken, nil)
	db := rawDB(t, path)
	for _, change := range []string{
		`DELETE FROM credentials WHERE token_hash = ?2`, `DELETE FROM sessions WHERE token_hash = ?2`,
		`UPDATE sessions SET token_hash = ?2 WHERE token_hash = ?1`,
		`UPDATE credentials SET token_hash = ?2 WHERE token_hash = ?1`,
	} {
		if _, err := db.ExecContext(t.Context(), change, session.HashCookie(theirs.Value), session.HashCookie(mine.Value)); err != nil {
			t.Fatal(err)
		}
	}
	wantNone(t, m, mine)
	wantDead(t, db, mine, m)
}

// SR-05 (c), RR-36: a new key in front changes nothing for who is signed in; a key
// that is gone means signing in again, not an error.
func TestSealing_rotation(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	s := openStore(t, "sqlite:"+path).Sessions()
	before := newManager(t, s, session.Options{Keys: [][]byte{keyA}})
	during := newManager(t, s, session.Options{Keys: [][]byte{keyB, keyA}})
	after := newManager(t, s, session.Options{Keys: [][]byte{keyB}})

	made, old := signIn(t, before, apiToken, nil)
	if got := load(t, during, old); !cmp.Equal(got, made) {
		t.Errorf("with a new key in front the session is %v, was %v", got, made)
	}
	renewed, fresh := signIn(t, during, apiToken, nil)
	if renewed.Account != made.Account || renewed.Hue != made.Hue {
		t.Error("the account changed when a key was put in front")
	}
	db := rawDB(t, path)
	keyID := func(c *http.Cookie) (id string) {
		err := db.QueryRowContext(t.Context(), `SELECT CAST(substr(sealed, 1, 8) AS TEXT) FROM credentials WHERE token_hash = ?`,
			session.HashCookie(c.Value)).Scan(&id)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	if keyID(old) == keyID(fresh) {
		t.Error("a new session was sealed with the old key")
	}
	if got := load(t, after, fresh); got.Token != apiToken {
		t.Error("a session made during the change is lost after it")
	}
	wantNone(t, after, old)
	wantDead(t, db, old, after, during)
}
