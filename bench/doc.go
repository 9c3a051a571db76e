// Package bench compares leadtocash with other ways to get from a lead to a
// paid invoice. It is a module of its own, so that nobody else inherits the
// contestants, and is never released.
//
// Numbers are meant as ratios within one run:
//
//	make bench
//	go test -C bench -bench Journey -count 10 | tee new.txt && go tool benchstat new.txt
//
// BenchmarkJourney starts with qmuntal/stateless and looplab/fsm, which build a
// state machine per record and fire the bare state changes of the journey: no
// data, no prices, no events. BenchmarkWhy starts with a Go switch that
// evaluates the guards of one transition.
package bench
