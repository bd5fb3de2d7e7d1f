package config

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const keyBytes = 32

// keys finds the server's keys: in the variable, in the named file, or in a file beside the SQLite database that is made
// on first start. With PostgreSQL there is no such place, and several servers need the same. Losing it signs everybody out and nothing worse.
func keys(r raw) ([][]byte, error) {
	switch {
	case r.Key != "" && r.KeyFile != "":
		return nil, errors.New("COMFYDECK_KEY and COMFYDECK_KEY_FILE: set one of them, not both")
	case r.Key != "":
		return parseKeys("COMFYDECK_KEY", r.Key)
	case r.KeyFile != "":
		return readKeys("COMFYDECK_KEY_FILE", r.KeyFile)
	}
	if isPostgres(r.DatabaseURL) {
		return nil, errors.New("COMFYDECK_KEY or COMFYDECK_KEY_FILE: one is needed with PostgreSQL, the same for every server on it (make one with: openssl rand -base64 32)")
	}
	path := strings.TrimPrefix(r.DatabaseURL, "sqlite:")
	if path == ":memory:" {
		return [][]byte{newKey()}, nil
	}
	path += ".key"
	if err := makeKeyFile(path); err != nil {
		return nil, fmt.Errorf("the key file %s could not be made: %w", path, err)
	}
	if err := checkPrivate(path); err != nil {
		return nil, err
	}
	return readKeys("the key file", path)
}

// checkPrivate holds the file this server made to mode 0600. A file the operator names may come from a secret store that
// sets its own mode, so that one is not checked.
func checkPrivate(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("the key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("the key file %s can be read by others (mode %04o): run chmod 600 on it", path, info.Mode().Perm())
	}
	return nil
}

func readKeys(name, path string) ([][]byte, error) {
	b, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return parseKeys(name, string(b))
}

// parseKeys never repeats a key in its error.
func parseKeys(name, list string) ([][]byte, error) {
	var out [][]byte
	for i, text := range strings.Split(strings.TrimSpace(list), ",") {
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
		if err != nil || len(key) != keyBytes {
			return nil, fmt.Errorf("%s: key %d is not %d bytes in base64 (make one with: openssl rand -base64 32)", name, i+1, keyBytes)
		}
		out = append(out, key)
	}
	return out, nil
}

// makeKeyFile leaves an existing file alone. O_EXCL decides between two servers started at once.
func makeKeyFile(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	f, err := os.OpenFile(filepath.Clean(path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(newKey()) + "\n")
	return errors.Join(err, f.Sync(), f.Close())
}

func newKey() []byte {
	key := make([]byte, keyBytes)
	_, _ = rand.Read(key) // never fails: it ends the program instead
	return key
}
