package core // want `there is no gone.go: take it off the exceptions of corelint`

import (
	clock "time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

type lead struct {
	at     clock.Time
	score  float64 // want `no floating-point numbers`
	budget decimal.Decimal
}

func (l lead) bad() {
	l.at = clock.Now()  // want `a core file does not use time.Now`
	newID := uuid.New   // want `a core file does not use uuid.New`
	_, _ = uuid.NewV7() // want `a core file does not use uuid.NewV7`
	_ = newID
	_ = l.budget.Div(l.budget)        // want `Div loses digits`
	_ = l.budget.Round(2)             // want `Round loses digits`
	_ = l.budget.StringFixed(2)       // want `StringFixed loses digits`
	_ = l.budget.InexactFloat64() > 1 // want `no floating-point numbers` `no floating-point numbers`
	_ = decimal.NewFromFloat(2)       // want `no floating-point numbers`
	half := 0.5                       // want `no floating-point numbers`
	_ = half                          // want `no floating-point numbers`
	decimal.DivisionPrecision = 4     // want `decimal.DivisionPrecision is a switch of the whole process`
}

func (l lead) good() {
	_ = uuid.NewSHA1(uuid.UUID{}, nil)
	_ = l.at.Add(clock.Hour).Round(clock.Minute)
	_ = l.budget.Mul(decimal.Zero).DivRound(l.budget, 4)
	_ = currency{}.Round(l.budget)
	const tenth = 1 / 10.0
}
