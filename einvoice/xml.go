package einvoice

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// An element of XML with its children in their order. Its name has the prefix that
// this package writes, whatever the file calls it.
type element struct {
	name     string
	attrs    []attribute
	text     string
	children []*element
	parent   *element
	known    bool // Read has a field for it
}

type attribute struct{ name, value string }

func (e *element) attr(name string) string {
	if i := slices.IndexFunc(e.attrs, func(a attribute) bool { return a.name == name }); i >= 0 {
		return e.attrs[i].value
	}
	return ""
}

// find is the first element at the path below e, nil if there is none.
func (e *element) find(path string) *element {
	for name := range strings.SplitSeq(path, "/") {
		i := slices.IndexFunc(e.children, func(c *element) bool { return c.name == name })
		if i < 0 {
			return nil
		}
		e = e.children[i]
	}
	return e
}

// says is the trimmed text at the path below e.
func (e *element) says(path string) string {
	if found := e.find(path); found != nil {
		return strings.TrimSpace(found.text)
	}
	return ""
}

// isEmpty reports whether the element says nothing.
func (e *element) isEmpty() bool { return len(e.children) == 0 && e.text == "" }

// path tells where the element is, as XPath does.
func (e *element) path() string {
	if e.parent == nil {
		return "/" + e.name
	}
	at, of := 0, 0
	for _, sibling := range e.parent.children {
		if sibling.name == e.name {
			if of++; sibling == e {
				at = of
			}
		}
	}
	if of > 1 {
		return fmt.Sprintf("%s/%s[%d]", e.parent.path(), e.name, at)
	}
	return e.parent.path() + "/" + e.name
}

// A binding holds a part of a document against an element. The same calls, in the order
// of the elements, write the one into the other or read it out: what a syntax looks like
// is said once.
type binding struct {
	*element
	reading *faults // nil: the document is written
}

// faults are what is wrong with what is read, and what there is no field for.
type faults struct {
	reasons []record.Reason
	unread  []string
}

func (f *faults) add(at *element, message string) {
	f.reasons = append(f.reasons, record.Reason{Code: codes.ErrInvalid, Field: at.path(), Message: message})
}

// always is the condition of a child that only its name tells.
func always(*element) bool { return true }

// group goes into a child. Written, it is left out where it would say nothing.
func (b binding) group(name string, into func(binding)) { b.groupIf(name, always, into) }

// groupIf is group with a condition on the child that is read.
func (b binding) groupIf(name string, fits func(*element) bool, into func(binding)) {
	if b.reading == nil {
		child := &element{name: name}
		if into(binding{child, nil}); !child.isEmpty() {
			b.children = append(b.children, child)
		}
		return
	}
	for _, child := range b.children {
		if !child.known && child.name == name && fits(child) {
			child.known = true
			into(binding{child, b.reading})
			return
		}
	}
}

// each goes into a child for each entry of a list.
func each[T any](b binding, name string, list *[]T, fits func(*element) bool, into func(binding, *T)) {
	if b.reading == nil {
		for i := range *list {
			b.group(name, func(b binding) { into(b, &(*list)[i]) })
		}
		return
	}
	for _, child := range b.children {
		if !child.known && child.name == name && fits(child) {
			child.known = true
			var entry T
			into(binding{child, b.reading}, &entry)
			*list = append(*list, entry)
		}
	}
}

// maybe goes into a child for what may be nil.
func maybe[T any](b binding, name string, field **T, fits func(*element) bool, into func(binding, *T)) {
	if b.reading == nil {
		if *field != nil {
			b.group(name, func(b binding) { into(b, *field) })
		}
		return
	}
	b.groupIf(name, fits, func(b binding) {
		if *field == nil {
			*field = new(T)
		}
		into(b, *field)
	})
}

// A said is an attribute: a field, or a text that is always the same.
type said struct {
	name  string
	field *string
	text  string
}

func from(name string, field *string) said { return said{name: name, field: field} }

// leaf is a child at a path that has a text. Written, it is left out without one; read,
// take says what is wrong with it.
func (b binding) leaf(path, text string, take func(text string) string, attrs ...said) {
	if name, below, nested := strings.Cut(path, "/"); nested {
		b.group(name, func(b binding) { b.leaf(below, text, take, attrs...) })
		return
	}
	if b.reading == nil && text == "" {
		return
	}
	b.groupIf(path, func(e *element) bool { return strings.TrimSpace(e.text) != "" }, func(b binding) {
		if b.reading == nil {
			b.text = text
			for _, a := range attrs {
				if v := a.text; a.field != nil && *a.field != "" || v != "" {
					if a.field != nil {
						v = *a.field
					}
					b.attrs = append(b.attrs, attribute{a.name, v})
				}
			}
			return
		}
		for _, a := range attrs {
			if a.field != nil {
				*a.field = strings.TrimSpace(b.attr(a.name))
			}
		}
		if fault := take(b.text); fault != "" {
			b.reading.add(b.element, fault)
		}
	})
}

// token is a text without the blanks around it.
func (b binding) token(path string, field *string, attrs ...said) {
	b.leaf(path, *field, func(text string) string { *field = strings.TrimSpace(text); return "" }, attrs...)
}

// prose is a text as it is.
func (b binding) prose(path string, field *string) {
	b.leaf(path, *field, func(text string) string { *field = text; return "" })
}

// constant is a text that is always the same.
func (b binding) constant(path, text string, attrs ...said) {
	b.leaf(path, text, func(string) string { return "" }, attrs...)
}

// identifier is a number with its scheme as an attribute.
func (b binding) identifier(path string, field **party.Identifier, scheme string) {
	id := party.Identifier{}
	if *field != nil {
		id = **field
	}
	b.token(path, &id.Value, from(scheme, &id.Scheme))
	if b.reading != nil && id.Value != "" {
		*field = &id
	}
}

// isPlain reports whether the text is a number in plain notation, short enough to be
// calculated with.
func isPlain(text string) bool {
	digits := strings.TrimLeft(text, "+-")
	return len(text)-len(digits) <= 1 && len(digits) <= 40 && strings.Count(digits, ".") <= 1 && strings.Trim(digits, "0123456789.") == "" && strings.Trim(digits, ".") != ""
}

const notPlain = "is not a number in plain notation"

func (b binding) number(path string, field *Number, attrs ...said) {
	text := ""
	if n, given := field.Get(); given {
		text = n.String()
	}
	b.leaf(path, text, func(text string) string {
		text = strings.TrimSpace(text)
		n, err := decimal.NewFromString(text)
		if err != nil || !isPlain(text) {
			return notPlain
		}
		*field = value.Some(n)
		return ""
	}, attrs...)
}

func (b binding) amount(path string, field *Amount, attrs ...said) {
	text := ""
	if a, given := field.Get(); given {
		text = a.String()
	}
	b.leaf(path, text, func(text string) string {
		text = strings.TrimPrefix(strings.TrimSpace(text), "+")
		if !isPlain(text) {
			return notPlain
		}
		if whole, decimals, _ := strings.Cut(text, "."); len(decimals) > money.MaxDigits {
			text = whole + "." + decimals[:money.MaxDigits] + strings.TrimRight(decimals[money.MaxDigits:], "0")
		}
		d, err := decimal.NewFromString(text)
		if err != nil {
			return notPlain
		}
		var a money.Amount
		if err := a.UnmarshalText([]byte(d.StringFixed(max(0, -d.Exponent())))); err != nil {
			return "has more decimals or digits than amounts can have"
		}
		*field = value.Some(a)
		return ""
	}, attrs...)
}

// date is a day in a layout of package time.
func (b binding) date(path string, field *value.Date, compact bool, attrs ...said) {
	text := ""
	if !field.IsZero() {
		if text = field.String(); compact {
			text = strings.ReplaceAll(text, "-", "")
		}
	}
	b.leaf(path, text, func(text string) string {
		text = strings.TrimSpace(text)
		if compact && len(text) == 8 {
			text = text[:4] + "-" + text[4:6] + "-" + text[6:]
		}
		if !compact && len(text) > 10 {
			text = text[:10] // a zone, which a day of a document has no use for
		}
		day, err := value.ParseDate(text)
		if err != nil {
			return "is not a date"
		}
		*field = day
		return ""
	}, attrs...)
}

// binary is a file in base64.
func (b binding) binary(path string, a *Attachment) {
	text := ""
	if len(a.Content) > 0 {
		text = base64.StdEncoding.EncodeToString(a.Content)
	}
	b.leaf(path, text, func(text string) string {
		content, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			return "is not base64"
		}
		a.Content = content
		return ""
	}, from("mimeCode", &a.MIME), from("filename", &a.Filename))
}
