package einvoice

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
)

// What Read takes at most.
const (
	MaxSize     = 20 << 20 // bytes
	MaxDepth    = 40       // elements within each other
	maxElements = 1 << 20
)

// Read reads an invoice or a credit note in UBL 2.1 or CII D16B; the root element says
// which. It fills every field of Document, whatever the values are: unknown codes are
// kept, and Check reports them. What it has no field for is kept out, its paths are in
// Document.Unread. Blanks around codes, numbers and names are dropped.
//
// It reads no document type declarations, entities or encodings other than UTF-8, and
// opens nothing. Codes: ErrTooLong beyond MaxSize, ErrOutOfRange beyond MaxDepth or a
// million elements, ErrInvalid for XML that is not well-formed, another root, and, all
// at once with the paths of their elements, values that are no numbers, amounts of at
// most four decimals, dates or base64.
func Read(r io.Reader) (Document, Syntax, error) {
	root, syntax, err := parse(r)
	if err != nil {
		return Document{}, 0, err
	}
	var d Document
	reading := &faults{}
	root.known = true
	if syntax == CII {
		bindCII(binding{root, reading}, &d)
	} else {
		bindUBL(binding{root, reading}, &d)
	}
	if err := record.RefusedFor(reading.reasons); err != nil {
		return Document{}, syntax, err
	}
	d.Unread = append(reading.unread, root.unknown()...)
	return d, syntax, nil
}

// saysNothing reports whether there is no text in the element.
func (e *element) saysNothing() bool {
	for _, child := range e.children {
		if !child.saysNothing() {
			return false
		}
	}
	return strings.TrimSpace(e.text) == ""
}

// unknown lists the paths of the elements that nothing was read from, but those that say
// nothing. Of one that is not known as a whole it names only the outermost.
func (e *element) unknown() (paths []string) {
	if !e.known {
		if e.saysNothing() {
			return nil
		}
		return []string{e.path()}
	}
	for _, child := range e.children {
		paths = append(paths, child.unknown()...)
	}
	return paths
}

func refuse(code codes.Code, format string, args ...any) error {
	return record.Refusal(code, "", fmt.Sprintf(format, args...))
}

// errUnread is the error of a reader that gave more than is read.
var errTooLong = errors.New("too long")

// limited reads at most MaxSize bytes.
type limited struct {
	r    io.Reader
	left int
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, errTooLong
	}
	n, err := l.r.Read(p[:min(len(p), l.left+1)])
	if l.left -= n; l.left < 0 {
		return 0, errTooLong
	}
	return n, err
}

// prefixes are the prefixes that this package writes by namespaces.
var prefixes = func() map[string]string {
	all := map[string]string{ublSpace(ublInvoice): "", ublSpace(ublCreditNote): ""}
	for _, list := range spaces {
		for _, space := range list {
			all[space.value] = space.name + ":"
		}
	}
	return all
}()

func nameOf(name xml.Name) string {
	if prefix, known := prefixes[name.Space]; known {
		return prefix + name.Local
	}
	return "{" + name.Space + "}" + name.Local
}

var byteOrderMark = []byte("\ufeff")

// parse builds the tree of elements.
func parse(r io.Reader) (root *element, s Syntax, err error) {
	d := xml.NewDecoder(&limited{r: r, left: MaxSize})
	d.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("is encoded in %s, not in UTF-8", charset)
	}
	var at *element
	for depth, count := 0, 0; ; {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			if root == nil {
				return nil, 0, refuse(codes.ErrInvalid, "there is no XML")
			}
			return root, s, nil
		case errors.Is(err, errTooLong):
			return nil, 0, refuse(codes.ErrTooLong, "the file has more than %d bytes", MaxSize)
		case err != nil:
			return nil, 0, refuse(codes.ErrInvalid, "%s", err)
		}
		switch t := token.(type) {
		case xml.Directive:
			return nil, 0, refuse(codes.ErrInvalid, "document type declarations are not read")
		case xml.StartElement:
			if depth, count = depth+1, count+1; depth > MaxDepth {
				return nil, 0, refuse(codes.ErrOutOfRange, "more than %d elements are within each other", MaxDepth)
			}
			if count > maxElements {
				return nil, 0, refuse(codes.ErrOutOfRange, "there are more than %d elements", maxElements)
			}
			e := &element{name: nameOf(t.Name), parent: at}
			for _, a := range t.Attr {
				if a.Name.Space == "" && a.Name.Local != "xmlns" {
					e.attrs = append(e.attrs, attribute{a.Name.Local, a.Value})
				}
			}
			if at != nil {
				at.children = append(at.children, e)
			} else if root, s, err = rootOf(e, t.Name, root); err != nil {
				return nil, 0, err
			}
			at = e
		case xml.EndElement:
			if depth--; len(at.children) > 0 {
				at.text = "" // what stands between elements is their layout
			}
			at = at.parent
		case xml.CharData:
			if at != nil {
				at.text += string(t)
			} else if len(bytes.TrimSpace(bytes.TrimPrefix(t, byteOrderMark))) > 0 {
				return nil, 0, refuse(codes.ErrInvalid, "there is text outside of the root element")
			}
		}
	}
}

// rootOf tells the syntax by the root element, of which there is one.
func rootOf(e *element, name xml.Name, other *element) (*element, Syntax, error) {
	switch {
	case other != nil:
		return nil, 0, refuse(codes.ErrInvalid, "there is a second root element")
	case e.name == ciiInvoice:
		return e, CII, nil
	case name.Space == ublSpace(name.Local) && (e.name == ublInvoice || e.name == ublCreditNote):
		return e, UBL, nil
	}
	return nil, 0, refuse(codes.ErrInvalid, "the root element %s is that of neither UBL nor CII", strings.TrimPrefix(nameOf(name), "{}"))
}
