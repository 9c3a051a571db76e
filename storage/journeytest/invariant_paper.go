package journeytest

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

var paperInvariants = []Invariant{
	{Number: 85, Text: "credit notes of an invoice stay within it, in total and in each group of tax", Strict: true, check: i85},
	{Number: 86, Text: "credit notes of all of an invoice come to what it comes to", Strict: true, check: i86},
	{Number: 93, Text: "nothing that is made has an id that was there before", check: i93},
	{Number: 94, Text: "required members follow their bundle", check: i94},
	{Number: 105, Text: "components of a tax come to what is taxed by them", check: i105},
	{Number: 109, Text: "a copied line with a retired product keeps its price", check: i109},
}

type taxGroup struct {
	category pricing.TaxCategory
	rate     string
}

func groupsOf(groups []pricing.TaxGroup, sum map[taxGroup]money.Amount) {
	for _, g := range groups {
		key := taxGroup{g.Category, g.Rate.String()}
		sum[key] = sum[key].Add(g.Tax)
	}
}

// notesOf are the issued credit notes of an invoice.
func (s *scene) notesOf(i *leadtocash.Invoice) (notes []*leadtocash.CreditNote) {
	for _, n := range all[leadtocash.CreditNote](s.book) {
		if n.InvoiceID == i.ID && n.Status == leadtocash.CreditNoteStatusIssued {
			notes = append(notes, n)
		}
	}
	return notes
}

// credited is what the issued credit notes of an invoice come to.
type credited struct {
	total, worth, freight money.Amount // freight with all charges
	tax                   map[taxGroup]money.Amount
	quantity              map[int32]decimal.Decimal // of pieces, by line
	free                  bool                      // some line is no piece
}

func (s *scene) creditedOf(i *leadtocash.Invoice) (c credited, any bool) {
	c.tax, c.quantity = map[taxGroup]money.Amount{}, map[int32]decimal.Decimal{}
	notes := s.notesOf(i)
	for _, n := range notes {
		c.total, c.worth, c.freight = c.total.Add(n.TotalAmount), c.worth.Add(n.Value), c.freight.Add(n.FreightAmount.Or(money.Amount{})).Add(n.ChargeTotal)
		groupsOf(n.TaxGroups(), c.tax)
		for at := range n.Lines {
			l := &n.Lines[at]
			c.free = c.free || !l.Piece
			c.quantity[l.SourceLine] = c.quantity[l.SourceLine].Add(l.Quantity.Or(decimal.Decimal{}))
		}
	}
	return c, len(notes) > 0
}

func i85(s *scene) error {
	return each(s, func(i *leadtocash.Invoice) error {
		c, some := s.creditedOf(i)
		if !some {
			return nil
		}
		whole := map[taxGroup]money.Amount{}
		groupsOf(i.TaxGroups(), whole)
		for key, tax := range c.tax {
			if !money.Within(tax, whole[key]) {
				return fmt.Errorf("%s of %s of the tax of %v is credited", tax, whole[key], key)
			}
		}
		return first(
			unless(money.Within(c.total, i.TotalAmount), "%s of %s is credited", c.total, i.TotalAmount),
			unless(c.worth.Sign() >= 0 && c.worth.Cmp(i.TotalAmount.Add(i.PayableRoundingAmount)) <= 0, "credit notes of %s are worth %s", i.TotalAmount, c.worth),
		)
	})
}

func i86(s *scene) error {
	return each(s, func(i *leadtocash.Invoice) error {
		c, some := s.creditedOf(i)
		if !some || c.free || i.Pricing.TaxMode != pricing.TaxComputed || !c.freight.Equal(i.FreightAmount.Or(money.Amount{}).Add(i.ChargeTotal)) {
			return nil
		}
		for n := range i.Lines {
			if !c.quantity[i.Lines[n].LineNumber].Equal(i.Lines[n].Quantity.Or(decimal.Decimal{})) {
				return nil
			}
		}
		whole := map[taxGroup]money.Amount{}
		groupsOf(i.TaxGroups(), whole)
		for key, tax := range whole {
			if !c.tax[key].Equal(tax) {
				return fmt.Errorf("%s of %s of the tax of %v is credited with everything", c.tax[key], tax, key)
			}
		}
		return first(
			unless(c.total.Equal(i.TotalAmount), "%s of %s is credited with everything", c.total, i.TotalAmount),
			unless(c.worth.Equal(i.TotalAmount.Add(i.PayableRoundingAmount)), "credit notes of all of %s are worth %s", i.TotalAmount, c.worth),
		)
	})
}

func i93(s *scene) error {
	for _, e := range s.fresh {
		if _, there := s.before.records[e.Ref]; there && e.Version == 1 {
			return fmt.Errorf("%s was there before", e.Ref)
		}
	}
	return nil
}

func i94(s *scene) error {
	share := func(member, bundle *pricing.Line, of func(*pricing.Line) decimal.Decimal) decimal.Decimal {
		all := bundle.Quantity.Or(decimal.Decimal{})
		if all.IsZero() {
			return decimal.Decimal{}
		}
		return member.Quantity.Or(decimal.Decimal{}).Mul(of(bundle)).DivRound(all, 5)
	}
	return each(s, func(o *leadtocash.Order) error {
		for n := range o.Lines {
			member, bundle := &o.Lines[n], o.Line(o.Lines[n].ParentBundle)
			if member.ProductType != pricing.ProductTypeRequiredBundleProduct || bundle == nil {
				continue
			}
			billed := func(l *pricing.Line) decimal.Decimal { return l.QuantityInvoiced.Or(decimal.Decimal{}) }
			shipped := func(l *pricing.Line) decimal.Decimal { return l.QuantityShipped.Or(decimal.Decimal{}) }
			if got, want := billed(member), share(member, bundle, billed); !got.Equal(want) {
				return fmt.Errorf("%s of line %d are billed, %s with its bundle", got, member.LineNumber, want)
			}
			if got, want := shipped(member), share(member, bundle, shipped); got.Abs().Cmp(want.Abs()) < 0 {
				return fmt.Errorf("%s of line %d are shipped, %s with its bundle", got, member.LineNumber, want)
			}
		}
		return nil
	})
}

func i105(s *scene) error {
	return each(s, func(i *leadtocash.Invoice) error {
		for _, g := range i.TaxGroups() {
			shown, taxed := i.Currency.Zero(), i.Currency.Zero()
			for _, c := range g.Components {
				shown = shown.Add(c.Tax)
			}
			in := func(code *pricing.TaxCode) bool {
				return code != nil && len(code.Components) > 0 && code.Category == g.Category && code.Rate.Or(decimal.Decimal{}).Equal(g.Rate)
			}
			for n := range i.Lines {
				if l := &i.Lines[n]; l.PricingError == 0 && in(l.TaxCode) {
					taxed = taxed.Add(l.Tax.Or(money.Amount{}))
				}
			}
			if in(i.FreightTaxCode) {
				taxed = taxed.Add(i.PriceInput(pricing.PriceInput{}).FreightTaxOf(i.Lines, i.Totals))
			}
			for n := range i.Adjustments {
				if a := &i.Adjustments[n]; a.Kind == pricing.AdjustmentCharge && in(a.TaxCode) {
					taxed = taxed.Add(a.Tax.Or(money.Amount{}))
				}
			}
			if !shown.Equal(taxed) {
				return fmt.Errorf("components of %s come to %s, what they tax to %s", g.Rate, shown, taxed)
			}
			if !slices.IsSortedFunc(g.Components, func(a, b pricing.ComponentTax) int {
				return cmp.Or(cmp.Compare(a.Name, b.Name), a.Rate.Cmp(b.Rate))
			}) {
				return fmt.Errorf("components are not in order: %v", g.Components)
			}
		}
		return nil
	})
}

// keepsPrice checks what a step made of the lines of a document that came by copy
// and whose product was retired before.
func (s *scene) keepsPrice(was, is []pricing.Line) error {
	before := pricing.Finder{Lines: was}
	for n := range is {
		l := &is[n]
		old, product := before.Line(l.LineNumber), lookup[catalog.Product](s.before, l.ProductID)
		if old == nil || product == nil || product.Status != catalog.ProductStatusRetired ||
			!old.IsCopied || old.PricePerUnit.IsZero() || old.ProductID != l.ProductID || old.UnitID != l.UnitID {
			continue
		}
		if l.PricingError == catalog.PricingErrorInvalidProduct {
			return fmt.Errorf("line %d has no product any more", l.LineNumber)
		}
		if l.IsPriceOverridden || old.PricingError != 0 || l.PricingError != 0 {
			continue
		}
		if !l.PricePerUnit.Equal(old.PricePerUnit) || !l.VolumeDiscount.Equal(old.VolumeDiscount) {
			return fmt.Errorf("line %d costs %v less %v, did %v less %v", l.LineNumber, l.PricePerUnit, l.VolumeDiscount, old.PricePerUnit, old.VolumeDiscount)
		}
	}
	return nil
}

func i109(s *scene) error {
	return first(
		eachChange(s, func(was, is *leadtocash.Quote, _ record.Event) error { return s.keepsPrice(was.Lines, is.Lines) }),
		eachChange(s, func(was, is *leadtocash.Order, _ record.Event) error { return s.keepsPrice(was.Lines, is.Lines) }),
		eachChange(s, func(was, is *leadtocash.Invoice, _ record.Event) error { return s.keepsPrice(was.Lines, is.Lines) }),
	)
}
