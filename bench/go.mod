module github.com/leadtocash/leadtocash/bench

go 1.25.0

replace github.com/leadtocash/leadtocash => ../

require (
	github.com/leadtocash/leadtocash v0.0.0-00010101000000-000000000000
	github.com/looplab/fsm v1.0.3
	github.com/qmuntal/stateless v1.7.2
	github.com/shopspring/decimal v1.4.0
)

require github.com/google/uuid v1.6.0 // indirect
