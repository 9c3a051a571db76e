package einvoice

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/leadtocash/leadtocash/codes"
)

// Refused is why a document was not written: every rule that it breaks. It is an error
// that errors.Is matches with codes.ErrInvalid.
type Refused struct {
	Faults []Fault // fatal ones and warnings, as Check returns them
}

// Error names the rules that are broken.
func (r *Refused) Error() string {
	var b strings.Builder
	fatal := 0
	for _, f := range r.Faults {
		if f.Severity != Fatal {
			continue
		}
		if fatal++; fatal > 1 {
			b.WriteString("; ")
		}
		b.WriteString(f.String())
	}
	return fmt.Sprintf("the e-invoice is refused for %d reasons: %s", fatal, &b)
}

// Is reports whether target is codes.ErrInvalid.
func (*Refused) Is(target error) bool { return target == codes.ErrInvalid }

// WriteUBL writes the document as UBL 2.1, an Invoice or a CreditNote, in the terms of
// the profile (see Document.As). It checks it first: fatal faults are *Refused with all
// that Check found, and nothing is written. So is a profile that is not written in UBL,
// by the rule "syntax", and so is a second preceding invoice in CII. The same document gives the same bytes: UTF-8 without byte order
// mark, without indentation, comments and empty elements.
func WriteUBL(w io.Writer, d Document, p Profile) error { return write(w, d, p, UBL) }

// WriteCII writes the document as a Cross Industry Invoice D16B, as WriteUBL does.
func WriteCII(w io.Writer, d Document, p Profile) error { return write(w, d, p, CII) }

func write(w io.Writer, d Document, p Profile, s Syntax) error {
	faults := d.Check(p)
	if !slices.Contains(p.Syntaxes(), s) {
		faults = append(faults, Fault{"syntax", "BT-24", "specification", fmt.Sprintf("the profile %s is not written in %s", p, s), Fatal})
	}
	if s == CII && len(d.Preceding) > 1 {
		faults = append(faults, Fault{"syntax", "BG-3", "preceding[1]", "the schema of CII has one preceding invoice", Fatal})
	}
	if slices.ContainsFunc(faults, func(f Fault) bool { return f.Severity == Fatal }) {
		return &Refused{Faults: faults}
	}
	_, err := w.Write(encode(d.As(p), s))
	return err
}

// encode is the document in a syntax, whatever it says.
func encode(d Document, s Syntax) []byte {
	name, bind := ublInvoice, bindUBL
	switch {
	case s == CII:
		name, bind = ciiInvoice, bindCII
	case d.IsCreditNote():
		name = ublCreditNote
	}
	root := &element{name: name, attrs: namespacesOf(s, name)}
	bind(binding{root, nil}, &d)
	var b bytes.Buffer
	b.WriteString(xml.Header)
	root.write(&b)
	b.WriteByte('\n')
	return b.Bytes()
}

// spaces are the namespaces by the prefixes that this package writes.
var spaces = map[Syntax][]attribute{
	UBL: {
		{"cac", "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"},
		{"cbc", "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"},
	},
	CII: {
		{"qdt", "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"},
		{"ram", "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"},
		{"rsm", "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"},
		{"udt", "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"},
	},
}

// ublSpace is the namespace of a root of UBL.
func ublSpace(root string) string {
	return "urn:oasis:names:specification:ubl:schema:xsd:" + root + "-2"
}

func namespacesOf(s Syntax, root string) (list []attribute) {
	if s == UBL {
		list = append(list, attribute{"xmlns", ublSpace(root)})
	}
	for _, space := range spaces[s] {
		list = append(list, attribute{"xmlns:" + space.name, space.value})
	}
	return list
}

var (
	inText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
	inAttr = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
)

func (e *element) write(b *bytes.Buffer) {
	b.WriteString("<" + e.name)
	for _, a := range e.attrs {
		b.WriteString(" " + a.name + `="` + inAttr.Replace(a.value) + `"`)
	}
	if e.isEmpty() {
		b.WriteString("/>")
		return
	}
	b.WriteString(">" + inText.Replace(e.text))
	for _, child := range e.children {
		child.write(b)
	}
	b.WriteString("</" + e.name + ">")
}
