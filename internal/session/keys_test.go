package session

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"strings"
	"testing"
)

// SR-05 (a): whoever has the database and the server key, but not the cookie,
// cannot open a token, whatever part of the row is used in the cookie's place.
func TestKeyring_needsTheCookie(t *testing.T) {
	t.Parallel()
	key := bytes.Repeat([]byte{0xa1}, KeySize)
	ring, err := newKeyring([][]byte{key})
	if err != nil {
		t.Fatal(err)
	}
	raw := strings.Repeat("A", cookieLength)
	sealed, err := ring.seal(present, raw, "the token")
	if err != nil {
		t.Fatal(err)
	}
	open := func(secret string) error {
		block, err := aes.NewCipher(derive(append(bytes.Clone(key), secret...), purposeCredential))
		if err != nil {
			t.Fatal(err)
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			t.Fatal(err)
		}
		_, err = aead.Open(nil, nil, sealed[keyIDSize:], ring.keys[0].aad(present, raw))
		return err
	}
	for _, secret := range []string{"", hashCookie(raw), ring.keys[0].id, string(sealed[:keyIDSize])} {
		if open(secret) == nil {
			t.Errorf("the token opens with %q in place of the cookie", secret)
		}
	}
	if err := open(raw); err != nil {
		t.Errorf("not even the cookie opens the token: %v", err)
	}
}

func TestKeyring_sealsDifferentlyEachTime(t *testing.T) {
	t.Parallel()
	ring, err := newKeyring([][]byte{bytes.Repeat([]byte{0xa1}, KeySize)})
	if err != nil {
		t.Fatal(err)
	}
	raw := strings.Repeat("A", cookieLength)
	first, err := ring.seal(present, raw, "the token")
	if err != nil {
		t.Fatal(err)
	}
	second, err := ring.seal(present, raw, "the token")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(first, second) {
		t.Error("sealing one token twice gave the same bytes")
	}
}
