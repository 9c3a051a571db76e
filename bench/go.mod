module github.com/leadtocash/leadtocash/bench

go 1.25.0

replace github.com/leadtocash/leadtocash => ../

require (
	github.com/looplab/fsm v1.0.3
	github.com/qmuntal/stateless v1.7.2
)
