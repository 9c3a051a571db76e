package leadtocash_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func newSeller(t *testing.T) leadtocash.Seller {
	t.Helper()
	return testkit.Born(t, leadtocash.NewSeller, leadtocash.CreateSeller{
		ID:     testkit.IDOf[record.SellerID](1),
		Fields: leadtocash.SellerFields{Name: "Dana"},
	}, leadtocash.SellerFacts{Stamp: testkit.Morning}, "seller.created", "active")
}

func TestSellerFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Seller, leadtocash.SellerFlow().Matrix())
}

func TestNewSeller(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	if s.Kind != leadtocash.SellerKindUser || !s.Capacity.IsZero() {
		t.Errorf("born as a %s with capacity %v, want a user without limit", s.Kind, s.Capacity)
	}
	testkit.RefusesBirth(t, leadtocash.NewSeller, leadtocash.CreateSeller{ID: s.ID}, leadtocash.SellerFacts{}, codes.ErrMissingField)
	testkit.RefusesBirth(t, leadtocash.NewSeller, leadtocash.CreateSeller{Fields: s.SellerFields}, leadtocash.SellerFacts{}, codes.ErrMissingField)
	testkit.RefusesBirth(t, leadtocash.NewSeller, leadtocash.CreateSeller{
		ID: s.ID, Fields: leadtocash.SellerFields{Name: "Dana", Kind: 3},
	}, leadtocash.SellerFacts{}, codes.ErrInvalid)
}

func TestSellerLimits(t *testing.T) {
	t.Parallel()
	testkit.CheckLimits(t, leadtocash.NewSeller, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{"name":"Dana"}}`,
		map[string]int{"name": 160}, map[string][2]int64{"capacity": {0, 1e6}})
}

func TestSellerTransitions(t *testing.T) {
	t.Parallel()
	s, f := newSeller(t), leadtocash.SellerFacts{Stamp: testkit.Noon}
	edit := leadtocash.EditSeller{Fields: leadtocash.SellerFields{Name: "Dana"}}
	testkit.Idles(t, s, leadtocash.Seller.Edit, edit, f)
	edit.Fields.Kind, edit.Fields.Capacity = leadtocash.SellerKindTeam, value.Some[int32](0)
	s = testkit.Does(t, s, leadtocash.Seller.Edit, edit, f, "seller.edited", "active", "active")
	if s.SellerFields != edit.Fields {
		t.Errorf("edited to %+v", s.SellerFields)
	}
	testkit.Refuses(t, s, leadtocash.Seller.Activate, leadtocash.Activate{}, f, codes.ErrInvalidTransition)

	s = testkit.Does(t, s, leadtocash.Seller.Deactivate, leadtocash.Deactivate{}, f, "seller.deactivated", "active", "inactive")
	testkit.Refuses(t, s, leadtocash.Seller.Deactivate, leadtocash.Deactivate{}, f, codes.ErrInvalidTransition)
	testkit.Refuses(t, s, leadtocash.Seller.Edit, edit, f, codes.ErrInactive)
	testkit.Deletes(t, s, leadtocash.Seller.Delete, f, "seller.deleted", "inactive")

	s = testkit.Does(t, s, leadtocash.Seller.Activate, leadtocash.Activate{}, f, "seller.activated", "inactive", "active")
	edit.Fields.Name = ""
	testkit.Refuses(t, s, leadtocash.Seller.Edit, edit, f, codes.ErrMissingField)
	used := f
	used.InUse = []record.Ref{testkit.RefTo(kinds.Connection, 1)}
	testkit.Refuses(t, s, leadtocash.Seller.Delete, record.DeleteRecord{}, used, codes.ErrInUse)
	testkit.Deletes(t, s, leadtocash.Seller.Delete, f, "seller.deleted", "active")
}

func TestSellerJSON(t *testing.T) {
	t.Parallel()
	testkit.Survives[leadtocash.Seller](t)
}
