package journeytest

import (
	"context"
	"reflect"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// journey is a random history in the making: it draws deeds and their commands
// from what the book holds.
type journey struct {
	*rapid.T
	ctx      context.Context
	world    *world
	options  []engine.ClientOption // of its client
	settings leadtocash.Settings
	book     *book
	steps    int
}

// three currencies, with 0, 2 and 3 decimals.
var currencies = []money.Currency{money.EUR, money.JPY, money.BHD}

// below draws a number from 0 to n-1, all of them equally likely; the integers
// of rapid prefer small ones, which would make for dull journeys.
func below(t *rapid.T, n int, label string) int {
	return rapid.Custom(func(t *rapid.T) (drawn int) {
		for bits := 1; bits < 64*n; bits *= 2 {
			drawn *= 2
			if rapid.Bool().Draw(t, "bit") {
				drawn++
			}
		}
		return drawn % n
	}).Draw(t, label)
}

func chance(t *rapid.T, percent int, label string) bool { return below(t, 100, label) >= 100-percent }

func (j *journey) chance(percent int, label string) bool { return chance(j.T, percent, label) }

func pick[T any](j *journey, label string, list ...T) T { return list[below(j.T, len(list), label)] }

// usually picks a likely value.
func usually[T any](j *journey, label string, likely, others []T) T {
	if len(likely) == 0 || j.chance(8, label+" is unlikely") {
		return pick(j, label, others...)
	}
	return pick(j, label, likely...)
}

func (j *journey) idOf(record any) uuid.UUID {
	return reflect.ValueOf(record).Elem().FieldByName("ID").FieldByName("UUID").Interface().(uuid.UUID)
}

// newID leaves the id to the client, or gives one that other kinds have too, or
// one that is taken.
func newID[I record.AnyID](j *journey) (none I) {
	born := 0
	for _, ref := range j.book.refs {
		if ref.Kind == none.Ref().Kind {
			born++
		}
	}
	switch n := below(j.T, 20, "new id"); {
	case n < 10:
		return none
	case n < 19:
		return id[I](born + 1)
	}
	return id[I](max(born, 1))
}

// one returns the id of some record, rarely that of none, and of none at all
// if there is none.
func one[I record.AnyID](j *journey, label string) (none I) {
	list := j.book.living(none.Ref().Kind)
	if j.chance(3, label+" is unknown") {
		return id[I](9999)
	}
	if len(list) == 0 {
		return none
	}
	return I{UUID: pick(j, label, list...).ID}
}

// maybeOne is one, or nothing.
func maybeOne[I record.AnyID](j *journey, label string) (none I) {
	if j.chance(60, label+" is none") {
		return none
	}
	return one[I](j, label)
}

func (j *journey) customer() record.CustomerID {
	if j.chance(60, "customer is an account") {
		return record.AccountCustomer(one[record.AccountID](j, "account"))
	}
	return record.ContactCustomer(one[record.ContactID](j, "contact"))
}

// ref names some record of whatever kind.
func (j *journey) ref(label string, of ...kinds.Kind) (ref record.Ref) {
	var list []record.Ref
	for _, r := range j.book.refs {
		for _, kind := range of {
			if r.Kind == kind && j.book.records[r] != nil {
				list = append(list, r)
			}
		}
	}
	if len(list) == 0 || j.chance(3, label+" is unknown") {
		return record.Ref{Kind: kinds.Lead, ID: id[record.LeadID](9999).UUID}
	}
	return pick(j, label, list...)
}

func (j *journey) currency() money.Currency { return pick(j, "currency", currencies...) }

// amount is one of the currency; rarely one that has too many decimals.
func (j *journey) amount(c money.Currency, from, to int64, label string) money.Amount {
	units := rapid.Int64Range(from, to).Draw(j.T, label)
	if j.chance(1, label+" is too precise") {
		return money.CLF.Units(units*10 + 1)
	}
	return c.Units(units)
}

func maybeAmount(j *journey, percent int, c money.Currency, from, to int64, label string) (none value.Opt[money.Amount]) {
	if !j.chance(percent, label+" is given") {
		return none
	}
	return value.Some(j.amount(c, from, to, label))
}

func number(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func numbers(texts ...string) (list []decimal.Decimal) {
	for _, text := range texts {
		list = append(list, number(text))
	}
	return list
}

var (
	quantities = numbers("1", "2", "3", "10", "0.5", "2.25", "7", "1000")
	credits    = numbers("-1", "-2.5", "0")
	prices     = numbers("10", "9.99", "0.01", "333.3333", "1000", "0", "-5", "19.5")
)

// line is something to sell: mostly a sound write-in, of negative quantity now
// and then, with typed tax and a discount of its own.
func (j *journey) line(c money.Currency) pricing.LineFields {
	f := pricing.WriteIn("desk",
		usually(j, "quantity", quantities, credits), pick(j, "price", prices...))
	if j.settings.PriceListOptional && j.chance(30, "from the catalogue") {
		f.WriteInText, f.ProductID = "", id[record.ProductID](pick(j, "product", 1, 1, 2, 3, 3, 4, 4))
		if j.chance(70, "at the list price") {
			f.PricePerUnit = value.None[decimal.Decimal]()
		}
	}
	sign := int64(f.Quantity.Or(decimal.Decimal{}).Sign() * f.PricePerUnit.Or(decimal.NewFromInt(1)).Sign())
	if d := maybeAmount(j, 30, c, 0, 900, "manual discount"); !d.IsZero() {
		f.ManualDiscount = value.Some(signed(d.Or(c.Zero()), sign))
	}
	if !f.PricePerUnit.IsZero() && j.chance(6, "the price is for several units") {
		f.PriceBase = value.Some(pick(j, "price base", numbers("10", "100", "12.5")...))
	}
	if j.chance(10, "the line has a list") {
		f.Adjustments = []pricing.Adjustment{j.entry(c, sign), j.entry(c, sign)}[:1+below(j.T, 2, "entries")]
	}
	if j.chance(8, "the line has details") {
		f.Details = &pricing.LineDetails{UnitCode: "C62", BuyerItem: "D-7", Note: "fragile"}
	}
	if j.isTaxComputed() {
		f.TaxCode = j.taxCode("tax code")
	} else if tax := maybeAmount(j, 40, c, 0, 500, "tax"); !tax.IsZero() && f.Quantity.Or(decimal.Decimal{}).Sign() != 0 {
		// A line of nothing is worth nothing: no part of it could ever bill its tax.
		f.Tax = value.Some(signed(tax.Or(c.Zero()), sign))
	}
	switch below(j.T, 100, "fault of the line") {
	case 97:
		f.Quantity = value.None[decimal.Decimal]()
	case 98:
		f.WriteInText = ""
	case 99:
		f.ProductID = id[record.ProductID](1)
	}
	return f
}

// entry is an allowance or a charge of the sign.
func (j *journey) entry(c money.Currency, sign int64) pricing.Adjustment {
	a := pricing.Adjustment{Kind: pick(j, "kind of entry", pricing.AdjustmentAllowance, pricing.AdjustmentCharge), Reason: "loyalty"}
	if j.chance(40, "a percentage") {
		a.Percentage = value.Some(usually(j, "percentage of the entry", numbers("2.5", "10", "33.33333"), numbers("101", "-1")))
		return a
	}
	a.Amount = value.Some(signed(j.amount(c, 0, 400, "amount of the entry"), sign))
	return a
}

// headerEntry is an allowance or a charge of a document.
func (j *journey) headerEntry(c money.Currency) pricing.Adjustment {
	a := j.entry(c, 1)
	switch {
	case j.isTaxComputed():
		a.TaxCode = j.taxCode("tax code of the entry")
	case a.Kind == pricing.AdjustmentCharge:
		a.Tax = maybeAmount(j, 40, c, 0, 100, "tax of the entry")
	}
	return a
}

func signed(a money.Amount, sign int64) money.Amount {
	if sign < 0 {
		return a.Neg()
	}
	return a
}

func (j *journey) lines(c money.Currency, most int) (list []pricing.LineFields) {
	if j.chance(10, "without lines") {
		return nil
	}
	for range 1 + below(j.T, most, "lines") {
		list = append(list, j.line(c))
	}
	return list
}

// charges are those of a header: discounts, freight and its tax.
func (j *journey) charges(c money.Currency) (ch pricing.Charges) {
	if j.settings.D365Compat || j.settings.RequirePriceList {
		ch.PriceListID = priceList
	}
	if j.chance(25, "discount percentage is given") {
		ch.DiscountPercentage = value.Some(usually(j, "discount percentage", numbers("5", "10", "33.33333", "100"), numbers("101", "-1")))
	}
	ch.DiscountAmount = maybeAmount(j, 15, c, 0, 300, "discount amount")
	ch.FreightAmount = maybeAmount(j, 25, c, 0, 2000, "freight")
	if j.chance(12, "the document has a list") {
		ch.Adjustments = []pricing.Adjustment{j.headerEntry(c), j.headerEntry(c)}[:1+below(j.T, 2, "entries")]
	}
	if j.chance(8, "payable rounding") {
		ch.PayableRounding = &pricing.PayableRounding{Increment: c.Units(5)}
	}
	if j.isTaxComputed() {
		ch.FreightTaxCode = j.taxCode("freight tax code")
	} else {
		ch.FreightTax = maybeAmount(j, 15, c, 0, 400, "freight tax")
	}
	return ch
}

func (j *journey) isTaxComputed() bool { return j.settings.Pricing.TaxMode == pricing.TaxComputed }

func (j *journey) taxCode(label string) *pricing.TaxCode {
	return pick(
		j, label, nil,
		&pricing.TaxCode{Category: pricing.TaxStandard, Rate: value.Some(decimal.NewFromInt(19))},
		&pricing.TaxCode{Category: pricing.TaxStandard, Rate: value.Some(decimal.NewFromInt(7))},
		&pricing.TaxCode{Category: pricing.TaxExempt},
		split("state", 12, "city", 7), split("state", 12, "county", 7),
	)
}

// split is a standard tax of two components.
func split(a string, rate int64, b string, more int64) *pricing.TaxCode {
	part := func(name string, rate int64) pricing.TaxComponent {
		return pricing.TaxComponent{Name: name, Rate: value.Some(decimal.NewFromInt(rate))}
	}
	return &pricing.TaxCode{
		Category: pricing.TaxStandard, Rate: value.Some(decimal.NewFromInt(rate + more)),
		Components: []pricing.TaxComponent{part(a, rate), part(b, more)},
	}
}

// editLines changes some lines of a document, adds and removes others.
func (j *journey) editLines(c money.Currency, lines []pricing.Line) (cmd pricing.EditLines) {
	for _, l := range lines {
		switch below(j.T, 6, "about the line") {
		case 5, 2:
			cmd.Change = append(cmd.Change, pricing.ChangeLine{LineNumber: l.LineNumber, Fields: j.line(c)})
		case 3:
			f := l.Fields()
			f.Quantity = value.Some(usually(j, "quantity", quantities, credits))
			if f.Quantity.Or(decimal.Decimal{}).IsZero() {
				f.Tax = value.None[money.Amount]()
			}
			cmd.Change = append(cmd.Change, pricing.ChangeLine{LineNumber: l.LineNumber, Fields: f})
		case 4:
			cmd.Remove = append(cmd.Remove, l.LineNumber)
		}
	}
	if len(lines) == 0 || j.chance(50, "add lines") {
		cmd.Add = j.lines(c, 3)
	}
	if j.chance(3, "an unknown line") {
		cmd.Remove = append(cmd.Remove, 999)
	}
	return cmd
}

// quantities are asked of lines: parts of what there is, all of it, or beyond.
func (j *journey) quantities(lines []pricing.Line) (list []pricing.LineQuantity) {
	if j.chance(4, "an empty list") {
		return []pricing.LineQuantity{}
	}
	for _, l := range lines {
		if !j.chance(60, "the line takes part") {
			continue
		}
		q := pricing.LineQuantity{LineNumber: l.LineNumber}
		part := usually(j, "part", numbers("0.25", "0.5", "1"), numbers("0", "2", "-1", "0.00001"))
		if ordered := l.Quantity.Or(decimal.Decimal{}); j.chance(80, "the quantity is given") {
			q.Quantity = value.Some(ordered.Mul(part).Truncate(5))
		}
		list = append(list, q)
	}
	return list
}

// text is a name, rarely an impossible one.
func (j *journey) text(label string) string {
	if j.chance(3, label+" is wrong") {
		return pick(j, label, "", "a\x00b")
	}
	return pick(j, label, "ten desks", "two chairs", "é")
}

func (j *journey) date(label string) (none value.Date) {
	if j.chance(70, label+" is none") {
		return none
	}
	return value.DateOf(j.world.clock().AddDate(0, 0, below(j.T, 33, label)-3), time.UTC)
}

func assign(j *journey, _ any) record.Assign {
	owners := []uuid.UUID{ann.ID, ann.ID, bob.ID, bob.ID, {}}
	for _, s := range all[party.Seller](j.book) {
		owners = append(owners, s.ID.UUID)
	}
	return record.Assign{
		Owner:   pick(j, "owner", owners...),
		Cascade: pick(j, "cascade", 0, 0, 0, record.CascadeNone, record.CascadeAll, record.CascadeOpen, record.CascadeSameOwner),
	}
}

func changeCurrency(j *journey, _ any) pricing.ChangeCurrency {
	return pricing.ChangeCurrency{Currency: j.currency()}
}

func getProducts(j *journey, _ any) pricing.GetProducts {
	return pricing.GetProducts{OpportunityID: one[record.OpportunityID](j, "opportunity")}
}

// status is one of the set, the default of the state, or none.
func status[S ~uint8](j *journey, set []S, likely ...S) S {
	return usually(j, "status", likely, append(set, 0, value.DefaultStatus))
}
