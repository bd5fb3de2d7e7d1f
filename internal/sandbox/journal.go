package sandbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/gofrs/flock"
)

// entry is one line of the data file. A line with neither Put nor Remove says that the account exists.
type entry struct {
	Account string  `json:"account"`
	Put     *stored `json:"put,omitempty"`
	Remove  string  `json:"remove,omitempty"`
}

// stored is a record in the data file. Payload is a string and Raw is bytes, because encoding them as JSON values would not
// keep their text exactly.
type stored struct {
	ID              string    `json:"id"`
	Name            string    `json:"name"`
	WorkflowID      string    `json:"workflow_id"`
	WorkflowVersion string    `json:"workflow_version"`
	Hardware        []string  `json:"hardware"`
	MinInstances    int64     `json:"min_instances"`
	MaxInstances    int64     `json:"max_instances"`
	QueueSize       int64     `json:"queue_size"`
	KeepWarm        int64     `json:"keep_warm"`
	Status          string    `json:"status"`
	IsEnabled       bool      `json:"is_enabled"`
	CreatedAt       time.Time `json:"created_at"`
	UpdatedAt       time.Time `json:"updated_at"`
	Sample          int       `json:"sample,omitempty"`
	Readme          string    `json:"readme,omitempty"`
	Payload         string    `json:"payload,omitempty"`
	Raw             []byte    `json:"raw,omitempty"`
}

func store(r *record) *stored {
	return &stored{
		ID: r.ID, Name: r.Name, WorkflowID: r.WorkflowID, WorkflowVersion: r.WorkflowVersion, Hardware: r.Hardware,
		MinInstances: r.MinInstances, MaxInstances: r.MaxInstances, QueueSize: r.QueueSize, KeepWarm: r.KeepWarm,
		Status: r.Status, IsEnabled: r.IsEnabled, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
		Sample: r.sample, Readme: r.Readme, Payload: string(r.Payload), Raw: r.Raw,
	}
}

func (t *stored) record() *record {
	d := Deployment{
		ID: t.ID, Name: t.Name, WorkflowID: t.WorkflowID, WorkflowVersion: t.WorkflowVersion, Hardware: t.Hardware,
		MinInstances: t.MinInstances, MaxInstances: t.MaxInstances, QueueSize: t.QueueSize, KeepWarm: t.KeepWarm,
		Status: t.Status, IsEnabled: t.IsEnabled, CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt,
		Readme: t.Readme, Raw: t.Raw,
	}
	if t.Payload != "" {
		d.Payload = json.RawMessage(t.Payload)
	}
	return newSample(d, t.Sample)
}

// journal appends entries to the data file.
type journal struct {
	file  *os.File
	guard *flock.Flock
	err   error // the first failure: what follows a half-written line could not be read back
}

// append returns after the entry is on the disk.
func (j *journal) append(e entry) error {
	if j.err != nil {
		return j.err
	}
	if _, err := j.file.Write(append(encode(e), '\n')); err != nil {
		j.err = fmt.Errorf("write the data file: %w", err)
	} else if err := j.file.Sync(); err != nil {
		j.err = fmt.Errorf("sync the data file: %w", err)
	}
	return j.err
}

func (j *journal) close() error {
	if j.err == nil {
		j.err = os.ErrClosed
	}
	return errors.Join(j.file.Close(), j.guard.Unlock())
}

// claim takes the data file for this sandbox alone. The lock is on a file beside it, which no compaction replaces; it ends
// with its process, however that ends.
func claim(path string) (*flock.Flock, error) {
	guard := flock.New(path+".lock", flock.SetPermissions(0o600))
	free, err := guard.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the data file: %w", err)
	}
	if !free {
		return nil, fmt.Errorf("the data file %s is in use by another sandbox: stop that one, or name another file", path)
	}
	return guard, nil
}

// replay reads the accounts from the data file. A file that does not exist is an empty one.
func (s *Sandbox) replay(path string) error {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was only read
	lines := bufio.NewReaderSize(file, 1<<16)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil // a line without its end was never answered
		}
		if err != nil {
			return err
		}
		if err := s.apply(line); err != nil {
			if _, more := lines.Peek(1); more == io.EOF {
				return nil // so was a last line of which the disk kept only parts
			}
			return fmt.Errorf("%s, line %d: %w", path, n, err)
		}
	}
}

func (s *Sandbox) apply(line []byte) error {
	var e entry
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		return err
	}
	if e.Account == "" {
		return errors.New("no account")
	}
	a := s.accounts[e.Account]
	if a == nil {
		a = newAccount(e.Account)
		s.accounts[e.Account] = a
	}
	if e.Put != nil {
		a.put(e.Put.record())
	}
	if e.Remove != "" {
		a.remove(e.Remove)
	}
	return nil
}

// compact writes the accounts to a new file, puts it in the place of the old one and returns it open for appending.
func (s *Sandbox) compact(path string) (*os.File, error) {
	temp := path + ".new"
	file, err := os.OpenFile(temp, os.O_CREATE|os.O_WRONLY|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	if err := s.dump(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if err := os.Rename(temp, path); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	// Without this a crash could bring back the old name after writes went to the new file.
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func (s *Sandbox) dump(file *os.File) error {
	out := bufio.NewWriterSize(file, 1<<16)
	enc := json.NewEncoder(out)
	for _, key := range slices.Sorted(maps.Keys(s.accounts)) {
		if err := enc.Encode(entry{Account: key}); err != nil {
			return err
		}
		for _, r := range s.accounts[key].list {
			if err := enc.Encode(entry{Account: key, Put: store(r)}); err != nil {
				return err
			}
		}
	}
	return errors.Join(out.Flush(), file.Sync())
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
