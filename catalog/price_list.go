package catalog

import (
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// PriceList says what products cost, by items of product and unit, in one
// currency. Catalogue lines are priced by the price list of their document.
type PriceList struct {
	ID          record.PriceListID `json:"id" d365:"pricelevelid"`
	record.Head                    // its currency never changes
	PriceListFields
	Status PriceListStatus `json:"status" d365:"statuscode"`
}

// PriceListFields are the fields of a price list that people edit.
type PriceListFields struct {
	Name          string             `json:"name" d365:"name" max:"100" need:"true"`
	Description   string             `json:"description,omitzero" d365:"description" text:"2000"`
	BeginDate     value.Date         `json:"begin_date,omitzero" d365:"begindate"` // first day of validity
	EndDate       value.Date         `json:"end_date,omitzero" d365:"enddate"`     // last day of validity
	FreightTerms  FreightTerms       `json:"freight_terms,omitzero" d365:"freighttermscode"`
	PaymentMethod party.PaymentTerms `json:"payment_method,omitzero" d365:"paymentmethodcode"`
	Shipping      ShippingMethod     `json:"shipping_method,omitzero" d365:"shippingmethodcode"`
}

// PriceListStatus is the status of a price list; its State is active or
// inactive.
type PriceListStatus = value.Choice[priceListStatusSet]

// The statuses of a price list.
const (
	PriceListStatusActive PriceListStatus = iota + 1
	PriceListStatusInactive
)

type priceListStatusSet struct{}

func (priceListStatusSet) Table() (string, []value.Option) {
	return "price_list_status", priceListStatusTable
}

var priceListStatusTable = value.Statuses(
	value.State{Key: "active", Code: 0}.In(value.Option{Key: "active", Label: "Active", Code: 100001}),
	value.State{Key: "inactive", Code: 1}.In(value.Option{Key: "inactive", Label: "Inactive", Code: 100002}),
)

// IsValid reports whether the list is active and, on the day, within its
// dates; without a day the dates are not asked.
func (l *PriceList) IsValid(on value.Date) bool {
	switch {
	case l.Status != PriceListStatusActive:
		return false
	case on.IsZero():
		return true
	}
	return !on.Before(l.BeginDate) && (l.EndDate.IsZero() || !on.After(l.EndDate))
}

// RecordKind tells the kind of record.
func (*PriceList) RecordKind() kinds.Kind { return kinds.PriceList }

// Ref names the record with its kind.
func (l *PriceList) Ref() record.Ref { return l.ID.Ref() }

// StatusKey is the key of the status.
func (l *PriceList) StatusKey() string { return l.Status.String() }

// Clone returns a deep copy.
func (l PriceList) Clone() PriceList {
	l.Head.Detach()
	return l
}

// MarshalJSON writes the published JSON form.
func (l PriceList) MarshalJSON() ([]byte, error) {
	type plain PriceList
	return record.Encode((*plain)(&l))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (l *PriceList) UnmarshalJSON(body []byte) error {
	type plain PriceList
	return record.Decode(body, (*plain)(l))
}
