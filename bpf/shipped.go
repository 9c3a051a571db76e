package bpf

import _ "embed"

//go:embed processes/lead_to_opportunity_sales_process.json
var leadToOpportunity []byte

//go:embed processes/opportunity_sales_process.json
var opportunitySales []byte

//go:embed processes/lead_to_cash.json
var leadToCash []byte

// LeadToOpportunity is the process of Dynamics 365 from a lead to the close of
// its opportunity: four stages over two entities.
func LeadToOpportunity() Definition { return shipped(leadToOpportunity) }

// OpportunitySales is the process of Dynamics 365 for opportunities that no
// lead preceded.
func OpportunitySales() Definition { return shipped(opportunitySales) }

// LeadToCash goes from the first interest to the paid invoice, over five
// entities, with an approval of large deals.
func LeadToCash() Definition { return shipped(leadToCash) }

// shipped parses an embedded definition; the tests parse them all.
func shipped(data []byte) Definition {
	d, err := Parse(data)
	if err != nil {
		panic(err)
	}
	return *d
}
