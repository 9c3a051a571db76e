package pricing

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Line is one item of an opportunity, a quote, an order, an invoice or a credit note. A
// catalogue line has a product and a unit; a line without product is a
// write-in: it has a text and its own price.
//
// Decimals never share memory that could change, but Shipping, TaxCode, Properties,
// Adjustments and Details do: replace them, do not write through them.
type Line struct {
	LineNumber     int32 `json:"line_number" d365:"lineitemnumber" range:"0..1e9"` // identifies the line within its document
	SequenceNumber int32 `json:"sequence_number,omitzero" d365:"sequencenumber" range:"0..1e9"`
	SourceLine     int32 `json:"source_line,omitzero"` // line number in the document this one was made from; 0: none
	ParentBundle   int32 `json:"parent_bundle,omitzero" d365:"parentbundleid"`

	ProductType       ProductType          `json:"product_type,omitzero" d365:"producttypecode"`
	PropertyStatus    PropertyStatus       `json:"property_status,omitzero" d365:"propertyconfigurationstatus"` // calculated; not set where the product has no properties
	PricingError      catalog.PricingError `json:"pricing_error,omitzero" d365:"pricingerrorcode"`              // calculated
	IsPriceOverridden bool                 `json:"is_price_overridden,omitzero" d365:"ispriceoverridden"`
	IsCopied          bool                 `json:"is_copied,omitzero" d365:"iscopied"`
	Piece             bool                 `json:"piece,omitzero"` // base, net and allocated amount are a part of the source line's and not calculated

	ProductID   record.ProductID `json:"product_id,omitzero" d365:"productid"`
	UnitID      record.UnitID    `json:"unit_id,omitzero" d365:"uomid"`
	ProductName string           `json:"product_name,omitzero" d365:"productname" max:"500"`
	WriteInText string           `json:"write_in_text,omitzero" d365:"productdescription" max:"500"`

	Quantity       value.Opt[decimal.Decimal] `json:"quantity,omitzero" d365:"quantity" range:"-1e11..1e11" decimals:"5"`
	PricePerUnit   value.Opt[decimal.Decimal] `json:"price_per_unit,omitzero" d365:"priceperunit" decimals:"4"`                 // at pricing precision
	VolumeDiscount value.Opt[decimal.Decimal] `json:"volume_discount,omitzero" d365:"volumediscountamount" decimals:"4"`        // per unit, at pricing precision
	ManualDiscount value.Opt[money.Amount]    `json:"manual_discount,omitzero" d365:"manualdiscountamount" range:"-1e14..1e14"` // see DiscountMethod; negative on credit lines
	Tax            value.Opt[money.Amount]    `json:"tax,omitzero" d365:"tax" range:"-1e14..1e14"`                              // typed, or computed from TaxCode
	TaxCode        *TaxCode                   `json:"tax_code,omitzero"`
	PriceBase      value.Opt[decimal.Decimal] `json:"price_base_quantity,omitzero" range:"0..1e11" decimals:"5"` // for how many units price and volume discount are; unset: for one
	Adjustments    []Adjustment               `json:"adjustments,omitzero" most:"20"`                            // allowances and charges of the line

	BaseAmount        money.Amount `json:"base_amount" d365:"baseamount"`         // (price - volume discount) × quantity ÷ price base
	AdjustmentTotal   money.Amount `json:"adjustment_total,omitzero"`             // charges less allowances of the list
	NetAmount         money.Amount `json:"net_amount"`                            // base amount less manual discount, with the list
	AllocatedDiscount money.Amount `json:"allocated_discount"`                    // the line's share of the document discount
	ExtendedAmount    money.Amount `json:"extended_amount" d365:"extendedamount"` // net amount and tax

	QuantityShipped   value.Opt[decimal.Decimal] `json:"quantity_shipped,omitzero" d365:"quantityshipped" range:"-1e11..1e11" decimals:"5"`
	QuantityCancelled value.Opt[decimal.Decimal] `json:"quantity_cancelled,omitzero" d365:"quantitycancelled" range:"-1e11..1e11" decimals:"5"`
	QuantityInvoiced  value.Opt[decimal.Decimal] `json:"quantity_invoiced,omitzero" range:"-1e11..1e11" decimals:"5"` // of an order line, on invoices that are not canceled

	Shipping   *LineShipping   `json:"shipping,omitzero"`
	Properties []PropertyValue `json:"properties,omitzero" most:"100"` // of properties of the product
	Details    *LineDetails    `json:"details,omitzero"`
}

// LineShipping is how and when a line is delivered.
type LineShipping struct {
	ShipTo              *party.ShipTo              `json:"ship_to,omitzero"`
	WillCall            bool                       `json:"will_call,omitzero" d365:"willcall"` // held for pick-up
	RequestDeliveryBy   value.Date                 `json:"request_delivery_by,omitzero" d365:"requestdeliveryby"`
	DeliveredOn         value.Date                 `json:"delivered_on,omitzero" d365:"actualdeliveryon"`
	TrackingNumber      string                     `json:"tracking_number,omitzero" d365:"shippingtrackingnumber" max:"100"`
	SalesRepID          record.SellerID            `json:"sales_rep_id,omitzero" d365:"salesrepid"`
	QuantityBackordered value.Opt[decimal.Decimal] `json:"quantity_backordered,omitzero" d365:"quantitybackordered" range:"-1e11..1e11" decimals:"5"`
}

// IsWriteIn reports whether the line has no product; Dynamics 365 calls it
// isproductoverridden.
func (l *Line) IsWriteIn() bool { return l.ProductID.IsZero() }

// ManualDiscountTotal is what the manual discount takes from the whole line.
func (l *Line) ManualDiscountTotal() money.Amount {
	return l.BaseAmount.Add(l.AdjustmentTotal).Sub(l.NetAmount)
}

// AfterDiscount is the net amount less the share of the document discount.
func (l *Line) AfterDiscount() money.Amount { return l.NetAmount.Sub(l.AllocatedDiscount) }

// Clone shares nothing with l that anybody can change.
func (l Line) Clone() Line {
	l.TaxCode, l.Properties = l.TaxCode.clone(), slices.Clone(l.Properties)
	l.Adjustments, l.Details = cloneAdjustments(l.Adjustments), l.Details.Clone()
	if l.Shipping != nil {
		shipping := *l.Shipping
		shipping.ShipTo = shipping.ShipTo.Clone()
		l.Shipping = &shipping
	}
	return l
}

// cloneLines clones every line.
func cloneLines(lines []Line) []Line {
	if lines == nil {
		return nil
	}
	clones := make([]Line, len(lines))
	for i := range lines {
		clones[i] = lines[i].Clone()
	}
	return clones
}
