package pricing

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/internal/form"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Adjustment is an allowance, which takes something off, or a charge, which adds
// something: to a line, or to a whole document. It is an amount, or a percentage
// of one; percentages are never of what other entries leave. The amount of a
// percentage is calculated.
//
// An allowance of a document takes from the lines that are taxed by its tax code,
// where tax is computed; where it is typed, from all of them. A charge of a document
// is taxed by its own code, or by its typed tax. Entries of a line go with its tax.
type Adjustment struct {
	Kind       AdjustmentKind             `json:"kind,omitzero"`
	Percentage value.Opt[decimal.Decimal] `json:"percentage,omitzero" range:"0..1e9" decimals:"5"`
	Base       value.Opt[money.Amount]    `json:"base,omitzero" range:"-1e12..1e12"`   // that the percentage is of; default: the base amount of the line; of an allowance the net amounts that bear it, of a charge those of all lines
	Amount     value.Opt[money.Amount]    `json:"amount,omitzero" range:"-1e12..1e12"` // calculated where there is a percentage; has the sign of what it is taken from or added to, never below 0 for a charge of a document
	TaxCode    *TaxCode                   `json:"tax_code,omitzero"`                   // of an entry of a document where tax is computed
	Tax        value.Opt[money.Amount]    `json:"tax,omitzero" range:"-1e12..1e12"`    // of a charge of a document: typed, or computed from TaxCode
	Reason     string                     `json:"reason,omitzero" max:"200"`
	ReasonCode string                     `json:"reason_code,omitzero" max:"3"`     // of an allowance UNTDID 5189, of a charge UNTDID 7161; only the pattern is checked
	Source     int32                      `json:"source,omitzero" range:"0..10000"` // which entry of the document's source it is a part of, counted from 1; 0: of none
}

// AdjustmentKind tells allowances and charges apart.
type AdjustmentKind = value.Setting[adjustmentKinds]

// The kinds of adjustments.
const (
	AdjustmentAllowance AdjustmentKind = iota // takes off; the default
	AdjustmentCharge                          // adds
)

type adjustmentKinds struct{}

func (adjustmentKinds) Keys() []string { return adjustmentKindKeys }

var adjustmentKindKeys = []string{"allowance", "charge"}

// Allowance takes an amount off, for a reason.
func Allowance(amount money.Amount, reason string) Adjustment {
	return Adjustment{Amount: value.Some(amount), Reason: reason}
}

// Charge adds an amount, for a reason.
func Charge(amount money.Amount, reason string) Adjustment {
	return Adjustment{Kind: AdjustmentCharge, Amount: value.Some(amount), Reason: reason}
}

// isCharge reports whether the entry adds.
func (a *Adjustment) isCharge() bool { return a.Kind == AdjustmentCharge }

// followsValue reports whether a charge of a document is a percentage of whatever
// the lines come to, so that each part of the document bears its own.
func (a *Adjustment) followsValue() bool {
	return a.isCharge() && !a.Percentage.IsZero() && a.Base.IsZero()
}

// equal reports whether both say the same.
func (a Adjustment) equal(b Adjustment) bool {
	p, given := a.Percentage.Get()
	q, too := b.Percentage.Get()
	return a.Kind == b.Kind && given == too && p.Equal(q) && a.Base.Equal(b.Base) && a.Amount.Equal(b.Amount) && a.TaxCode.Equal(b.TaxCode) &&
		a.Tax.Equal(b.Tax) && a.Reason == b.Reason && a.ReasonCode == b.ReasonCode && a.Source == b.Source
}

// sameAdjustments reports whether both lists say the same.
func sameAdjustments(a, b []Adjustment) bool { return slices.EqualFunc(a, b, Adjustment.equal) }

// cloneAdjustments shares nothing with the list.
func cloneAdjustments(list []Adjustment) []Adjustment {
	list = slices.Clone(list)
	for i := range list {
		list[i].TaxCode = list[i].TaxCode.clone()
	}
	return list
}

// roundedAdjustments are copies with amounts of the currency's decimals.
func (p *PriceInput) roundedAdjustments(list []Adjustment) []Adjustment {
	if len(list) == 0 {
		return nil
	}
	list = slices.Clone(list)
	for i := range list {
		a := &list[i]
		a.Base, a.Amount, a.Tax = p.rounded(a.Base), p.rounded(a.Amount), p.rounded(a.Tax)
	}
	return list
}

// rounded brings an amount to the currency's decimals.
func (p *PriceInput) rounded(o value.Opt[money.Amount]) value.Opt[money.Amount] {
	if a, ok := o.Get(); ok {
		return value.Some(p.Currency.RoundAmount(a, p.Pricing.RoundingMode))
	}
	return o
}

// adjustmentFaults lists, below the path, what no single field of a list shows;
// those that were there before may have their computed tax. header says that it is
// the list of a document, not of a line.
func adjustmentFaults(path string, list, was []Adjustment, header bool, mode TaxMode) (reasons []record.Reason) {
	for i := range list {
		a := &list[i]
		add := func(code codes.Code, field, message string) {
			reasons = append(reasons, record.Reason{Code: code, Field: schema.Element(path, i, field), Message: message})
		}
		stays := slices.ContainsFunc(was, a.equal)
		switch {
		case a.Percentage.IsZero() && a.Amount.IsZero():
			add(codes.ErrMissingField, "amount", "an amount or a percentage is needed")
		case a.Percentage.IsZero() && !a.Base.IsZero():
			add(codes.ErrInvalid, "base", "only a percentage has a base")
		}
		if !header && a.TaxCode != nil {
			add(codes.ErrInvalid, "tax_code", "an entry of a line is taxed as the line is")
		}
		if !a.Tax.IsZero() && !stays && (!header || !a.isCharge() || mode == TaxComputed) {
			add(codes.ErrInvalid, "tax", "only a charge of a document has a tax, where taxes are typed")
		}
		if !a.reasonCodeFits() {
			add(codes.ErrInvalid, "reason_code", "is not a code of UNTDID 5189 for an allowance, of UNTDID 7161 for a charge")
		}
		for _, r := range a.TaxCode.faults() {
			r.Field = schema.Element(path, i, "tax_code."+r.Field)
			reasons = append(reasons, r)
		}
	}
	return reasons
}

// reasonCodeFits reports whether the code has the form of those of its list: up to
// three digits, or two or three capitals and digits.
func (a *Adjustment) reasonCodeFits() bool {
	list := "allowance"
	if a.isCharge() {
		list = "charge"
	}
	return a.ReasonCode == "" || form.Forms[list].Fits(a.ReasonCode)
}

// Unreasoned lists the entries and discounts of a document that say neither reason
// nor code: ErrMissingField.
func (s *PricedLines) Unreasoned(c *Charges) (reasons []record.Reason) {
	missing := func(field, reason, code string) {
		if reason == "" && code == "" {
			reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: field, Message: "a reason, or its code, is needed"})
		}
	}
	if !c.DiscountPercentage.Or(decimal.Decimal{}).IsZero() || !c.DiscountAmount.Or(money.Amount{}).IsZero() {
		missing("discount_reason", c.DiscountReason, c.DiscountReasonCode)
	}
	if !c.FreightAmount.Or(money.Amount{}).IsZero() {
		missing("freight_reason", c.FreightReason, c.FreightReasonCode)
	}
	for i := range c.Adjustments {
		missing(schema.Element("adjustments", i, "reason"), c.Adjustments[i].Reason, c.Adjustments[i].ReasonCode)
	}
	for n := range s.Lines {
		l := &s.Lines[n]
		if !l.ManualDiscountTotal().IsZero() {
			d := l.Details.orNone()
			missing(schema.Element("lines", n, "details.manual_discount_reason"), d.ManualDiscountReason, d.ManualDiscountReasonCode)
		}
		for i := range l.Adjustments {
			missing(schema.Element("lines", n, schema.Element("adjustments", i, "reason")), l.Adjustments[i].Reason, l.Adjustments[i].ReasonCode)
		}
	}
	return reasons
}

// Apportion splits an amount by the bases of tax groups into one charge for each of
// them, taxed as it is: packing that is taxed like the goods, for example. The
// charges add up to the amount; minor units left over go to the largest remainders,
// then to the largest bases, then to the first group. Groups that get nothing have
// no charge.
func Apportion(amount money.Amount, currency money.Currency, groups []TaxGroup) (list []Adjustment) {
	weights := make([]decimal.Decimal, len(groups))
	for i := range groups {
		weights[i] = groups[i].Base.Decimal()
	}
	for i, part := range currency.Split(amount, weights...) {
		if part.IsZero() {
			continue
		}
		code := &TaxCode{Category: groups[i].Category, Rate: value.Some(groups[i].Rate)}
		list = append(list, Adjustment{Kind: AdjustmentCharge, Amount: value.Some(part), TaxCode: code})
	}
	return list
}

// amountOf is the amount of an entry whose percentage is of base, if it says no
// other.
func (c *calculation) amountOf(a *Adjustment, base money.Amount) money.Amount {
	percentage, ok := a.Percentage.Get()
	if !ok {
		return c.zero.Add(a.Amount.Or(c.zero))
	}
	return money.MulDiv(a.Base.Or(base).Num(), exact.NumOf(percentage), exact.Hundred, c.zero.Digits(), c.Pricing.RoundingMode)
}

// isPercentage reports whether the percentage of the entry, if there is one, can be
// taken: at least 0, of an allowance at most 100.
func (a *Adjustment) isPercentage() bool {
	given, ok := a.Percentage.Get()
	percentage := exact.NumOf(given)
	return !ok || percentage.Sign() >= 0 && (a.isCharge() || percentage.Cmp(exact.Hundred) <= 0)
}

// takeAdjustments takes the entries of a line, whose manual discount is given: net
// amount and total of the list. It reports false where one has another sign than the
// line or they take more than there is.
func (c *calculation) takeAdjustments(l *Line, discount money.Amount) bool {
	l.AdjustmentTotal = money.Amount{}
	if len(l.Adjustments) == 0 {
		l.NetAmount = l.BaseAmount.Sub(discount)
		return money.Within(discount, l.BaseAmount)
	}
	l.Adjustments = c.roundedAdjustments(l.Adjustments)
	sign := func(a money.Amount) int {
		if l.BaseAmount.Sign() < 0 {
			return -a.Sign()
		}
		return a.Sign()
	}
	fits, off, on := sign(discount) >= 0, discount, c.zero
	for i := range l.Adjustments {
		a := &l.Adjustments[i]
		amount := c.amountOf(a, l.BaseAmount)
		a.Amount = value.Some(amount)
		fits = fits && a.isPercentage() && sign(amount) >= 0
		if a.isCharge() {
			on = on.Add(amount)
		} else {
			off = off.Add(amount)
		}
	}
	l.AdjustmentTotal = orNothing(on.Sub(off).Add(discount))
	l.NetAmount = l.BaseAmount.Sub(off).Add(on)
	return fits && (sign(l.NetAmount) >= 0 || l.BaseAmount.Poisoned())
}

// orNothing is the amount, without decimals if it is 0, as it is stored.
func orNothing(a money.Amount) money.Amount {
	if a.IsZero() && !a.Poisoned() {
		return money.Amount{}
	}
	return a
}

// signedTotal is what the list adds, charges less allowances.
func signedTotal(list []Adjustment) (total money.Amount) {
	for i := range list {
		if amount := list[i].Amount.Or(money.Amount{}); list[i].isCharge() {
			total = total.Add(amount)
		} else {
			total = total.Sub(amount)
		}
	}
	return total
}

// allowancesOf is what the allowances of the list take off.
func allowancesOf(list []Adjustment) (total money.Amount) {
	for i := range list {
		if !list[i].isCharge() {
			total = total.Add(list[i].Amount.Or(money.Amount{}))
		}
	}
	return total
}

// bears returns which tax group an entry or a line of a document is of: allowances
// take from the lines of theirs. Where taxes are typed there is one for all.
func (p *PriceInput) bears(t *TaxCode) TaxKey {
	if p.Pricing.TaxMode != TaxComputed {
		return TaxKey{}
	}
	return t.Key()
}

// Counts reports whether the line has amounts: it has no error, and is not paid for
// by its bundle.
func (l *Line) Counts() bool {
	return l.PricingError == 0 && l.ProductType != ProductTypeRequiredBundleProduct
}

// groupAllowance is what the allowances of a tax group take from its lines.
type groupAllowance struct {
	key    TaxKey
	amount money.Amount
}

// takeAllowances takes the amounts of the header's allowances, added up by tax
// group. It reports false for a percentage that cannot be taken, or for entries of
// both signs in one group.
func (c *calculation) takeAllowances() (groups []groupAllowance, ok bool) {
	for n := range c.Adjustments {
		a := &c.Adjustments[n]
		if a.isCharge() {
			continue
		}
		key, net := c.bears(a.TaxCode), c.zero
		for i := range c.lines {
			if l := &c.lines[i]; l.Counts() && c.bears(l.TaxCode) == key {
				net = net.Add(l.NetAmount)
			}
		}
		amount := c.amountOf(a, net)
		a.Amount = value.Some(amount)
		if !a.isPercentage() {
			return nil, false
		}
		at := slices.IndexFunc(groups, func(g groupAllowance) bool { return g.key == key })
		if at < 0 {
			at, groups = len(groups), append(groups, groupAllowance{key, c.zero})
		}
		groups[at].amount = groups[at].amount.Add(amount)
		c.totals.DocumentDiscount = c.totals.DocumentDiscount.Add(amount)
	}
	for n := range c.Adjustments {
		a := &c.Adjustments[n]
		at := slices.IndexFunc(groups, func(g groupAllowance) bool { return !a.isCharge() && g.key == c.bears(a.TaxCode) })
		if at >= 0 && !money.Within(a.Amount.Or(c.zero), groups[at].amount) {
			return nil, false
		}
	}
	return groups, true
}

// addCharges takes the amounts of the header's charges.
func (c *calculation) addCharges() catalog.PricingError {
	total := c.zero
	for n := range c.Adjustments {
		a := &c.Adjustments[n]
		if !a.isCharge() {
			continue
		}
		amount := c.amountOf(a, c.totals.TotalLineItemAmount)
		a.Amount = value.Some(amount)
		total = total.Add(amount)
		if amount.Sign() < 0 || amount.Poisoned() {
			return catalog.PricingErrorPriceAttributeOutOfRange
		}
	}
	c.totals.ChargeTotal = orNothing(total)
	return 0
}
