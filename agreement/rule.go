package agreement

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Rule wants approvals of documents that grant much.
type Rule struct {
	Name  string       `json:"name" max:"100" need:"true"` // what approvals refer to; each rule has one of its own
	Kinds []kinds.Kind `json:"kinds,omitempty"`            // quote, order, invoice; none: all three
	When  []Condition  `json:"when" most:"20"`             // that hold together
	Level int32        `json:"level,omitzero" range:"0..1e6"`
	By    Approvers    `json:"by"`
	Count int32        `json:"count,omitzero" range:"0..100"` // how many have to approve, each for himself; 0 counts as 1
}

// Approvers are who may approve.
type Approvers struct {
	Sellers        []record.SellerID `json:"sellers,omitempty" most:"1000"` // people, or teams: for a team whoever acts on its behalf
	ManagerOfOwner bool              `json:"manager_of_owner,omitzero"`     // the manager of the seller that the document belongs to
}

// Condition compares a figure of a document with a value.
type Condition struct {
	Field    string   `json:"field" max:"100" need:"true"` // one of the fields below, or custom. and the name of an own field
	Operator Operator `json:"operator,omitzero"`
	Value    string   `json:"value" max:"100"` // a decimal; of an own field also a text
}

// The fields of conditions. A figure that is not known matches: doubt asks.
const (
	FieldDiscount      = "discount_percentage"       // all discounts and allowances of lines and document, of what the lines come to before them
	FieldLineDiscount  = "line_discount_percentage"  // the highest of a line
	FieldMargin        = "margin_percentage"         // what discounts leave less cost, of what they leave; of lines without a product no cost is known
	FieldTotal         = "total"                     // in base currency, where the organisation has one
	FieldNetDays       = "net_days"                  // the most days that payment may take, a month counted as 31
	FieldEarlyDiscount = "early_discount_percentage" // the highest for paying early
	FieldBelowList     = "below_list_percentage"     // the most that the price of a line with a product lies below that of the price list
	customField        = "custom."                   // an own field, by its name; one that is not set is equal to nothing
)

// Operator is how a condition compares; more than the value unless said otherwise.
type Operator = value.Setting[operators]

// The operators.
const (
	MoreThan Operator = iota
	AtLeast
	LessThan
	AtMost
	EqualTo
	NotEqualTo
)

type operators struct{}

func (operators) Keys() []string { return operatorKeys }

var operatorKeys = []string{"gt", "ge", "lt", "le", "eq", "ne"}

// holds reports whether a comparison of figure and value is what the operator says.
func (c *Condition) holds(cmp int) bool {
	switch c.Operator {
	case AtLeast:
		return cmp >= 0
	case LessThan:
		return cmp < 0
	case AtMost:
		return cmp <= 0
	case EqualTo:
		return cmp == 0
	case NotEqualTo:
		return cmp != 0
	}
	return cmp > 0
}

// needed is how many approvals the rule wants.
func (r *Rule) needed() int { return int(max(r.Count, 1)) }

// IsAbout reports whether the rule is about documents of the kind.
func (r *Rule) IsAbout(kind kinds.Kind) bool {
	return len(r.Kinds) == 0 || slices.Contains(r.Kinds, kind)
}

// accepts reports whether an actor may approve a document whose owner has the manager.
func (b *Approvers) accepts(by record.Actor, manager record.SellerID) bool {
	for _, id := range []uuid.UUID{by.ID, by.OnBehalfOf} {
		if id == (uuid.UUID{}) {
			continue
		}
		if b.ManagerOfOwner && manager.UUID == id || slices.Contains(b.Sellers, record.SellerID{UUID: id}) {
			return true
		}
	}
	return false
}

// params tell who may approve.
func (b *Approvers) params() []any {
	list := make([]string, len(b.Sellers))
	for n, id := range b.Sellers {
		list[n] = id.String()
	}
	return []any{"by", list, "manager_of_owner", b.ManagerOfOwner}
}

// RuleFaults lists what is wrong with a list of rules, below the path: each has a name
// of its own, conditions that can be compared, and somebody who may approve.
func RuleFaults(path string, rules []Rule) (reasons []record.Reason) {
	names := map[string]bool{}
	for n := range rules {
		r := &rules[n]
		invalid := func(field, message string) {
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: schema.Element(path, n, field), Message: message})
		}
		if names[r.Name] {
			invalid("name", "two rules have the name")
		}
		names[r.Name] = true
		for i, kind := range r.Kinds {
			if !approved(kind) {
				invalid(fmt.Sprintf("kinds[%d]", i), "quotes, orders and invoices are approved")
			}
		}
		if len(r.By.Sellers) == 0 && !r.By.ManagerOfOwner {
			invalid("by", "somebody may approve")
		}
		if len(r.When) == 0 {
			invalid("when", "a rule has a condition")
		}
		for i := range r.When {
			if fault := r.When[i].fault(); fault != "" {
				invalid(fmt.Sprintf("when[%d]", i), fault)
			}
		}
	}
	return reasons
}

// approved reports whether documents of the kind are approved.
func approved(kind kinds.Kind) bool {
	return kind == kinds.Quote || kind == kinds.Order || kind == kinds.Invoice
}

func (c *Condition) fault() string {
	_, own := strings.CutPrefix(c.Field, customField)
	if _, known := figures[c.Field]; !known && !own {
		return "no such field"
	}
	if !c.Operator.Valid() {
		return "no such operator"
	}
	if _, err := decimal.NewFromString(c.Value); err != nil && (!own || c.Operator != EqualTo && c.Operator != NotEqualTo) {
		return "the value is no number"
	}
	return ""
}

// A share is a figure as the two numbers of which it is the percentage; a whole of 0
// makes 0. nil: the figure is not known.
type share struct{ part, whole *big.Rat }

var hundred = big.NewRat(100, 1)

// plain is a figure that is a number by itself.
func plain(r *big.Rat) *share { return &share{r, hundred} }

// cmp compares the share with a percentage, exactly.
func (s *share) cmp(percentage *big.Rat) int {
	if s.whole.Sign() == 0 {
		return new(big.Rat).Cmp(percentage)
	}
	left, right := new(big.Rat).Mul(s.part, hundred), new(big.Rat).Mul(percentage, s.whole)
	return left.Cmp(right) * s.whole.Sign()
}

// figures are the fields that are figures of the content.
var figures = map[string]func(*Content, *catalog.Catalog) *share{
	FieldDiscount:      (*Content).discount,
	FieldLineDiscount:  (*Content).lineDiscount,
	FieldMargin:        (*Content).margin,
	FieldTotal:         (*Content).total,
	FieldNetDays:       func(c *Content, _ *catalog.Catalog) *share { return plain(big.NewRat(int64(c.Terms.NetDays), 1)) },
	FieldEarlyDiscount: func(c *Content, _ *catalog.Catalog) *share { return plain(c.Terms.EarlyDiscount.Rat()) },
	FieldBelowList:     (*Content).belowList,
}

func ratOf(a money.Amount) *big.Rat { return a.Decimal().Rat() }

func (c *Content) discount(*catalog.Catalog) *share {
	var base money.Amount
	for n := range c.Sale.Lines {
		base = base.Add(c.Sale.Lines[n].BaseAmount)
	}
	return &share{ratOf(c.Sale.TotalDiscountAmount), ratOf(base)}
}

func (c *Content) lineDiscount(*catalog.Catalog) *share {
	most := plain(new(big.Rat))
	for n := range c.Sale.Lines {
		l := &c.Sale.Lines[n]
		given := l.ManualDiscountTotal()
		for i := range l.Adjustments {
			if a := &l.Adjustments[i]; a.Kind == pricing.AdjustmentAllowance {
				given = given.Add(a.Amount.Or(money.Amount{}))
			}
		}
		most = most.orMore(&share{ratOf(given), ratOf(l.BaseAmount)})
	}
	return most
}

// orMore is the higher one of two shares; one of nothing does not count.
func (s *share) orMore(other *share) *share {
	if other.whole.Sign() == 0 || other.cmp(new(big.Rat).Mul(new(big.Rat).Quo(s.part, s.whole), hundred)) <= 0 {
		return s
	}
	return other
}

// margin is not known where a line has no product, or that no cost in the currency,
// and of what is given away.
func (c *Content) margin(known *catalog.Catalog) *share {
	var after money.Amount
	cost := new(big.Rat)
	for n := range c.Sale.Lines {
		l := &c.Sale.Lines[n]
		if l.ParentBundle != 0 && l.AfterDiscount().IsZero() {
			continue // in the price of the bundle, and in its cost
		}
		of := costOf(known, l, c.Currency)
		if of == nil {
			return nil
		}
		after, cost = after.Add(l.AfterDiscount()), cost.Add(cost, of)
	}
	if after.IsZero() && cost.Sign() > 0 {
		return nil
	}
	return &share{new(big.Rat).Sub(ratOf(after), cost), ratOf(after)}
}

// costOf is what the line costs the seller: by its product's current cost, else its
// standard one, in its default unit; nil where none is known.
func costOf(known *catalog.Catalog, l *pricing.Line, c money.Currency) *big.Rat {
	p := known.Product(l.ProductID)
	if p == nil || !catalog.SameCurrency(p.Currency, c) {
		return nil
	}
	f := p.InForce()
	each, ok := f.CurrentCost.Get()
	if !ok {
		if each, ok = f.StandardCost.Get(); !ok {
			return nil
		}
	}
	quantity := l.Quantity.Or(decimal.Decimal{}).Rat()
	if l.UnitID != f.DefaultUnitID {
		group := known.Groups[f.UnitGroupID]
		if group == nil {
			return nil
		}
		converted, err := group.Convert(l.Quantity.Or(decimal.Decimal{}), l.UnitID, f.DefaultUnitID)
		if err != nil {
			return nil
		}
		quantity = converted
	}
	return new(big.Rat).Mul(each.Rat(), quantity)
}

func (c *Content) total(*catalog.Catalog) *share {
	total, ok := c.BaseTotal.Get()
	if !ok {
		return nil
	}
	return plain(ratOf(total))
}

// belowList looks at lines with a product; members at no price of their own go with
// their bundle.
func (c *Content) belowList(known *catalog.Catalog) *share {
	most := plain(new(big.Rat))
	for n := range c.Sale.Lines {
		l := &c.Sale.Lines[n]
		if l.IsWriteIn() || l.ParentBundle != 0 && l.BaseAmount.IsZero() {
			continue
		}
		list := c.listPrice(known, l)
		if list == nil {
			return nil
		}
		most = most.orMore(&share{new(big.Rat).Sub(list, l.PricePerUnit.Or(decimal.Decimal{}).Rat()), list})
	}
	return most
}

// listPrice is what the price list of the document, else that of the product, asks for
// as many units as the price of the line is for; nil where none is known.
func (c *Content) listPrice(known *catalog.Catalog, l *pricing.Line) *big.Rat {
	p := known.Product(l.ProductID)
	if p == nil {
		return nil
	}
	for _, id := range []record.PriceListID{c.Charges.PriceListID, p.DefaultPriceListID} {
		list, item := known.PriceList(id), known.Item(id, l.ProductID, l.UnitID)
		if list == nil || item == nil || list.Currency != c.Currency ||
			item.PricingMethod > catalog.PricingAmount && !catalog.SameCurrency(p.Currency, c.Currency) {
			continue
		}
		price, fault := item.Price(p.InForce(), c.Sale.Pricing.Precision(c.Currency), c.Sale.Pricing.RoundingMode)
		if fault != 0 {
			return nil
		}
		return new(big.Rat).Mul(price.UnitPrice.Rat(), l.PriceBase.Or(decimal.NewFromInt(1)).Rat())
	}
	return nil
}

// matches reports whether all conditions of the rule hold of the content.
func (r *Rule) matches(c *Content, known *catalog.Catalog) bool {
	if !r.IsAbout(c.Kind) {
		return false
	}
	for n := range r.When {
		if !r.When[n].matches(c, known) {
			return false
		}
	}
	return true
}

func (k *Condition) matches(c *Content, known *catalog.Catalog) bool {
	limit, err := decimal.NewFromString(k.Value)
	if name, own := strings.CutPrefix(k.Field, customField); own {
		return k.matchesOwn(c.Custom[name], limit, err == nil)
	}
	figure := figures[k.Field]
	if figure == nil || err != nil {
		return true
	}
	s := figure(c, known)
	return s == nil || k.holds(s.cmp(limit.Rat()))
}

// matchesOwn compares the value of an own field: numbers by what they are worth.
func (k *Condition) matchesOwn(raw json.RawMessage, limit decimal.Decimal, numeric bool) bool {
	text := schema.KeyText(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return k.Operator == NotEqualTo
	}
	if is, err := decimal.NewFromString(text); err == nil && numeric {
		return k.holds(is.Cmp(limit))
	}
	switch k.Operator {
	case EqualTo:
		return text == k.Value
	case NotEqualTo:
		return text != k.Value
	}
	return true
}

// ReadsCatalog reports whether a rule looks at what products cost or are listed for.
func ReadsCatalog(rules []Rule) bool {
	return slices.ContainsFunc(rules, func(r Rule) bool {
		return slices.ContainsFunc(r.When, func(c Condition) bool { return c.Field == FieldMargin || c.Field == FieldBelowList })
	})
}
