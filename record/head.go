package record

import (
	"encoding/json"
	"maps"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// Head is what every record carries besides its own fields. Callers set the
// owner by Assign, the currency by ChangeCurrency, custom values by Edit and the
// status reason by [engine.Client.StatusReason], or without a client on what a
// transition returns; everything else is the library's.
type Head struct {
	Version             int64                      `json:"version" d365:"versionnumber"` // 1, 2, 3 …
	CreatedAt           time.Time                  `json:"created_at" d365:"createdon"`  // UTC, microseconds
	CreatedBy           uuid.UUID                  `json:"created_by,omitzero" d365:"createdby"`
	UpdatedAt           time.Time                  `json:"updated_at" d365:"modifiedon"` // UTC, microseconds; grows with every version
	UpdatedBy           uuid.UUID                  `json:"updated_by,omitzero" d365:"modifiedby"`
	Owner               uuid.UUID                  `json:"owner,omitzero" d365:"ownerid"` // a Seller, or a user or team of the host's
	Currency            money.Currency             `json:"currency,omitzero" d365:"transactioncurrencyid"`
	OverriddenCreatedOn value.Date                 `json:"overridden_created_on,omitzero" d365:"overriddencreatedon"`
	ExchangeRate        value.Opt[decimal.Decimal] `json:"exchange_rate,omitzero" d365:"exchangerate" range:"0..1e11" decimals:"12"` // units of Currency per unit of the base currency; unset: not known, there are no base amounts
	RateFixed           bool                       `json:"rate_fixed,omitzero"`                                                      // the rate was given: nothing replaces it
	ImportSequence      int32                      `json:"import_sequence,omitzero" d365:"importsequencenumber"`
	StatusReason        string                     `json:"status_reason,omitzero" max:"64"` // the host's own, under the status; see StatusReason
	Custom              Custom                     `json:"custom,omitzero"`
	unknown             unknown                    // members of the JSON form that this release does not know
}

// Custom holds the values of the host's own fields, by wire name, as JSON. Read
// and write them with the typed keys of TextField and its siblings. Treat it
// as immutable: setting a value makes a new map.
type Custom map[string]json.RawMessage

// Header is the method of every record that has a Head.
func (h *Head) Header() *Head { return h }

// StatusKey is empty; kinds with a status have a method of their own.
func (h *Head) StatusKey() string { return "" }

// Detach copies what the head does not hold by value.
func (h *Head) Detach() {
	h.Custom = maps.Clone(h.Custom)
	h.unknown = maps.Clone(h.unknown)
}

// Born stamps a new record.
func (h *Head) Born(s Stamp) {
	h.Version = 1
	h.CreatedAt, h.UpdatedAt = s.At, s.At
	h.CreatedBy, h.UpdatedBy = s.By.ID, s.By.ID
	if h.Owner == (uuid.UUID{}) {
		h.Owner = s.By.ID
	}
}

// Touch stamps a new version. Time never stands still within a record, so that
// order by time agrees with order by version.
func (h *Head) Touch(s Stamp) {
	h.Version++
	h.UpdatedBy = s.By.ID
	if earliest := h.UpdatedAt.Add(time.Microsecond); s.At.After(earliest) {
		h.UpdatedAt = s.At
	} else {
		h.UpdatedAt = earliest
	}
}
