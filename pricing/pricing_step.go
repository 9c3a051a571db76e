package pricing

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// none is the totals of a document that has no price.
func (c *calculation) none(code catalog.PricingError) Totals {
	z := c.zero
	return Totals{z, z, z, z, z, money.Amount{}, z, z, z, z, code}
}

func (c *calculation) priceLines() catalog.PricingError {
	for i := range c.lines {
		l := &c.lines[i]
		stays := l.PricingError
		if !c.ErrorsStay || l.IsWriteIn() {
			stays = 0
		}
		l.PricingError, c.product, c.item = 0, nil, nil
		if l.ProductType == ProductTypeRequiredBundleProduct {
			c.include(l)
			continue
		}
		for _, step := range lineSteps {
			if l.PricingError = cmp.Or(stays, step(c, l)); l.PricingError != 0 {
				l.BaseAmount, l.NetAmount, l.AllocatedDiscount, l.ExtendedAmount = c.zero, c.zero, c.zero, c.zero
				l.AdjustmentTotal = money.Amount{}
				if c.Pricing.TaxMode == TaxComputed {
					l.Tax = value.Opt[money.Amount]{}
				}
				c.totals.PricingError = catalog.PricingErrorDetail
				break
			}
		}
	}
	return 0
}

// include prices a line that its bundle pays for.
func (c *calculation) include(l *Line) {
	l.PricePerUnit = stored(l.PricePerUnit, money.ZeroAt(c.Pricing.Precision(c.Currency)))
	l.VolumeDiscount, l.ManualDiscount, l.Tax = value.Opt[decimal.Decimal]{}, value.Opt[money.Amount]{}, value.Opt[money.Amount]{}
	l.BaseAmount, l.NetAmount, l.AllocatedDiscount, l.ExtendedAmount = c.zero, c.zero, c.zero, c.zero
	l.PriceBase, l.Adjustments, l.AdjustmentTotal = value.Opt[decimal.Decimal]{}, nil, money.Amount{}
}

func (c *calculation) checkPrecision(*Line) catalog.PricingError {
	if q := c.Pricing.Precision(c.Currency); q < 0 || q > money.MaxDigits {
		return catalog.PricingErrorInvalidPricingPrecision
	}
	return 0
}

func (c *calculation) checkQuantity(l *Line) catalog.PricingError {
	q, ok := l.Quantity.Get()
	if !ok {
		return catalog.PricingErrorMissingQuantity
	}
	c.quantity = exact.NumOf(q)
	if c.quantity.Abs().Cmp(exact.Num{M: 1e11}) > 0 {
		return catalog.PricingErrorInvalidQuantity
	}
	return 0
}

func (c *calculation) checkWriteIn(l *Line) catalog.PricingError {
	switch {
	case !l.IsWriteIn():
		return 0
	case l.WriteInText == "":
		return catalog.PricingErrorMissingProduct
	case l.PricePerUnit.IsZero():
		return catalog.PricingErrorMissingUnitPrice
	}
	return c.checkDecimals(l)
}

func (c *calculation) checkOverride(l *Line) catalog.PricingError {
	if l.IsPriceOverridden && l.PricePerUnit.IsZero() {
		return catalog.PricingErrorMissingUnitPrice
	}
	return 0
}

func (c *calculation) checkPrice(l *Line) catalog.PricingError {
	if l.PricePerUnit.IsZero() {
		return catalog.PricingErrorMissingPriceLevel
	}
	return 0
}

// takePriceBase takes for how many units the price is: from the price list item with
// its price, else the line's own.
func (c *calculation) takePriceBase(l *Line) catalog.PricingError {
	if c.product != nil && c.reprices(l) {
		if l.PriceBase = (value.Opt[decimal.Decimal]{}); c.item != nil {
			l.PriceBase = c.item.PriceBase
		}
	}
	c.base = exact.One
	given, ok := l.PriceBase.Get()
	if ok {
		c.base = exact.NumOf(given)
	}
	if c.base.Sign() <= 0 || c.item != nil && !c.item.IsBased() {
		return catalog.PricingErrorInvalidPrice
	}
	return 0
}

func (c *calculation) roundPrice(l *Line) catalog.PricingError {
	given, _ := l.PricePerUnit.Get()
	unit := c.unitPrice(given)
	if unit.Poisoned() {
		return catalog.PricingErrorPriceAttributeOutOfRange
	}
	l.PricePerUnit = stored(l.PricePerUnit, unit)
	c.unit = unit
	return 0
}

// takeVolumeDiscount brings the volume discount to the pricing precision. It is
// for catalogue lines, at most the price, and none without a quantity.
func (c *calculation) takeVolumeDiscount(l *Line) catalog.PricingError {
	unit := c.unit
	discount, ok := l.VolumeDiscount.Get()
	switch {
	case !ok:
	case l.IsWriteIn():
		l.VolumeDiscount = value.Opt[decimal.Decimal]{}
	default:
		volume := money.ZeroAt(unit.Digits())
		if c.quantity.Sign() != 0 && unit.Sign() > 0 {
			volume = money.Clamp(c.unitPrice(discount), unit)
		}
		l.VolumeDiscount = stored(l.VolumeDiscount, volume)
		c.unit = unit.Sub(volume)
	}
	return 0
}

func (c *calculation) unitPrice(d decimal.Decimal) money.Amount {
	return money.MulDiv(exact.NumOf(d), exact.One, exact.One, c.Pricing.Precision(c.Currency), c.Pricing.RoundingMode)
}

// stored returns a as a decimal, o itself if it is that already.
func stored(o value.Opt[decimal.Decimal], a money.Amount) value.Opt[decimal.Decimal] {
	if d, _ := o.Get(); d.Exponent() == -int32(a.Digits()) {
		if m, ok := exact.Coefficient(d); ok && m == a.Units() {
			return o
		}
	}
	return value.Some(a.Decimal())
}

func (c *calculation) checkDecimals(l *Line) catalog.PricingError {
	decimals := catalog.MaxQuantityDecimals
	if c.product != nil {
		decimals = c.item.Decimals(c.product.InForce())
	}
	if q, _ := l.Quantity.Get(); !exact.CheckDecimal(q, 12, decimals) {
		return catalog.PricingErrorInvalidQuantity
	}
	return 0
}

func (c *calculation) takeBase(l *Line) catalog.PricingError {
	if l.Piece {
		l.BaseAmount = c.Currency.RoundAmount(l.BaseAmount, c.Pricing.RoundingMode)
	} else {
		l.BaseAmount = c.times(c.unit, c.quantity)
	}
	return 0
}

func (c *calculation) takeDiscount(l *Line) catalog.PricingError {
	if l.Piece {
		l.NetAmount = c.Currency.RoundAmount(l.NetAmount, c.Pricing.RoundingMode)
		l.AllocatedDiscount = c.Currency.RoundAmount(l.AllocatedDiscount, c.Pricing.RoundingMode)
		l.Adjustments = c.roundedAdjustments(l.Adjustments)
		l.AdjustmentTotal = orNothing(signedTotal(l.Adjustments))
		if len(l.Adjustments) == 0 && !money.Within(l.NetAmount, l.BaseAmount) {
			return catalog.PricingErrorInvalidDiscount
		}
	} else {
		discount := c.zero
		if given, ok := l.ManualDiscount.Get(); ok {
			discount = c.Currency.RoundAmount(given, c.Pricing.RoundingMode)
			l.ManualDiscount = value.Some(discount)
			if c.Pricing.DiscountMethod == DiscountPerUnit {
				discount = c.times(discount, c.quantity)
			}
		}
		l.AllocatedDiscount = c.zero
		if !c.takeAdjustments(l, discount) {
			return catalog.PricingErrorInvalidDiscount
		}
	}
	return 0
}

func (c *calculation) takeExtended(l *Line) catalog.PricingError {
	l.ExtendedAmount = l.NetAmount
	if c.Pricing.TaxMode == TaxComputed {
		l.Tax = value.Some(c.zero)
		if !l.TaxCode.isSound() {
			return catalog.PricingErrorCalculation
		}
	} else if tax, ok := l.Tax.Get(); ok {
		tax = c.Currency.RoundAmount(tax, c.Pricing.RoundingMode)
		l.Tax = value.Some(tax)
		l.ExtendedAmount = l.NetAmount.Add(tax)
	}
	if l.BaseAmount.Poisoned() || l.NetAmount.Poisoned() || l.ExtendedAmount.Poisoned() {
		return catalog.PricingErrorPriceAttributeOutOfRange
	}
	return 0
}

func (c *calculation) times(a money.Amount, quantity exact.Num) money.Amount {
	return money.MulDiv(a.Num(), quantity, c.base, c.zero.Digits(), c.Pricing.RoundingMode)
}

// perBase divides what is for the price base of the line.
func (l *Line) perBase(d decimal.Decimal) decimal.Decimal {
	base, ok := l.PriceBase.Get()
	if !ok || base.Sign() <= 0 {
		return d
	}
	return decimal.NewFromBigRat(new(big.Rat).Quo(d.Rat(), base.Rat()), 9)
}

// addLines adds up net amounts, manual discounts and allowances of lists.
func (c *calculation) addLines() catalog.PricingError {
	var net, discount money.Sum
	for i := range c.lines {
		l := &c.lines[i]
		net.Add(l.NetAmount)
		discount.Add(l.ManualDiscountTotal())
		if l.PricingError == 0 {
			c.listed = c.listed.Add(allowancesOf(l.Adjustments))
		}
	}
	c.totals.TotalLineItemAmount = net.Amount(c.zero.Digits())
	c.totals.TotalLineItemDiscountAmount = discount.Amount(c.zero.Digits())
	return 0
}

// discountDocument takes both discounts of the header from the lines' net
// amount, neither compounding on the other.
func (c *calculation) discountDocument() catalog.PricingError {
	detail, discount := c.totals.TotalLineItemAmount, c.DiscountAmount.Or(c.zero)
	if given, ok := c.DiscountPercentage.Get(); ok {
		percentage := exact.NumOf(given)
		if percentage.Sign() < 0 || percentage.Cmp(exact.Num{M: 100}) > 0 {
			return catalog.PricingErrorInvalidDiscount
		}
		discount = discount.Add(money.MulDiv(detail.Num(), percentage, exact.Num{M: 100}, c.zero.Digits(), c.Pricing.RoundingMode))
	}
	if !money.Within(discount, detail) {
		return catalog.PricingErrorInvalidDiscount
	}
	c.totals.DocumentDiscount = discount
	return 0
}

// shareDiscount shares the discount of the header out over all lines, and what the
// allowances of each tax group take over its lines. Pieces keep their shares as long
// as the other lines can carry the rest.
func (c *calculation) shareDiscount() catalog.PricingError {
	general := c.totals.DocumentDiscount
	groups, ok := c.takeAllowances()
	if !ok {
		return catalog.PricingErrorInvalidDiscount
	}
	var left money.Sum
	left.Add(c.totals.DocumentDiscount)
	pieces := false
	for i := range c.lines {
		if l := &c.lines[i]; l.Piece {
			pieces = true
			left.Sub(l.AllocatedDiscount)
		}
	}
	if len(groups) == 0 && (left.Amount(c.zero.Digits()).IsZero() || !pieces && general.IsZero()) {
		return 0
	}
	if pieces && c.shareRest(left.Amount(c.zero.Digits()), groups) {
		return 0
	}
	if !c.shareOut(general, groups, func(*Line) bool { return true }) {
		return catalog.PricingErrorInvalidDiscount
	}
	return 0
}

// shareRest shares out what pieces leave over the other lines; false if they cannot
// carry it.
func (c *calculation) shareRest(rest money.Amount, groups []groupAllowance) bool {
	needed := slices.Clone(groups)
	for n := range needed {
		g, has := &needed[n], c.zero
		for i := range c.lines {
			if l := &c.lines[i]; l.Piece && l.Counts() && c.bears(l.TaxCode) == g.key {
				has = has.Add(l.AllocatedDiscount)
			}
		}
		if money.Within(g.amount, has) {
			g.amount = c.zero
		} else {
			g.amount = g.amount.Sub(has)
		}
		rest = rest.Sub(g.amount)
	}
	before := make([]money.Amount, len(c.lines))
	for i := range c.lines {
		before[i] = c.lines[i].AllocatedDiscount
	}
	if c.shareOut(rest, needed, func(l *Line) bool { return !l.Piece }) {
		return true
	}
	for i := range c.lines {
		c.lines[i].AllocatedDiscount = before[i]
	}
	return false
}

// shareOut shares a discount out over the chosen lines by their net amounts, and then
// the allowances of each tax group over its lines by what that leaves of them; false
// if the lines cannot carry them.
func (c *calculation) shareOut(general money.Amount, groups []groupAllowance, chosen func(*Line) bool) bool {
	left := make([]money.Amount, len(c.lines))
	share := func(amount money.Amount, bears func(*Line) bool) bool {
		var open money.Sum
		for i := range c.lines {
			left[i] = money.Amount{}
			if l := &c.lines[i]; chosen(l) && bears(l) {
				left[i] = l.NetAmount.Sub(l.AllocatedDiscount)
				open.Add(left[i])
			}
		}
		if !money.Within(amount, open.Amount(c.zero.Digits())) {
			return false
		}
		if amount.IsZero() {
			return true
		}
		for i, part := range c.shares(amount, left) {
			if l := &c.lines[i]; chosen(l) && bears(l) {
				l.AllocatedDiscount = l.AllocatedDiscount.Add(part)
			}
		}
		return true
	}
	for i := range c.lines {
		if chosen(&c.lines[i]) {
			c.lines[i].AllocatedDiscount = c.zero
		}
	}
	if !share(general, func(*Line) bool { return true }) {
		return false
	}
	for _, g := range groups {
		if !share(g.amount, func(l *Line) bool { return l.Counts() && c.bears(l.TaxCode) == g.key }) {
			return false
		}
	}
	return true
}

// shares allocates a discount by net amounts. Where tax is computed, of lines
// that have equal claims the one with the higher rate comes first, so that no
// total depends on the order of lines.
func (c *calculation) shares(discount money.Amount, nets []money.Amount) []money.Amount {
	if c.Pricing.TaxMode != TaxComputed {
		return allocateDiscount(discount, nets)
	}
	order := make([]int, len(nets))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := c.lines[i].TaxCode, c.lines[j].TaxCode
		g, h := a.Key(), b.Key()
		return cmp.Or(cmp.Compare(h.Rate, g.Rate), cmp.Compare(g.Category, h.Category), compareComponents(a, b))
	})
	sorted, shares := make([]money.Amount, len(nets)), make([]money.Amount, len(nets))
	for at, i := range order {
		sorted[at] = nets[i]
	}
	for at, share := range allocateDiscount(discount, sorted) {
		shares[order[at]] = share
	}
	return shares
}

// addTax adds up typed taxes, or computes them.
func (c *calculation) addTax() catalog.PricingError {
	if c.Pricing.TaxMode == TaxComputed {
		if !c.FreightTaxCode.isSound() || slices.ContainsFunc(c.Adjustments, func(a Adjustment) bool { return !a.TaxCode.isSound() }) {
			return catalog.PricingErrorCalculation
		}
		return c.computeTax()
	}
	var tax money.Sum
	for i := range c.lines {
		tax.Add(c.lines[i].ExtendedAmount)
		tax.Sub(c.lines[i].NetAmount)
	}
	tax.Add(c.FreightTax.Or(c.zero))
	for i := range c.Adjustments {
		tax.Add(c.Adjustments[i].Tax.Or(c.zero))
	}
	c.totals.TotalTax = tax.Amount(c.zero.Digits())
	return 0
}

func (c *calculation) addTotal() catalog.PricingError {
	t, freight := &c.totals, c.FreightAmount.Or(c.zero)
	t.TotalAmountLessFreight = t.TotalLineItemAmount.Sub(t.DocumentDiscount)
	t.TotalDiscountAmount = t.DocumentDiscount.Add(t.TotalLineItemDiscountAmount).Add(c.listed)
	var total money.Sum
	total.Add(t.TotalAmountLessFreight)
	total.Add(freight)
	total.Add(t.ChargeTotal)
	total.Add(t.TotalTax)
	total.Sub(c.included)
	t.TotalAmount = total.Amount(c.zero.Digits())
	if freight.Sign() < 0 {
		return catalog.PricingErrorPriceAttributeOutOfRange
	}
	return 0
}

func (c *calculation) payable() catalog.PricingError {
	t, due := &c.totals, c.totals.TotalAmount.Sub(c.PrepaidAmount.Or(c.zero))
	t.PayableRoundingAmount = c.PayableRounding.of(due)
	t.AmountDue = due.Add(t.PayableRoundingAmount)
	// Whatever else is beyond the range has made the amount due so.
	if t.AmountDue.Poisoned() || t.TotalDiscountAmount.Poisoned() {
		return catalog.PricingErrorPriceAttributeOutOfRange
	}
	return 0
}

// of returns what is added to an amount due.
func (r *PayableRounding) of(due money.Amount) money.Amount {
	if r == nil {
		return money.ZeroAt(due.Digits())
	}
	if a, ok := r.Amount.Get(); ok {
		return a
	}
	step := r.Increment.Scaled(due.Digits()).Units()
	if step <= 0 {
		return money.ZeroAt(due.Digits())
	}
	rest := due.Units() % step
	switch {
	case rest > 0 && rest >= step-rest:
		rest -= step
	case rest < 0 && -rest >= step+rest:
		rest += step
	}
	return money.Of(-rest, due.Digits())
}

// inBaseCurrency checks that every amount can be expressed in base currency,
// which only a rate below 1 puts in doubt.
func (c *calculation) inBaseCurrency() catalog.PricingError {
	if c.BaseCurrency.IsZero() || c.ExchangeRate.IsZero() || exact.NumOf(c.ExchangeRate).Cmp(exact.One) >= 0 {
		return 0
	}
	above, below := false, false
	check := func(a money.Amount) {
		if base := c.inBase(a); base.Poisoned() {
			above, below = above || base.Sign() > 0, below || base.Sign() < 0
		}
	}
	for _, a := range c.totals.amounts() {
		check(*a)
	}
	for _, o := range []value.Opt[money.Amount]{c.DiscountAmount, c.FreightAmount, c.FreightTax, c.PrepaidAmount} {
		check(o.Or(c.zero))
	}
	for i := range c.lines {
		if l := &c.lines[i]; l.PricingError == 0 {
			for _, a := range l.amounts() {
				check(*a)
			}
			check(l.ManualDiscount.Or(c.zero))
			check(l.Tax.Or(c.zero))
			for n := range l.Adjustments {
				check(l.Adjustments[n].Amount.Or(c.zero))
			}
		}
	}
	for n := range c.Adjustments {
		check(c.Adjustments[n].Amount.Or(c.zero))
		check(c.Adjustments[n].Tax.Or(c.zero))
	}
	switch {
	case above:
		return catalog.PricingErrorBaseCurrencyAttributeOverflow
	case below:
		return catalog.PricingErrorBaseCurrencyAttributeUnderflow
	}
	return 0
}
