package catalog

import (
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// ProductRelationship is a suggestion: who buys the product may want the
// related one. It never changes a document by itself.
type ProductRelationship struct {
	ID record.ProductRelationshipID `json:"id" d365:"productsubstituteid"`
	record.Head
	ProductID record.ProductID `json:"product_id" d365:"productid" need:"true"`
	RelatedID record.ProductID `json:"related_id" d365:"substitutedproductid" need:"true"` // another product
	ProductRelationshipFields
}

// ProductRelationshipFields are the fields of a product relationship that
// people edit.
type ProductRelationshipFields struct {
	Type   RelationshipType `json:"type" d365:"salesrelationshiptype"`
	TwoWay bool             `json:"two_way,omitzero" d365:"direction"` // holds in both directions
}

// RelationshipType says what a related product is to a product.
type RelationshipType = value.Choice[relationshipTypeSet]

// The values of [RelationshipType].
const (
	RelationshipUpSell RelationshipType = iota + 1
	RelationshipCrossSell
	RelationshipAccessory
	RelationshipSubstitute
)

type relationshipTypeSet struct{}

func (relationshipTypeSet) Table() (string, []value.Option) {
	return "relationship_type", relationshipTypeTable
}

var relationshipTypeTable = value.Options(
	value.Option{Key: "up_sell", Label: "Up-sell", Code: 0},
	value.Option{Key: "cross_sell", Label: "Cross-sell", Code: 1},
	value.Option{Key: "accessory", Label: "Accessory", Code: 2},
	value.Option{Key: "substitute", Label: "Substitute", Code: 3},
)

// RecordKind tells the kind of record.
func (*ProductRelationship) RecordKind() kinds.Kind { return kinds.ProductRelationship }

// Ref names the record with its kind.
func (r *ProductRelationship) Ref() record.Ref { return r.ID.Ref() }

// Clone returns a deep copy.
func (r ProductRelationship) Clone() ProductRelationship {
	r.Head.Detach()
	return r
}

// MarshalJSON writes the published JSON form.
func (r ProductRelationship) MarshalJSON() ([]byte, error) {
	type plain ProductRelationship
	return record.Encode((*plain)(&r))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (r *ProductRelationship) UnmarshalJSON(body []byte) error {
	type plain ProductRelationship
	return record.Decode(body, (*plain)(r))
}
