package memory

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/leadtocash/leadtocash/storage"
)

// Blobs keeps large content in memory, for tests and examples. It is safe for
// concurrent use, and the zero value is empty.
type Blobs struct {
	mu      sync.RWMutex
	content map[storage.Tenant]map[string][]byte
}

// Put keeps a copy of the content under the key.
func (b *Blobs) Put(_ context.Context, tenant storage.Tenant, key string, content []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.content == nil {
		b.content = map[storage.Tenant]map[string][]byte{}
	}
	if b.content[tenant] == nil {
		b.content[tenant] = map[string][]byte{}
	}
	b.content[tenant][key] = slices.Clone(content)
	return nil
}

// Get returns a copy of the content, or an error that is storage.ErrNotFound.
func (b *Blobs) Get(_ context.Context, tenant storage.Tenant, key string) ([]byte, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	content, ok := b.content[tenant][key]
	if !ok {
		return nil, fmt.Errorf("%w: %s", storage.ErrNotFound, key)
	}
	return slices.Clone(content), nil
}

// Delete removes the content, if there is any.
func (b *Blobs) Delete(_ context.Context, tenant storage.Tenant, key string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.content[tenant], key)
	return nil
}

// Keys lists what is kept of a tenant, sorted.
func (b *Blobs) Keys(tenant storage.Tenant) []string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var keys []string
	for key := range b.content[tenant] {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
