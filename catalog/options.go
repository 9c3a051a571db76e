package catalog

import "github.com/leadtocash/leadtocash/value"

// FreightTerms is who pays the freight (`freighttermscode`).
type FreightTerms = value.Choice[freightTermsSet]

// The values of [FreightTerms].
const (
	FreightTermsFOB FreightTerms = iota + 1
	FreightTermsNoCharge
)

type freightTermsSet struct{}

func (freightTermsSet) Table() (string, []value.Option) { return "freight_terms", freightTermsTable }

var freightTermsTable = value.Options(
	value.Option{Key: "fob", Label: "FOB", Code: 1},
	value.Option{Key: "no_charge", Label: "No Charge", Code: 2},
)

// ShippingMethod is how goods are sent (`shippingmethodcode`).
type ShippingMethod = value.Choice[shippingMethodSet]

// The values of [ShippingMethod].
const (
	ShippingMethodAirborne ShippingMethod = iota + 1
	ShippingMethodDHL
	ShippingMethodFedEx
	ShippingMethodUPS
	ShippingMethodPostalMail
	ShippingMethodFullLoad
	ShippingMethodWillCall
)

type shippingMethodSet struct{}

func (shippingMethodSet) Table() (string, []value.Option) {
	return "shipping_method", shippingMethodTable
}

var shippingMethodTable = value.Options(
	value.Option{Key: "airborne", Label: "Airborne", Code: 1},
	value.Option{Key: "dhl", Label: "DHL", Code: 2},
	value.Option{Key: "fedex", Label: "FedEx", Code: 3},
	value.Option{Key: "ups", Label: "UPS", Code: 4},
	value.Option{Key: "postal_mail", Label: "Postal Mail", Code: 5},
	value.Option{Key: "full_load", Label: "Full Load", Code: 6},
	value.Option{Key: "will_call", Label: "Will Call", Code: 7},
)
