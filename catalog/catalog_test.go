package catalog_test

import (
	"testing"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
)

func TestCatalogFlows(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Product, catalog.ProductFlow().Matrix())
	testkit.CompareWithSpec(t, kinds.PriceList, catalog.PriceListFlow().Matrix())
	testkit.CompareWithSpec(t, kinds.DiscountList, catalog.DiscountListFlow().Matrix())
	testkit.CompareWithSpec(t, kinds.TransactionCurrency, catalog.TransactionCurrencyFlow().Matrix())
}

func TestCatalogForms(t *testing.T) {
	t.Parallel()
	testkit.Survives[catalog.Product](t)
	testkit.Survives[catalog.ProductRelationship](t)
	testkit.Survives[catalog.UnitGroup](t)
	testkit.Survives[catalog.PriceList](t)
	testkit.Survives[catalog.PriceListItem](t)
	testkit.Survives[catalog.DiscountList](t)
	testkit.Survives[catalog.TransactionCurrency](t)
}
