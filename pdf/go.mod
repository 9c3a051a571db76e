module github.com/leadtocash/leadtocash/pdf

go 1.25.0

require (
	codeberg.org/go-pdf/fpdf v0.12.0
	github.com/boombuler/barcode v1.1.0
	github.com/leadtocash/leadtocash v0.0.0
	github.com/shopspring/decimal v1.4.0
	golang.org/x/image v0.40.0
	golang.org/x/text v0.41.0
)

require github.com/google/uuid v1.6.0 // indirect

replace github.com/leadtocash/leadtocash => ..
