package activity

import "github.com/leadtocash/leadtocash/value"

// Priority is the priority of an activity (`prioritycode`).
type Priority = value.Choice[prioritySet]

// The values of [Priority].
const (
	PriorityLow Priority = iota + 1
	PriorityNormal
	PriorityHigh
)

type prioritySet struct{}

func (prioritySet) Table() (string, []value.Option) { return "priority", priorityTable }

var priorityTable = value.Options(
	value.Option{Key: "low", Label: "Low", Code: 0},
	value.Option{Key: "normal", Label: "Normal", Code: 1},
	value.Option{Key: "high", Label: "High", Code: 2},
)
