package shard

import "errors"

// Steps of a move.
const (
	StepCopied = stepCopied
	StepFenced = stepFenced
	Steps      = int(stepSwitched) + 1
)

// Step is one of them.
type Step = step

// ErrInterrupted is the error of a move that was interrupted.
var ErrInterrupted = errors.New("interrupted")

// InterruptAfter ends moves after a step, as if the process were killed.
func (s *Store) InterruptAfter(last Step) {
	s.interrupt = func(now step) error {
		if now == last {
			return ErrInterrupted
		}
		return nil
	}
}

// DoAfter has moves do something after a step.
func (s *Store) DoAfter(after Step, do func()) {
	s.interrupt = func(now step) error {
		if now == after {
			do()
		}
		return nil
	}
}

// BatchOf sets how many events are copied at a time.
func (s *Store) BatchOf(n int) { s.batch = n }
