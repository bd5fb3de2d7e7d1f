package pgtest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Server is a PostgreSQL of a test's own. Its data is gone after the test.
type Server struct {
	t       testing.TB
	bin     string
	data    string
	port    int
	account *syscall.Credential // who runs it; nil is whoever runs the test
	options []string            // of the server, beside the usual ones
	process *exec.Cmd
	done    chan struct{} // closed when process has ended
}

// Start starts a server with its data in a folder, a temporary one for "". Without PostgreSQL's programs the test is
// skipped, in CI it fails. options are settings of the server, as name=value.
func Start(t testing.TB, folder string, options ...string) *Server {
	t.Helper()
	s := prepare(t, folder)
	s.options = options
	// Small segments of the log: a small disk is enough.
	if out, err := s.command("initdb", "-D", s.data, "-U", "test", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync", "--wal-segsize=1").CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	t.Cleanup(s.Stop)
	s.Begin()
	return s
}

// prepare finds the programs and makes the folder ready for whoever runs the server.
func prepare(t testing.TB, folder string) *Server {
	t.Helper()
	s := &Server{t: t, bin: programs(), port: freePort(t)}
	if s.bin == "" {
		missing(t, "PostgreSQL's initdb and postgres are not installed")
	}
	if folder == "" {
		var err error
		if folder, err = os.MkdirTemp("", "pgtest"); err != nil { //nolint:usetesting // its parents belong to whoever runs the test, and the server runs as somebody else
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.RemoveAll(folder) })
	}
	if os.Geteuid() == 0 {
		s.account = unprivileged(t)
		if err := os.Chown(folder, int(s.account.Uid), int(s.account.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	s.data = filepath.Join(folder, "data")
	return s
}

// Standby starts a second server that follows this one: what this one has confirmed, it has too.
func (s *Server) Standby() *Server {
	s.t.Helper()
	other := prepare(s.t, "")
	if out, err := other.command("pg_basebackup", "-D", other.data, "-d", s.url(), "-R", "-c", "fast", "--no-sync").CombinedOutput(); err != nil {
		s.t.Fatalf("pg_basebackup: %v\n%s", err, out)
	}
	s.t.Cleanup(other.Stop)
	other.Begin()
	run(s.t, s.url(), `ALTER SYSTEM SET synchronous_standby_names = '*'`)
	run(s.t, s.url(), `SELECT pg_reload_conf()`)
	return other
}

// Promote makes a standby the one that takes writes.
func (s *Server) Promote() {
	s.t.Helper()
	if out, err := s.command("pg_ctl", "promote", "-w", "-D", s.data).CombinedOutput(); err != nil {
		s.t.Fatalf("pg_ctl promote: %v\n%s", err, out)
	}
}

// Either is the URL of a database of s that leads to whichever of the two servers takes writes.
func (s *Server) Either(database string, other *Server) string {
	s.t.Helper()
	return strings.Replace(database, s.address(), s.address()+","+other.address(), 1) + "&target_session_attrs=read-write"
}

func (s *Server) address() string { return "127.0.0.1:" + strconv.Itoa(s.port) }

// URL returns the URL of an empty database on the server, which goes with it.
func (s *Server) URL() string {
	s.t.Helper()
	_, address := database(s.t, s.url(), "")
	return address
}

func (s *Server) url() string {
	return fmt.Sprintf("postgres://test@127.0.0.1:%d/postgres?sslmode=disable", s.port)
}

// Begin starts the server again after Stop, and returns when it answers.
func (s *Server) Begin() {
	s.t.Helper()
	args := []string{"-D", s.data, "-p", strconv.Itoa(s.port), "-h", "127.0.0.1", "-k", "", "-c", "fsync=off", "-c", "max_connections=200"}
	for _, o := range s.options {
		args = append(args, "-c", o)
	}
	s.process = s.command("postgres", args...)
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	process, done := s.process, make(chan struct{})
	s.done = done
	go func() {
		_ = process.Wait()
		close(done)
	}()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		err := ping(s.url())
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("PostgreSQL does not answer: %v", err)
		}
	}
}

// Stop ends the server and every connection to it. Stopping twice is no error.
func (s *Server) Stop() {
	_ = syscall.Kill(-s.process.Process.Pid, syscall.SIGCONT)
	_ = syscall.Kill(s.process.Process.Pid, syscall.SIGQUIT)
	<-s.done
}

// Pause freezes the server with all its connections: they stay open and nothing answers. Resume ends that.
func (s *Server) Pause() {
	first := s.process.Process.Pid
	_ = syscall.Kill(first, syscall.SIGSTOP)
	s.stopped(first) // from now on it starts no process
	for paused := 0; ; {
		children := s.children()
		for _, pid := range children {
			_ = syscall.Kill(pid, syscall.SIGSTOP)
		}
		for _, pid := range children {
			s.stopped(pid)
		}
		if len(children) == paused { // the list is only sure to be whole when all that is in it stand still
			return
		}
		paused = len(children)
	}
}

// Resume lets a paused server go on.
func (s *Server) Resume() {
	_ = syscall.Kill(s.process.Process.Pid, syscall.SIGCONT)
	for _, pid := range s.children() {
		_ = syscall.Kill(pid, syscall.SIGCONT)
	}
}

// stopped waits until a process stands still: a signal is noticed a little later. One that has ended does, too.
func (s *Server) stopped(pid int) {
	for range 5000 {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		_, after, _ := strings.Cut(string(stat), ") ") // behind the name
		if err != nil || strings.HasPrefix(after, "T") || strings.HasPrefix(after, "Z") {
			return
		}
		time.Sleep(time.Millisecond)
	}
	s.t.Errorf("process %d of PostgreSQL does not stop", pid)
}

// children are the server's processes beside the first: each leads a group of its own.
func (s *Server) children() []int {
	pid := s.process.Process.Pid
	list, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		s.t.Errorf("cannot list PostgreSQL's processes: %v", err)
	}
	var pids []int
	for field := range strings.FieldsSeq(string(list)) {
		if pid, err := strconv.Atoi(field); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(context.Background(), filepath.Join(s.bin, name), args...)
	c.Dir = os.TempDir()
	c.Env = append(os.Environ(), "LC_ALL=C")
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.account, Setpgid: true}
	return c
}

// programs is the folder of the newest installed server, "" for none.
func programs() string {
	// Debian keeps them out of the path, one folder a version.
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb"); len(found) > 0 {
		slices.Sort(found)
		return filepath.Dir(found[len(found)-1])
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	return ""
}

// unprivileged is an account that PostgreSQL agrees to run under, which root is not.
func unprivileged(t testing.TB) *syscall.Credential {
	t.Helper()
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	t.Fatal("there is no account postgres or nobody to run PostgreSQL under")
	return nil
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // it is a TCP listener
}
