package core // want `there is no gone.go: take it off the exceptions of corelint`

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/shopspring/decimal"
)

type client struct {
	ctx   context.Context
	ref   storage.Ref
	store memory.Store
	share float64
}

var id, now = uuid.New, time.Now()

func (c client) third(d decimal.Decimal) decimal.Decimal {
	return d.Div(d) // want `Div loses digits`
}
