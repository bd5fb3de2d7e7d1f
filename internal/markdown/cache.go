package markdown

import (
	"container/list"
	"crypto/sha256"
	"sync"
)

type cacheKey = [sha256.Size]byte

// cache keeps the documents used last, up to a number of bytes.
type cache struct {
	limit int

	mu     sync.Mutex
	bytes  int
	recent *list.List // of cacheEntry, the last used first
	byKey  map[cacheKey]*list.Element
}

type cacheEntry struct {
	key cacheKey
	doc Document
}

// entryOverhead stands for the key, the list element and the map slot of an entry.
const entryOverhead = 256

func (e cacheEntry) size() int {
	size := len(e.doc.HTML) + len(e.doc.Plain) + len(e.doc.Note) + entryOverhead
	for _, h := range e.doc.Contents {
		size += len(h.ID) + len(h.Text) + 40
	}
	return size
}

func newCache(limit int) *cache {
	return &cache{limit: limit, recent: list.New(), byKey: map[cacheKey]*list.Element{}}
}

func (c *cache) get(key cacheKey) (Document, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.byKey[key]
	if !ok {
		return Document{}, false
	}
	c.recent.MoveToFront(element)
	return element.Value.(cacheEntry).doc, true
}

func (c *cache) put(key cacheKey, doc Document) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byKey[key] != nil {
		return
	}
	entry := cacheEntry{key, doc}
	c.byKey[key] = c.recent.PushFront(entry)
	c.bytes += entry.size()
	for c.bytes > c.limit {
		oldest := c.recent.Remove(c.recent.Back()).(cacheEntry)
		delete(c.byKey, oldest.key)
		c.bytes -= oldest.size()
	}
}
