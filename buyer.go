package leadtocash

import (
	"reflect"
	"strings"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
)

// Buyer is the customer of a document, whose name and address it takes where it
// has none of its own. An account, or a contact.
type Buyer struct {
	Account *party.Account
	Contact *party.Contact
}

// billTo is the buyer as a document names it: what it has of its own, and for the
// rest the customer's name and first address. A document keeps its own address.
func (b *Buyer) billTo(id record.CustomerID, own *party.BillTo) *party.BillTo {
	if b == nil || own != nil && own.Name != "" {
		return own
	}
	var to *party.BillTo
	switch {
	case b.Account != nil && b.Account.ID == id.Account():
		to = b.Account.BillTo()
	case b.Contact != nil && b.Contact.ID == id.Contact():
		to = b.Contact.BillTo()
	default:
		return own
	}
	if !own.IsZero() {
		named := own.Clone()
		named.Name = to.Name
		return named
	}
	return to
}

// nameless are the reasons why a document without a buyer's name is not issued,
// where the customer is known.
func (b *Buyer) nameless(id record.CustomerID, own *party.BillTo) []record.Reason {
	if b == nil {
		return nil
	}
	if to := b.billTo(id, own); to != nil && strings.TrimSpace(to.Name) != "" {
		return nil
	}
	return []record.Reason{record.ReasonFor(codes.ErrMissingField, "bill_to.name")}
}

// changedFields lists the paths, in wire names, of the fields that differ between
// two values of a struct; within a nested struct that both have, field by field.
func changedFields(was, is reflect.Value, path string) (paths []string) {
	t := was.Type()
	for n := range t.NumField() {
		sf := t.Field(n)
		a, b := was.Field(n), is.Field(n)
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		switch {
		case sf.Anonymous:
			paths = append(paths, changedFields(a, b, path)...)
		case same(a, b):
		case a.Kind() == reflect.Pointer && !a.IsNil() && !b.IsNil() && a.Elem().Kind() == reflect.Struct:
			paths = append(paths, changedFields(a.Elem(), b.Elem(), path+name+".")...)
		default:
			paths = append(paths, path+name)
		}
	}
	return paths
}

// same reports whether two values of a field are equal: numbers by what they are
// worth.
func same(a, b reflect.Value) bool {
	if equal := a.MethodByName("Equal"); equal.IsValid() && equal.Type().NumIn() == 1 && equal.Type().In(0) == b.Type() {
		return equal.Call([]reflect.Value{b})[0].Bool()
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

// readOnly are the reasons against changes of fields that are frozen; free ones are
// those that are not.
func readOnly(was, is any, path string, free ...string) (reasons []record.Reason) {
	for _, field := range changedFields(reflect.ValueOf(was), reflect.ValueOf(is), "") {
		if !contains(free, field) {
			reasons = append(reasons, record.ReasonFor(codes.ErrReadOnly, path+field))
		}
	}
	return reasons
}

func contains(names []string, field string) bool {
	for _, name := range names {
		if field == name || strings.HasPrefix(field, name+".") {
			return true
		}
	}
	return false
}
