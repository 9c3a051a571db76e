package leadtocash_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
)

func TestCatalogFlows(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Product, leadtocash.ProductFlow().Matrix())
	testkit.CompareWithSpec(t, kinds.PriceList, leadtocash.PriceListFlow().Matrix())
	testkit.CompareWithSpec(t, kinds.DiscountList, leadtocash.DiscountListFlow().Matrix())
	testkit.CompareWithSpec(t, kinds.TransactionCurrency, leadtocash.TransactionCurrencyFlow().Matrix())
}

func TestCatalogForms(t *testing.T) {
	t.Parallel()
	testkit.Survives[leadtocash.Product](t)
	testkit.Survives[leadtocash.ProductRelationship](t)
	testkit.Survives[leadtocash.UnitGroup](t)
	testkit.Survives[leadtocash.PriceList](t)
	testkit.Survives[leadtocash.PriceListItem](t)
	testkit.Survives[leadtocash.DiscountList](t)
	testkit.Survives[leadtocash.TransactionCurrency](t)
}
