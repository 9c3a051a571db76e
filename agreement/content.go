package agreement

import (
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Content is what of a quote, an order or an invoice is agreed on: who buys what, at
// which prices and on which terms. It shares memory with the document.
type Content struct {
	Kind     kinds.Kind
	Customer record.CustomerID
	Currency money.Currency
	Terms    Terms
	From, To value.Date // in which a quote can be accepted; an order has those of its quote
	Charges  *pricing.Charges
	Sale     *pricing.PricedLines
	Custom   record.Custom // for rules about own fields; not part of the hash

	// BaseTotal is the total in base currency, that of the document where the
	// organisation has none; unset where a rate is lacking.
	BaseTotal value.Opt[money.Amount]
}

// Terms are payment terms as far as they are agreed on.
type Terms struct {
	Code          party.PaymentTerms
	Own           any             // terms and instalments that are no code's; nil: none
	NetDays       int32           // the most days that payment may take, a month counted as 31
	EarlyDiscount decimal.Decimal // the highest percentage for paying early
}

// Hash is the SHA-256, in hexadecimal digits, of the content in its canonical form:
// JSON without spaces, members sorted, decimals without trailing zeros, what is empty
// left out. It covers customer, currency, payment terms, validity, discounts, freight,
// allowances and charges, and of each line product or text, unit, quantity, price and
// for how many units, discounts, allowances and charges, and tax. Names, notes,
// reasons, owner, numbers and exchange rate are not in it, nor is what follows from
// what is.
func (c *Content) Hash() string {
	typed := c.Sale.Pricing.TaxMode != pricing.TaxComputed
	form := contentForm{
		Customer: c.Customer.String(), Currency: c.Currency, PaymentTerms: c.Terms.Code, OwnTerms: c.Terms.Own, From: c.From, To: c.To,
		DiscountPercentage: c.Charges.DiscountPercentage, DiscountAmount: c.Charges.DiscountAmount,
		FreightAmount: c.Charges.FreightAmount, FreightTaxCode: c.Charges.FreightTaxCode, Adjustments: adjustmentForms(c.Charges.Adjustments, typed),
		Lines: make([]lineForm, len(c.Sale.Lines)),
	}
	if typed {
		form.FreightTax = c.Charges.FreightTax
	}
	for n := range c.Sale.Lines {
		l := &c.Sale.Lines[n]
		f := lineForm{
			Product: l.ProductID, Unit: l.UnitID, Quantity: l.Quantity, PricePerUnit: l.PricePerUnit, PriceBase: l.PriceBase,
			VolumeDiscount: l.VolumeDiscount, ManualDiscount: l.ManualDiscount, Adjustments: adjustmentForms(l.Adjustments, typed), TaxCode: l.TaxCode,
		}
		if l.IsWriteIn() {
			f.Text = l.WriteInText
		}
		if typed {
			f.Tax = l.Tax
		}
		form.Lines[n] = f
	}
	body, err := json.Marshal(canonical(reflect.ValueOf(form)))
	if err != nil {
		panic("agreement: " + err.Error()) // a tree of texts, lists and maps
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

type contentForm struct {
	Customer           string                     `json:"customer"`
	Currency           money.Currency             `json:"currency"`
	PaymentTerms       party.PaymentTerms         `json:"payment_terms"`
	OwnTerms           any                        `json:"own_terms"`
	From               value.Date                 `json:"effective_from"`
	To                 value.Date                 `json:"effective_to"`
	DiscountPercentage value.Opt[decimal.Decimal] `json:"discount_percentage"`
	DiscountAmount     value.Opt[money.Amount]    `json:"discount_amount"`
	FreightAmount      value.Opt[money.Amount]    `json:"freight_amount"`
	FreightTax         value.Opt[money.Amount]    `json:"freight_tax"`
	FreightTaxCode     *pricing.TaxCode           `json:"freight_tax_code"`
	Adjustments        []adjustmentForm           `json:"adjustments"`
	Lines              []lineForm                 `json:"lines"`
}

type lineForm struct {
	Product        record.ProductID           `json:"product"`
	Text           string                     `json:"text"`
	Unit           record.UnitID              `json:"unit"`
	Quantity       value.Opt[decimal.Decimal] `json:"quantity"`
	PricePerUnit   value.Opt[decimal.Decimal] `json:"price_per_unit"`
	PriceBase      value.Opt[decimal.Decimal] `json:"price_base_quantity"`
	VolumeDiscount value.Opt[decimal.Decimal] `json:"volume_discount"`
	ManualDiscount value.Opt[money.Amount]    `json:"manual_discount"`
	Adjustments    []adjustmentForm           `json:"adjustments"`
	TaxCode        *pricing.TaxCode           `json:"tax_code"`
	Tax            value.Opt[money.Amount]    `json:"tax"`
}

type adjustmentForm struct {
	Kind       pricing.AdjustmentKind     `json:"kind"`
	Percentage value.Opt[decimal.Decimal] `json:"percentage"`
	Base       value.Opt[money.Amount]    `json:"base"`
	Amount     value.Opt[money.Amount]    `json:"amount"`
	TaxCode    *pricing.TaxCode           `json:"tax_code"`
	Tax        value.Opt[money.Amount]    `json:"tax"`
}

// adjustmentForms leave out what is calculated: the amount of a percentage, and the
// tax of a code.
func adjustmentForms(list []pricing.Adjustment, typed bool) []adjustmentForm {
	forms := make([]adjustmentForm, len(list))
	for n := range list {
		a := &list[n]
		forms[n] = adjustmentForm{Kind: a.Kind, Percentage: a.Percentage, Base: a.Base, TaxCode: a.TaxCode}
		if a.Percentage.IsZero() {
			forms[n].Amount = a.Amount
		}
		if typed {
			forms[n].Tax = a.Tax
		}
	}
	return forms
}

// canonical makes a tree of maps, lists and texts of a value; nil where it is empty.
func canonical(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case decimal.Decimal:
		return x.String()
	case money.Amount:
		return x.Decimal().String()
	case value.Opt[decimal.Decimal]:
		return given(x)
	case value.Opt[money.Amount]:
		return given(x)
	case encoding.TextMarshaler:
		if v.IsZero() {
			return nil
		}
		text, err := x.MarshalText()
		if err != nil {
			return nil
		}
		return string(text)
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return canonical(v.Elem())
	case reflect.Struct:
		members := map[string]any{}
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			if member := canonical(v.Field(i)); member != nil {
				members[name] = member
			}
		}
		return members
	case reflect.Slice:
		if v.Len() == 0 {
			return nil
		}
		list := make([]any, v.Len())
		for i := range list {
			list[i] = canonical(v.Index(i))
		}
		return list
	}
	if v.IsZero() {
		return nil
	}
	return v.Interface()
}

func given[T any](o value.Opt[T]) any {
	x, ok := o.Get()
	if !ok {
		return nil
	}
	return canonical(reflect.ValueOf(x))
}
