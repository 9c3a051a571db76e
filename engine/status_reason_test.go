package engine_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

var ownReasons = []flow.StatusReason{
	{Kind: kinds.Lead, Status: "new", Key: "from_fair"},
	{Kind: kinds.Lead, Status: "contacted", Key: "left_voicemail", Label: "Left a voicemail", Code: 100000001},
	{Kind: kinds.Lead, Status: "contacted", Key: "call_back"},
	{Kind: kinds.Lead, Status: "lost", Key: "too_expensive"},
	{Kind: kinds.Opportunity, Status: "canceled", Key: "too_expensive"},
	{Kind: kinds.Quote, Status: "lost", Key: "too_expensive"},
}

// A status reason comes with the status, changes within it and goes with it.
func TestStatusReason(t *testing.T) {
	onStores(t, func(p *people) {
		l := testkit.Must(p.StatusReason("from_fair").Leads().Create(p.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
		ref := record.Ref{Kind: kinds.Lead, ID: l.ID.UUID}
		is := func(got leadtocash.Lead, status leadtocash.LeadStatus, reason string, version int64) {
			p.Helper()
			stored := testkit.Must(p.Leads().Get(p.ctx, l.ID))
			for _, l := range []leadtocash.Lead{got, stored} {
				if l.Status != status || l.StatusReason != reason || l.Version != version {
					p.Errorf("the lead is %s, %q, version %d, want %s, %q, %d", l.Status, l.StatusReason, l.Version, status, reason, version)
				}
			}
		}
		is(l, leadtocash.LeadStatusNew, "from_fair", 1)

		contacted := leadtocash.SetLeadStatus{Status: leadtocash.LeadStatusContacted}
		is(testkit.Must(p.StatusReason("left_voicemail").Leads().SetStatus(p.ctx, l.ID, contacted)), leadtocash.LeadStatusContacted, "left_voicemail", 2)
		is(testkit.Must(p.StatusReason("call_back").Leads().SetStatus(p.ctx, l.ID, contacted)), leadtocash.LeadStatusContacted, "call_back", 3)
		is(testkit.Must(p.StatusReason("call_back").Leads().SetStatus(p.ctx, l.ID, contacted)), leadtocash.LeadStatusContacted, "call_back", 3)
		is(testkit.Must(p.Leads().SetStatus(p.ctx, l.ID, contacted)), leadtocash.LeadStatusContacted, "call_back", 3)
		is(testkit.Must(p.Leads().Edit(p.ctx, l.ID, leadtocash.EditLead{Fields: leadtocash.LeadFields{Topic: "Chairs", LastName: "Meyer"}})), leadtocash.LeadStatusContacted, "call_back", 4)
		if got := p.types(ref); !slices.Equal(got, []string{"lead.created", "lead.status_changed", "lead.edited", "lead.edited"}) {
			p.Errorf("events %v", got)
		}
		for e := range p.History(p.ctx, ref) {
			if want := []string{"from_fair", "left_voicemail", "call_back", ""}[e.Version-1]; e.Data.Get("status_reason") != want {
				p.Errorf("event %d tells the status reason %q, want %q", e.Version, e.Data.Get("status_reason"), want)
			}
		}

		listed := func(reason string) (n int) {
			for range p.Leads().All(p.ctx, engine.LeadQuery{List: engine.List{StatusReason: reason}}) {
				n++
			}
			return n
		}
		if listed("call_back") != 1 || listed("left_voicemail") != 0 {
			p.Errorf("%d leads to call back are listed, %d with a voicemail", listed("call_back"), listed("left_voicemail"))
		}
		is(testkit.Must(p.StatusReason("too_expensive").Leads().Disqualify(p.ctx, l.ID, leadtocash.DisqualifyLead{Status: leadtocash.LeadStatusLost})), leadtocash.LeadStatusLost, "too_expensive", 5)
		is(testkit.Must(p.Leads().Reactivate(p.ctx, l.ID, leadtocash.ReactivateLead{})), leadtocash.LeadStatusNew, "", 6)
		if listed("call_back") != 0 {
			p.Error("a lead is listed by a reason of a status that it left")
		}
	}, engine.WithStatusReasons(ownReasons...))
}

// Every record that a call leads into a status of the reason takes it.
func TestStatusReason_byProducts(t *testing.T) {
	onStores(t, func(p *people) {
		o := p.deal(record.AccountCustomer(p.account("Meyer").ID))
		q := testkit.Must(p.Opportunities().GenerateQuote(p.ctx, o.ID, leadtocash.GenerateQuote{}))
		testkit.Must(p.Quotes().Activate(p.ctx, q.ID, leadtocash.ActivateQuote{}))
		out := testkit.Must(p.StatusReason("too_expensive").Quotes().Close(p.ctx, q.ID, leadtocash.CloseQuote{Status: leadtocash.QuoteStatusLost, CloseOpportunity: true}))
		if out.Record.StatusReason != "too_expensive" || out.Opportunity.StatusReason != "too_expensive" || out.Close.StatusReason != "" {
			p.Errorf("quote %q, opportunity %q and close %q", out.Record.StatusReason, out.Opportunity.StatusReason, out.Close.StatusReason)
		}
		won := testkit.Must(p.Opportunities().Reopen(p.ctx, o.ID, leadtocash.ReopenOpportunity{}))
		if won.Record.StatusReason != "" {
			p.Errorf("reopened, the opportunity is still %q", won.Record.StatusReason)
		}
	}, engine.WithStatusReasons(ownReasons...))
}

func TestStatusReason_refused(t *testing.T) {
	onStores(t, func(p *people) {
		l := testkit.Must(p.Leads().Create(p.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
		contacted := leadtocash.SetLeadStatus{Status: leadtocash.LeadStatusContacted}
		for key, code := range map[string]codes.Code{"too_expensive": codes.ErrStatusNotInState, "nonsense": codes.ErrInvalid, "lost": codes.ErrInvalid} {
			_, err := p.StatusReason(key).Leads().SetStatus(p.ctx, l.ID, contacted)
			p.refused(err, code)
			var e *record.Error
			if !errors.As(err, &e) || e.Reasons[0].Field != "status_reason" || e.ID != l.ID.UUID {
				p.Errorf("refused by %+v", e)
			}
		}
		p.refused(p.StatusReason("from_fair").Leads().Delete(p.ctx, l.ID, record.DeleteRecord{}), codes.ErrStatusNotInState)
		preview := testkit.Must(p.Preview().StatusReason("left_voicemail").Leads().SetStatus(p.ctx, l.ID, contacted))
		if is := testkit.Must(p.Leads().Get(p.ctx, l.ID)); preview.StatusReason != "left_voicemail" || is.Version != 1 {
			p.Errorf("previewed with %q, stored as version %d", preview.StatusReason, is.Version)
		}

		first := testkit.Must(p.Once("a").StatusReason("left_voicemail").Leads().SetStatus(p.ctx, l.ID, contacted))
		again := testkit.Must(p.Once("a").StatusReason("left_voicemail").Leads().SetStatus(p.ctx, l.ID, contacted))
		if first.Version != 2 || again.Version != 2 || again.StatusReason != "left_voicemail" {
			p.Errorf("once is version %d, then %d with %q", first.Version, again.Version, again.StatusReason)
		}
		_, err := p.Once("a").StatusReason("call_back").Leads().SetStatus(p.ctx, l.ID, contacted)
		p.refused(err, codes.ErrKeyReused)

		// A host that does not know the reason any more keeps it with the status.
		other := testkit.Must(engine.New(p.store))
		edited := testkit.Must(other.Leads().Edit(p.ctx, l.ID, leadtocash.EditLead{Fields: leadtocash.LeadFields{Topic: "Chairs", LastName: "Meyer"}}))
		if edited.StatusReason != "left_voicemail" {
			p.Errorf("edited, the lead is %q", edited.StatusReason)
		}
		if gone := testkit.Must(other.Leads().SetStatus(p.ctx, l.ID, leadtocash.SetLeadStatus{Status: leadtocash.LeadStatusNew})); gone.StatusReason != "" {
			p.Errorf("new again, the lead is %q", gone.StatusReason)
		}

		old := leadtocash.Lead{Status: leadtocash.LeadStatusLost, LeadFields: leadtocash.LeadFields{Topic: "Old", LastName: "Meyer"}}
		old.StatusReason = "left_voicemail"
		_, err = engine.Import(p.ctx, p.Client, old)
		p.refused(err, codes.ErrStatusNotInState)
		old.StatusReason = "too_expensive"
		if in := testkit.Must(engine.Import(p.ctx, p.Client, old)); in.StatusReason != "too_expensive" {
			p.Errorf("imported with %q", in.StatusReason)
		}
	}, engine.WithStatusReasons(ownReasons...))
}

// atReason lets people see what has a status reason.
type atReason struct {
	engine.AllowAll
	key string
}

func (a atReason) Scope(context.Context, record.Actor, kinds.Kind) ([]storage.Cond, error) {
	return []storage.Cond{{Field: storage.FieldKey, Key: "status_reason", Op: storage.OpEq, Values: []any{a.key}}}, nil
}

// What a record was found by decides who may read its history when it is gone.
func TestStatusReason_scope(t *testing.T) {
	onStores(t, func(p *people) {
		l := testkit.Must(p.StatusReason("from_fair").Leads().Create(p.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
		if err := p.Leads().Delete(p.ctx, l.ID, record.DeleteRecord{}); err != nil {
			p.Fatal(err)
		}
		for key, want := range map[string]int{"from_fair": 2, "call_back": 0} {
			client := testkit.Must(engine.New(p.store, engine.WithStatusReasons(ownReasons...), engine.WithAuthorizer(atReason{key: key})))
			events := 0
			for _, err := range client.History(p.ctx, l.ID.Ref()) {
				if err == nil {
					events++
				}
			}
			if events != want {
				p.Errorf("who sees %s reads %d events, want %d", key, events, want)
			}
		}
	}, engine.WithStatusReasons(ownReasons...))
}

func TestWithStatusReasons(t *testing.T) {
	t.Parallel()
	client, err := engine.New(memory.New(), engine.WithStatusReasons(ownReasons...), engine.WithStatusReasons(
		flow.StatusReason{Kind: kinds.Lead, Status: "lost", Key: "spam"},
	))
	if err != nil {
		t.Fatal(err)
	}
	list := client.StatusReasons(kinds.Lead)
	if len(list) != 5 || list[1] != ownReasons[1] || list[0].Label != "from_fair" || list[4].Key != "spam" {
		t.Errorf("the reasons of leads are %+v", list)
	}
	good := flow.StatusReason{Kind: kinds.Lead, Status: "lost", Key: "spam"}
	for name, c := range map[string]struct {
		change func(*flow.StatusReason)
		code   codes.Code
		field  string
	}{
		"unknown kind":        {func(r *flow.StatusReason) { r.Kind = "ship" }, codes.ErrInvalid, "status_reasons[1].kind"},
		"kind without status": {func(r *flow.StatusReason) { r.Kind = kinds.Note }, codes.ErrInvalid, "status_reasons[1].kind"},
		"unknown status":      {func(r *flow.StatusReason) { r.Status = "won" }, codes.ErrInvalid, "status_reasons[1].status"},
		"no key":              {func(r *flow.StatusReason) { r.Key = "" }, codes.ErrInvalid, "status_reasons[1].key"},
		"bad key":             {func(r *flow.StatusReason) { r.Key = "Spam" }, codes.ErrInvalid, "status_reasons[1].key"},
		"key of a status":     {func(r *flow.StatusReason) { r.Key = "contacted" }, codes.ErrTaken, "status_reasons[1].key"},
		"same key":            {func(r *flow.StatusReason) { r.Key = "left_voicemail" }, codes.ErrTaken, "status_reasons[1].key"},
		"code of a status":    {func(r *flow.StatusReason) { r.Code = leadtocash.LeadStatusLost.Code() }, codes.ErrTaken, "status_reasons[1].code"},
		"same code":           {func(r *flow.StatusReason) { r.Code = 100000001 }, codes.ErrTaken, "status_reasons[1].code"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := good
			c.change(&r)
			_, err := engine.New(memory.New(), engine.WithStatusReasons(ownReasons[1], r))
			var e *record.Error
			if !errors.As(err, &e) || e.Code != c.code || e.Reasons[0].Field != c.field {
				t.Errorf("refused by %v, want %s at %s", err, c.code, c.field)
			}
		})
	}
}

// Without a client the reason is set on what a transition returns: what keeps the
// status keeps the reason, what changes it does not.
func TestStatusReason_pure(t *testing.T) {
	t.Parallel()
	n := testkit.NewOrder(t, testkit.WriteIn("1", "1.00"))
	n.StatusReason = "with_legal"
	if next := testkit.Does(t, n, leadtocash.Order.Edit, leadtocash.EditOrder{Fields: func() leadtocash.OrderFields {
		f := n.OrderFields
		f.Name = "other"
		return f
	}()}, leadtocash.OrderFacts{Stamp: testkit.Noon}, "order.edited", "new", "new"); next.StatusReason != "with_legal" {
		t.Errorf("edited, the order is %q", next.StatusReason)
	}
	o := testkit.OrderIn(t, leadtocash.OrderStatusNew)
	o.StatusReason = "with_legal"
	out, err := o.Fulfill(leadtocash.FulfillOrder{}, leadtocash.OrderFacts{Stamp: testkit.Noon})
	if err != nil || out.Record.Status == leadtocash.OrderStatusNew || out.Record.StatusReason != "" {
		t.Errorf("fulfilled, the order is %s, %q (%v)", out.Record.Status, out.Record.StatusReason, err)
	}
	i := testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled)
	i.StatusReason = "sent_by_post"
	paid, err := i.MarkPaid(leadtocash.PayInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.Noon})
	if err != nil || paid.Record.StatusReason != "" {
		t.Errorf("paid, the invoice is %q (%v)", paid.Record.StatusReason, err)
	}
}
