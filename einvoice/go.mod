module github.com/leadtocash/leadtocash/einvoice

go 1.25.0

require (
	github.com/leadtocash/leadtocash v0.0.0
	github.com/shopspring/decimal v1.4.0
	pgregory.net/rapid v1.3.0
)

require github.com/google/uuid v1.6.0 // indirect

replace github.com/leadtocash/leadtocash => ..
