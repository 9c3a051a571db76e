module github.com/leadtocash/leadtocash/migrate

go 1.25.0

require (
	github.com/google/uuid v1.6.0
	github.com/leadtocash/leadtocash v0.0.0
	github.com/shopspring/decimal v1.4.0
	golang.org/x/text v0.41.0
	pgregory.net/rapid v1.3.0
)

require github.com/anishathalye/porcupine v1.3.1 // indirect

replace github.com/leadtocash/leadtocash => ..
