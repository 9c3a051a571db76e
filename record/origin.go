package record

import (
	"cmp"
	"maps"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// Origin is what every creating command may say about the new record.
type Origin struct {
	Owner               uuid.UUID                  `json:"owner,omitzero"`                                       // default: who creates it, whatever Ownership says
	Currency            money.Currency             `json:"currency,omitzero"`                                    // default: that of the parent document, the price list, the customer, the acting seller, else the base currency
	ExchangeRate        value.Opt[decimal.Decimal] `json:"exchange_rate,omitzero" range:"0..1e11" decimals:"12"` // default: the parent document's, else that of the currency; given: nothing replaces it, 0 counts as unset
	ImportSequence      int32                      `json:"import_sequence,omitzero" range:"0..2147483647"`
	OverriddenCreatedOn value.Date                 `json:"overridden_created_on,omitzero"`
	Custom              Custom                     `json:"custom,omitzero"`
}

// ChosenOwner is the owner that the command chooses.
func (b *Origin) ChosenOwner() uuid.UUID { return b.Owner }

// NewHead makes the head of the new record; base is its currency where none is
// chosen.
func (b *Origin) NewHead(s Stamp, base money.Currency) Head {
	h := Head{
		Owner:          b.Owner,
		ImportSequence: b.ImportSequence, OverriddenCreatedOn: b.OverriddenCreatedOn,
		Custom: maps.Clone(b.Custom),
	}
	h.GiveRate(cmp.Or(b.Currency, base), b.ExchangeRate)
	h.Born(s)
	return h
}

// Child makes the head of a record that an action creates from another one: it
// inherits currency and exchange rate with its mark, and belongs to whom
// [Stamp.OwnerOf] says.
func (h *Head) Child(s Stamp) Head {
	child := Head{Owner: s.OwnerOf(h), Currency: h.Currency, ExchangeRate: h.ExchangeRate, RateFixed: h.RateFixed}
	child.Born(s)
	return child
}

// Edited returns the custom values after an edit: those given are set, a JSON
// null removes one, all others stay.
func (c Custom) Edited(change Custom) Custom {
	if len(change) == 0 {
		return c
	}
	next := maps.Clone(c)
	if next == nil {
		next = Custom{}
	}
	for name, value := range change {
		if len(value) == 0 || string(value) == "null" {
			delete(next, name)
		} else {
			next[name] = value
		}
	}
	return next
}
