package sandbox_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// childFile names the data file of a sandbox that TestMain serves in a process of its own, to be killed.
const childFile = "SANDBOX_TEST_DATA_FILE"

func TestMain(m *testing.M) {
	path := os.Getenv(childFile)
	if path == "" {
		os.Exit(m.Run())
	}
	box, err := sandbox.New(sandbox.Options{Tokens: []string{tokenA}, DataFile: path})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(httptest.NewServer(box).URL)
	select {}
}

// startChild serves the data file in another process and returns the first line it prints.
func startChild(t *testing.T, path string) (child *exec.Cmd, said string) {
	t.Helper()
	child = exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childFile+"="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = child.Process.Kill(); _ = child.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return child, strings.TrimSpace(line)
}

// kill ends the process as a crash does.
func kill(t *testing.T, child *exec.Cmd) {
	t.Helper()
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_, _ = child.Process.Wait()
}

// TestKilled kills a sandbox in the middle of writes and looks for every write that it answered.
func TestKilled(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data")
	child, said := startChild(t, path)
	s := service{url: said, client: &http.Client{}}

	var mu sync.Mutex
	answered := map[string]bool{}
	enough := make(chan struct{})
	var writers sync.WaitGroup
	for range 4 {
		writers.Go(func() {
			for {
				got, err := s.try(t, "POST", base, createBody(nil))
				if err != nil || got.status != 200 {
					return // killed
				}
				mu.Lock()
				answered[got.object(t)["id"].(string)] = true
				if len(answered) == 40 {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	<-enough
	kill(t, child)
	writers.Wait()

	kept := map[string]bool{}
	for _, d := range reopened(t, path) {
		kept[d.ID] = true
	}
	for id := range answered {
		if !kept[id] {
			t.Errorf("the answered create of %s is lost", id)
		}
	}
}

// TestOneAtATime: a second sandbox on a data file would replace it under the first, whose answered writes would then be lost.
func TestOneAtATime(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data")
	refused := func(who string) {
		t.Helper()
		box, err := sandbox.New(sandbox.Options{Tokens: []string{tokenA}, DataFile: path})
		if err == nil {
			box.Close()
			t.Fatalf("a second sandbox has the file of %s", who)
		}
		if want := "sandbox: the data file " + path + " is in use by another sandbox: stop that one, or name another file"; err.Error() != want {
			t.Errorf("refused with %q, want %q", err, want)
		}
	}
	first := open(t, path)
	refused("one in this process")
	if _, said := startChild(t, path); !strings.Contains(said, "is in use by another sandbox") {
		t.Errorf("a second process says %q", said)
	}
	first.Put(tokenA, sample(exampleID, "kept"))
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}

	child, _ := startChild(t, path)
	refused("another process")
	kill(t, child)
	if got := reopened(t, path); len(got) != 1 || got[0].Name != "kept" {
		t.Errorf("after the other process was killed: %v", got)
	}
}

// TestFailedStartFreesTheFile: a sandbox that could not start does not keep others from the file.
func TestFailedStartFreesTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data")
	if _, err := sandbox.New(sandbox.Options{Tokens: []string{"a blank"}, DataFile: path}); err == nil {
		t.Fatal("a token with a blank is taken")
	}
	reopened(t, path)
}
