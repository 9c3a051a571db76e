package postgres_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
	"github.com/leadtocash/leadtocash/storage/shard"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

// openSharded opens a store of two.
func openSharded(t testing.TB) storage.Store {
	t.Helper()
	shards := map[string]storage.Store{"even": open(t), "odd": open(t)}
	s, err := shard.New(memory.New(), shards, shard.Place(func(tenant storage.Tenant) string {
		if len(tenant)%2 == 0 {
			return "even"
		}
		return "odd"
	}))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestContractOfShards(t *testing.T) {
	postgrestest.Conn(t) // what starting a server leaves running is no leak of a store
	storagetest.Run(t, storagetest.Harness{
		Open:      openSharded,
		Retryable: func() error { return &pgconn.PgError{Code: "40001"} },
		Runs:      3,
	})
}

func TestJourneysOfShards(t *testing.T) {
	journeytest.Run(t, openSharded)
}
