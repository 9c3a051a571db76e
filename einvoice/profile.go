package einvoice

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/value"
)

// Syntax is a form of XML.
type Syntax int

// The syntaxes that EN 16931 is bound to.
const (
	UBL Syntax = iota + 1 // UBL 2.1
	CII                   // UN/CEFACT Cross Industry Invoice D16B
)

// String is UBL or CII.
func (s Syntax) String() string {
	switch s {
	case UBL:
		return "UBL"
	case CII:
		return "CII"
	}
	return ""
}

// Profile is EN 16931 itself or a specification that narrows it.
type Profile int

// The profiles.
const (
	EN16931        Profile = iota + 1 // the standard, in both syntaxes
	PeppolBIS3                        // Peppol BIS Billing 3.0, in UBL
	XRechnung3                        // XRechnung 3.0, of public buyers in Germany, in both syntaxes
	FacturXBasic                      // Factur-X 1.0 and ZUGFeRD 2, level BASIC, in CII
	FacturXEN16931                    // Factur-X 1.0 and ZUGFeRD 2, level EN 16931, in CII
)

type profile struct {
	name          string
	specification string // BT-24
	process       string // BT-23, where nothing else is said
	syntaxes      []Syntax
}

const (
	peppolProcess       = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
	peppolSpecification = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
	xrechnung           = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
)

var profiles = map[Profile]profile{
	EN16931:        {"EN 16931", "urn:cen.eu:en16931:2017", "", []Syntax{UBL, CII}},
	PeppolBIS3:     {"Peppol BIS 3", peppolSpecification, peppolProcess, []Syntax{UBL}},
	XRechnung3:     {"XRechnung 3", xrechnung, peppolProcess, []Syntax{UBL, CII}},
	FacturXBasic:   {"Factur-X BASIC", "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic", "", []Syntax{CII}},
	FacturXEN16931: {"Factur-X EN 16931", "urn:cen.eu:en16931:2017", "", []Syntax{CII}},
}

// Profiles are all of them.
func Profiles() []Profile {
	return []Profile{EN16931, PeppolBIS3, XRechnung3, FacturXBasic, FacturXEN16931}
}

// String is the name of the profile.
func (p Profile) String() string { return profiles[p].name }

// Specification is the identifier of the profile, BT-24.
func (p Profile) Specification() string { return profiles[p].specification }

// Syntaxes are those that the profile is written in.
func (p Profile) Syntaxes() []Syntax { return slices.Clone(profiles[p].syntaxes) }

// Unit "one", which a line has where nobody said another.
const unitOne = "C62"

// As is the document as the profile writes it, and as Read returns it: with process and
// specification of the profile where it says none, unit codes C62 where it has none,
// without blanks around texts, zeros at the end of numbers
// and what says nothing. Totals of allowances,
// charges, prepaid amount and rounding are left out where they are 0. Peppol has one
// note, unless seller and buyer are German: several become one, joined by line feeds.
// XRechnung has Skonto in place of Terms. Factur-X BASIC leaves out what it does not
// have; Check tells so. The document itself stays as it is.
func (d Document) As(p Profile) Document {
	d = tidy(reflect.ValueOf(d), "").Interface().(Document)
	known := profiles[p]
	d.Specification, d.Process = cmp.Or(d.Specification, known.specification), cmp.Or(d.Process, known.process)
	if p == XRechnung3 && d.Skonto != "" {
		d.Terms = d.Skonto
	}
	d.Skonto, d.Unread = "", nil
	d.tidyNotes(p)
	for _, party := range []*party.Party{&d.Seller, &d.Buyer, d.Payee} {
		if party != nil {
			slices.SortStableFunc(party.Identifiers, func(a, b partyID) int { return cmp.Compare(min(len(a.Scheme), 1), min(len(b.Scheme), 1)) })
		}
	}
	if d.IsCreditNote() && !d.DueDate.IsZero() && d.Payment == nil {
		d.Payment = &Payment{Code: "1"} // UBL has no other place for the due date of a credit note
	}
	for i := range d.Lines {
		d.Lines[i].complete()
	}
	t := &d.Totals
	leaveOut(&t.Allowances, len(d.Allowances) == 0)
	leaveOut(&t.Charges, len(d.Charges) == 0)
	leaveOut(&t.Prepaid, true)
	leaveOut(&t.Rounding, true)
	if p == FacturXBasic {
		d.basic()
	}
	return d
}

type partyID = party.Identifier

func leaveOut(a *Amount, unneeded bool) {
	if sum, given := a.Get(); given && sum.IsZero() && unneeded {
		*a = Amount{}
	}
}

// complete says what a line does not: its unit, and what prices need of each other.
func (l *Line) complete() {
	if l.UnitCode == "" && !l.Quantity.IsZero() {
		l.UnitCode = unitOne
	}
	l.unitAssumed = false
	if l.PriceUnitCode == "" && !l.PriceBase.IsZero() {
		l.PriceUnitCode = l.UnitCode
	}
	if l.PriceBase.IsZero() {
		l.PriceUnitCode = ""
	}
	if !l.GrossPrice.IsZero() && l.PriceDiscount.IsZero() {
		l.PriceDiscount = value.Some(decimal.Decimal{})
	}
}

func (d *Document) tidyNotes(p Profile) {
	for i := range d.Notes {
		d.Notes[i].parse()
	}
	if p != PeppolBIS3 || len(d.Notes) < 2 || d.isGerman() {
		return
	}
	var texts []string
	one := Note{SubjectCode: d.Notes[0].SubjectCode}
	for _, n := range d.Notes {
		if texts = append(texts, n.Text); n.SubjectCode != one.SubjectCode {
			one.SubjectCode = ""
		}
	}
	one.Text = strings.Join(texts, "\n")
	d.Notes = []Note{one}
}

// basic leaves out what the level BASIC of Factur-X does not have.
func (d *Document) basic() {
	d.Seller.Contact, d.Buyer.Contact = nil, nil
	d.Project, d.SalesOrder, d.Receipt, d.Tender, d.Object, d.Attachments = "", "", "", "", nil, nil
	if d.Payment != nil {
		d.Payment.Text, d.Payment.Card = "", nil
		for i := range d.Payment.Transfers {
			d.Payment.Transfers[i].Name, d.Payment.Transfers[i].BIC = "", ""
		}
	}
	for i := range d.Lines {
		l := &d.Lines[i]
		l.Object, l.OrderLine, l.AccountingReference, l.Description = nil, "", "", ""
		l.SellerItem, l.BuyerItem, l.Classes, l.Origin, l.Attributes = "", "", nil, "", nil
	}
}

// shortest is the number without zeros at its end.
func shortest(n Number) Number {
	d, given := n.Get()
	if !given || d.Exponent() >= 0 {
		return n
	}
	return value.Some(decimal.RequireFromString(d.String()))
}

// tidy is a deep copy with no blanks around texts, but where their field keeps them, and
// with nil for what says nothing.
func tidy(v reflect.Value, tag reflect.StructTag) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.String:
		if text := strings.TrimSpace(v.String()); text == "" || tag.Get("space") != "keep" {
			out.SetString(text)
		}
	case reflect.Pointer:
		if v.IsNil() {
			break
		}
		if below := tidy(v.Elem(), tag); below.IsZero() {
			out.SetZero()
		} else {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(below)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			break
		}
		out.SetZero()
		for i := range v.Len() {
			out = reflect.Append(out, tidy(v.Index(i), tag))
		}
	case reflect.Struct:
		if n, ok := v.Interface().(Number); ok {
			out.Set(reflect.ValueOf(shortest(n)))
		}
		for i := range v.NumField() {
			if sf := v.Type().Field(i); sf.IsExported() {
				out.Field(i).Set(tidy(v.Field(i), sf.Tag))
			}
		}
	}
	return out
}
