package party_test

import (
	"testing"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func newSeller(t *testing.T) party.Seller {
	t.Helper()
	return testkit.Born(t, party.NewSeller, party.CreateSeller{
		ID:     testkit.IDOf[record.SellerID](1),
		Fields: party.SellerFields{Name: "Dana"},
	}, party.SellerFacts{Stamp: testkit.Morning}, "seller.created", "active")
}

func TestSellerFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Seller, party.SellerFlow().Matrix())
}

func TestNewSeller(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	if s.Kind != party.SellerKindUser || !s.Capacity.IsZero() {
		t.Errorf("born as a %s with capacity %v, want a user without limit", s.Kind, s.Capacity)
	}
	testkit.RefusesBirth(t, party.NewSeller, party.CreateSeller{ID: s.ID}, party.SellerFacts{}, codes.ErrMissingField)
	testkit.RefusesBirth(t, party.NewSeller, party.CreateSeller{Fields: s.SellerFields}, party.SellerFacts{}, codes.ErrMissingField)
	testkit.RefusesBirth(t, party.NewSeller, party.CreateSeller{
		ID: s.ID, Fields: party.SellerFields{Name: "Dana", Kind: 3},
	}, party.SellerFacts{}, codes.ErrInvalid)
}

func TestSellerLimits(t *testing.T) {
	t.Parallel()
	testkit.CheckLimits(t, party.NewSeller, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{"name":"Dana"}}`,
		map[string]int{"name": 160}, map[string][2]int64{"capacity": {0, 1e6}})
}

func TestSellerTransitions(t *testing.T) {
	t.Parallel()
	s, f := newSeller(t), party.SellerFacts{Stamp: testkit.Noon}
	edit := party.EditSeller{Fields: party.SellerFields{Name: "Dana"}}
	testkit.Idles(t, s, party.Seller.Edit, edit, f)
	edit.Fields.Kind, edit.Fields.Capacity = party.SellerKindTeam, value.Some[int32](0)
	s = testkit.Does(t, s, party.Seller.Edit, edit, f, "seller.edited", "active", "active")
	if s.SellerFields != edit.Fields {
		t.Errorf("edited to %+v", s.SellerFields)
	}
	testkit.Refuses(t, s, party.Seller.Activate, party.Activate{}, f, codes.ErrInvalidTransition)

	s = testkit.Does(t, s, party.Seller.Deactivate, party.Deactivate{}, f, "seller.deactivated", "active", "inactive")
	testkit.Refuses(t, s, party.Seller.Deactivate, party.Deactivate{}, f, codes.ErrInvalidTransition)
	testkit.Refuses(t, s, party.Seller.Edit, edit, f, codes.ErrInactive)
	testkit.Deletes(t, s, party.Seller.Delete, f, "seller.deleted", "inactive")

	s = testkit.Does(t, s, party.Seller.Activate, party.Activate{}, f, "seller.activated", "inactive", "active")
	edit.Fields.Name = ""
	testkit.Refuses(t, s, party.Seller.Edit, edit, f, codes.ErrMissingField)
	used := f
	used.InUse = []record.Ref{testkit.RefTo(kinds.Connection, 1)}
	testkit.Refuses(t, s, party.Seller.Delete, record.DeleteRecord{}, used, codes.ErrInUse)
	testkit.Deletes(t, s, party.Seller.Delete, f, "seller.deleted", "active")
}

func TestSellerJSON(t *testing.T) {
	t.Parallel()
	testkit.Survives[party.Seller](t)
}
