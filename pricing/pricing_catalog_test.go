package pricing_test

import (
	"testing"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// vectorCatalog is the catalogue of a vector; its records are known by name.
type vectorCatalog struct {
	UnitGroups    map[string]vectorGroup     `json:"unit_groups"`
	Products      map[string]vectorProduct   `json:"products"`
	PriceLists    map[string]vectorList      `json:"price_lists"`
	DiscountLists map[string]vectorDiscounts `json:"discount_lists"`
}

type vectorGroup struct {
	Units []string `json:"units"`
}

type vectorProduct struct {
	Structure       int    `json:"structure"`
	State           int    `json:"state"`
	UnitGroup       string `json:"unit_group"`
	DefaultUnit     string `json:"default_unit"`
	QuantityDecimal int32  `json:"quantity_decimal"`
	Currency        money.Currency
	ListPrice       testkit.Number `json:"list_price"`
	CurrentCost     testkit.Number `json:"current_cost"`
	StandardCost    testkit.Number `json:"standard_cost"`
	PriceList       string         `json:"default_price_list"`
}

type vectorList struct {
	Currency  money.Currency `json:"currency"`
	State     int            `json:"state"`
	BeginDate value.Date     `json:"begin_date"`
	EndDate   value.Date     `json:"end_date"`
	Items     []vectorItem   `json:"items"`
}

type vectorKey struct {
	Product string `json:"product"`
	Unit    string `json:"unit"`
}

type vectorItem struct {
	vectorKey
	Method         int            `json:"pricing_method"`
	Amount         testkit.Number `json:"amount"`
	Percentage     testkit.Number `json:"percentage"`
	RoundingPolicy int            `json:"rounding_policy"`
	RoundingOption int            `json:"rounding_option"`
	RoundingAmount testkit.Number `json:"rounding_amount"`
	Selling        int            `json:"quantity_selling"`
	DiscountList   string         `json:"discount_list"`
}

type vectorDiscounts struct {
	Type     string         `json:"type"`
	Currency money.Currency `json:"currency"`
	State    int            `json:"state"`
	Tiers    []struct {
		Low        testkit.Number `json:"low"`
		High       testkit.Number `json:"high"`
		Percentage testkit.Number `json:"percentage"`
		Amount     testkit.Number `json:"amount"`
	} `json:"tiers"`
}

type vectorUnit struct {
	Name     string         `json:"name"`
	Base     string         `json:"base"`
	Quantity testkit.Number `json:"quantity"`
}

// without is a value that its set does not have.
const without = 200

// coded is the value of a code, one that its set does not have for an unknown
// code, and not set for 0.
func coded[C interface {
	~uint8
	Options() []value.Option
}](code int) C {
	var none C
	if code == 0 {
		return none
	}
	for i, o := range none.Options() {
		if o.Code == code {
			return C(i + 1)
		}
	}
	return without
}

func (g vectorGroup) group(name string) catalog.UnitGroup {
	group := catalog.UnitGroup{ID: named[record.UnitGroupID](name)}
	for _, u := range g.Units {
		group.Units = append(group.Units, catalog.Unit{ID: named[record.UnitID](u), Name: u})
	}
	return group
}

func (p vectorProduct) fields() catalog.ProductFields {
	return catalog.ProductFields{
		UnitGroupID: named[record.UnitGroupID](p.UnitGroup), DefaultUnitID: named[record.UnitID](p.DefaultUnit),
		QuantityDecimals: p.QuantityDecimal, ListPrice: p.ListPrice, CurrentCost: p.CurrentCost, StandardCost: p.StandardCost,
	}
}

func (p vectorProduct) product(name string) catalog.Product {
	product := catalog.Product{
		ID: named[record.ProductID](name), ProductFields: p.fields(), Structure: coded[catalog.ProductStructure](p.Structure),
		DefaultPriceListID: named[record.PriceListID](p.PriceList), Status: catalog.ProductStatus(p.State + 1),
	}
	product.Currency = p.Currency
	return product
}

func (l vectorList) list(name string, currency money.Currency) catalog.PriceList {
	list := catalog.PriceList{
		ID: named[record.PriceListID](name), Status: catalog.PriceListStatus(l.State + 1),
		PriceListFields: catalog.PriceListFields{Name: name, BeginDate: l.BeginDate, EndDate: l.EndDate},
	}
	if list.Currency = l.Currency; l.Currency.Code() == currency.Code() {
		list.Currency = currency
	}
	return list
}

func (i vectorItem) item() catalog.PriceListItem {
	return catalog.PriceListItem{
		ProductID: named[record.ProductID](i.Product), UnitID: named[record.UnitID](i.Unit),
		PriceListItemFields: catalog.PriceListItemFields{
			PricingMethod: coded[catalog.PricingMethod](i.Method), Amount: i.Amount, Percentage: i.Percentage,
			RoundingPolicy: coded[catalog.RoundingPolicy](i.RoundingPolicy), RoundingOption: coded[catalog.RoundingOption](i.RoundingOption),
			RoundingAmount: i.RoundingAmount, QuantitySelling: coded[catalog.QuantitySelling](i.Selling),
			DiscountListID: named[record.DiscountListID](i.DiscountList),
		},
	}
}

func (d vectorDiscounts) list(name string) catalog.DiscountList {
	list := catalog.DiscountList{ID: named[record.DiscountListID](name), Type: without, Status: without}
	list.Currency = d.Currency
	for i, o := range list.Type.Options() {
		if o.Key == d.Type {
			list.Type = catalog.DiscountType(i + 1)
		}
	}
	if d.State == 0 || d.State == 1 {
		list.Status = catalog.DiscountListStatus(d.State + 1)
	}
	for _, t := range d.Tiers {
		list.Tiers = append(list.Tiers, catalog.DiscountTier{Low: t.Low, High: t.High, Percentage: t.Percentage, Amount: t.Amount})
	}
	return list
}

// catalog makes the catalogue for a document in the currency.
func (c vectorCatalog) catalog(t *testing.T, currency money.Currency) *catalog.Catalog {
	t.Helper()
	var records []any
	for name, g := range c.UnitGroups {
		records = append(records, g.group(name))
	}
	for name, p := range c.Products {
		records = append(records, p.product(name))
	}
	for name, l := range c.PriceLists {
		records = append(records, l.list(name, currency))
		for _, i := range l.Items {
			item := i.item()
			item.PriceListID = named[record.PriceListID](name)
			records = append(records, item)
		}
	}
	for name, d := range c.DiscountLists {
		records = append(records, d.list(name))
	}
	return catalog.NewCatalog(records...)
}

// TestWriteInBehindCatalogLine sells half an hour after whole chairs: how a
// product is sold does not concern the lines behind it.
func TestWriteInBehindCatalogLine(t *testing.T) {
	t.Parallel()
	p := newPatient(catalog.PricingAmount)
	p.item.QuantitySelling = catalog.SellingWhole
	p.header.Catalog = catalog.NewCatalog(p.product, p.group, p.list, p.discounts, p.item)
	hour := pricing.Line{WriteInText: "assembly", Quantity: testkit.Some("0.5"), PricePerUnit: testkit.Some("80")}
	lines, totals := pricing.Price(p.header, []pricing.Line{p.line, hour})
	if totals.PricingError != 0 || lines[1].NetAmount.String() != "40.00" {
		t.Errorf("half an hour has the error %q and costs %s", lines[1].PricingError, lines[1].NetAmount)
	}
}
