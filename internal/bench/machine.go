package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// machine says where the figures come from, so that nobody compares two different places.
type machine struct {
	Go         string `json:"go"`
	Platform   string `json:"platform"`
	CPUs       int    `json:"cpus"`
	LoadBefore string `json:"load_before"`
	LoadAfter  string `json:"load_after"`
	// Memory that was used before, as much as a list of 10,000 needs for its answer, used again: at once, and after the process slept
	// as long as an API takes. On virtual machines that take memory back from who sleeps the second is most of what a page costs then.
	MemoryAtOnce float64 `json:"memory_at_once_ms"`
	MemoryLater  float64 `json:"memory_after_200_ms_asleep_ms"`
}

func describeMachine() machine {
	return machine{
		Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, CPUs: runtime.NumCPU(), LoadBefore: load(),
		MemoryAtOnce: memoryAfter(0), MemoryLater: memoryAfter(200 * time.Millisecond),
	}
}

// memoryAfter is how long it takes to use every page of some memory again after a rest, in milliseconds.
func memoryAfter(rest time.Duration) float64 {
	memory := make([]byte, 4<<20)
	var took []time.Duration
	for range 6 {
		time.Sleep(rest)
		began := time.Now()
		for i := 0; i < len(memory); i += os.Getpagesize() {
			memory[i]++
		}
		took = append(took, time.Since(began))
	}
	return medianMS(took[1:]) // the first time it is given
}

func (m *machine) finish() { m.LoadAfter = load() }

func (m machine) String() string {
	return fmt.Sprintf("%s, %s, %d CPUs; load average (1, 5, 15 min) %s before, %s after. To use 4 MB of memory again takes %.2f ms at once and %.1f ms after 200 ms asleep.",
		m.Go, m.Platform, m.CPUs, m.LoadBefore, m.LoadAfter, m.MemoryAtOnce, m.MemoryLater)
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
