package storage_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
)

func TestTenantValidate(t *testing.T) {
	t.Parallel()
	for _, name := range []storage.Tenant{storage.Default, "a", "Z", "0", "_", "-", storage.Tenant(strings.Repeat("x", 64))} {
		if err := name.Validate(); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []storage.Tenant{"", " ", "a b", "a.b", "ä", "a\x00", storage.Tenant(strings.Repeat("x", 65))} {
		if err := name.Validate(); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("%q: got %v, want %v", name, err, storage.ErrInvalid)
		}
	}
}

func TestImage(t *testing.T) {
	t.Parallel()
	value := map[string]any{"name": "seats", "count": 1200}
	for name, tt := range map[string]struct {
		image  storage.Image
		body   string
		err    error
		erased bool
	}{
		"value":  {image: storage.NewImage(value), body: `{"count":1200,"name":"seats"}`},
		"bytes":  {image: storage.RawImage(json.RawMessage(`{ "as": "read" }`)), body: `{ "as": "read" }`},
		"erased": {err: storage.ErrErased, erased: true},
	} {
		body, err := tt.image.Body()
		if string(body) != tt.body || !errors.Is(err, tt.err) {
			t.Errorf("%s: got %s, %v; want %s, %v", name, body, err, tt.body, tt.err)
		}
		if tt.image.Erased() != tt.erased {
			t.Errorf("%s: erased is %t, want %t", name, tt.image.Erased(), tt.erased)
		}
	}
}

func TestErrorsNarrow(t *testing.T) {
	t.Parallel()
	if !errors.Is(storage.ErrTaken, storage.ErrConflict) {
		t.Error("a claim that is taken is no conflict")
	}
}
