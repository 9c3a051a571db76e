package leadtocash_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
)

func TestCatalogFlows(t *testing.T) {
	t.Parallel()
	compareWithSpec(t, leadtocash.KindProduct, leadtocash.ProductFlow().Matrix())
	compareWithSpec(t, leadtocash.KindPriceList, leadtocash.PriceListFlow().Matrix())
	compareWithSpec(t, leadtocash.KindDiscountList, leadtocash.DiscountListFlow().Matrix())
	compareWithSpec(t, leadtocash.KindTransactionCurrency, leadtocash.TransactionCurrencyFlow().Matrix())
}

func TestCatalogForms(t *testing.T) {
	t.Parallel()
	survives[leadtocash.Product](t)
	survives[leadtocash.ProductRelationship](t)
	survives[leadtocash.UnitGroup](t)
	survives[leadtocash.PriceList](t)
	survives[leadtocash.PriceListItem](t)
	survives[leadtocash.DiscountList](t)
	survives[leadtocash.TransactionCurrency](t)
}
