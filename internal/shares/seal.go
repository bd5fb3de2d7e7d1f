package shares

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"time"
)

const (
	idLength   = 16
	secretSize = 32 // bytes

	purposeCopy  = "comfydeck share copy"
	purposeVisit = "comfydeck share visit"
)

var (
	errSealed    = errors.New("shares: cannot be opened")
	secretLength = base64.RawURLEncoding.EncodedLen(secretSize)
)

// keyring seals with its first key and opens what any of them sealed.
type keyring [][]byte

// copyName and visitName tie what is sealed to its place: nothing opens in another one.
func copyName(id string) string  { return "shares:content:" + id }
func visitName(id string) string { return "share visit:" + id }

// seal encrypts so that opening takes one of the keys, the secret and the name.
func (k keyring) seal(purpose, secret, name string, plain []byte) ([]byte, error) {
	aead, err := aeadOf(k[0], purpose, secret)
	if err != nil {
		return nil, err
	}
	return aead.Seal(nil, nil, plain, []byte(name)), nil
}

func (k keyring) open(purpose, secret, name string, sealed []byte) ([]byte, error) {
	for _, key := range k {
		aead, err := aeadOf(key, purpose, secret)
		if err != nil {
			return nil, err
		}
		if plain, err := aead.Open(nil, nil, sealed, []byte(name)); err == nil {
			return plain, nil
		}
	}
	return nil, errSealed
}

func aeadOf(key []byte, purpose, secret string) (cipher.AEAD, error) {
	derived, err := hkdf.Key(sha256.New, append(key[:len(key):len(key)], secret...), nil, purpose, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// newSecret is what a link carries behind its #.
func newSecret() string {
	var b [secretSize]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// secretIn is the secret in what somebody pasted: the whole link or the part behind its #. What cannot be a secret is "".
func secretIn(pasted string) string {
	if at := strings.LastIndexByte(pasted, '#'); at >= 0 {
		pasted = pasted[at+1:]
	}
	pasted = strings.TrimSpace(pasted)
	if len(pasted) != secretLength {
		return ""
	}
	if b, err := base64.RawURLEncoding.Strict().DecodeString(pasted); err != nil || len(b) != secretSize {
		return ""
	}
	return pasted
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// visit is what a visitor's browser keeps: the secret, and until when it may look without being counted again.
func (k keyring) visit(id, secret string, until time.Time) (string, error) {
	plain := binary.BigEndian.AppendUint64([]byte(secret), uint64(until.UnixMilli()))
	sealed, err := k.seal(purposeVisit, "", visitName(id), plain)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

func (k keyring) openVisit(id, visit string) (secret string, until time.Time, err error) {
	sealed, err := base64.RawURLEncoding.DecodeString(visit)
	if err != nil {
		return "", time.Time{}, errSealed
	}
	plain, err := k.open(purposeVisit, "", visitName(id), sealed)
	if err != nil || len(plain) != secretLength+8 {
		return "", time.Time{}, errSealed
	}
	return string(plain[:secretLength]), time.UnixMilli(int64(binary.BigEndian.Uint64(plain[secretLength:]))), nil
}
