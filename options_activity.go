package leadtocash

// Priority is the priority of an activity (`prioritycode`).
type Priority = Choice[prioritySet]

// The values of [Priority].
const (
	PriorityLow Priority = iota + 1
	PriorityNormal
	PriorityHigh
)

type prioritySet struct{}

func (prioritySet) Table() (string, []Option) { return "priority", priorityTable }

var priorityTable = options(
	Option{Key: "low", Label: "Low", Code: 0},
	Option{Key: "normal", Label: "Normal", Code: 1},
	Option{Key: "high", Label: "High", Code: 2},
)
