package journeytest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// longest is how many deeds a journey has at most.
const longest = 120

// walk goes one random journey and shows every step of it.
func walk(ctx context.Context, t *rapid.T, store *watched, compat bool, show func(*scene) error) {
	j := wander(ctx, t, store, compat, show)
	last := j.close()
	last.replayed = j.replayed()
	if j.chance(25, "all of it moves") {
		last.imported = j.imported()
	}
	if err := show(last); err != nil {
		t.Fatalf("%v", err)
	}
	for found, err := range j.world.client.Verify(ctx) {
		if err != nil {
			t.Fatalf("%v", err)
		}
		t.Fatalf("verify found, although nobody else has written: %s (%s)", found, found.Code)
	}
}

// wander goes a random journey as far as it leads.
func wander(ctx context.Context, t *rapid.T, store *watched, compat bool, show func(*scene) error) *journey {
	settings := drawSettings(t, compat)
	options := append(ownFields(), engine.WithSettings(settings), engine.WithStatusReasons(statusReasons...))
	w := newWorld(t, store, options...)
	j := &journey{T: t, ctx: ctx, world: w, options: options, settings: settings, book: emptyBook}
	j.begin(show)
	for n := 0; n < longest && !j.chance(1, "the end"); n++ {
		j.step(j.attempt(j.deed()), show)
	}
	return j
}

// Tenants goes random journeys over a store, a tenant for each, and shows what each
// leaves behind: a client of the tenant, and others of empty tenants of the same store
// with the same options, at a time when all of that has happened.
func Tenants(t *testing.T, open func(testing.TB) storage.Store, show func(ctx context.Context, from *engine.Client, empty func() *engine.Client) error) {
	t.Helper()
	store := watch(open(t))
	rapid.Check(t, func(t *rapid.T) {
		j := wander(t.Context(), t, store, chance(t, 20, "as in Dynamics 365"), func(*scene) error { return nil })
		if err := show(j.ctx, j.world.client, func() *engine.Client { return j.elsewhere().client }); err != nil {
			t.Fatalf("%v", err)
		}
	})
}

// statusReasons are the host's: each key stands under statuses of several kinds.
var statusReasons = []flow.StatusReason{
	{Kind: kinds.Lead, Status: "contacted", Key: "waiting"},
	{Kind: kinds.Lead, Status: "lost", Key: "too_dear"},
	{Kind: kinds.Account, Status: "active", Key: "prospect"},
	{Kind: kinds.Opportunity, Status: "in_progress", Key: "waiting"},
	{Kind: kinds.Opportunity, Status: "canceled", Key: "too_dear"},
	{Kind: kinds.Opportunity, Status: "won", Key: "checked"},
	{Kind: kinds.Quote, Status: "draft", Key: "waiting"},
	{Kind: kinds.Quote, Status: "lost", Key: "too_dear"},
	{Kind: kinds.Order, Status: "new", Key: "waiting"},
	{Kind: kinds.Order, Status: "complete", Key: "checked"},
	{Kind: kinds.Invoice, Status: "billed", Key: "waiting"},
	{Kind: kinds.Invoice, Status: "paid", Key: "checked"},
	{Kind: kinds.Payment, Status: "posted", Key: "checked"},
}

// drawSettings are an organisation's choices, the strict ones unless as in
// Dynamics 365.
func drawSettings(t *rapid.T, compat bool) leadtocash.Settings {
	flag := func(label string) bool { return chance(t, 25, label) }
	s := leadtocash.Settings{
		D365Compat: compat, BaseCurrency: money.EUR,
		PriceListOptional: true, RequireLines: flag("lines required"), BackOffice: flag("back office"),
		InvoiceOnlyShipped: flag("invoice only shipped"), EnforceQuoteExpiry: flag("quotes expire"),
		EnforceCreditHold: flag("credit hold"), AllowQualifyWithoutCustomer: flag("qualify without customer"),
		DueDays: 14 * below(t, 2, "due days"),
	}
	if flag("what is made belongs to who acts") {
		s.Ownership = record.OwnershipActor
	}
	if flag("approvals") {
		s.Approvals = approvalRules
	}
	if flag("discount per unit") {
		s.Pricing.DiscountMethod = pricing.DiscountPerUnit
	}
	if flag("another rounding") {
		s.Pricing.RoundingMode = money.HalfEven
	}
	if flag("another precision") {
		s.Pricing.PricingPrecision = value.Some[int8](4)
	}
	if flag("computed tax") {
		s.Pricing.TaxMode, s.Pricing.PricesIncludeTax = pricing.TaxComputed, flag("prices include tax")
		if flag("tax is rounded per line") {
			s.Pricing.TaxRounding = pricing.TaxRoundingPerLine
		}
	}
	return s
}

// approvalRules are those of some organisations.
var approvalRules = []agreement.Rule{
	{
		Name: "discount", Level: 1, When: []agreement.Condition{{Field: agreement.FieldDiscount, Value: "5"}},
		By: agreement.Approvers{Sellers: []record.SellerID{{UUID: ann.ID}, {UUID: bob.ID}}},
	},
	{
		Name: "large", Level: 2, Kinds: []kinds.Kind{kinds.Order, kinds.Invoice},
		When: []agreement.Condition{{Field: agreement.FieldTotal, Operator: agreement.AtLeast, Value: "2000"}},
		By:   agreement.Approvers{Sellers: []record.SellerID{{UUID: ann.ID}, {UUID: bob.ID}}},
	},
}

// begin makes customers and a first lead, so that there is something to do.
func (j *journey) begin(show func(*scene) error) {
	birth := record.Origin{Currency: money.EUR}
	for _, a := range []attempt{
		{action: actions.AccountCreate, do: func(ctx context.Context, c *client) (any, error) {
			return c.Accounts().Create(ctx, party.CreateAccount{ID: id[record.AccountID](1), Origin: birth, Fields: party.AccountFields{Name: "Adventure Works"}})
		}},
		{action: actions.ContactCreate, do: func(ctx context.Context, c *client) (any, error) {
			return c.Contacts().Create(ctx, party.CreateContact{ID: id[record.ContactID](1), Origin: birth, Fields: party.ContactFields{LastName: "Doe"}})
		}},
		{action: actions.LeadCreate, do: func(ctx context.Context, c *client) (any, error) {
			return c.Leads().Create(ctx, leadtocash.CreateLead{ID: id[record.LeadID](1), Origin: birth, Fields: leadtocash.LeadFields{Topic: "ten desks", CompanyName: "Fabrikam"}})
		}},
	} {
		j.step(a, show)
	}
	for _, s := range append(catalogue(), stock()...) {
		j.step(s.attempt(), show)
	}
}

// traffic is how often journeys turn to each kind of record.
var traffic = weighted(map[kinds.Kind]int{
	kinds.Lead: 5, kinds.Account: 3, kinds.Contact: 3,
	kinds.Opportunity: 8, kinds.Quote: 10, kinds.Order: 12, kinds.Invoice: 14, kinds.Payment: 8,
	kinds.CreditNote: 5, kinds.Refund: 3, kinds.Approval: 3,
	kinds.Seller: 2, kinds.Competitor: 1, kinds.Connection: 2, kinds.Note: 2,
	kinds.Goal: 2, kinds.GoalMetric: 1, kinds.ForecastAdjustment: 1,
	kinds.Task: 1, kinds.PhoneCall: 1, kinds.Email: 1, kinds.Appointment: 1, kinds.PriceListItem: 2, kinds.Product: 1,
})

func weighted(weights map[kinds.Kind]int) (list []kinds.Kind) {
	for _, kind := range kinds.Kinds() {
		for range weights[kind] {
			list = append(list, kind)
		}
	}
	return list
}

// deed draws what to do next: mostly something that the record's status
// allows.
func (j *journey) deed() (deed, any) {
	kind := pick(j, "kind", traffic...)
	var living []record.Ref
	for _, ref := range j.book.refs {
		if ref.Kind == kind && j.book.records[ref] != nil {
			living = append(living, ref)
		}
	}
	births := deedsOf(kind, func(d deed) bool { return d.birth })
	if len(living) == 0 && len(births) == 0 { // a refund is made of something
		return j.deed()
	}
	all := deedsOf(kind, func(d deed) bool { return !d.birth })
	if len(living) == 0 || len(all) == 0 || len(births) > 0 && len(living) < 3 && j.chance(12, "a birth") {
		return pick(j, "birth", births...), nil
	}
	ref := living[len(living)-1]
	if !j.chance(50, "the latest") {
		ref = pick(j, "record", living...)
	}
	possible := deedsOf(kind, func(d deed) bool {
		return !d.birth && allowed(d.action, j.book.stored[ref].Status) && (!d.deletes() || j.chance(15, "a deletion"))
	})
	if telling := slices.DeleteFunc(slices.Clone(possible), deed.dull); len(telling) > 0 && j.chance(60, "no dull deed") {
		possible = telling
	}
	return usually(j, "deed", possible, all), j.book.records[ref]
}

// dull reports whether a deed hardly leads anywhere.
func (d deed) dull() bool {
	_, verb, _ := strings.Cut(d.action.String(), ".")
	switch verb {
	case "assign", "recalculate", "score", "change_currency", "retire", "lock_pricing", "unlock_pricing", "set_status", "get_products", "deactivate",
		"cancel", "void", "bounce", "deallocate", "unapply", "disqualify", "lose", "merge", "dispute", "promise_payment", "withdraw_promise", "write_off":
		return true
	}
	return d.deletes()
}

func (d deed) deletes() bool { return d.action == deletions[d.action.Kind()] }

var deletions = func() map[kinds.Kind]actions.Action {
	m := map[kinds.Kind]actions.Action{}
	for _, a := range actions.Actions() {
		if a.String() == string(a.Kind())+".delete" {
			m[a.Kind()] = a
		}
	}
	return m
}()

func deedsOf(kind kinds.Kind, of func(deed) bool) (list []deed) {
	for _, d := range deeds {
		if d.action.Kind() == kind && of(d) {
			list = append(list, d)
		}
	}
	return list
}

// cells are the tables of all kinds, by action and status.
var cells = func() map[actions.Action]map[string]flow.Cell {
	m := map[actions.Action]map[string]flow.Cell{}
	for _, kind := range kinds.Kinds() {
		table := engine.TableOf(kind)
		if table == nil {
			continue
		}
		for c := range table.Matrix() {
			if m[c.Action] == nil {
				m[c.Action] = map[string]flow.Cell{}
			}
			m[c.Action][c.Status] = c
		}
	}
	return m
}()

// allowed reports whether the table lets the action happen in the status, for
// some command; kinds without table allow everything.
func allowed(do actions.Action, status string) bool {
	return cells[do] == nil || cells[do][status].Refusal == ""
}

// attempt draws the command, and lets time pass; clocks are set back now and
// then.
func (j *journey) attempt(d deed, record any) attempt {
	j.world.pass(pick(j, "time passes", time.Minute, time.Hour, 0, 40*24*time.Hour, -time.Hour))
	return d.draw(j, record)
}

// step carries out an attempt and shows what came of it. Some are previewed
// before, some are repeated with the key of the first call.
func (j *journey) step(a attempt, show func(*scene) error) {
	j.steps++
	s := &scene{before: j.book, settings: j.settings, attempt: a}
	c := j.world.client.As(pick(j, "actor", ann, ann, bob, robot))
	given, err := json.Marshal(a.cmd)
	if err != nil {
		j.Fatalf("%s: the command has no JSON form: %v", a, err)
	}
	if j.chance(8, "a status reason") {
		c = c.StatusReason(statusReasons[below(j.T, len(statusReasons), "status reason")].Key)
	}
	explained := j.explained(a, c)
	if a.action == actions.LeadQualify && j.chance(50, "by who sees his own only") {
		s.peeked = j.peek(a)
	}
	var foreseen error
	previewed := j.chance(10, "preview")
	if previewed {
		_, foreseen = a.do(j.ctx, c.Preview())
	}
	if j.chance(10, "once") {
		c = c.Once(uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, j.world.tenant, j.steps)).String())
		s.key = true
	}
	compare := j.differently(a, c)
	if !s.key && j.chance(8, "among refused calls") {
		s.outcome, s.err = j.amid(a, c)
	} else {
		s.outcome, s.err = a.do(j.ctx, c)
	}
	if s.err == nil {
		s.otherwise = compare(s.outcome)
	}
	j.Logf("%s: %v", a, s.err)
	if after, err := json.Marshal(a.cmd); err != nil || string(after) != string(given) {
		j.Fatalf("%s: the command was changed to\n%s (%v), was\n%s", a, after, err, given)
	}
	if previewed && (foreseen == nil) != (s.err == nil) {
		j.Fatalf("%s: a preview foresaw %v, but it ended with %v", a, foreseen, s.err)
	}
	if s.key && s.err == nil {
		j.repeat(s, c)
	}
	j.turn(s)
	if err := explained(s.err); err != nil {
		j.Fatalf("%s: %v", a, err)
	}
	if err := sound(s); err != nil {
		j.Fatalf("%s: %v", a, err)
	}
	if err := show(s); err != nil {
		j.Fatalf("%v", err)
	}
}

// String writes the attempt as a reader of the failure repeats it.
func (a attempt) String() string {
	cmd, _ := json.Marshal(a.cmd)
	return fmt.Sprintf("%s on %s with %s", a.action, a.ref, cmd)
}

// turn reads what the step left in the store.
func (j *journey) turn(s *scene) {
	now, err := j.world.read(j.ctx, j.book)
	if err != nil {
		j.Fatalf("%s: the store cannot be read afterwards: %v", s.attempt, err)
	}
	s.book, s.fresh = now, now.events[len(j.book.events):]
	if s.err != nil {
		if s.counters, err = j.world.advanced(j.ctx); err != nil {
			j.Fatalf("%s: the counters cannot be read afterwards: %v", s.attempt, err)
		}
	}
	j.book = now
}

// repeat makes the same call with the same key: it has to return the same
// outcome.
func (j *journey) repeat(s *scene, c *client) {
	again, err := s.attempt.do(j.ctx, c)
	if err != nil {
		j.Fatalf("%s: repeated with the same key: %v", s.attempt, err)
	}
	first, _ := json.Marshal(s.outcome)
	second, _ := json.Marshal(again)
	if !equalJSON(first, second) {
		j.Fatalf("%s: repeated with the same key: the outcome is\n%s, was\n%s", s.attempt, second, first)
	}
}

// explained asks beforehand whether the deed is possible: what is refused
// without looking at the command has to be refused with it.
func (j *journey) explained(a attempt, c *client) func(error) error {
	explain := explainers[a.ref.Kind]
	if explain == nil || !j.chance(20, "explain") {
		return func(error) error { return nil }
	}
	verdicts, err := explain(j.ctx, c, a.ref.ID)
	return func(actual error) error {
		if err != nil {
			return fmt.Errorf("cannot be explained: %w", err)
		}
		for _, v := range verdicts {
			if v.Action == a.action && v.Err != nil && actual == nil {
				return fmt.Errorf("was explained as impossible (%w) and done", v.Err)
			}
		}
		return nil
	}
}

// sound checks what holds for every call, whatever it is about: a refusal has
// a code and reasons and yields nothing; a success is a step that the table
// declares.
func sound(s *scene) error {
	if s.err != nil {
		var e *record.Error
		if !errors.As(s.err, &e) || e.Code.Info().Code == "" || len(e.Reasons) == 0 {
			return fmt.Errorf("refused without code or reason: %w", s.err)
		}
		if out := reflect.ValueOf(s.outcome); out.IsValid() && !out.IsZero() {
			return fmt.Errorf("refused, but yields %+v", s.outcome)
		}
	}
	used := errors.Is(s.err, codes.ErrHasChildOpportunities) ||
		errors.Is(s.err, codes.ErrInUse) && s.attempt.ref.Kind != kinds.Approval // which is in use once a gate was passed with it
	if used && !s.isNamed(s.attempt.ref) {
		return fmt.Errorf("refused as in use, but nothing refers to it: %w", s.err)
	}
	was := s.before.stored[s.attempt.ref]
	if was == nil || cells[s.attempt.action] == nil {
		return nil
	}
	cell := cells[s.attempt.action][was.Status]
	if s.attempt.action == actions.OrderFulfillPartial { // the last shipment is the complete fulfilment
		cell.To = slices.Concat(cell.To, cells[actions.OrderFulfill][was.Status].To)
	}
	switch is := s.stored[s.attempt.ref]; {
	case cell.Refusal != "" && !errors.Is(s.err, cell.Refusal) && !errors.Is(s.err, codes.ErrNotFound): // what the command names is looked up first
		return fmt.Errorf("in %s the table refuses with %s, not %v", was.Status, cell.Refusal, s.err)
	case s.err != nil || len(s.fresh) == 0 || cell.Deletes: // a success without event changed nothing
	case is == nil:
		return fmt.Errorf("in %s: the record is gone, which the table does not declare", was.Status)
	case !slices.Contains(cell.To, is.Status):
		return fmt.Errorf("leads from %s to %s, which the table does not declare", was.Status, is.Status)
	}
	return nil
}

// isNamed reports whether another record refers to the one, or is owned by it.
func (b *book) isNamed(ref record.Ref) bool {
	for user, named := range b.named {
		if user != ref && (slices.Contains(named, ref) || ref.Kind == kinds.Seller && b.stored[user].Owner == ref.ID) {
			return true
		}
	}
	return false
}

var errPeek = errors.New("only looking")

// advanced lists the counters that stand elsewhere than the last commit left
// them.
func (w *world) advanced(ctx context.Context) (list []string, err error) {
	watched, ok := w.store.(*watched)
	if !ok {
		return nil, nil
	}
	counters := watched.committed(w.tenant)
	err = w.store.Update(ctx, w.tenant, func(ctx context.Context, tx storage.Tx) error {
		list = nil
		for name, committed := range counters {
			next, err := tx.Next(ctx, name)
			if err != nil {
				return err
			}
			if next != committed+1 {
				list = append(list, fmt.Sprintf("%s at %d instead of %d", name, next-1, committed))
			}
		}
		return errPeek
	})
	if errors.Is(err, errPeek) {
		err = nil
	}
	return list, err
}

// replayed reads the whole history anew: what it tells must be what is stored.
func (j *journey) replayed() error {
	fresh, err := j.world.read(j.ctx, emptyBook)
	if err != nil {
		return err
	}
	if err := j.book.same(fresh); err != nil {
		return fmt.Errorf("read step by step, then at once: %w", err)
	}
	return fresh.replay()
}
