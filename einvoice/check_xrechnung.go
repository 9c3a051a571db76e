package einvoice

import (
	"regexp"
	"slices"
	"strings"

	"github.com/leadtocash/leadtocash/party"
)

// xrechnung checks the rules of XRechnung 3.0.
func (c *checker) xrechnung() {
	c.shared()
	c.german(func(n string) string { return "BR-DE-" + n })
	c.should(strings.HasPrefix(c.Specification, xrechnung), "BR-DE-21", "BT-24", "specification", "is "+xrechnung)
	d := c.Delivery
	c.should(d != nil && !d.On.IsZero() || !c.PeriodFrom.IsZero() || !c.PeriodTo.IsZero() || c.TaxPointCode != "" ||
		!slices.ContainsFunc(c.Lines, func(l Line) bool { return l.PeriodFrom.IsZero() && l.PeriodTo.IsZero() }),
		"BR-DE-TMP-32", "BT-72", "delivery.on", "an invoice tells when it was delivered: a day, a period, or a period of each line")
	for i, a := range c.Attachments {
		c.should(a.Location == "" || absolute.MatchString(a.Location), "BR-TMP-2", "BT-124", at("attachments", i, "location"), "is a URL with its scheme")
	}
}

var (
	absolute  = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+.-]+:`)
	email     = regexp.MustCompile(`^[^@\s]+@([^@.\s]+\.)+[^@.\s]+$`)
	skonto    = regexp.MustCompile(`^#SKONTO#TAGE=[0-9]+#PROZENT=[0-9]+\.[0-9]{2}(#BASISBETRAG=-?[0-9]+\.[0-9]{2})?#$`)
	telephone = regexp.MustCompile(`[0-9].*[0-9].*[0-9]`)
	anyIBAN   = regexp.MustCompile(`^[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}$`)
)

// isIBAN: its form and its check digits.
func isIBAN(text string) bool {
	text = strings.ToUpper(strings.Join(strings.Fields(text), ""))
	if !anyIBAN.MatchString(text) {
		return false
	}
	rest := 0
	for _, r := range text[4:] + text[:4] {
		if r <= '9' {
			rest = (rest*10 + int(r-'0')) % 97
		} else {
			rest = (rest*100 + int(r-'A'+10)) % 97
		}
	}
	return rest == 1
}

// areSkonto reports whether early discounts are in the form that is read by machine, the
// last of them closed by a line feed.
func areSkonto(terms string) bool {
	lines := strings.Split(terms, "\n")
	for i, line := range lines {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "#") && (!skonto.MatchString(line) || i == len(lines)-1) {
			return false
		}
	}
	return true
}

// german checks the rules of Germany, which XRechnung and Peppol call by other names.
func (c *checker) german(rule func(n string) string) {
	p := c.Payment
	c.must(p != nil, rule("1"), "BG-16", "payment", "an invoice says how to pay")
	s := &c.Seller
	contact := s.Contact
	c.must(contact != nil, rule("2"), "BG-6", "seller.contact", "the seller names whom to ask")
	c.has(s.Address.City, rule("3"), "BT-37", "seller.address.city", "the address of the seller has a city")
	c.has(s.Address.PostalCode, rule("4"), "BT-38", "seller.address.postal_code", "the address of the seller has a post code")
	if contact != nil {
		c.has(contact.Name, rule("5"), "BT-41", "seller.contact.name", "whom to ask has a name")
		c.has(contact.Telephone, rule("6"), "BT-42", "seller.contact.telephone", "whom to ask has a telephone number")
		c.has(contact.Email, rule("7"), "BT-43", "seller.contact.email", "whom to ask has an e-mail address")
		c.should(telephone.MatchString(contact.Telephone), rule("27"), "BT-42", "seller.contact.telephone", "has three digits at least")
		c.should(email.MatchString(contact.Email), rule("28"), "BT-43", "seller.contact.email", "is an e-mail address")
	}
	c.has(c.Buyer.Address.City, rule("8"), "BT-52", "buyer.address.city", "the address of the buyer has a city")
	c.has(c.Buyer.Address.PostalCode, rule("9"), "BT-53", "buyer.address.postal_code", "the address of the buyer has a post code")
	if d := c.Delivery; d != nil && (d.Address != party.PostalAddress{}) {
		c.has(d.Address.City, rule("10"), "BT-77", "delivery.address.city", "the address of delivery has a city")
		c.has(d.Address.PostalCode, rule("11"), "BT-78", "delivery.address.postal_code", "the address of delivery has a post code")
	}
	for i := range c.Taxes {
		c.must(!c.Taxes[i].Rate.IsZero(), rule("14"), "BT-119", at("taxes", i, "rate"), "an entry of the breakdown has a rate")
	}
	c.has(c.BuyerReference, rule("15"), "BT-10", "buyer_reference", "the buyer reference is needed; of public buyers it is the Leitweg-ID")
	taxed := slices.ContainsFunc(c.categories(), func(code string) bool { return slices.Contains(strings.Fields("S Z E AE K G L M"), code) })
	c.must(!taxed || s.VATID != "" || s.TaxID != "" || c.TaxRepresentative != nil, rule("16"), "BT-31", "seller", "the seller has a VAT or tax identifier or a tax representative")
	c.should(slices.Contains(strings.Fields("326 380 384 389 381 875 876 877"), c.TypeCode), rule("17"), "BT-3", "type_code", "is one of 326, 380, 381, 384, 389 and 875 to 877")
	c.must(areSkonto(c.Terms), rule("18"), "BT-20", "terms", "early discounts are #SKONTO#TAGE=n#PROZENT=n.nn#, each in a line of its own that a line feed closes")
	names := map[string]bool{}
	for i, a := range c.Attachments {
		c.must(len(a.Content) == 0 || !names[strings.ToLower(a.Filename)], rule("22"), "BT-125", at("attachments", i, "filename"), "another file has the name")
		if len(a.Content) > 0 {
			names[strings.ToLower(a.Filename)] = true
		}
	}
	c.should(c.TypeCode != "384" || len(c.Preceding) > 0, rule("26"), "BG-3", "preceding", "a corrected invoice names the one that it corrects")
	if p != nil {
		c.germanPayment(p, rule)
	}
}

func (c *checker) germanPayment(p *Payment, rule func(n string) string) {
	const only = "account, card and direct debit exclude each other"
	transfer, card, debit := len(p.Transfers) > 0, p.Card != nil, p.DirectDebit != nil && (p.DirectDebit.Mandate != "" || p.DirectDebit.Account != "")
	switch p.Code {
	case "30", "58":
		for i, t := range p.Transfers {
			c.should(p.Code != "58" || isIBAN(t.Account), rule("19"), "BT-84", at("payment.transfers", i, "account"), "is an IBAN")
		}
		c.must(transfer, rule("23-a"), "BG-17", "payment.transfers", "a transfer names an account")
		c.must(!card && !debit, rule("23-b"), "BG-18", "payment", only)
	case "48", "54", "55":
		c.must(card, rule("24-a"), "BG-18", "payment.card", "a payment by card names the card")
		c.must(!transfer && !debit, rule("24-b"), "BG-17", "payment", only)
	case "59":
		c.must(debit, rule("25-a"), "BG-19", "payment.direct_debit", "a direct debit names mandate and account")
		c.must(!transfer && !card, rule("25-b"), "BG-17", "payment", only)
		if debit {
			c.should(isIBAN(p.DirectDebit.Account), rule("20"), "BT-91", "payment.direct_debit.account", "is an IBAN")
		}
	}
	if debit {
		c.has(p.DirectDebit.CreditorID, rule("30"), "BT-90", "payment.direct_debit.creditor_id", "a direct debit has a creditor identifier")
		c.has(p.DirectDebit.Account, rule("31"), "BT-91", "payment.direct_debit.account", "a direct debit has an account")
	}
}
