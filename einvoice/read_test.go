package einvoice_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/einvoice"
	"github.com/leadtocash/leadtocash/record"
)

const ublRoot = `xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2" ` +
	`xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"`

// endless gives spaces for ever.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestReadLimits(t *testing.T) {
	t.Parallel()
	invoice := func(below string) io.Reader {
		return strings.NewReader(`<Invoice ` + ublRoot + `>` + below + `</Invoice>`)
	}
	for name, c := range map[string]struct {
		from io.Reader
		want codes.Code
		says string
	}{
		"nothing":         {strings.NewReader(""), codes.ErrInvalid, "no XML"},
		"no end":          {strings.NewReader("<Invoice " + ublRoot + ">"), codes.ErrInvalid, ""},
		"too long":        {io.MultiReader(strings.NewReader("<Invoice "+ublRoot+">"), endless{}), codes.ErrTooLong, "bytes"},
		"too deep":        {invoice(strings.Repeat("<x>", einvoice.MaxDepth) + strings.Repeat("</x>", einvoice.MaxDepth)), codes.ErrOutOfRange, "within each other"},
		"a declaration":   {strings.NewReader(`<!DOCTYPE Invoice [<!ENTITY x "y">]><Invoice ` + ublRoot + `/>`), codes.ErrInvalid, "declarations"},
		"an entity":       {invoice("<b:ID>&x;</b:ID>"), codes.ErrInvalid, ""},
		"another root":    {strings.NewReader(`<Order/>`), codes.ErrInvalid, "Order"},
		"another space":   {strings.NewReader(`<Invoice xmlns="urn:mine"/>`), codes.ErrInvalid, "urn:mine"},
		"a second root":   {io.MultiReader(invoice(""), invoice("")), codes.ErrInvalid, "second"},
		"text outside":    {io.MultiReader(invoice(""), strings.NewReader("x")), codes.ErrInvalid, ""},
		"another charset": {strings.NewReader(`<?xml version="1.0" encoding="ISO-8859-1"?><Invoice ` + ublRoot + `/>`), codes.ErrInvalid, "UTF-8"},
	} {
		_, _, err := einvoice.Read(c.from)
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s with %q", name, err, c.want, c.says)
		}
	}
	failure := errors.New("the line is cut")
	if _, _, err := einvoice.Read(io.MultiReader(strings.NewReader("<Invoice "), failing{failure})); err == nil {
		t.Error("a reader that fails is taken for an end")
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// Whatever the file calls the namespaces; what there is no field for is told, what no
// value can be is refused with all its paths.
func TestReadTellsWhatItDoesNotRead(t *testing.T) {
	t.Parallel()
	const body = "\ufeff" + `<?xml version="1.0" encoding="UTF-8"?><Invoice ` + ublRoot + `>
		<b:UBLVersionID>2.1</b:UBLVersionID><b:ID> 7 </b:ID><b:IssueDate>2026-03-02+01:00</b:IssueDate><b:InvoiceTypeCode>999</b:InvoiceTypeCode>
		<b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode>
		<a:LegalMonetaryTotal><b:PayableAmount currencyID="USD">1.50000</b:PayableAmount></a:LegalMonetaryTotal>
		<a:InvoiceLine><b:ID>1</b:ID><x xmlns="urn:x"><y>z</y></x></a:InvoiceLine><a:InvoiceLine><b:ID>2</b:ID><b:Note/><b:UUID>u</b:UUID></a:InvoiceLine></Invoice>`
	d, syntax, err := einvoice.Read(strings.NewReader(body))
	if err != nil || syntax != einvoice.UBL {
		t.Fatal(syntax, err)
	}
	if d.Number != "7" || d.IssueDate != 2026_03_02 || d.TypeCode != "999" || d.Totals.Payable.String() != "1.5000" || len(d.Lines) != 2 {
		t.Errorf("read %s", jsonOf(t, d))
	}
	want := []string{
		"/Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount/@currencyID", "/Invoice/cbc:UBLVersionID",
		"/Invoice/cac:InvoiceLine[1]/{urn:x}x", "/Invoice/cac:InvoiceLine[2]/cbc:UUID",
	}
	if !slices.Equal(d.Unread, want) {
		t.Errorf("unread %q, want %q", d.Unread, want)
	}
	bad := strings.NewReplacer("2026-03-02+01:00", "2026-02-30", "1.50000", "1e5", "<b:ID>2</b:ID>", `<b:LineExtensionAmount currencyID="EUR">1.23456</b:LineExtensionAmount>`).Replace(body)
	_, _, err = einvoice.Read(strings.NewReader(bad))
	var paths []string
	for _, r := range record.ReasonsOf(err) {
		paths = append(paths, string(r.Code)+" "+r.Field)
	}
	if want := []string{
		"invalid /Invoice/cbc:IssueDate", "invalid /Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount", "invalid /Invoice/cac:InvoiceLine[2]/cbc:LineExtensionAmount",
	}; !slices.Equal(paths, want) {
		t.Errorf("refused for %q, want %q", paths, want)
	}
}

// order are the children of elements of UBL in the order of its schemas, as far as
// EN 16931 has them.
var order = map[string]string{
	"Invoice": "CustomizationID ProfileID ID IssueDate DueDate InvoiceTypeCode Note TaxPointDate DocumentCurrencyCode TaxCurrencyCode AccountingCost BuyerReference " +
		"InvoicePeriod OrderReference BillingReference DespatchDocumentReference ReceiptDocumentReference OriginatorDocumentReference ContractDocumentReference " +
		"AdditionalDocumentReference ProjectReference AccountingSupplierParty AccountingCustomerParty PayeeParty TaxRepresentativeParty Delivery PaymentMeans PaymentTerms " +
		"AllowanceCharge TaxTotal LegalMonetaryTotal InvoiceLine",
	"CreditNote": "CustomizationID ProfileID ID IssueDate TaxPointDate CreditNoteTypeCode Note DocumentCurrencyCode TaxCurrencyCode AccountingCost BuyerReference " +
		"InvoicePeriod OrderReference BillingReference DespatchDocumentReference ReceiptDocumentReference ContractDocumentReference AdditionalDocumentReference " +
		"OriginatorDocumentReference AccountingSupplierParty AccountingCustomerParty PayeeParty TaxRepresentativeParty Delivery PaymentMeans PaymentTerms " +
		"AllowanceCharge TaxTotal LegalMonetaryTotal CreditNoteLine",
	"Party":                       "EndpointID PartyIdentification PartyName PostalAddress PartyTaxScheme PartyLegalEntity Contact",
	"PayeeParty":                  "PartyIdentification PartyName PartyLegalEntity",
	"TaxRepresentativeParty":      "PartyName PostalAddress PartyTaxScheme",
	"PostalAddress":               "StreetName AdditionalStreetName CityName PostalZone CountrySubentity AddressLine Country",
	"Address":                     "StreetName AdditionalStreetName CityName PostalZone CountrySubentity AddressLine Country",
	"PartyLegalEntity":            "RegistrationName CompanyID CompanyLegalForm",
	"Delivery":                    "ActualDeliveryDate DeliveryLocation DeliveryParty",
	"PaymentMeans":                "PaymentMeansCode PaymentDueDate PaymentID CardAccount PayeeFinancialAccount PaymentMandate",
	"CardAccount":                 "PrimaryAccountNumberID NetworkID HolderName",
	"PayeeFinancialAccount":       "ID Name FinancialInstitutionBranch",
	"AllowanceCharge":             "ChargeIndicator AllowanceChargeReasonCode AllowanceChargeReason MultiplierFactorNumeric Amount BaseAmount TaxCategory",
	"TaxTotal":                    "TaxAmount TaxSubtotal",
	"TaxSubtotal":                 "TaxableAmount TaxAmount TaxCategory",
	"TaxCategory":                 "ID Percent TaxExemptionReasonCode TaxExemptionReason TaxScheme",
	"ClassifiedTaxCategory":       "ID Percent TaxScheme",
	"InvoicePeriod":               "StartDate EndDate DescriptionCode",
	"AdditionalDocumentReference": "ID DocumentTypeCode DocumentDescription Attachment",
	"LegalMonetaryTotal": "LineExtensionAmount TaxExclusiveAmount TaxInclusiveAmount AllowanceTotalAmount ChargeTotalAmount PrepaidAmount PayableRoundingAmount " +
		"PayableAmount",
	"InvoiceLine":    "ID Note InvoicedQuantity LineExtensionAmount AccountingCost InvoicePeriod OrderLineReference DocumentReference AllowanceCharge Item Price",
	"CreditNoteLine": "ID Note CreditedQuantity LineExtensionAmount AccountingCost InvoicePeriod OrderLineReference DocumentReference AllowanceCharge Item Price",
	"Item": "Description Name BuyersItemIdentification SellersItemIdentification StandardItemIdentification OriginCountry CommodityClassification ClassifiedTaxCategory " +
		"AdditionalItemProperty",
	"Price": "PriceAmount BaseQuantity AllowanceCharge",
}

// The elements of UBL stand in the order of its schemas, none of them is empty, and
// amounts tell their currency.
func TestOrderOfElements(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for n := range 100 {
		body := written(t, documents.Example(n), einvoice.EN16931, einvoice.UBL)
		type level struct {
			name     string
			at       int
			children int
			text     string
		}
		var open []level
		d := xml.NewDecoder(bytes.NewReader(body))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			switch e := token.(type) {
			case xml.StartElement:
				if len(open) > 0 {
					up := &open[len(open)-1]
					up.children++
					if names, listed := order[up.name]; listed {
						at := slices.Index(strings.Fields(names), e.Name.Local)
						if at < up.at {
							t.Fatalf("%s stands at the wrong place in %s:\n%s", e.Name.Local, up.name, body)
						}
						up.at, seen[up.name] = at, true
					}
				}
				isAmount := strings.HasSuffix(e.Name.Local, "Amount")
				if isAmount != slices.ContainsFunc(e.Attr, func(a xml.Attr) bool { return a.Name.Local == "currencyID" }) {
					t.Fatalf("%s has the attributes %v", e.Name.Local, e.Attr)
				}
				open = append(open, level{name: e.Name.Local})
			case xml.CharData:
				if len(open) > 0 {
					open[len(open)-1].text += string(e)
				}
			case xml.EndElement:
				if last := open[len(open)-1]; last.children == 0 && strings.TrimSpace(last.text) == "" {
					t.Fatalf("%s is empty", last.name)
				}
				open = open[:len(open)-1]
			}
		}
	}
	for name := range order {
		if !seen[name] && name != "TaxRepresentativeParty" {
			t.Errorf("%s was never written", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`<Invoice ` + ublRoot + `><b:ID>1</b:ID></Invoice>`))
	for n := range 6 {
		d := documents.Example(n)
		f.Add(einvoice.Encode(d.As(einvoice.EN16931), einvoice.UBL))
		f.Add(einvoice.Encode(d.As(einvoice.EN16931), einvoice.CII))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d, s, err := einvoice.Read(bytes.NewReader(body))
		if err != nil {
			return
		}
		for _, p := range einvoice.Profiles() {
			d.Check(p)
		}
		// What was read, and is written, is read again as the same.
		d = d.As(einvoice.EN16931)
		again, _, err := einvoice.Read(bytes.NewReader(einvoice.Encode(d, s)))
		if err != nil && slices.ContainsFunc(d.Check(einvoice.EN16931), func(f einvoice.Fault) bool { return f.Rule == "xml" }) {
			return
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, einvoice.Encode(d, s))
		}
		if got, want := jsonOf(t, again.As(einvoice.EN16931)), jsonOf(t, d); got != want && len(fatal(d.Check(einvoice.EN16931))) == 0 {
			t.Fatalf("%s\nof\n%s", difference(got, want), body)
		}
	})
}
