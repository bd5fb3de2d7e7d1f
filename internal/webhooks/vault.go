package webhooks

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
)

const (
	keyIDSize    = 8
	secretSize   = 32
	secretPrefix = "whsec_" // as Standard Webhooks writes secrets
)

var errSealed = errors.New("webhooks: no key of this server opens it")

// vault seals addresses and secrets with its first key and opens what any of its keys sealed.
type vault struct{ keys [][]byte }

// sealed is what a sealed text holds.
type sealed struct {
	Target string `json:"target"`
	Secret string `json:"secret"`
}

func keyID(key []byte) string {
	sum := sha256.Sum256(append([]byte("id:"), key...))
	return hex.EncodeToString(sum[:])[:keyIDSize]
}

// current tells whether something is sealed with the first key.
func (v vault) current(text []byte) bool { return strings.HasPrefix(string(text), keyID(v.keys[0])) }

// seal fills in Sealed from the address and the secret. It is bound to the webhook and its account.
func (v vault) seal(h *Hook) error {
	plain, err := json.Marshal(sealed{h.target, h.secret}) //nolint:gosec // to be sealed
	if err != nil {
		return err
	}
	aead, err := newAEAD(v.keys[0])
	if err != nil {
		return err
	}
	id := keyID(v.keys[0])
	h.Sealed = aead.Seal([]byte(id), nil, plain, bound(*h, id))
	return nil
}

// open fills in the address and the secret from Sealed.
func (v vault) open(h *Hook) error {
	if len(h.Sealed) < keyIDSize {
		return errSealed
	}
	id := string(h.Sealed[:keyIDSize])
	for _, key := range v.keys {
		if keyID(key) != id {
			continue
		}
		aead, err := newAEAD(key)
		if err != nil {
			return err
		}
		plain, err := aead.Open(nil, nil, h.Sealed[keyIDSize:], bound(*h, id))
		if err != nil {
			return errSealed
		}
		var s sealed
		if err := json.Unmarshal(plain, &s); err != nil {
			return errSealed
		}
		h.target, h.secret, h.Where = s.Target, s.Secret, where(s.Target)
		return nil
	}
	return errSealed
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// bound ties a sealed text to its row and key.
func bound(h Hook, key string) []byte {
	return []byte("webhooks:sealed:" + h.Account + ":" + h.ID + ":" + key)
}

// where is as much of an address as may be shown: those of Slack and its like are secrets.
func where(target string) string {
	u, err := url.Parse(target)
	if err != nil {
		return ""
	}
	rest := strings.TrimPrefix(target, u.Scheme+"://"+u.Host)
	if len(rest) < 8 { // too short to hold a secret and to hide one
		return u.Host
	}
	return u.Host + "/…" + rest[len(rest)-4:]
}

func newSecret() string {
	b := make([]byte, secretSize)
	_, _ = rand.Read(b) // never fails: it ends the program instead
	return secretPrefix + base64.StdEncoding.EncodeToString(b)
}

// sign is the signature of a message, as Standard Webhooks has it.
func sign(secret, id, timestamp string, body []byte) (string, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
	if err != nil {
		return "", errSealed
	}
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write([]byte(id + "." + timestamp + "."))
	_, _ = mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}
