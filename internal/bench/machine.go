package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// machine says where the figures come from, so that nobody compares two different places.
type machine struct {
	Go         string `json:"go"`
	Platform   string `json:"platform"`
	CPUs       int    `json:"cpus"`
	LoadBefore string `json:"load_before"`
	LoadAfter  string `json:"load_after"`
}

func describeMachine() machine {
	return machine{Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, CPUs: runtime.NumCPU(), LoadBefore: load()}
}

func (m *machine) finish() { m.LoadAfter = load() }

func (m machine) String() string {
	return fmt.Sprintf("%s, %s, %d CPUs; load average (1, 5, 15 min) %s before, %s after.", m.Go, m.Platform, m.CPUs, m.LoadBefore, m.LoadAfter)
}

// load is how busy the machine is, by its own account.
func load() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if fields := strings.Fields(string(raw)); err == nil && len(fields) >= 3 {
		return strings.Join(fields[:3], " ")
	}
	return "unknown"
}

// resident is the memory of a process that is in RAM, in bytes.
func resident(pid int) (int64, error) {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, err
	}
	return parseResident(raw)
}

func parseResident(status []byte) (int64, error) {
	for line := range bytes.Lines(status) {
		rest, ok := bytes.CutPrefix(line, []byte("VmRSS:"))
		if !ok {
			continue
		}
		amount, unit, _ := strings.Cut(strings.TrimSpace(string(rest)), " ")
		n, err := strconv.ParseInt(amount, 10, 64)
		if err != nil || unit != "kB" {
			return 0, fmt.Errorf("VmRSS is %q", strings.TrimSpace(string(rest)))
		}
		return n << 10, nil
	}
	return 0, errors.New("the process status has no VmRSS")
}
