package leadtocash_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/internal/testkit"
)

func TestCatalogFlows(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, leadtocash.KindProduct, leadtocash.ProductFlow().Matrix())
	testkit.CompareWithSpec(t, leadtocash.KindPriceList, leadtocash.PriceListFlow().Matrix())
	testkit.CompareWithSpec(t, leadtocash.KindDiscountList, leadtocash.DiscountListFlow().Matrix())
	testkit.CompareWithSpec(t, leadtocash.KindTransactionCurrency, leadtocash.TransactionCurrencyFlow().Matrix())
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
