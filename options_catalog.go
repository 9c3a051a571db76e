package leadtocash

// FreightTerms is who pays the freight (`freighttermscode`).
type FreightTerms = Choice[freightTermsSet]

// The values of [FreightTerms].
const (
	FreightTermsFOB FreightTerms = iota + 1
	FreightTermsNoCharge
)

type freightTermsSet struct{}

func (freightTermsSet) Table() (string, []Option) { return "freight_terms", freightTermsTable }

var freightTermsTable = options(
	Option{Key: "fob", Label: "FOB", Code: 1},
	Option{Key: "no_charge", Label: "No Charge", Code: 2},
)

// ShippingMethod is how goods are sent (`shippingmethodcode`).
type ShippingMethod = Choice[shippingMethodSet]

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

func (shippingMethodSet) Table() (string, []Option) { return "shipping_method", shippingMethodTable }

var shippingMethodTable = options(
	Option{Key: "airborne", Label: "Airborne", Code: 1},
	Option{Key: "dhl", Label: "DHL", Code: 2},
	Option{Key: "fedex", Label: "FedEx", Code: 3},
	Option{Key: "ups", Label: "UPS", Code: 4},
	Option{Key: "postal_mail", Label: "Postal Mail", Code: 5},
	Option{Key: "full_load", Label: "Full Load", Code: 6},
	Option{Key: "will_call", Label: "Will Call", Code: 7},
)
