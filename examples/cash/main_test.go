package main

import (
	"strings"
	"testing"
)

func TestTheMonthIsPrinted(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	play(t.Context(), &out)
	const want = `early      INV-00001 paid by 4410.00 and a discount of 90.00
twice      the same payment: true
credited   CRN-00001 of 37.00, 703.00 stays open
too much   INV-00003 paid, 97.00 left
bounced    INV-00003 partially_paid, 703.00 open
2026-04-08 INV-00002 Reminder
2026-04-08 INV-00003 Reminder
2026-04-22 INV-00002 Disputed: nobody came
2026-04-22 INV-00003 Second Notice
2026-05-06 INV-00003 Final Notice
on hold    Bar Bruno: true, owes 703.00

         Ageing  current  1-30   31-60  61-90   90+  credits
  Cantiere Nord     0.00  0.00  320.00   0.00  0.00     0.00
      Bar Bruno     0.00  0.00  703.00   0.00  0.00     0.00

Statement of account of Bar Bruno, 2026-03-01 to 2026-04-30, opening 0.00
2026-03-02  Invoice          INV-00003     740.00    740.00
2026-03-16  Credit Note      CRN-00001     -37.00    703.00
2026-03-30  Payment          PAY-00003    -800.00    -97.00
2026-04-02  Bounced Payment  PAY-00003     800.00    703.00
closing 703.00 EUR
`
	if got := out.String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
