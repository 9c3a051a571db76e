module github.com/leadtocash/leadtocash/bench

go 1.25.0

replace (
	github.com/leadtocash/leadtocash => ../
	github.com/leadtocash/leadtocash/storage/postgres => ../storage/postgres
)

require (
	github.com/jackc/pgx/v5 v5.12.0
	github.com/leadtocash/leadtocash v0.0.0
	github.com/leadtocash/leadtocash/storage/postgres v0.0.0
	github.com/looplab/fsm v1.0.3
	github.com/qmuntal/stateless v1.7.2
	github.com/shopspring/decimal v1.4.0
)

require (
	github.com/anishathalye/porcupine v1.3.1 // indirect
	github.com/google/uuid v1.6.0
	github.com/jackc/pgpassfile v1.0.0 // indirect
	github.com/jackc/pgservicefile v0.0.0-20240606120523-5a60cdf6a761 // indirect
	github.com/jackc/puddle/v2 v2.2.3 // indirect
	golang.org/x/sync v0.22.0 // indirect
	golang.org/x/text v0.41.0 // indirect
	pgregory.net/rapid v1.3.0 // indirect
)
