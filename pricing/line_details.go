package pricing

import (
	"slices"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// LineDetails are what e-invoices and papers say of a line besides what it costs.
// Most lines have none.
type LineDetails struct {
	UnitCode                 string              `json:"unit_code,omitzero" max:"3" form:"unit"`                        // of UN/ECE Recommendation 20 or 21, typed for write-ins, of catalogue lines that of the unit; only the pattern is checked; BT-130
	SellerItem               string              `json:"seller_item,omitzero" max:"100"`                                // our number of the item; BT-155
	BuyerItem                string              `json:"buyer_item,omitzero" max:"100"`                                 // the customer's number of it; BT-156
	StandardItem             *party.Identifier   `json:"standard_item,omitzero"`                                        // GTIN in scheme 0160; BT-157
	Classes                  []catalog.ItemClass `json:"classes,omitzero" most:"10"`                                    // BT-158
	Origin                   string              `json:"origin,omitzero" max:"2" form:"country"`                        // country of ISO 3166-1; BT-159
	Attributes               []ItemAttribute     `json:"attributes,omitzero" most:"50"`                                 // default of an export: the values of the line's properties; BG-32
	Text                     string              `json:"text,omitzero" text:"4000"`                                     // beside the name; BT-154
	OrderLine                string              `json:"order_line,omitzero" max:"100"`                                 // of the buyer's order; BT-132
	Note                     string              `json:"note,omitzero" text:"5000"`                                     // BT-127
	PeriodFrom               value.Date          `json:"period_from,omitzero"`                                          // BT-134
	PeriodTo                 value.Date          `json:"period_to,omitzero"`                                            // not before PeriodFrom; BT-135
	Object                   *party.Identifier   `json:"object,omitzero"`                                               // that is invoiced; BT-128
	AccountingReference      string              `json:"accounting_reference,omitzero" max:"100"`                       // where the buyer books it; BT-133
	ManualDiscountReason     string              `json:"manual_discount_reason,omitzero" max:"200"`                     // BT-139
	ManualDiscountReasonCode string              `json:"manual_discount_reason_code,omitzero" max:"3" form:"allowance"` // of UNTDID 5189
}

// ItemAttribute is something that an item has: its color is blue.
type ItemAttribute struct {
	Name  string `json:"name" max:"100" need:"true"`  // BT-160
	Value string `json:"value" max:"500" need:"true"` // BT-161
}

// FieldFaults lists what no single field shows: the period ends after it begins.
func (d *LineDetails) FieldFaults() (reasons []record.Reason) {
	if !d.PeriodFrom.IsZero() && !d.PeriodTo.IsZero() && d.PeriodTo.Before(d.PeriodFrom) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "period_to", Message: "the period ends before it begins"})
	}
	return reasons
}

// Clone returns a deep copy, nil of nil.
func (d *LineDetails) Clone() *LineDetails {
	if d == nil {
		return nil
	}
	clone := *d
	clone.StandardItem, clone.Object = record.ClonePtr(d.StandardItem), record.ClonePtr(d.Object)
	clone.Classes, clone.Attributes = slices.Clone(d.Classes), slices.Clone(d.Attributes)
	return &clone
}

// orNone are the details, those of a line without any where there are none.
func (d *LineDetails) orNone() *LineDetails {
	if d == nil {
		return &LineDetails{}
	}
	return d
}

// takeDetails takes what the catalogue says of the product: the code of its unit, and
// what the line does not say itself.
func (c *calculation) takeDetails(l *Line, f *catalog.ProductFields) {
	given := LineDetails{Origin: f.Origin}
	if g := c.Catalog.Groups[f.UnitGroupID]; g != nil {
		if u := g.Unit(l.UnitID); u != nil {
			given.UnitCode = u.Code
		}
	}
	if c.CopyProductText {
		given.Text = f.Description
	}
	was := &LineDetails{}
	if l.Details != nil {
		was = l.Details
	} else if given.UnitCode == "" && given.Origin == "" && given.Text == "" && f.GTIN == "" && f.Classes == nil {
		return
	}
	next, changed := *was, false
	take := func(field *string, text string, always bool) {
		if text != "" && *field != text && (always || *field == "") {
			*field, changed = text, true
		}
	}
	take(&next.UnitCode, given.UnitCode, true)
	take(&next.Origin, given.Origin, false)
	take(&next.Text, given.Text, false)
	if next.StandardItem == nil && f.GTIN != "" {
		next.StandardItem, changed = &party.Identifier{Scheme: "0160", Value: f.GTIN}, true
	}
	if next.Classes == nil && f.Classes != nil {
		next.Classes, changed = slices.Clone(f.Classes), true
	}
	if changed {
		l.Details = &next
	}
}
