package catalog

import (
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
)

// ProductRelationshipFacts are what decisions about a product relationship
// depend on besides relationship and command. Nothing in the zero value stands
// in the way.
type ProductRelationshipFacts struct {
	record.Stamp
	BaseCurrency money.Currency // the organisation's
	InUse        []record.Ref   // records that refer to the relationship, apart from those that go with it
}

// CreateProductRelationship is the command behind NewProductRelationship.
type CreateProductRelationship struct {
	ID record.ProductRelationshipID `json:"id,omitzero"`
	record.Origin
	ProductID record.ProductID          `json:"product_id" need:"true"`
	RelatedID record.ProductID          `json:"related_id" need:"true"`
	Fields    ProductRelationshipFields `json:"fields"`
}

// NewProductRelationship relates two products. Codes: ErrMissingField (both
// products, type), ErrInvalid for a product that is related to itself.
func NewProductRelationship(cmd CreateProductRelationship, f ProductRelationshipFacts) (record.Change[ProductRelationship], error) {
	r := ProductRelationship{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), ProductID: cmd.ProductID, RelatedID: cmd.RelatedID,
		ProductRelationshipFields: cmd.Fields,
	}
	if err := flow.RefuseBirth(actions.ProductRelationshipCreate, cmd.ID, &cmd, r.Currency, r.faults("fields.")...); err != nil {
		return record.Change[ProductRelationship]{}, err
	}
	return record.Change[ProductRelationship]{Record: r, Events: []record.Event{record.BornEvent(&r, actions.ProductRelationshipCreate, f.Stamp, nil)}}, nil
}

// faults lists what no single field shows.
func (r *ProductRelationship) faults(path string) (reasons []record.Reason) {
	if r.Type == 0 {
		reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: path + "type", Message: codes.ErrMissingField.Info().Text})
	}
	if !r.ProductID.IsZero() && r.ProductID == r.RelatedID {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "related_id", Message: "a product is not related to itself"})
	}
	return reasons
}

// EditProductRelationship replaces the editable fields; custom values given are
// set, a JSON null removes one.
type EditProductRelationship struct {
	Fields ProductRelationshipFields `json:"fields"`
	Custom record.Custom             `json:"custom,omitzero"`
}

// Edit changes type and direction; equal values change nothing. Code:
// ErrMissingField (type).
func (r ProductRelationship) Edit(cmd EditProductRelationship, f ProductRelationshipFacts) (record.Change[ProductRelationship], error) {
	next := r
	next.ProductRelationshipFields = cmd.Fields
	reasons := append(schema.Validate(&cmd, r.Currency), next.faults("fields.")...)
	if err := party.RefuseStatusless(&r, actions.ProductRelationshipEdit, reasons); err != nil {
		return record.Change[ProductRelationship]{}, err
	}
	if !party.Edits(r.ProductRelationshipFields, cmd.Fields, r.Custom, cmd.Custom) {
		return record.Change[ProductRelationship]{Record: r}, nil
	}
	next.Custom = r.Custom.Edited(cmd.Custom)
	next.Touch(f.Stamp)
	return record.Change[ProductRelationship]{Record: next, Events: []record.Event{record.StepEvent(&next, actions.ProductRelationshipEdit, "", f.Stamp, nil)}}, nil
}

// Delete ends the relationship. Code: ErrInUse.
func (r ProductRelationship) Delete(_ record.DeleteRecord, f ProductRelationshipFacts) (record.Change[ProductRelationship], error) {
	if err := party.RefuseStatusless(&r, actions.ProductRelationshipDelete, flow.InUse(f.InUse)); err != nil {
		return record.Change[ProductRelationship]{}, err
	}
	return record.Change[ProductRelationship]{Record: r, Events: []record.Event{record.DeletedEvent(&r, actions.ProductRelationshipDelete, f.Stamp, nil)}}, nil
}
