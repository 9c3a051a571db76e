package journeytest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// rivals is how many do the same thing at once.
const rivals = 20

// contest is something that only one can do.
type contest struct {
	name  string
	setup []step
	deed  step
	loses codes.Code   // what the others are told
	makes []kinds.Kind // of what there is one afterwards
}

var contests = []contest{
	{
		"a lead is qualified",
		[]step{newLead(1)},
		call(actions.LeadQualify, (*client).Leads, engine.Leads.Qualify, 1, leadtocash.QualifyLead{}), codes.ErrLeadAlreadyClosed,
		[]kinds.Kind{kinds.Account, kinds.Contact, kinds.Opportunity},
	},
	{
		"an opportunity is won",
		[]step{newAccount(1), newOpportunity(1, desks)},
		call(actions.OpportunityWin, (*client).Opportunities, engine.Opportunities.Win, 1, leadtocash.WinOpportunity{}), codes.ErrOpportunityAlreadyClosed,
		[]kinds.Kind{kinds.OpportunityClose},
	},
	{
		"a quote is won", activeQuote(),
		call(actions.QuoteWin, (*client).Quotes, engine.Quotes.Win, 1, leadtocash.WinQuote{}), codes.ErrInvalidTransition,
		[]kinds.Kind{kinds.QuoteClose},
	},
	{
		"a quote becomes an order", activeQuote(),
		call(actions.QuoteWinToOrder, (*client).Quotes, engine.Quotes.WinToOrder, 1, leadtocash.WinQuoteToOrder{}), codes.ErrQuoteAlreadyOrdered,
		[]kinds.Kind{kinds.Order},
	},
	{
		"a quote is revised", activeQuote(),
		call(actions.QuoteReviseQuote, (*client).Quotes, engine.Quotes.ReviseQuote, 1, leadtocash.ReviseQuote{}), codes.ErrQuoteLiveRevisionExists,
		[]kinds.Kind{kinds.QuoteClose},
	},
	{
		"an order is billed",
		[]step{newAccount(1), newOrder(1, desks)},
		call(actions.OrderInvoice, (*client).Orders, engine.Orders.Invoice, 1, leadtocash.InvoiceOrder{}), codes.ErrNothingToInvoice,
		[]kinds.Kind{kinds.Invoice},
	},
	{
		"an order is canceled",
		[]step{newAccount(1), newOrder(1, desks)},
		call(actions.OrderCancel, (*client).Orders, engine.Orders.Cancel, 1, leadtocash.CancelOrder{}), codes.ErrInvalidTransition,
		[]kinds.Kind{kinds.OrderClose},
	},
	{"an invoice is issued", []step{newAccount(1), newInvoice(1, desks)}, issueInvoice(1), codes.ErrAlreadyIssued, []kinds.Kind{kinds.Invoice}},
	{
		"an invoice is paid",
		[]step{newAccount(1), newInvoice(1, desks), issueInvoice(1)},
		call(actions.InvoiceMarkPaid, (*client).Invoices, engine.Invoices.MarkPaid, 1, leadtocash.PayInvoice{}), codes.ErrInvoiceSettled,
		[]kinds.Kind{kinds.Payment},
	},
	{"a record takes an id", nil, newAccount(1), codes.ErrConflict, []kinds.Kind{kinds.Account}},
}

// testConcurrency checks that calls at once come to the same as calls one after
// the other.
func testConcurrency(t *testing.T, open opener) {
	store := open(t)
	var promises []promise
	for _, c := range contests {
		promises = append(promises, promise{fmt.Sprintf("of %d one wins when %s", rivals, c.name), c.hold})
	}
	checkAll(t, store, append(promises, []promise{
		{"a key is one call, whoever comes first", oneCallPerKey},
		{"a lead is captured once", oneCapture},
		{"of several upserts of a key one creates", oneUpsert},
		{"leads of one company find one account and one contact", oneAccount},
		{"a lead never ends with an account that is merged meanwhile", noMergedAccount},
		{"invoice numbers have no gap, whatever is refused between them", gapless},
		{"two invoices of an order never bill more than was ordered", noOverInvoicing},
		{"two invoices never settle more than was paid", noOverAllocation},
		{"what is referred to is not deleted", noDangling},
		{"calls on records are linearizable", linearizable},
	}...))
}

// at once runs fn so many times and returns what became of each.
func atOnce(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = insist(func() error { return fn(i) })
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// insist repeats what the store gave up because others were in the way.
func insist(fn func() error) (err error) {
	for range 100 {
		if err = fn(); !errors.Is(err, codes.ErrRetry) {
			break
		}
	}
	return err
}

// winners are those who succeeded; the others were refused with the code.
func (s *stage) winners(errs []error, code codes.Code) (won []int) {
	s.Helper()
	for i, err := range errs {
		if err == nil {
			won = append(won, i)
			continue
		}
		s.refused(err, code)
	}
	return won
}

func (c contest) hold(s *stage) {
	s.play(c.setup...)
	errs := atOnce(rivals, func(int) error { return carry(s.ctx, s.client, c.deed) })
	if won := s.winners(errs, c.loses); len(won) != 1 {
		s.Errorf("%d of %d won, want one", len(won), rivals)
	}
	made := map[kinds.Kind]map[record.Ref]bool{}
	for _, e := range list(s, s.client.Feed(s.ctx, 0)) {
		if made[e.Ref.Kind] == nil {
			made[e.Ref.Kind] = map[record.Ref]bool{}
		}
		made[e.Ref.Kind][e.Ref] = true
	}
	for _, kind := range c.makes {
		if n := len(made[kind]); n != 1 {
			s.Errorf("%d records of kind %s were made, want one", n, kind)
		}
	}
}

func oneCallPerKey(s *stage) {
	s.play(activeQuote()...)
	forms := make([]string, rivals)
	for i, err := range atOnce(rivals, func(i int) error {
		won, err := s.client.Once("checkout").Quotes().WinToOrder(s.ctx, id[record.QuoteID](1), leadtocash.WinQuoteToOrder{})
		if err == nil {
			forms[i] = s.form(won)
		}
		return err
	}) {
		if err != nil || forms[i] != forms[0] {
			s.Errorf("call %d yields\n%s (%v), the first\n%s", i, forms[i], err, forms[0])
		}
	}
}

func oneCapture(s *stage) {
	ids := make([]record.LeadID, rivals)
	for i, err := range atOnce(rivals, func(i int) error {
		lead, err := s.client.Leads().Capture(s.ctx, leadtocash.CreateLead{
			Origin: inEUR, SourceKey: "form-17", Fields: leadtocash.LeadFields{Topic: "ten desks", LastName: "Roe"},
		})
		ids[i] = lead.ID
		return err
	}) {
		if err != nil || ids[i] != ids[0] {
			s.Errorf("call %d got the lead %s (%v), the first %s", i, ids[i], err, ids[0])
		}
	}
}

func oneUpsert(s *stage) {
	for _, key := range []engine.Key{{SourceKey: "form-18"}, {ID: uuid.UUID{0: 0xab, 15: 18}}} {
		outs := make([]engine.Upserted[leadtocash.Lead], rivals)
		for i, err := range atOnce(rivals, func(i int) (err error) {
			outs[i], err = s.client.Leads().Upsert(s.ctx, key, map[string]any{
				"topic": "ten desks", "last_name": "Roe", "custom": map[string]any{fmt.Sprint("n", i): i},
			})
			return err
		}) {
			if err != nil || outs[i].Record.ID != outs[0].Record.ID {
				s.Errorf("call %d of %+v got the lead %s (%v), the first %s", i, key, outs[i].Record.ID, err, outs[0].Record.ID)
			}
		}
		lead, err := s.client.Leads().Get(s.ctx, outs[0].Record.ID)
		s.ok(err)
		outs = slices.DeleteFunc(outs, func(out engine.Upserted[leadtocash.Lead]) bool { return !out.Created })
		if len(outs) != 1 || lead.Version != rivals || len(lead.Custom) != rivals {
			s.Errorf("of %+v %d created; the lead has version %d and %d values of %d calls", key, len(outs), lead.Version, len(lead.Custom), rivals)
		}
	}
}

func oneAccount(s *stage) {
	for n := range rivals {
		s.play(newLead(n + 1))
	}
	for _, err := range atOnce(rivals, func(i int) error {
		_, err := s.client.Leads().Qualify(s.ctx, id[record.LeadID](i+1), leadtocash.QualifyLead{})
		return err
	}) {
		s.ok(err)
	}
	accounts := list(s, s.client.Accounts().All(s.ctx, engine.AccountQuery{}))
	contacts := list(s, s.client.Contacts().All(s.ctx, engine.ContactQuery{}))
	if len(accounts) != 1 || len(contacts) != 1 {
		s.Fatalf("there are %d accounts and %d contacts, want one", len(accounts), len(contacts))
	}
	deals := list(s, s.client.Opportunities().All(s.ctx, engine.OpportunityQuery{Customer: record.AccountCustomer(accounts[0].ID), Contact: contacts[0].ID}))
	if len(deals) != rivals {
		s.Errorf("the account and its contact have %d opportunities, want one for each of %d leads", len(deals), rivals)
	}
}

func noMergedAccount(s *stage) {
	for n := 1; n <= less(12); n++ {
		master, found := id[record.AccountID](2*n), id[record.AccountID](2*n+1)
		name := fmt.Sprintf("Fabrikam %d", n)
		for id, name := range map[record.AccountID]string{master: "Contoso", found: name} {
			_, err := s.client.Accounts().Create(s.ctx, party.CreateAccount{ID: id, Origin: inEUR, Fields: party.AccountFields{Name: name}})
			s.ok(err)
		}
		lead, err := s.client.Leads().Create(s.ctx, leadtocash.CreateLead{Origin: inEUR, Fields: leadtocash.LeadFields{Topic: "ten desks", CompanyName: name}})
		s.ok(err)
		for _, err := range atOnce(2, func(i int) error {
			if i == 0 {
				_, err := s.client.Leads().Qualify(s.ctx, lead.ID, leadtocash.QualifyLead{})
				return err
			}
			_, err := s.client.Accounts().Merge(s.ctx, master, party.MergeAccount{Subordinate: found})
			return err
		}) {
			s.ok(err)
		}
		lead, err = s.client.Leads().Get(s.ctx, lead.ID)
		s.ok(err)
		deal, err := s.client.Opportunities().Get(s.ctx, lead.QualifyingOpportunityID)
		s.ok(err)
		if lead.ParentAccountID == found || deal.CustomerID.Account() == found || lead.ParentAccountID != deal.ParentAccountID {
			s.Errorf("round %d: the lead has the account %s, its opportunity %s; merged was %s", n, lead.ParentAccountID, deal.CustomerID, found)
		}
	}
}

func gapless(s *stage) {
	s.play(newAccount(1))
	for n := range rivals {
		s.play(newInvoice(n+1, desks))
	}
	for _, err := range atOnce(rivals, func(i int) error {
		if i%4 == 0 {
			_, err := s.client.Invoices().Issue(s.ctx, id[record.InvoiceID](i+1), leadtocash.IssueInvoice{DueDate: 20000101})
			s.refused(err, codes.ErrInvalid)
		}
		return carry(s.ctx, s.client, issueInvoice(i+1))
	}) {
		s.ok(err)
	}
	var got, want []string
	for n, i := range list(s, s.client.Invoices().All(s.ctx, engine.InvoiceQuery{})) {
		got, want = append(got, i.InvoiceNumber), append(want, engine.DefaultNumbering(kinds.Invoice, int64(n+1)))
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		s.Errorf("the numbers are %v, want %v", got, want)
	}
}

func noOverInvoicing(s *stage) {
	s.play(newAccount(1))
	for n := 1; n <= less(12); n++ {
		s.play(newOrder(n, desks)) // three of them
		errs := atOnce(2, func(i int) error { return carry(s.ctx, s.client, invoiceOrder(n, 2*n+i, some(1, "2"))) })
		if won := s.winners(errs, codes.ErrOverInvoiced); len(won) != 1 {
			s.Fatalf("round %d: %d of 2 billed two of three desks, want one", n, len(won))
		}
	}
}

func noOverAllocation(s *stage) {
	s.play(newAccount(1))
	for n := 1; n <= less(12); n++ {
		s.play(newInvoice(2*n, desks), newInvoice(2*n+1, desks), issueInvoice(2*n), issueInvoice(2*n+1), newPayment(n, "299.97"),
			call(actions.PaymentPost, (*client).Payments, engine.Payments.Post, n, leadtocash.PostPayment{}))
		errs := atOnce(2, func(i int) error {
			_, err := s.client.Payments().Allocate(s.ctx, id[record.PaymentID](n), leadtocash.AllocatePayment{
				InvoiceID: id[record.InvoiceID](2*n + i), Amount: value.Some(money.EUR.MustAmount("299.97")),
			})
			return err
		})
		if won := s.winners(errs, codes.ErrOverAllocated); len(won) != 1 {
			s.Fatalf("round %d: %d of 2 got all of the payment, want one", n, len(won))
		}
	}
}

func noDangling(s *stage) {
	for n := 1; n <= less(12); n++ {
		s.play(newAccount(n))
		account := id[record.AccountID](n)
		errs := atOnce(2, func(i int) error {
			if i == 0 {
				return s.client.Accounts().Delete(s.ctx, account, record.DeleteRecord{})
			}
			_, err := s.client.Opportunities().Create(s.ctx, leadtocash.CreateOpportunity{
				ID: id[record.OpportunityID](n), Origin: inEUR,
				Fields: leadtocash.OpportunityFields{Name: "ten desks", CustomerID: record.AccountCustomer(account)},
			})
			return err
		})
		switch {
		case errs[0] == nil:
			s.refused(errs[1], codes.ErrNotFound)
		default:
			s.refused(errs[0], codes.ErrInUse)
			s.ok(errs[1])
		}
	}
}

// access is a call on a lead in a history for porcupine.
type access struct {
	lead int
	edit bool
	when int64  // the version it asks for; 0 for any
	text string // unlike any other, so that no edit is without effect
}

// answer is what came of it.
type answer struct {
	version           int64
	conflict, unknown bool
}

// register is the version of each lead: an edit makes the next one, and one that
// asks for another version is refused.
var register = porcupine.Model{
	Partition: func(history []porcupine.Operation) (parts [][]porcupine.Operation) {
		byLead := map[int][]porcupine.Operation{}
		for _, op := range history {
			byLead[op.Input.(access).lead] = append(byLead[op.Input.(access).lead], op)
		}
		for _, part := range byLead {
			parts = append(parts, part)
		}
		return parts
	},
	Init: func() any { return int64(1) },
	Step: func(state, input, output any) (bool, any) {
		version, in, out := state.(int64), input.(access), output.(answer)
		switch {
		case !in.edit:
			return out.version == version, version
		case in.when != 0 && in.when != version:
			return out.conflict || out.unknown, version
		}
		return !out.conflict && (out.unknown || out.version == version+1), version + 1
	},
}

func linearizable(s *stage) {
	const leads, clients = 2, 5
	calls := less(24)
	for n := range leads {
		s.play(newLead(n))
	}
	var clock atomic.Int64
	var mu sync.Mutex
	var history []porcupine.Operation
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(client), 11))
			known := [leads]int64{1, 1}
			for range calls {
				in := access{lead: rng.IntN(leads), edit: rng.IntN(3) > 0, text: fmt.Sprint(clock.Add(1))}
				if in.edit && rng.IntN(2) == 0 {
					in.when = known[in.lead]
				}
				op := porcupine.Operation{ClientId: client, Input: in, Call: clock.Add(1)}
				out, err := in.perform(s.ctx, s.client)
				if err != nil {
					s.Errorf("client %d: %v", client, err)
					return
				}
				op.Return, op.Output = clock.Add(1), out
				if out.unknown {
					op.Return = math.MaxInt64
				}
				known[in.lead] = max(known[in.lead], out.version)
				mu.Lock()
				history = append(history, op)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if result := porcupine.CheckOperationsTimeout(register, history, 20*time.Second); result != porcupine.Ok {
		s.Errorf("%d calls at once are %s as a sequence", len(history), result)
	}
}

func (a access) perform(ctx context.Context, c *client) (out answer, err error) {
	var lead leadtocash.Lead
	cmd := leadtocash.EditLead{Fields: leadtocash.LeadFields{Topic: a.text, LastName: "Roe"}}
	err = insist(func() (err error) {
		switch id := id[record.LeadID](a.lead); {
		case !a.edit:
			lead, err = c.Leads().Get(ctx, id)
		case a.when == 0:
			lead, err = c.Leads().Edit(ctx, id, cmd)
		default:
			lead, err = c.Leads().Edit(ctx, id, cmd, engine.IfVersion(a.when))
		}
		return err
	})
	switch {
	case errors.Is(err, codes.ErrCommitUnknown):
		return answer{unknown: true}, nil
	case a.when != 0 && errors.Is(err, codes.ErrConflict):
		return answer{conflict: true}, nil
	}
	return answer{version: lead.Version}, err
}
