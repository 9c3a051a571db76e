module github.com/leadtocash/leadtocash/examples

go 1.25.0

require (
	github.com/google/uuid v1.6.0
	github.com/jackc/pgx/v5 v5.12.0
	github.com/leadtocash/leadtocash v0.0.0
	github.com/schollz/progressbar/v3 v3.19.1
	github.com/shopspring/decimal v1.4.0
	golang.org/x/term v0.45.0
	modernc.org/sqlite v1.58.0
)

require (
	codeberg.org/go-pdf/fpdf v0.12.0 // indirect
	github.com/boombuler/barcode v1.1.0 // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/dustin/go-humanize v1.0.1 // indirect
	github.com/go-logr/logr v1.4.4 // indirect
	github.com/go-logr/stdr v1.2.2 // indirect
	github.com/jackc/pgpassfile v1.0.0 // indirect
	github.com/jackc/pgservicefile v0.0.0-20240606120523-5a60cdf6a761 // indirect
	github.com/jackc/puddle/v2 v2.2.3 // indirect
	github.com/mattn/go-isatty v0.0.24 // indirect
	github.com/ncruces/go-strftime v1.0.0 // indirect
	github.com/remyoudompheng/bigfft v0.0.0-20230129092748-24d4a6f8daec // indirect
	go.opentelemetry.io/auto/sdk v1.2.1 // indirect
	go.opentelemetry.io/otel/metric v1.45.0 // indirect
	go.opentelemetry.io/otel/trace v1.45.0 // indirect
	golang.org/x/image v0.40.0 // indirect
	golang.org/x/sync v0.22.0 // indirect
	golang.org/x/text v0.41.0 // indirect
	modernc.org/libc v1.75.6 // indirect
	modernc.org/mathutil v1.7.1 // indirect
	modernc.org/memory v1.12.1 // indirect
)

require (
	github.com/leadtocash/leadtocash/einvoice v0.0.0
	github.com/leadtocash/leadtocash/migrate v0.0.0
	github.com/leadtocash/leadtocash/ocel v0.0.0
	github.com/leadtocash/leadtocash/otel v0.0.0
	github.com/leadtocash/leadtocash/pdf v0.0.0
	github.com/leadtocash/leadtocash/storage/postgres v0.0.0
	github.com/leadtocash/leadtocash/storage/sqlite v0.0.0
	github.com/mitchellh/colorstring v0.0.0-20190213212951-d06e56a500db // indirect
	github.com/rivo/uniseg v0.4.7 // indirect
	go.opentelemetry.io/otel v1.45.0
	go.opentelemetry.io/otel/sdk v1.45.0
	go.opentelemetry.io/otel/sdk/metric v1.45.0
	golang.org/x/sys v0.47.0 // indirect
)

replace github.com/leadtocash/leadtocash => ../

replace github.com/leadtocash/leadtocash/einvoice => ../einvoice

replace github.com/leadtocash/leadtocash/migrate => ../migrate

replace github.com/leadtocash/leadtocash/storage/sqlite => ../storage/sqlite

replace github.com/leadtocash/leadtocash/storage/postgres => ../storage/postgres

replace github.com/leadtocash/leadtocash/ocel => ../ocel

replace github.com/leadtocash/leadtocash/otel => ../otel

replace github.com/leadtocash/leadtocash/pdf => ../pdf
