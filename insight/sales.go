package insight

import (
	"iter"
	"math/big"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// SoldDocument is what measures know of an invoice, an order or a credit note. Those
// that are canceled or void are not among them.
type SoldDocument struct {
	Kind     kinds.Kind // invoice, order or credit note; what is behind a figure has it
	ID       string
	Owner    string
	Customer string
	On       value.Date // issued; born, of an order
	Valued
	Credit bool // takes off what it has
	Lines  []SoldLine
}

// SoldLine is one line.
type SoldLine struct {
	Product  string // empty: written in
	Seller   string // default: the owner of the document
	Quantity decimal.Decimal
	Net      money.Amount // after all discounts, without tax and freight
}

// SalesFigure is what was sold in one currency.
type SalesFigure struct {
	Currency money.Currency `json:"currency"`
	Rows     []SalesRow     `json:"rows"`
	Total    Number         `json:"total"`
}

// SalesRow is what was sold, less what was credited.
type SalesRow struct {
	Key       []string `json:"key"`
	Net       Number   `json:"net"`
	Quantity  Number   `json:"quantity"`
	Documents int64    `json:"documents"`
}

type salesCells struct {
	net, quantity sum
	documents     int64
	last          string // document, so that each is counted once
}

// Sales adds up the lines of documents of the period.
func Sales(documents iter.Seq[SoldDocument], p Params) (*Report[SalesFigure], error) {
	if err := record.RefusedFor(p.reasons(saleDimensions)); err != nil {
		return nil, err
	}
	r := newRun(&p)
	t := newTables[salesCells](r)
	for d := range documents {
		if d.On.IsZero() || !p.has(d.On) {
			continue
		}
		currency := r.figure(d.ID, d.Valued)
		for n := range d.Lines {
			l := &d.Lines[n]
			key, net, quantity := d.key(&p, l), r.amount(d.Valued, l.Net), addend{amount: l.Quantity}
			if d.Credit {
				net, quantity = net.neg(), quantity.neg()
			}
			t.of(currency).each(key, func(c *salesCells) {
				c.net.add(net)
				c.quantity.add(quantity)
				if c.documents == 0 || c.last != d.ID {
					c.documents, c.last = c.documents+1, d.ID
				}
			})
			r.tell(currency, key, "", d.Kind, d.ID, net, d.On)
		}
	}
	list, err := figures(t, func(t *table[salesCells]) SalesFigure {
		row := func(key []string, c *salesCells) SalesRow {
			return SalesRow{Key: key, Net: r.show(&c.net, t.currency), Quantity: plain(r.exact(&c.quantity)), Documents: c.documents}
		}
		return SalesFigure{Currency: t.currency, Rows: rowsOf(t, row), Total: r.show(&t.total.net, t.currency)}
	})
	if err != nil {
		return nil, err
	}
	return report(salesDefinition, r.Params, list), nil
}

func (d *SoldDocument) key(p *Params, l *SoldLine) []string {
	key := make([]string, len(p.By))
	for n, by := range p.By {
		switch {
		case by == ByProduct:
			key[n] = l.Product
		case by == BySeller && l.Seller != "":
			key[n] = l.Seller
		case by == BySeller:
			key[n] = d.Owner
		default:
			key[n] = p.keyOf(by, d.Owner, d.Customer, d.in(p), d.On)
		}
	}
	return key
}

// maxPlaces is more decimals than a quantity may have.
const maxPlaces = 20

// plain shows a decimal with the decimals it has.
func plain(exact *big.Rat) Number {
	_, decimals, _ := strings.Cut(exact.FloatString(maxPlaces), ".")
	return rounded(exact, len(strings.TrimRight(decimals, "0")))
}
