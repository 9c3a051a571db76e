package main

import (
	"context"
	"errors"
	"strings"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/postgres"
	"github.com/leadtocash/leadtocash/storage/sqlite"
)

// isStore reports whether a text names a store.
func isStore(name string) bool {
	file, isFile := strings.CutPrefix(name, "sqlite:")
	return name == "memory" || isFile && file != "" || isServer(name)
}

func isServer(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

// openStore opens a store, with its schema, that has nobody's records in it.
func openStore(ctx context.Context, name string) (store storage.Store, err error) {
	switch file, isFile := strings.CutPrefix(name, "sqlite:"); {
	case isFile:
		store, err = sqlite.Open(file, sqlite.Relaxed())
	case isServer(name):
		store, err = postgres.Open(ctx, name)
	default:
		return memory.New(), nil
	}
	if err != nil {
		return nil, err
	}
	if err := storage.Migrate(ctx, store); err != nil {
		return nil, errors.Join(err, storage.Close(store))
	}
	for _, err := range store.Feed(ctx, storage.Default, 0) {
		if err == nil {
			err = inputErrorf("the store that -store names", "is not empty")
		}
		return nil, errors.Join(err, storage.Close(store))
	}
	return store, nil
}
