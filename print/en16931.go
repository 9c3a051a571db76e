package print

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// EN16931 is a priced document in the terms of the European e-invoice. All
// amounts add up by the rules of EN 16931, rounded half away from zero; what
// other roundings of the document differ by is in PayableRoundingAmount, so
// that PayableAmount is the document's amount due.
type EN16931 struct {
	Currency              money.Currency `json:"currency"`                // BT-5
	Lines                 []EN16931Line  `json:"lines"`                   // without lines that have an error or that their bundle pays for
	LineTotal             money.Amount   `json:"line_total"`              // BT-106
	AllowanceTotal        money.Amount   `json:"allowance_total"`         // BT-107
	ChargeTotal           money.Amount   `json:"charge_total"`            // BT-108
	TaxExclusiveAmount    money.Amount   `json:"tax_exclusive_amount"`    // BT-109
	TaxAmount             money.Amount   `json:"tax_amount"`              // BT-110
	TaxInclusiveAmount    money.Amount   `json:"tax_inclusive_amount"`    // BT-112
	PrepaidAmount         money.Amount   `json:"prepaid_amount"`          // BT-113
	PayableRoundingAmount money.Amount   `json:"payable_rounding_amount"` // BT-114
	PayableAmount         money.Amount   `json:"payable_amount"`          // BT-115
	Breakdown             []EN16931Tax   `json:"breakdown"`               // BG-23, sorted by category and rate

	Allowances []EN16931Adjustment `json:"allowances,omitzero"` // BG-20, by tax group: its part of the general discount, then its allowances; their sums are in AllowanceTotal and the breakdown
	Charges    []EN16931Adjustment `json:"charges,omitzero"`    // BG-21, by tax group: freight, then its charges
}

// EN16931Adjustment is an allowance or a charge in the terms of EN 16931. It tells base
// and percentage, both or neither, only where they come to the amount.
type EN16931Adjustment struct {
	Amount     money.Amount               `json:"amount"`               // BT-92, 99; of a line BT-136, 141; without tax
	Base       value.Opt[money.Amount]    `json:"base,omitzero"`        // BT-93, 100, 137, 142
	Percentage value.Opt[decimal.Decimal] `json:"percentage,omitzero"`  // BT-94, 101, 138, 143
	Category   pricing.TaxCategory        `json:"category,omitzero"`    // BT-95, 102; not of an entry of a line
	Rate       decimal.Decimal            `json:"rate,omitzero"`        // BT-96, 103, percent
	Reason     string                     `json:"reason,omitzero"`      // BT-97, 104, 139, 144; as the document says it, if it does
	ReasonCode string                     `json:"reason_code,omitzero"` // BT-98, 105, 140, 145
	Freight    bool                       `json:"freight,omitzero"`     // it is the freight of the document
}

// EN16931Line is a line in the terms of EN 16931. Prices and amounts are without
// tax: where the document's include it, prices have 4 to 10 decimals, as few as
// give the line's amount. The price is never negative: where that of the document
// is, the quantity changes its sign.
type EN16931Line struct {
	LineNumber    int32               `json:"line_number"`             // BT-126
	Quantity      decimal.Decimal     `json:"quantity"`                // BT-129
	NetAmount     money.Amount        `json:"net_amount"`              // BT-131
	Allowance     money.Amount        `json:"allowance"`               // sum of Allowances
	NetPrice      decimal.Decimal     `json:"net_price"`               // BT-146
	PriceDiscount decimal.Decimal     `json:"price_discount,omitzero"` // BT-147, of a volume discount
	GrossPrice    decimal.Decimal     `json:"gross_price,omitzero"`    // BT-148, where there is one
	Category      pricing.TaxCategory `json:"category"`                // BT-151
	Rate          decimal.Decimal     `json:"rate"`                    // BT-152, percent
	Name          string              `json:"name"`                    // BT-153

	BaseQuantity decimal.Decimal     `json:"base_quantity,omitzero"` // BT-149, where it is not 1
	Allowances   []EN16931Adjustment `json:"allowances,omitzero"`    // BG-27, the manual discount first
	Charges      []EN16931Adjustment `json:"charges,omitzero"`       // BG-28
}

// EN16931Tax is the tax of one category and rate, with the document's allowance
// and charge in it.
type EN16931Tax struct {
	Category      pricing.TaxCategory `json:"category"`       // BT-118
	Rate          decimal.Decimal     `json:"rate"`           // BT-119, percent
	TaxableAmount money.Amount        `json:"taxable_amount"` // BT-116
	Tax           money.Amount        `json:"tax"`            // BT-117
	Allowance     money.Amount        `json:"allowance"`      // sum of its allowances
	Charge        money.Amount        `json:"charge"`         // sum of its charges, freight included

	ExemptionReason string `json:"exemption_reason,omitzero"` // BT-120
	ExemptionCode   string `json:"exemption_code,omitzero"`   // BT-121
}

// InvoiceEN16931 expresses an invoice in the terms of EN 16931. Codes: those of
// NewEN16931.
func InvoiceEN16931(i *leadtocash.Invoice) (EN16931, error) {
	return NewEN16931(i.PriceInput(pricing.PriceInput{}), i.Lines, i.Totals)
}

// CreditNoteEN16931 expresses a credit note, whose amounts are what is credited, in
// the terms of EN 16931. Codes: those of NewEN16931.
func CreditNoteEN16931(n *leadtocash.CreditNote) (EN16931, error) {
	return NewEN16931(n.PriceInput(pricing.PriceInput{}), n.Lines, n.Totals)
}

// NewEN16931 expresses a priced document in the terms of EN 16931. Codes:
// codes.ErrPricing for a document without totals, ErrInvalid where taxes are
// typed or where lines that are not subject to tax are mixed with others,
// ErrOutOfRange for a currency of more than two decimals.
func NewEN16931(p pricing.PriceInput, lines []pricing.Line, t pricing.Totals) (EN16931, error) {
	p = p.Rounded()
	if reasons := en16931Faults(&p, lines, t); len(reasons) > 0 {
		return EN16931{}, record.RefusedFor(reasons)
	}
	e := EN16931{Currency: p.Currency, PrepaidAmount: p.Currency.Zero().Add(p.PrepaidAmount.Or(money.Amount{}))}
	e.LineTotal, e.AllowanceTotal, e.ChargeTotal, e.TaxAmount = p.Currency.Zero(), p.Currency.Zero(), p.Currency.Zero(), p.Currency.Zero()
	freightTax := p.FreightTaxOf(lines, t)
	taxed := pricing.GroupTaxes(&p, lines)
	e.Lines = make([]EN16931Line, 0, len(lines))
	at := map[int]EN16931Line{}
	groups := pricing.TaxGroups(p, lines, t)
	for n, key := range taxed.Order {
		g := EN16931Tax{
			Category: key.Category, Rate: decimal.New(key.Rate, -pricing.RateDecimals),
			TaxableAmount: p.Currency.Zero(), Allowance: p.Currency.Zero(), Charge: p.Currency.Zero(),
		}
		g.ExemptionReason, g.ExemptionCode = groups[n].ExemptionReason, groups[n].ExemptionCode
		for _, m := range taxed.Members[key] {
			if m.Line < 0 {
				charge := chargeOf(&p, &m, t, freightTax)
				charge.Category, charge.Rate = g.Category, g.Rate
				e.Charges, g.Charge = append(e.Charges, charge), g.Charge.Add(charge.Amount)
				continue
			}
			l := &lines[m.Line]
			allowance := p.WithoutTax(l.AllocatedDiscount, key.Rate)
			line := en16931Line(&p, l, p.TaxableAmount(l).Add(allowance), key.Rate)
			line.Category, line.Rate = g.Category, g.Rate
			at[m.Line] = line
			g.TaxableAmount, g.Allowance = g.TaxableAmount.Add(line.NetAmount), g.Allowance.Add(allowance)
			e.LineTotal = e.LineTotal.Add(line.NetAmount)
		}
		for _, a := range allowancesOf(&p, lines, key, g.Allowance) {
			a.Category, a.Rate = g.Category, g.Rate
			e.Allowances = append(e.Allowances, a)
		}
		g.TaxableAmount = g.TaxableAmount.Sub(g.Allowance).Add(g.Charge)
		g.Tax = money.MulDiv(g.TaxableAmount.Num(), exact.Num{M: key.Rate, Exp: -pricing.RateDecimals}, exact.Hundred, p.Currency.Digits(), money.HalfAway)
		e.AllowanceTotal, e.ChargeTotal, e.TaxAmount = e.AllowanceTotal.Add(g.Allowance), e.ChargeTotal.Add(g.Charge), e.TaxAmount.Add(g.Tax)
		e.Breakdown = append(e.Breakdown, g)
	}
	for i := range lines {
		if line, ok := at[i]; ok {
			e.Lines = append(e.Lines, line)
		}
	}
	e.TaxExclusiveAmount = e.LineTotal.Sub(e.AllowanceTotal).Add(e.ChargeTotal)
	e.TaxInclusiveAmount = e.TaxExclusiveAmount.Add(e.TaxAmount)
	e.PayableRoundingAmount = t.PayableRoundingAmount.Add(t.TotalAmount.Sub(e.TaxInclusiveAmount))
	e.PayableAmount = e.TaxInclusiveAmount.Sub(e.PrepaidAmount).Add(e.PayableRoundingAmount)
	return e, nil
}

// en16931Faults lists what keeps a document from being expressed.
func en16931Faults(p *pricing.PriceInput, lines []pricing.Line, t pricing.Totals) (reasons []record.Reason) {
	add := func(code codes.Code, field, message string) {
		reasons = append(reasons, record.Reason{Code: code, Field: field, Message: message})
	}
	if t.PricingError > catalog.PricingErrorDetail {
		add(codes.ErrPricing, "", t.PricingError.Label())
		return reasons
	}
	if p.Pricing.TaxMode != pricing.TaxComputed {
		add(codes.ErrInvalid, "pricing.tax_mode", "taxes are typed and have no category")
	}
	if p.Currency.Digits() > 2 {
		add(codes.ErrOutOfRange, "currency", "amounts have at most two decimals")
	}
	taxed := pricing.GroupTaxes(p, lines)
	if len(taxed.Order) > 1 && slices.Contains(taxed.Order, pricing.TaxKey{Category: pricing.TaxNotSubject}) {
		for _, m := range taxed.Members[pricing.TaxKey{Category: pricing.TaxNotSubject}] {
			field := "freight_tax_code"
			switch {
			case m.Line >= 0:
				field = fmt.Sprintf("lines[%d].tax_code", m.Line)
			case m.Charge >= 0:
				field = fmt.Sprintf("adjustments[%d].tax_code", m.Charge)
			}
			add(codes.ErrInvalid, field, "what is not subject to tax is not mixed with anything else")
		}
	}
	return reasons
}
