package web_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/pgtest"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// TestPostgresDiskFull fills the disk under the database: pages go on and a deployment can be paused, what can raise cost is
// refused before it leaves, and everything works again when there is room (RR-25).
func TestPostgresDiskFull(t *testing.T) {
	t.Parallel()
	long(t)
	if os.Geteuid() != 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("this test mounts a small disk, which takes root")
		}
		t.Skip("only root can mount a small disk")
	}
	disk, err := os.MkdirTemp("", "small-disk") //nolint:usetesting // its parents belong to whoever runs the test, and the server runs as somebody else
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(disk) })
	mount(t, disk, "96m")
	db := pgtest.Start(t, disk, "max_wal_size=4MB", "min_wal_size=2MB")
	database := db.URL()
	d := onPostgres(t, database)
	b := member(t, d)
	raise := func() *webtest.Response {
		t.Helper()
		review := b.Post("/deployments/"+off+"/enable", switchForm()) // one instance around the clock
		if review.Status == http.StatusServiceUnavailable {
			return review
		}
		return b.Submit("/deployments/"+off+"/enable", nil)
	}
	filler := filepath.Join(disk, "filler")
	fill(t, filler)
	full := raise()
	for range 1000 { // what room its files still have in them is used up by and by
		if !wrote(full) {
			break
		}
		b.Post("/deployments/"+off+"/disable", switchForm())
		fill(t, filler)
		full = raise()
	}
	if full.Status != http.StatusServiceUnavailable || !strings.Contains(full.Text(), "Nothing was sent") {
		t.Fatalf("with a full disk a write that can raise cost answers %d %s", full.Status, full.Text())
	}
	b.Get("/livez").Expect(http.StatusOK, "")
	b.Get("/deployments").Expect(http.StatusOK, "")
	if r := b.Post("/deployments/"+on+"/disable", switchForm()); !wrote(r) {
		t.Errorf("with a full disk a pause answers %d %s", r.Status, r.Text())
	}
	if x, _ := d.Sandbox.Deployment(webtest.Token, on); x.IsEnabled {
		t.Error("the deployment was not paused")
	}
	if x, _ := d.Sandbox.Deployment(webtest.Token, off); x.IsEnabled {
		t.Error("the write that was refused happened")
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	back(t, b)
	if r := raise(); !wrote(r) {
		t.Errorf("afterwards a write answers %d %s", r.Status, r.Text())
	}
	if n := rows(t, database, "state = 'open'"); n != 0 {
		t.Errorf("%d writes are open for ever", n)
	}
}

// mount makes a folder a disk of its own.
func mount(t *testing.T, folder, size string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size="+size, "tmpfs", folder).CombinedOutput(); err != nil {
		t.Fatalf("mount: %v %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", folder).CombinedOutput(); err != nil {
			t.Errorf("umount: %v %s", err, out)
		}
	})
}

// fill lets a file grow until there is no room for another kilobyte.
func fill(t *testing.T, name string) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for block := make([]byte, 1<<20); len(block) >= 1<<10; {
		if _, err := f.Write(block); err != nil {
			block = block[:len(block)/2]
		}
	}
}
