package print

import (
	"strings"
	"unicode/utf8"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
)

// PrintedPayment is how an invoice is paid.
type PrintedPayment struct {
	Text  string        // in words: a direct debit, a card
	Facts []PrintedFact // of a transfer: account, amount, reference
	EPC   string        // content of the code that banks of the euro area read; empty where there is none
}

// EPC is a transfer in euros for the payment code of EPC069-12, version 2.
type EPC struct {
	BIC       string
	Name      string // of the account; 70 characters at most count
	IBAN      string
	Amount    money.Amount // 0.01 to 999999999.99
	Reference string       // what the payment names; in the field of its own where it is one of ISO 11649; 140 characters at most count
}

// maxEPC is how many bytes the code may have.
const maxEPC = 331

// Text is the content of the code; empty where no code can say it: without IBAN or name,
// for an amount that is out of range or not in cents, or where it would be more than 331
// bytes.
func (e EPC) Text() string {
	cents := e.Amount.Scaled(2)
	if e.IBAN == "" || e.Name == "" || cents.Digits() != 2 || cents.Units() < 1 || cents.Units() > 999_999_999_99 {
		return ""
	}
	structured, free := "", cut(line(e.Reference), 140)
	if isCreditorReference(free) {
		structured, free = strings.ToUpper(strings.ReplaceAll(free, " ", "")), ""
	}
	text := strings.Join([]string{"BCD", "002", "1", "SCT", e.BIC, cut(line(e.Name), 70), strings.ReplaceAll(e.IBAN, " ", ""), "EUR" + cents.String(), "", structured, free}, "\n")
	if text = strings.TrimRight(text, "\n"); len(text) > maxEPC {
		return ""
	}
	return text
}

// line is the text in one line.
func line(text string) string { return strings.Join(strings.Fields(text), " ") }

// cut is the text up to so many characters.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most])
}

// isCreditorReference reports whether the text is a reference of ISO 11649, with the
// right check digits.
func isCreditorReference(text string) bool {
	text = strings.ToUpper(strings.ReplaceAll(text, " ", ""))
	if len(text) < 5 || len(text) > 25 || !strings.HasPrefix(text, "RF") {
		return false
	}
	rest := 0
	for _, c := range []byte(text[4:] + text[:4]) {
		switch {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

// pays fills in how the invoice is paid: as it says itself, else to the account of the
// organization that takes the currency. open is what is to be paid now.
func (d *PrintedDocument) pays(means []leadtocash.PaymentMeans, reference string, open money.Amount) {
	var m leadtocash.PaymentMeans
	switch {
	case len(means) > 0:
		m = means[0]
	case len(d.Bank) > 0:
		return
	}
	if m.CardLast != "" {
		d.Payment.Text = d.say("paid_by_card", m.CardLast)
		return
	}
	if m.DebitedIBAN != "" {
		d.Payment.Text = d.say("direct_debit", grouped(m.DebitedIBAN), m.Mandate, m.CreditorID)
		return
	}
	account := party.BankAccount{Name: m.AccountName, IBAN: m.IBAN, Account: m.Account, BIC: m.BIC}
	if org := d.Organization; org != nil && account.IBAN == "" && account.Account == "" {
		if own := org.Account(m.AccountKey, d.Currency); own != nil {
			account = *own
		}
	}
	if account.IBAN == "" && account.Account == "" {
		d.Payment.Text = m.Text
		return
	}
	if account.Name == "" {
		account.Name = d.Seller.Name
	}
	fact := func(key, text string) {
		if text != "" {
			d.Payment.Facts = append(d.Payment.Facts, PrintedFact{d.say(key), text})
		}
	}
	d.Payment.Text = m.Text
	fact("account_name", account.Name)
	fact("iban", grouped(account.IBAN))
	fact("account", account.Account)
	fact("bic", account.BIC)
	fact("bank", account.BankName)
	if open.Sign() <= 0 {
		return
	}
	fact("amount", d.Money(open))
	fact("pay_by", d.Day(d.DueDate))
	fact("reference", reference)
	transfer := m.Code == "" || m.Code == "30" || m.Code == "58"
	if d.Currency == money.EUR && transfer && reference != "" {
		d.Payment.EPC = EPC{BIC: account.BIC, Name: account.Name, IBAN: account.IBAN, Amount: open, Reference: reference}.Text()
	}
}

// accountLines are the lines of the account of the organization that takes the currency.
func (d *PrintedDocument) accountLines() []string {
	if len(d.Bank) > 0 {
		return d.Bank
	}
	if d.Organization == nil {
		return nil
	}
	a := d.Organization.Account("", d.Currency)
	if a == nil {
		return nil
	}
	lines := said(a.BankName)
	if a.IBAN != "" {
		lines = append(lines, "IBAN"+noBreak+grouped(a.IBAN))
	} else {
		lines = append(lines, a.Account)
	}
	if a.BIC != "" {
		lines = append(lines, "BIC "+a.BIC)
	}
	return lines
}

// grouped writes an IBAN in groups of four, as people read it, in one piece.
func grouped(iban string) string {
	var groups []string
	for ; len(iban) > 4; iban = iban[4:] {
		groups = append(groups, iban[:4])
	}
	return strings.Join(append(groups, iban), noBreak)
}
