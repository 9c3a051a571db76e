package core

import "github.com/shopspring/decimal"

type currency struct{}

func (currency) Round(d decimal.Decimal) decimal.Decimal { return d.Div(d).Round(2) }
