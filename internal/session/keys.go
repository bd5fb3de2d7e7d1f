package session

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
)

const (
	// KeySize is the length of a server key in bytes.
	KeySize = 32

	// A salted or sealed value says which purpose its key was made for, so that
	// no value of one kind can ever be taken for another.
	purposeKeyID      = "comfydeck key id"
	purposeCredential = "comfydeck credential"
	purposeIdentity   = "comfydeck account identity"
	purposeLogID      = "comfydeck session log id"
	purposeBrowser    = "comfydeck browser cookie"
	purposeConfirm    = "comfydeck confirmation"
	purposeShare      = "comfydeck share"
	purposeWebhook    = "comfydeck webhook"

	keyIDSize = 8
	hues      = 12
)

var errSealed = errors.New("session: the sealed token cannot be opened")

// keyring seals tokens with its first key and opens what any of its keys sealed.
type keyring struct {
	keys []serverKey
	// identity and logID come from the last, oldest key: accounts keep their
	// colour and their rows when a new key is put in front of it.
	identity []byte
	logID    []byte
}

type serverKey struct {
	id     string
	secret []byte
}

func newKeyring(keys [][]byte) (*keyring, error) {
	if len(keys) == 0 {
		return nil, errors.New("session: a server key is needed")
	}
	ring := &keyring{}
	seen := map[string]bool{string(make([]byte, KeySize)): true}
	for i, key := range keys {
		if len(key) != KeySize {
			return nil, fmt.Errorf("session: server key %d has %d bytes, want %d", i+1, len(key), KeySize)
		}
		if seen[string(key)] {
			return nil, fmt.Errorf("session: server key %d is empty or repeated", i+1)
		}
		seen[string(key)] = true
		id := hex.EncodeToString(derive(key, purposeKeyID))[:keyIDSize]
		ring.keys = append(ring.keys, serverKey{id: id, secret: bytes.Clone(key)})
	}
	oldest := keys[len(keys)-1]
	ring.identity, ring.logID = derive(oldest, purposeIdentity), derive(oldest, purposeLogID)
	return ring, nil
}

// seal encrypts token so that opening it takes the server key, the cookie's raw
// value, and the place it was made for. The result starts with the key's id.
func (k *keyring) seal(place, raw, token string) ([]byte, error) {
	first := k.keys[0]
	aead, err := first.aead(raw)
	if err != nil {
		return nil, err
	}
	return aead.Seal([]byte(first.id), nil, []byte(token), first.aad(place, raw)), nil
}

// open is the reverse of seal; every failure is errSealed.
func (k *keyring) open(place, raw string, sealed []byte) (string, error) {
	if len(sealed) < keyIDSize {
		return "", errSealed
	}
	for _, key := range k.keys {
		if key.id != string(sealed[:keyIDSize]) {
			continue
		}
		aead, err := key.aead(raw)
		if err != nil {
			return "", err
		}
		token, err := aead.Open(nil, nil, sealed[keyIDSize:], key.aad(place, raw))
		if err != nil {
			return "", errSealed
		}
		return string(token), nil
	}
	return "", errSealed
}

// aead makes the cipher of one session. The raw cookie is part of the secret, not
// its hash: the hash is in the database, beside the sealed token.
func (k serverKey) aead(raw string) (cipher.AEAD, error) {
	block, err := aes.NewCipher(derive(append(k.secret[:KeySize:KeySize], raw...), purposeCredential))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// present is the place of the token that a session works with.
const present = "credentials:sealed"

// beside is the place of the token of an account that a session holds beside that one.
func beside(account string) string { return "session_accounts:sealed:" + account }

// aad ties a sealed token to its table, column, row and key.
func (k serverKey) aad(place, raw string) []byte {
	return []byte(place + ":" + hashCookie(raw) + ":" + k.id)
}

// account describes the owner of a token.
func (k *keyring) account(token, name string) Account {
	return accountOf(hex.EncodeToString(sign(k.identity, token)), name)
}

// accountOf describes an account by its key, 64 hex digits; what is no key has no fingerprint.
func accountOf(key, name string) Account {
	a := Account{Account: key, Name: name}
	if sum, err := hex.DecodeString(key); err == nil && len(sum) == sha256.Size {
		a.Fingerprint, a.Hue = key[:4]+"-"+key[4:8], int(binary.BigEndian.Uint16(sum[4:])%hues)
	}
	return a
}

// logName is what logs call the session of a cookie.
func (k *keyring) logName(raw string) string {
	return hex.EncodeToString(sign(k.logID, raw))[:12]
}

// hashCookie is the form in which a cookie's value is stored, the same as scs makes.
func hashCookie(raw string) string {
	sum := sha256.Sum256([]byte(raw))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func sign(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// ConfirmKey is the key that seals what a review gives out, made from a server key.
func ConfirmKey(key []byte) []byte { return derive(key, purposeConfirm) }

// ShareKeys are the keys that seal shared copies, one for each server key in their order.
func ShareKeys(keys [][]byte) [][]byte {
	out := make([][]byte, len(keys))
	for i, key := range keys {
		out[i] = derive(key, purposeShare)
	}
	return out
}

// WebhookKeys are the keys that seal where webhooks go, one made from each server key, in their order.
func WebhookKeys(keys [][]byte) [][]byte {
	out := make([][]byte, len(keys))
	for i, key := range keys {
		out[i] = derive(key, purposeWebhook)
	}
	return out
}

// derive makes the 32-byte key of one purpose. HKDF fails only for lengths beyond
// 255 hashes and, in FIPS mode, secrets shorter than 14 bytes: neither happens here.
func derive(secret []byte, purpose string) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, purpose, KeySize)
	if err != nil {
		panic("session: derive key: " + err.Error())
	}
	return key
}
