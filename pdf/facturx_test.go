package pdf_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/pdf"
	"github.com/leadtocash/leadtocash/print"
	"github.com/leadtocash/leadtocash/record"
)

// cii is an e-invoice, as far as the file asks for it.
func cii(guideline, number string) []byte {
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100">
<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>%s</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>%s</ram:ID></rsm:ExchangedDocument></rsm:CrossIndustryInvoice>`, guideline, number)
}

var guidelines = map[pdf.Profile]string{
	pdf.Minimum: "urn:factur-x.eu:1p0:minimum", pdf.BasicWL: "urn:factur-x.eu:1p0:basicwl", pdf.Basic: "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic",
	pdf.EN16931: "urn:cen.eu:en16931:2017", pdf.Extended: "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended",
	pdf.XRechnung: "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
}

func issued() *print.PrintedDocument { return letterhead("de").Invoice(invoice(5)) }

func renderFacturX(t testing.TB, p pdf.Profile) (body, invoice []byte) {
	t.Helper()
	d := issued()
	invoice = cii(guidelines[p], d.Number)
	var b bytes.Buffer
	if err := pdf.RenderFacturX(&b, d, pdf.Style{}, invoice, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), invoice
}

// The e-invoice is in the file byte for byte, as the file says in every place where
// readers of Factur-X look.
func TestFacturX(t *testing.T) {
	t.Parallel()
	for p := range guidelines {
		body, invoice := renderFacturX(t, p)
		f := read(t, body)
		name, relationship := "factur-x.xml", "/Alternative"
		switch p {
		case pdf.XRechnung:
			name = "xrechnung.xml"
		case pdf.Minimum, pdf.BasicWL:
			relationship = "/Data"
		}
		root := f.root(t)
		spec := f.entry(t, root, "AF")
		for _, want := range []string{"/F (" + name + ")", "/AFRelationship " + relationship + " ", "/Type /Filespec"} {
			if !strings.Contains(spec.entries, want) {
				t.Errorf("%s: the file specification lacks %q: %s", p, want, spec.entries)
			}
		}
		for _, want := range []string{"/EmbeddedFiles << /Names [ (" + name + ")", "/GTS_PDFA1", "/DisplayDocTitle true", "/Lang <FEFF00640065>"} {
			if !strings.Contains(root.entries, want) {
				t.Errorf("%s: the catalog lacks %q: %s", p, want, root.entries)
			}
		}
		file := f.entry(t, spec, "EF << /F")
		if !bytes.Equal(file.stream, invoice) || !strings.Contains(file.entries, "/Subtype /text#2Fxml") || !strings.Contains(file.entries, fmt.Sprintf("/Size %d ", len(invoice))) {
			t.Errorf("%s: embedded is %q, %s", p, file.stream, file.entries)
		}
		metadata := string(f.entry(t, root, "Metadata").stream)
		for _, want := range []string{
			"<pdfaid:part>3</pdfaid:part>", "<pdfaid:conformance>B</pdfaid:conformance>", "<fx:ConformanceLevel>" + string(p) + "</fx:ConformanceLevel>",
			"<fx:DocumentFileName>" + name + "</fx:DocumentFileName>", "<fx:DocumentType>INVOICE</fx:DocumentType>", "<fx:Version>1.0</fx:Version>",
			"urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#", "<pdfaProperty:name>ConformanceLevel</pdfaProperty:name>", "2027-03-01T00:00:00Z",
		} {
			if !strings.Contains(metadata, want) {
				t.Errorf("%s: the metadata lack %q:\n%s", p, want, metadata)
			}
		}
		if err := xml.Unmarshal([]byte(metadata), new(struct{})); err != nil {
			t.Errorf("%s: the metadata are no XML: %v", p, err)
		}
	}
}

// Every file, with an e-invoice or without, keeps what PDF/A asks of it and can be seen
// without a validator: an identity, one colour profile, fonts that are embedded, nothing
// that shines through, runs or is locked.
func TestBuiltToPDFA(t *testing.T) {
	t.Parallel()
	files := map[string][]byte{}
	files["factur-x"], _ = renderFacturX(t, pdf.EN16931)
	for name, d := range papers(t, "fr") {
		files[name] = render(t, d, pdf.Style{})
	}
	for name, body := range files {
		f := read(t, body)
		if !strings.Contains(f.trailer, "/ID [ <") || !bytes.Equal(f.entry(t, f.root(t), "DestOutputProfile").stream, profile(t)) {
			t.Errorf("%s has no identity, or not the colour profile: %s", name, f.trailer)
		}
		fonts := 0
		for n, o := range f.objects {
			if strings.Contains(o.entries, "/Type /FontDescriptor") {
				if fonts++; len(f.entry(t, o, "FontFile2").stream) < 1000 {
					t.Errorf("%s: font %d is not embedded", name, n)
				}
			}
			for _, bad := range []string{"/SMask", "/JavaScript", "/Encrypt", "/DeviceCMYK", "/LZWDecode", "/ca ", "/Launch", "/URI"} {
				if strings.Contains(o.entries, bad) {
					t.Errorf("%s: object %d has %s: %s", name, n, bad, o.entries)
				}
			}
		}
		if fonts != 2 {
			t.Errorf("%s has %d fonts", name, fonts)
		}
	}
}

func profile(t testing.TB) []byte {
	t.Helper()
	body, err := os.ReadFile("icc/sRGB2014.icc")
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// What is no e-invoice of the document is not put into its file, and nothing is written.
func TestFacturXRefused(t *testing.T) {
	t.Parallel()
	good := string(cii(guidelines[pdf.EN16931], issued().Number))
	deep := strings.Replace(good, "<rsm:ExchangedDocument>", strings.Repeat("<ram:a>", 70)+strings.Repeat("</ram:a>", 70)+"<rsm:ExchangedDocument>", 1)
	draft := issued()
	draft.Number, draft.IssueDate = "", 0
	for name, c := range map[string]struct {
		d     *print.PrintedDocument
		body  string
		p     pdf.Profile
		codes []codes.Code
		at    string
	}{
		"no XML":          {issued(), "{}", pdf.EN16931, []codes.Code{codes.ErrInvalid}, "xml"},
		"nothing":         {issued(), "", pdf.EN16931, []codes.Code{codes.ErrInvalid}, "xml"},
		"half":            {issued(), good[:len(good)-5], pdf.EN16931, []codes.Code{codes.ErrInvalid}, "xml"},
		"UBL":             {issued(), `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>`, pdf.EN16931, []codes.Code{codes.ErrInvalid}, "xml"},
		"a document type": {issued(), `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>` + good, pdf.EN16931, []codes.Code{codes.ErrInvalid}, "xml"},
		"depth":           {issued(), deep, pdf.EN16931, []codes.Code{codes.ErrInvalid}, "xml"},
		"another profile": {issued(), good, pdf.Basic, []codes.Code{codes.ErrInvalid}, "xml"},
		"more than it":    {issued(), string(cii(guidelines[pdf.Extended], issued().Number)), pdf.EN16931, []codes.Code{codes.ErrInvalid}, "xml"},
		"another number":  {issued(), string(cii(guidelines[pdf.EN16931], "RE-1")), pdf.EN16931, []codes.Code{codes.ErrInvalid}, "xml"},
		"no profile":      {issued(), good, "EN16931", []codes.Code{codes.ErrInvalid}, "profile"},
		"size":            {issued(), good + strings.Repeat(" ", pdf.MaxXML), pdf.EN16931, []codes.Code{codes.ErrTooLarge}, "xml"},
		"a draft":         {draft, good, pdf.EN16931, []codes.Code{codes.ErrMissingField, codes.ErrMissingField}, "number issue_date"},
	} {
		var b bytes.Buffer
		var fields []string
		reasons := record.ReasonsOf(pdf.RenderFacturX(&b, c.d, pdf.Style{}, []byte(c.body), c.p))
		for n, reason := range reasons {
			fields = append(fields, reason.Field)
			if n < len(c.codes) && reason.Code != c.codes[n] {
				t.Errorf("%s: %s at %s, want %s", name, reason.Code, reason.Field, c.codes[n])
			}
		}
		if strings.Join(fields, " ") != c.at || b.Len() > 0 {
			t.Errorf("%s is refused at %v with %v, %d bytes written; want %s", name, fields, reasons, b.Len(), c.at)
		}
	}
}

// pdfdetach takes the e-invoice out as it went in, and qpdf and pdfcpu find no fault.
func TestFacturXByOthers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, out := filepath.Join(dir, "invoice.pdf"), filepath.Join(dir, "out.xml")
	body, invoice := renderFacturX(t, pdf.EN16931)
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	tool(t, "pdfdetach", "-save", "1", "-o", out, file)
	if got, err := os.ReadFile(out); err != nil || !bytes.Equal(got, invoice) {
		t.Errorf("detached is %q (%v)", got, err)
	}
	tool(t, "qpdf", "--check", file)
	t.Run("pdfcpu", func(t *testing.T) {
		tool(t, "pdfcpu", "validate", "-m", "relaxed", file) // strictly, AFRelationship is of PDF 2.0; PDF/A-3 takes it into 1.7
		if got := tool(t, "pdfcpu", "attachments", "list", file); !bytes.Contains(got, []byte("factur-x.xml")) {
			t.Errorf("pdfcpu lists %s", got)
		}
	})
}
