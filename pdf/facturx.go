package pdf

import (
	"bytes"
	"crypto/md5" //nolint:gosec // the checksum that PDF asks for
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/print"
)

// Profile is the profile of an e-invoice in a file of Factur-X, which ZUGFeRD shares; its
// text is the level of conformance that the file states.
type Profile string

// The profiles, from the one that says least. XRechnung is the German one of public
// buyers.
const (
	Minimum   Profile = "MINIMUM"
	BasicWL   Profile = "BASIC WL"
	Basic     Profile = "BASIC"
	EN16931   Profile = "EN 16931"
	Extended  Profile = "EXTENDED"
	XRechnung Profile = "XRECHNUNG"
)

// guidelines are how the XML itself names the profiles; after it may follow a version.
var guidelines = map[Profile]string{
	Minimum:   "urn:factur-x.eu:1p0:minimum",
	BasicWL:   "urn:factur-x.eu:1p0:basicwl",
	Basic:     "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic",
	EN16931:   "urn:cen.eu:en16931:2017",
	Extended:  "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended",
	XRechnung: "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_",
}

// MaxXML is how many bytes an e-invoice may have.
const MaxXML = 20 << 20

// RenderFacturX writes the document as a PDF file with its e-invoice inside, XML in the
// syntax CII, as Factur-X 1.0 says: named factur-x.xml (xrechnung.xml of XRechnung), as an
// alternative of the pages, or their data where the profile says less than an invoice
// (Minimum, BasicWL), and told in the metadata. Codes: those of [Render];
// ErrMissingField for a document without number or date; ErrInvalid and ErrTooLarge at the
// path xml for what is not well-formed CII of the profile, or of another number than the
// document. Whether it keeps the rules of its profile is not checked here.
func RenderFacturX(w io.Writer, d *print.PrintedDocument, s Style, invoice []byte, p Profile) error {
	body, err := file(d, s, newAttachment(invoice, p))
	if err != nil {
		return err
	}
	_, err = w.Write(body)
	return err
}

// An attachment is the e-invoice in the file.
type attachment struct {
	data         []byte
	profile      Profile
	name         string
	relationship string
}

func newAttachment(data []byte, p Profile) *attachment {
	a := &attachment{data: data, profile: p, name: "factur-x.xml", relationship: "Alternative"}
	switch p {
	case XRechnung:
		a.name = "xrechnung.xml"
	case Minimum, BasicWL:
		a.relationship = "Data"
	}
	return a
}

func (a *attachment) checksum() string {
	sum := md5.Sum(a.data) //nolint:gosec // the checksum that PDF asks for
	return hex.EncodeToString(sum[:])
}

// attachment checks that the e-invoice is one, of the profile and of the document.
func (c *checker) attachment(d *print.PrintedDocument, s *Style, a *attachment) {
	if d.Number == "" {
		c.refuse(codes.ErrMissingField, "number", "an e-invoice has a number")
	}
	if s.created(d).IsZero() {
		c.refuse(codes.ErrMissingField, "issue_date", "an e-invoice has a date")
	}
	guideline, known := guidelines[a.profile]
	if !known {
		c.refuse(codes.ErrInvalid, "profile", "is no profile of Factur-X")
		return
	}
	if len(a.data) > MaxXML {
		c.refuse(codes.ErrTooLarge, "xml", fmt.Sprintf("has %d bytes, more than %d", len(a.data), MaxXML))
		return
	}
	told, err := readInvoice(a.data)
	if err != nil {
		c.refuse(codes.ErrInvalid, "xml", err.Error())
		return
	}
	if told.guideline != guideline && (a.profile == EN16931 || !strings.HasPrefix(told.guideline, guideline)) {
		c.refuse(codes.ErrInvalid, "xml", "is not of the profile "+string(a.profile))
	}
	if told.number != d.Number && d.Number != "" {
		c.refuse(codes.ErrInvalid, "xml", "has another number than the document")
	}
}

type toldInvoice struct{ guideline, number string }

const (
	ciiSpace = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
	ramSpace = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
)

// maxDepth is how deep elements of an e-invoice stand in each other at most.
const maxDepth = 64

// readInvoice reads profile and number of an e-invoice, and goes through all of it.
func readInvoice(data []byte) (told toldInvoice, err error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	var path []xml.Name
	for {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && len(path) == 0 && told.guideline != "" && told.number != "":
			return told, nil
		case errors.Is(err, io.EOF):
			return told, errors.New("is no invoice with profile and number")
		case err != nil:
			return told, errors.New("is not well-formed")
		}
		switch t := token.(type) {
		case xml.Directive:
			return told, errors.New("has a document type")
		case xml.StartElement:
			if len(path) == 0 && t.Name != (xml.Name{Space: ciiSpace, Local: "CrossIndustryInvoice"}) {
				return told, errors.New("is no CrossIndustryInvoice")
			}
			if path = append(path, t.Name); len(path) > maxDepth {
				return told, errors.New("is nested too deeply")
			}
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			switch {
			case at(path, "ExchangedDocumentContext", "GuidelineSpecifiedDocumentContextParameter", "ID"):
				told.guideline += strings.TrimSpace(string(t))
			case at(path, "ExchangedDocument", "ID"):
				told.number += strings.TrimSpace(string(t))
			}
		}
	}
}

// at reports whether the path is that of the names below the root.
func at(path []xml.Name, names ...string) bool {
	if len(path) != len(names)+1 {
		return false
	}
	for n, name := range names {
		if path[n+1].Local != name || n > 0 && path[n+1].Space != ramSpace {
			return false
		}
	}
	return true
}

const fxSpace = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"

// xmp tells the e-invoice in the metadata, and describes the words in which it does.
func (a *attachment) xmp() string {
	var b strings.Builder
	fmt.Fprintf(&b, "<rdf:Description rdf:about=\"\" xmlns:fx=\"%s\">\n<fx:DocumentType>INVOICE</fx:DocumentType>\n<fx:DocumentFileName>%s</fx:DocumentFileName>\n"+
		"<fx:Version>1.0</fx:Version>\n<fx:ConformanceLevel>%s</fx:ConformanceLevel>\n</rdf:Description>\n", fxSpace, a.name, a.profile)
	fmt.Fprintf(&b, "<rdf:Description rdf:about=\"\" xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\""+
		" xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\n"+
		"<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>\n<pdfaSchema:namespaceURI>%s</pdfaSchema:namespaceURI>\n<pdfaSchema:prefix>fx</pdfaSchema:prefix>\n"+
		"<pdfaSchema:property><rdf:Seq>\n", fxSpace)
	for _, property := range [][2]string{
		{"DocumentFileName", "name of the embedded XML invoice file"},
		{"DocumentType", "INVOICE"},
		{"Version", "The actual version of the Factur-X XML schema"},
		{"ConformanceLevel", "The conformance level of the embedded Factur-X data"},
	} {
		fmt.Fprintf(&b, "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>%s</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>"+
			"<pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>%s</pdfaProperty:description></rdf:li>\n", property[0], property[1])
	}
	b.WriteString("</rdf:Seq></pdfaSchema:property>\n</rdf:li></rdf:Bag></pdfaExtension:schemas>\n</rdf:Description>\n")
	return b.String()
}
