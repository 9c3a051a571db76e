package catalog

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
)

// CreateProduct is the command behind NewProduct.
type CreateProduct struct {
	ID record.ProductID `json:"id,omitzero"`
	record.Origin
	Structure     ProductStructure `json:"structure,omitzero"`                // default: a product
	ProductNumber string           `json:"product_number,omitzero" max:"100"` // default: numbered by the client
	ParentID      record.ProductID `json:"parent_id,omitzero"`
	Fields        ProductFields    `json:"fields"`
}

// NewProduct creates a draft, or an active product where settings say so and
// there is no family. Codes: ErrMissingField (name; unit group and default unit
// where it is active at once), ErrNotFamily, ErrParentCycle for its own family,
// ErrInvalid for days out of order, members of what is no bundle, and properties
// that no family defines,
// ErrNotFound for a unit of another unit group and for members,
// ErrBundleMember, ErrInactiveProduct for a retired member, ErrOutOfRange for
// more than 15 members.
func NewProduct(cmd CreateProduct, f ProductFacts) (record.Change[Product], error) {
	p := Product{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), ProductFields: cmd.Fields.clone(), Structure: cmd.Structure,
		ProductNumber: record.NumberOr(cmd.ProductNumber, "PRD-", cmd.ID.UUID), ParentID: cmd.ParentID, Status: ProductStatusDraft,
	}
	if p.Structure == 0 {
		p.Structure = StructureProduct
	}
	reasons := p.faults("fields.", &ProductFields{}, &f)
	reasons = append(reasons, p.parentFaults(&f)...)
	if f.CreateActive && p.ParentID.IsZero() {
		p.Status, p.Revision = ProductStatusActive, 1
		reasons = append(reasons, p.incomplete(&f)...)
	}
	if err := flow.RefuseBirth(actions.ProductCreate, cmd.ID, &cmd, p.Currency, reasons...); err != nil {
		return record.Change[Product]{}, err
	}
	return record.Change[Product]{Record: p, Events: []record.Event{record.BornEvent(&p, actions.ProductCreate, f.Stamp, nil)}}, nil
}

// maxFamilies is how many families are above a product at most.
const maxFamilies = 100

// parentFaults lists what is wrong with the family that a command chooses.
func (p *Product) parentFaults(f *ProductFacts) (reasons []record.Reason) {
	add := func(code codes.Code) {
		reasons = append(reasons, record.Reason{Code: code, Field: "parent_id", Message: code.Info().Text})
	}
	if f.Parent != nil && f.Parent.Structure != StructureFamily {
		add(codes.ErrNotFamily)
	}
	if !p.ParentID.IsZero() && (p.ParentID == p.ID || slices.ContainsFunc(f.Ancestors, func(q Product) bool { return q.ID == p.ID })) {
		add(codes.ErrParentCycle)
	}
	if len(f.Ancestors) > maxFamilies {
		reasons = append(reasons, record.Reason{
			Code: codes.ErrOutOfRange, Field: "parent_id", Message: fmt.Sprintf("at most %d families are above a product", maxFamilies), Params: map[string]any{"max": maxFamilies},
		})
	}
	return reasons
}

// faults lists what no single field shows.
func (p *Product) faults(path string, was *ProductFields, f *ProductFacts) (reasons []record.Reason) {
	add := func(code codes.Code, field, message string) {
		reasons = append(reasons, record.Reason{Code: code, Field: path + field, Message: message})
	}
	if !p.ValidTo.IsZero() && p.ValidTo.Before(p.ValidFrom) {
		add(codes.ErrInvalid, "valid_to", "lies before valid_from")
	}
	if g := f.UnitGroup; g != nil && g.ID == p.UnitGroupID && !p.DefaultUnitID.IsZero() && g.Unit(p.DefaultUnitID) == nil {
		add(codes.ErrNotFound, "default_unit_id", "the unit group has no such unit")
	}
	reasons = append(reasons, p.memberFaults(path, was, f)...)
	return append(reasons, p.propertyFaults(path, was, f)...)
}

// memberFaults lists what is wrong with the members of a bundle.
func (p *Product) memberFaults(path string, was *ProductFields, f *ProductFacts) (reasons []record.Reason) {
	add := func(code codes.Code, field, message string) {
		reasons = append(reasons, record.Reason{Code: code, Field: path + field, Message: message})
	}
	if len(p.Members) > 0 && p.Structure != StructureBundle {
		add(codes.ErrInvalid, "members", "only a bundle has members")
	}
	if len(p.Members) > maxBundleMembers {
		add(codes.ErrOutOfRange, "members", "a bundle has at most 15 members")
	}
	for i, m := range p.Members {
		field := fmt.Sprintf("members[%d].", i)
		if m.Quantity.Or(decimal.Decimal{}).Sign() <= 0 {
			add(codes.ErrOutOfRange, field+"quantity", "must be more than 0")
		}
		if slices.ContainsFunc(p.Members[:i], func(n BundleMember) bool { return n.ProductID == m.ProductID && n.UnitID == m.UnitID }) {
			add(codes.ErrInvalid, field+"product_id", "the product is in the bundle already")
		}
		at := slices.IndexFunc(f.Members, func(q Product) bool { return q.ID == m.ProductID })
		if at < 0 {
			add(codes.ErrNotFound, field+"product_id", "there is no such product")
			continue
		}
		member := &f.Members[at]
		switch isNew := !slices.Contains(was.Members, m); {
		case member.Structure != StructureProduct || member.IsKit:
			add(codes.ErrBundleMember, field+"product_id", codes.ErrBundleMember.Info().Text)
		case isNew && member.Status == ProductStatusRetired:
			add(codes.ErrInactiveProduct, field+"product_id", "the product is retired")
		}
	}
	return reasons
}

// unsoldMembers lists the members of a bundle that are not sold, or not yet.
func (p *Product) unsoldMembers(f *ProductFacts) (reasons []record.Reason) {
	for i, m := range p.Members {
		for _, q := range f.Members {
			if q.ID == m.ProductID && (q.Status == ProductStatusRetired || q.Status == ProductStatusDraft) {
				reasons = append(reasons, record.Reason{Code: codes.ErrInactiveProduct, Field: fmt.Sprintf("members[%d].product_id", i), Message: "the product is " + q.Status.String()})
			}
		}
	}
	return reasons
}

// EditProduct replaces the editable fields; custom values given are set, a JSON
// null removes one.
type EditProduct struct {
	ParentID      record.ProductID `json:"parent_id,omitzero"`      // another family; default: it stays
	WithoutParent bool             `json:"without_parent,omitzero"` // takes the product out of its family
	Fields        ProductFields    `json:"fields"`
	Custom        record.Custom    `json:"custom,omitzero"`
}

// Family is the family of a product after the edit.
func (c *EditProduct) Family(p *Product) record.ProductID {
	switch {
	case c.WithoutParent:
		return record.ProductID{}
	case c.ParentID.IsZero():
		return p.ParentID
	}
	return c.ParentID
}

var editProduct = flow.Decide(
	productFlow, actions.ProductEdit,
	flow.Faultless(codes.ErrBundleMember, "the unit is one of the unit group, and family, members and properties are sound", (*Product).editFaults),
)

func (p *Product) editFaults(cmd *EditProduct, f *ProductFacts) []record.Reason {
	next := *p
	next.ProductFields, next.ParentID = cmd.Fields, cmd.Family(p)
	reasons := next.faults("fields.", &p.ProductFields, f)
	if next.ParentID != p.ParentID {
		reasons = append(reasons, next.parentFaults(f)...)
	}
	if cmd.WithoutParent && !cmd.ParentID.IsZero() {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "parent_id", Message: "the product is to have no family"})
	}
	return reasons
}

// Edit changes fields of a draft, or of a product under revision, where they
// come into force when it is published; equal values change nothing. Codes:
// ErrReadOnly and those of NewProduct, ErrParentCycle for a family below it.
// Inherited properties follow another family; what overrides one that it does not
// have is ErrInvalid.
func (p Product) Edit(cmd EditProduct, f ProductFacts) (record.Change[Product], error) {
	if err := editProduct.Why(&p, &cmd, &f, p.Currency); err != nil {
		return record.Change[Product]{}, err
	}
	family := cmd.Family(&p)
	if family == p.ParentID && !party.Edits(p.ProductFields, cmd.Fields, p.Custom, cmd.Custom) {
		return record.Change[Product]{Record: p}, nil
	}
	p.ParentID = family
	p.ProductFields = cmd.Fields.clone()
	p.Custom = p.Custom.Edited(cmd.Custom)
	return record.Changed(&p, actions.ProductEdit, f.Stamp, nil), nil
}

// SetDefaultPriceList chooses the price list that prices a product where the
// document's own price list does not.
type SetDefaultPriceList struct {
	PriceListID record.PriceListID `json:"price_list_id" need:"true"`
}

var setDefaultPriceList = flow.Decide(productFlow, actions.ProductSetDefaultPriceList, flow.Check[*Product, *SetDefaultPriceList, *ProductFacts]{
	Code: codes.ErrNotInPriceList, Text: "the price list has an item of the product", Field: "price_list_id",
	Holds: func(_ *Product, _ *SetDefaultPriceList, f *ProductFacts) bool { return f.HasItem },
})

// SetDefaultPriceList chooses the default price list; the same one changes
// nothing. Codes: ErrReadOnly for a retired product, ErrNotInPriceList.
func (p Product) SetDefaultPriceList(cmd SetDefaultPriceList, f ProductFacts) (record.Change[Product], error) {
	if err := setDefaultPriceList.Why(&p, &cmd, &f, p.Currency); err != nil {
		return record.Change[Product]{}, err
	}
	if cmd.PriceListID == p.DefaultPriceListID {
		return record.Change[Product]{Record: p}, nil
	}
	return p.withDefaultPriceList(cmd.PriceListID, f.Stamp), nil
}

func (p *Product) withDefaultPriceList(id record.PriceListID, s record.Stamp) record.Change[Product] {
	next := *p
	next.DefaultPriceListID = id
	return record.Changed(&next, actions.ProductSetDefaultPriceList, s, record.DataOf("price_list", id.String()))
}

var deleteProduct = flow.Decide[*record.DeleteRecord](productFlow, actions.ProductDelete)

// Delete removes a draft; what was sold once is retired instead. Codes:
// ErrDeleteReadOnly, ErrInUse.
func (p Product) Delete(cmd record.DeleteRecord, f ProductFacts) (record.Change[Product], error) {
	if err := deleteProduct.Why(&p, &cmd, &f, p.Currency); err != nil {
		return record.Change[Product]{}, err
	}
	return record.Change[Product]{Record: p, Events: []record.Event{record.DeletedEvent(&p, actions.ProductDelete, f.Stamp, nil)}}, nil
}
