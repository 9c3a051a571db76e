module github.com/leadtocash/leadtocash

go 1.25.0

require (
	github.com/anishathalye/porcupine v1.3.1
	github.com/google/uuid v1.6.0
	github.com/shopspring/decimal v1.4.0
	pgregory.net/rapid v1.3.0
)
