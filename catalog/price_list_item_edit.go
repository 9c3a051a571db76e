package catalog

import (
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// PriceListItemFacts are what decisions about a price list item depend on
// besides item and command. Nothing in the zero value stands in the way.
type PriceListItemFacts struct {
	record.Stamp
	BaseCurrency     money.Currency  // the organisation's
	PricingPrecision value.Opt[int8] // decimals of unit prices; unset: those of the currency, but at least 2
	PriceList        *PriceList
	Product          *Product
	UnitGroup        *UnitGroup    // of the product
	DiscountList     *DiscountList // that the command chooses
	Exists           bool          // another item is for the same price list, product and unit
	InUse            []record.Ref  // records that refer to the item, apart from those that go with it
}

// SavedPriceListItem is a price list item that was created, with the product if
// the price list became its default.
type SavedPriceListItem struct {
	Record  PriceListItem  `json:"item"`
	Product *Product       `json:"product,omitzero"`
	Events  []record.Event `json:"events,omitzero"`
}

// CreatePriceListItem is the command behind NewPriceListItem.
type CreatePriceListItem struct {
	ID record.PriceListItemID `json:"id,omitzero"`
	record.Origin
	PriceListID record.PriceListID  `json:"price_list_id" need:"true"`
	ProductID   record.ProductID    `json:"product_id" need:"true"`
	UnitID      record.UnitID       `json:"unit_id,omitzero"` // default: the product's default unit
	Fields      PriceListItemFields `json:"fields"`
}

// NewPriceListItem puts a product on a price list. The first list of a product
// becomes its default price list. Codes: ErrMissingField (price list, product,
// unit, what the pricing method needs), ErrDuplicatePriceListItem, ErrInvalid
// for a family, ErrNotFound for a unit of another unit group, ErrOutOfRange for
// a margin of 100 % and more, ErrCurrencyMismatch for a discount list of
// amounts in another currency, ErrInactive for an inactive one.
func NewPriceListItem(cmd CreatePriceListItem, f PriceListItemFacts) (SavedPriceListItem, error) {
	i := PriceListItem{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), PriceListID: cmd.PriceListID, ProductID: cmd.ProductID, UnitID: cmd.UnitID,
		PriceListItemFields: cmd.Fields.withDefaults(),
	}
	if f.PriceList != nil {
		i.Currency = f.PriceList.Currency
	}
	var reasons []record.Reason
	add := func(code codes.Code, field, message string) {
		reasons = append(reasons, record.Reason{Code: code, Field: field, Message: message})
	}
	if p := f.Product; p != nil {
		i.UnitID = FirstID(i.UnitID, p.InForce().DefaultUnitID)
		if p.Structure == StructureFamily {
			add(codes.ErrInvalid, "product_id", "a family has no price")
		}
		if f.UnitGroup != nil && !i.UnitID.IsZero() && f.UnitGroup.Unit(i.UnitID) == nil {
			add(codes.ErrNotFound, "unit_id", "the unit group of the product has no such unit")
		}
	}
	if i.UnitID.IsZero() {
		add(codes.ErrMissingField, "unit_id", codes.ErrMissingField.Info().Text)
	}
	if f.Exists {
		add(codes.ErrDuplicatePriceListItem, "unit_id", codes.ErrDuplicatePriceListItem.Info().Text)
	}
	reasons = append(reasons, i.faults("fields.", record.DiscountListID{}, &f)...)
	if err := flow.RefuseBirth(actions.PriceListItemCreate, cmd.ID, &cmd, i.Currency, reasons...); err != nil {
		return SavedPriceListItem{}, err
	}
	out := SavedPriceListItem{Record: i, Events: []record.Event{record.BornEvent(&i, actions.PriceListItemCreate, f.Stamp, nil)}}
	if p := f.Product; p != nil && p.DefaultPriceListID.IsZero() {
		changed := p.withDefaultPriceList(i.PriceListID, f.Stamp)
		out.Product, out.Events = &changed.Record, append(out.Events, changed.Events...)
	}
	return out, nil
}

func (f PriceListItemFields) withDefaults() PriceListItemFields {
	if f.PricingMethod == 0 {
		f.PricingMethod = PricingAmount
	}
	if f.RoundingPolicy == 0 {
		f.RoundingPolicy = RoundingNone
	}
	if f.QuantitySelling == 0 {
		f.QuantitySelling = SellingNoControl
	}
	return f
}

// faults lists what no single field shows.
func (i *PriceListItem) faults(path string, was record.DiscountListID, f *PriceListItemFacts) (reasons []record.Reason) {
	add := func(code codes.Code, field, message string) {
		reasons = append(reasons, record.Reason{Code: code, Field: path + field, Message: message})
	}
	needed := func(field string, given value.Opt[decimal.Decimal]) {
		if given.IsZero() {
			add(codes.ErrMissingField, field, "the pricing method needs it")
		}
	}
	if rule, ok := pricingRules[i.PricingMethod]; ok {
		needed("percentage", i.Percentage)
		if p, given := i.Percentage.Get(); rule.margin && given && exact.NumOf(p).Cmp(exact.Hundred) >= 0 {
			add(codes.ErrOutOfRange, "percentage", "a margin is below 100 %")
		}
		switch i.roundingFault(int(f.PricingPrecision.Or(int8(i.Currency.PriceDigits())))) {
		case PricingErrorInvalidRoundingOption:
			add(codes.ErrMissingField, "rounding_option", "the rounding policy needs it")
		case PricingErrorInvalidRoundingAmount:
			add(codes.ErrOutOfRange, "rounding_amount", "is missing, negative, finer than prices are, or a multiple of nothing")
		}
	} else if i.PricingMethod == PricingAmount {
		needed("amount", i.Amount)
	}
	switch base, given := i.PriceBase.Get(); {
	case given && base.Sign() <= 0:
		add(codes.ErrOutOfRange, "price_base_quantity", "must be more than 0")
	case i.hasBase() && i.PricingMethod != PricingAmount:
		add(codes.ErrInvalid, "price_base_quantity", "a percentage is of the price of one unit")
	}
	if d := f.DiscountList; d != nil && d.ID == i.DiscountListID && d.ID != was {
		if d.Type == DiscountAmount && d.Currency != i.Currency {
			add(codes.ErrCurrencyMismatch, "discount_list_id", "the amounts are in another currency")
		}
		if d.Status == DiscountListStatusInactive {
			add(codes.ErrInactive, "discount_list_id", codes.ErrInactive.Info().Text)
		}
	}
	return reasons
}

// EditPriceListItem replaces the editable fields; custom values given are set,
// a JSON null removes one.
type EditPriceListItem struct {
	Fields PriceListItemFields `json:"fields"`
	Custom record.Custom       `json:"custom,omitzero"`
}

// Edit changes how the item prices its product; equal values change nothing.
// Documents that are calculated again follow. Codes: those of NewPriceListItem.
func (i PriceListItem) Edit(cmd EditPriceListItem, f PriceListItemFacts) (record.Change[PriceListItem], error) {
	next := i
	next.PriceListItemFields = cmd.Fields.withDefaults()
	reasons := append(schema.Validate(&cmd, i.Currency), next.faults("fields.", i.DiscountListID, &f)...)
	if err := party.RefuseStatusless(&i, actions.PriceListItemEdit, reasons); err != nil {
		return record.Change[PriceListItem]{}, err
	}
	if !party.Edits(i.PriceListItemFields, next.PriceListItemFields, i.Custom, cmd.Custom) {
		return record.Change[PriceListItem]{Record: i}, nil
	}
	next.Custom = i.Custom.Edited(cmd.Custom)
	next.Touch(f.Stamp)
	return record.Change[PriceListItem]{Record: next, Events: []record.Event{record.StepEvent(&next, actions.PriceListItemEdit, "", f.Stamp, nil)}}, nil
}

// Delete takes the product off the price list. Code: ErrInUse.
func (i PriceListItem) Delete(_ record.DeleteRecord, f PriceListItemFacts) (record.Change[PriceListItem], error) {
	if err := party.RefuseStatusless(&i, actions.PriceListItemDelete, flow.InUse(f.InUse)); err != nil {
		return record.Change[PriceListItem]{}, err
	}
	return record.Change[PriceListItem]{Record: i, Events: []record.Event{record.DeletedEvent(&i, actions.PriceListItemDelete, f.Stamp, nil)}}, nil
}
