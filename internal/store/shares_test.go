package store

import (
	"path/filepath"
	"testing"

	"github.com/comfydeck/comfydeck/internal/pgtest"
	"github.com/comfydeck/comfydeck/internal/store/storetest"
)

func TestShares_conformance(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, open opener) {
		storetest.Shares(t, func(t *testing.T) storetest.SharesBackend { return sharesBackend(t, open) })
	})
}

func sharesBackend(t *testing.T, open opener) storetest.SharesBackend {
	first, second := open(t)
	both := backendOf(t, first, second)
	return storetest.SharesBackend{Shares: first.Shares(), Replica: second.Shares(), Shift: both.Shift, Break: both.Break}
}

// TestOpen_gap: a migration whose number is below one that was applied already is caught up with.
func TestOpen_gap(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]string{"file": "sqlite:" + filepath.Join(t.TempDir(), "test.db"), "postgres": pgtest.URL(t)} {
		s := open(t, url)
		for _, statement := range []string{`DROP TABLE shares`, `DELETE FROM goose_db_version WHERE version_id = 9`} {
			if _, err := s.write.ExecContext(t.Context(), statement); err != nil {
				t.Fatal(name, err)
			}
		}
		again := open(t, url)
		if _, err := again.Shares().Shares(t.Context(), "a", 1); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
