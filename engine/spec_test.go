package engine_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/value"
)

// TestOptionsAgreeWithSpec compares every option set with its transcription:
// the same values, keys, codes and labels, and no set without transcription.
func TestOptionsAgreeWithSpec(t *testing.T) {
	t.Parallel()
	sets := map[string][]value.Option{
		"leadsourcecode":              leadtocash.LeadSource(0).Options(),
		"leadqualitycode":             leadtocash.Rating(0).Options(),
		"opportunityratingcode":       leadtocash.Rating(0).Options(),
		"purchasetimeframe":           leadtocash.PurchaseTimeframe(0).Options(),
		"timeline":                    leadtocash.Timeline(0).Options(),
		"purchaseprocess":             leadtocash.PurchaseProcess(0).Options(),
		"need":                        leadtocash.Need(0).Options(),
		"budgetstatus":                leadtocash.BudgetStatus(0).Options(),
		"initialcommunication":        leadtocash.InitialCommunication(0).Options(),
		"salesstage":                  leadtocash.SalesStage(0).Options(),
		"salesstagecode":              party.DefaultValue(0).Options(),
		"prioritycode":                party.DefaultValue(0).Options(),
		"address*_addresstypecode":    party.DefaultValue(0).Options(),
		"shipto_freighttermscode":     party.DefaultValue(0).Options(),
		"address*_shippingmethodcode": party.DefaultValue(0).Options(),
		"preferredcontactmethodcode":  party.ContactMethod(0).Options(),
		"paymenttermscode":            party.PaymentTerms(0).Options(),
		"freighttermscode":            catalog.FreightTerms(0).Options(),
		"shippingmethodcode":          catalog.ShippingMethod(0).Options(),
		"producttypecode":             pricing.ProductType(0).Options(),
		"propertyconfigurationstatus": pricing.PropertyStatus(0).Options(),
		"msdyn_forecastcategory":      leadtocash.ForecastCategory(0).Options(),
		"score_trend":                 leadtocash.ScoreTrend(0).Options(),
		"customertypecode":            party.CustomerType(0).Options(),
		"accountcategorycode":         party.AccountCategory(0).Options(),
		"ownershipcode":               party.Ownership(0).Options(),
		"accountrolecode":             party.AccountRole(0).Options(),
		"gendercode":                  party.Gender(0).Options(),
		"familystatuscode":            party.MaritalStatus(0).Options(),
		"category":                    party.RoleCategory(0).Options(),
		"skippricecalculation":        leadtocash.SkipPriceCalculation(0).Options(),
		"industrycode":                party.Industry(0).Options(),
		"productstructure":            catalog.ProductStructure(0).Options(),
		"pricingmethodcode":           catalog.PricingMethod(0).Options(),
		"roundingpolicycode":          catalog.RoundingPolicy(0).Options(),
		"roundingoptioncode":          catalog.RoundingOption(0).Options(),
		"fiscalperiod":                insight.FiscalPeriod(0).Options(),
		"approvaldecision":            agreement.ApprovalDecision(0).Options(),
		"amountdatatype":              insight.AmountDataType(0).Options(),
		"quantitysellingcode":         catalog.QuantitySelling(0).Options(),
		"salesrelationshiptype":       catalog.RelationshipType(0).Options(),
		// Nothing wrong is what the zero value says.
		"pricingerrorcode": slices.Insert(catalog.PricingError(0).Options(), 0, value.Option{Key: "none", Label: "None"}),
	}
	spec := map[string][]value.Option{}
	for row := range testkit.SpecRows(t, "options.txt") {
		spec[row[0]] = append(spec[row[0]], value.Option{Key: row[1], Code: numberOf(t, row[2]), Label: row[3]})
	}
	for name, rows := range sets {
		compareRows(t, name, rows, spec[name])
	}
	for name := range spec {
		if sets[name] == nil {
			t.Errorf("%s is transcribed, but no set has been compared with it", name)
		}
	}
}

// TestStatusesAgreeWithSpec compares every status set with its transcription:
// keys, codes, labels, states, defaults, and what only an import reaches.
func TestStatusesAgreeWithSpec(t *testing.T) {
	t.Parallel()
	sets := map[string][]value.Option{
		"lead":              leadtocash.LeadStatus(0).Options(),
		"account":           party.AccountStatus(0).Options(),
		"contact":           party.ContactStatus(0).Options(),
		"opportunity":       leadtocash.OpportunityStatus(0).Options(),
		"opportunity_close": leadtocash.CloseStatus(0).Options(),
		"quote":             leadtocash.QuoteStatus(0).Options(),
		"quote_close":       leadtocash.CloseStatus(0).Options(),
		"order":             leadtocash.OrderStatus(0).Options(),
		"order_close":       leadtocash.CloseStatus(0).Options(),
		"invoice":           leadtocash.InvoiceStatus(0).Options(),
		"payment":           leadtocash.PaymentStatus(0).Options(),
		"credit_note":       leadtocash.CreditNoteStatus(0).Options(),
		"refund":            leadtocash.RefundStatus(0).Options(),
		"approval":          agreement.ApprovalStatus(0).Options(),
		"connection":        party.ConnectionStatus(0).Options(),
		"seller":            party.SellerStatus(0).Options(),
		"organization":      party.OrganizationStatus(0).Options(),
		"task":              activity.TaskStatus(0).Options(),
		"phone_call":        activity.PhoneCallStatus(0).Options(),
		"email":             activity.EmailStatus(0).Options(),
		"appointment":       activity.AppointmentStatus(0).Options(),

		"process_definition":   engine.ProcessDefinitionStatus(0).Options(),
		"product":              catalog.ProductStatus(0).Options(),
		"price_list":           catalog.PriceListStatus(0).Options(),
		"discount_list":        catalog.DiscountListStatus(0).Options(),
		"transaction_currency": catalog.TransactionCurrencyStatus(0).Options(),
		"goal":                 insight.GoalStatus(0).Options(),
		"goal_metric":          insight.GoalMetricStatus(0).Options(),
	}
	spec := map[string][]value.Option{}
	for row := range testkit.SpecRows(t, "statuses.txt") {
		spec[row[0]] = append(spec[row[0]], value.Option{
			Key: row[1], Code: numberOf(t, row[2]), Label: row[6],
			State:   value.State{Key: row[3], Code: numberOf(t, row[4])},
			Default: row[5] == "yes", ImportOnly: row[7] == "yes",
		})
	}
	for name, rows := range sets {
		for i := range rows {
			switch name {
			case "payment", "credit_note", "refund", "approval": // has no numbers in Dynamics 365; ours are free
				rows[i].Code, rows[i].State.Code = 0, 0
			case "quote_close", "order_close": // share the set of opportunity_close, the one that an action cancels
				rows[i].ImportOnly = rows[i].ImportOnly || rows[i].Key == "canceled"
			}
		}
		compareRows(t, name, rows, spec[name])
	}
	for name := range spec {
		if sets[name] == nil {
			t.Errorf("%s is transcribed, but no set has been compared with it", name)
		}
	}
}

// TestCodesAgreeWithSpec compares names and numbers of Dynamics 365. Where the
// transcription knows several numbers for one fault, the first one counts.
func TestCodesAgreeWithSpec(t *testing.T) {
	t.Parallel()
	spec := map[codes.Code]codes.CodeInfo{}
	for row := range testkit.SpecRows(t, "codes.txt") {
		first, _, _ := strings.Cut(row[2], " ")
		code := codes.Code(row[0])
		spec[code] = codes.CodeInfo{Code: code, D365Name: known(row[1]), D365Number: known(first)}
	}
	for _, info := range codes.Codes() {
		want, ok := spec[info.Code]
		if !ok {
			t.Errorf("%s is not transcribed", info.Code)
			continue
		}
		delete(spec, info.Code)
		if info.D365Name != want.D365Name || info.D365Number != want.D365Number {
			t.Errorf("%s is %q %s in Dynamics 365, transcribed as %q %s", info.Code, info.D365Name, info.D365Number, want.D365Name, want.D365Number)
		}
		if info.Text == "" {
			t.Errorf("%s has no text", info.Code)
		}
	}
	for code := range spec {
		t.Errorf("%s is transcribed, but there is no such code", code)
	}
}

// compareRows compares a set with its transcription, whatever the order.
func compareRows(t *testing.T, name string, got, want []value.Option) {
	t.Helper()
	byKey := map[string]value.Option{}
	for _, o := range want {
		byKey[o.Key] = o
	}
	for _, o := range got {
		w, ok := byKey[o.Key]
		if !ok {
			t.Errorf("%s: %q is not transcribed", name, o.Key)
			continue
		}
		delete(byKey, o.Key)
		if o != w {
			t.Errorf("%s: %+v, transcribed as %+v", name, o, w)
		}
	}
	for key := range byKey {
		t.Errorf("%s: %q is transcribed, but not in the set", name, key)
	}
}

// numberOf reads a code; what Dynamics 365 does not number is 0.
func numberOf(t *testing.T, text string) int {
	t.Helper()
	if text = known(text); text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func known(text string) string {
	if text == "—" {
		return ""
	}
	return text
}
