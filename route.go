package leadtocash

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// RouteRule says who gets a lead or an opportunity. Rules are tried in order;
// the first whose conditions hold decides, even if nobody is free.
type RouteRule struct {
	Name    string            `json:"name"`
	When    []match.Condition `json:"when,omitzero"`    // of the record; none: every record
	Team    record.SellerID   `json:"team,omitzero"`    // gets it, whatever follows
	Sellers []record.SellerID `json:"sellers,omitzero"` // one of these; none: any person
	Where   []match.Condition `json:"where,omitzero"`   // of the seller
	By      Distribution      `json:"by,omitzero"`
	// Availability prefers who is available now, then within 24, 48, 72, 96 and 120
	// hours, and leaves out the rest.
	Availability bool `json:"availability,omitzero"`
	// Capacity leaves out who has as many open leads and opportunities as he may.
	Capacity bool `json:"capacity,omitzero"`
}

// Distribution is how a rule chooses among several sellers.
type Distribution = value.Setting[distributionKeys]

// The distributions: in turn, or to whom has the fewest open leads and
// opportunities.
const (
	RoundRobin Distribution = iota
	LoadBalancing
)

type distributionKeys struct{}

func (distributionKeys) Keys() []string { return []string{"round_robin", "load_balancing"} }

// RouteRules are rules in order, for leads or for opportunities. Make them with
// NewRouteRules.
type RouteRules[R Prospect] struct{ Rules CompiledRoutes }

// CompiledRoutes are routing rules, ready to be asked.
type CompiledRoutes []CompiledRoute

// CompiledRoute is one of [CompiledRoutes].
type CompiledRoute struct {
	RouteRule
	when, where []match.CompiledCondition
}

// NewRouteRules compiles rules. ErrInvalid for an unknown field, values that do
// not suit it, or rules without or with the same name.
func NewRouteRules[R Prospect](rules ...RouteRule) (RouteRules[R], error) {
	compiled, err := compileRoutes(reflect.TypeFor[R](), rules)
	return RouteRules[R]{compiled}, err
}

func compileRoutes(prospect reflect.Type, rules []RouteRule) (CompiledRoutes, error) {
	var out CompiledRoutes
	for i, r := range rules {
		path := fmt.Sprintf("rules[%d]", i)
		taken := slices.ContainsFunc(out, func(c CompiledRoute) bool { return c.Name == r.Name })
		if r.Name == "" || len(r.Name) > 100 || taken || !r.By.Valid() {
			return nil, record.Refusal(codes.ErrInvalid, path+".name", "a rule has a name of its own")
		}
		r.Sellers = slices.Clone(r.Sellers)
		when, err := match.CompileConditions(prospect, r.When)
		if err != nil {
			return nil, record.AtField(path+".when", err)
		}
		where, err := match.CompileConditions(reflect.TypeFor[party.Seller](), r.Where)
		if err != nil {
			return nil, record.AtField(path+".where", err)
		}
		out = append(out, CompiledRoute{r, when, where})
	}
	return out, nil
}

// Rule returns the first rule whose conditions hold for the record, nil if
// there is none.
func (r RouteRules[R]) Rule(rec R) *RouteRule {
	if c := r.Rules.Rule(any(&rec).(record.Record)); c != nil {
		rule := c.RouteRule
		return &rule
	}
	return nil
}

// Rule is the first rule whose conditions hold for a record, nil if there is none.
func (r CompiledRoutes) Rule(d record.Record) *CompiledRoute {
	for i := range r {
		if match.AllHold(r[i].when, d) {
			return &r[i]
		}
	}
	return nil
}

// RouteCandidate is a seller with what routing wants to know.
type RouteCandidate struct {
	Seller      party.Seller
	Load        int32     // open leads and opportunities
	AvailableAt time.Time // when he is next; zero or past: now
}

// Routing is who gets a record, and why. Without a seller nobody does.
type Routing struct {
	Rule       string          `json:"rule,omitzero"` // empty if none holds
	Seller     record.SellerID `json:"seller,omitzero"`
	Why        string          `json:"why"`
	Considered []Considered    `json:"considered,omitzero"` // every seller that the actor may see, by id
}

// Considered is what a rule found about a seller.
type Considered struct {
	Seller  record.SellerID `json:"seller"`
	Skipped string          `json:"skipped,omitzero"` // why; empty if he could have been chosen
}

// windows are the hours within which somebody should be available, in the order
// in which they are tried.
var windows = []int{0, 24, 48, 72, 96, 120}

// Route decides who gets the record. turn counts the choices that the rule has
// made before: equal input leads to the same seller.
func (r RouteRules[R]) Route(rec R, sellers []RouteCandidate, turn int64, now time.Time) Routing {
	return r.Rules.Rule(any(&rec).(record.Record)).Choose(sellers, turn, now)
}

// Choose decides among the sellers by the rule that holds, if any.
func (rule *CompiledRoute) Choose(sellers []RouteCandidate, turn int64, now time.Time) Routing {
	if rule == nil {
		return Routing{Why: "no rule holds"}
	}
	out := Routing{Rule: rule.Name}
	sellers = slices.Clone(sellers)
	slices.SortFunc(sellers, func(a, b RouteCandidate) int { return bytes.Compare(a.Seller.ID.UUID[:], b.Seller.ID.UUID[:]) })
	var free []RouteCandidate
	for i := range sellers {
		c := Considered{Seller: sellers[i].Seller.ID, Skipped: rule.Skips(&sellers[i], now)}
		if out.Considered = append(out.Considered, c); c.Skipped == "" {
			free = append(free, sellers[i])
		}
	}
	free, within := rule.soonest(free, now)
	if len(free) == 0 {
		out.Why = "nobody can take it"
		return out
	}
	chosen := int(turn % int64(len(free)))
	out.Why = fmt.Sprintf("in turn %d of %d", chosen+1, len(free))
	switch {
	case !rule.Team.IsZero():
		chosen, out.Why = 0, "the team"
	case rule.By == LoadBalancing:
		chosen = 0
		for i := range free {
			if free[i].Load < free[chosen].Load {
				chosen = i
			}
		}
		out.Why = fmt.Sprintf("the least of %d loads: %d", len(free), free[chosen].Load)
	}
	if within > 0 {
		out.Why += ", available within " + strconv.Itoa(within) + " hours"
	}
	out.Seller = free[chosen].Seller.ID
	return out
}

// Skips tells why a seller cannot be chosen, empty if he can.
func (rule *CompiledRoute) Skips(c *RouteCandidate, now time.Time) string {
	s := &c.Seller
	capacity, limited := s.Capacity.Get()
	switch {
	case s.Status != party.SellerStatusActive:
		return "inactive"
	case !rule.Team.IsZero():
		if s.ID != rule.Team {
			return "not the team"
		}
		return ""
	case len(rule.Sellers) > 0 && !slices.Contains(rule.Sellers, s.ID):
		return "not named"
	case s.Kind == party.SellerKindTeam:
		return "a team"
	case !match.AllHold(rule.where, s):
		return "does not meet the conditions"
	case rule.Capacity && limited && c.Load >= capacity:
		return "at capacity"
	case rule.Availability && c.AvailableAt.Sub(now) > time.Duration(windows[len(windows)-1])*time.Hour:
		return "not available"
	}
	return ""
}

// soonest keeps those who are available first, and tells within how many hours.
func (rule *CompiledRoute) soonest(free []RouteCandidate, now time.Time) ([]RouteCandidate, int) {
	if !rule.Availability {
		return free, 0
	}
	for _, hours := range windows {
		var soon []RouteCandidate
		for _, c := range free {
			if c.AvailableAt.Sub(now) <= time.Duration(hours)*time.Hour {
				soon = append(soon, c)
			}
		}
		if len(soon) > 0 {
			return soon, hours
		}
	}
	return nil, 0
}

// Route asks for a new owner by the rules.
type Route struct{}

// Routed is a lead or opportunity with who got it and why. Without a seller it
// stays with whom it was.
type Routed[R Prospect] struct {
	Record  R              `json:"record"`
	Routing Routing        `json:"routing"`
	Events  []record.Event `json:"events,omitzero"`
}

// Route gives the lead to whom facts say, in any status. It is an assignment
// whose event tells rule and reason. Without routing in the facts, or without a
// seller in it, nothing changes. Code: ErrInactive.
func (l Lead) Route(_ Route, f LeadFacts) (Routed[Lead], error) {
	return routed(l, f.Routing, f, Lead.Assign)
}

// Route gives the opportunity to whom facts say, in any status. It is an
// assignment whose event tells rule and reason. Without routing in the facts,
// or without a seller in it, nothing changes. Code: ErrInactive.
func (o Opportunity) Route(_ Route, f OpportunityFacts) (Routed[Opportunity], error) {
	return routed(o, f.Routing, f, Opportunity.Assign)
}

func routed[R Prospect, F any](r R, routing *Routing, f F, assign func(R, record.Assign, F) (record.Change[R], error)) (Routed[R], error) {
	out := Routed[R]{Record: r}
	if routing == nil {
		return out, nil
	}
	out.Routing = *routing
	if routing.Seller.IsZero() {
		return out, nil
	}
	changed, err := assign(r, record.Assign{Owner: routing.Seller.UUID}, f)
	if err != nil {
		return Routed[R]{}, err
	}
	out.Record, out.Events = changed.Record, changed.Events
	for i := range out.Events {
		out.Events[i].Data = append(out.Events[i].Data, routing.told()...)
	}
	return out, nil
}

// Owns makes who is chosen the owner of a new record, unless its command names
// one, and returns what the event tells of it.
func (r *Routing) Owns(h *record.Head, named uuid.UUID) record.Data {
	if r == nil || r.Seller.IsZero() || named != uuid.Nil {
		return nil
	}
	h.Owner = r.Seller.UUID
	return r.told()
}

// told is what an event tells.
func (r *Routing) told() record.Data { return record.DataOf("rule", r.Rule, "why", r.Why) }

// CascadeFacts are what assigning an account depends on: those of the account,
// and the records of which some go along with it.
type CascadeFacts struct {
	party.AccountFacts
	Contacts      []party.Contact
	Accounts      []party.Account // below it
	Opportunities []Opportunity
	Quotes        []Quote
	Orders        []Order
	Invoices      []Invoice
}

// AssignedAccount is an account with its new owner, and what went along.
type AssignedAccount struct {
	Record        party.Account   `json:"account"`
	Contacts      []party.Contact `json:"contacts,omitzero"`
	Accounts      []party.Account `json:"accounts,omitzero"`
	Opportunities []Opportunity   `json:"opportunities,omitzero"`
	Quotes        []Quote         `json:"quotes,omitzero"`
	Orders        []Order         `json:"orders,omitzero"`
	Invoices      []Invoice       `json:"invoices,omitzero"`
	Events        []record.Event  `json:"events,omitzero"`
}

// AssignAccount gives an account another owner as party.Account.Assign does, and
// with it those of the facts' records that the command's cascade names; others
// stay whose they are. Code: ErrInactive for an inactive seller.
func AssignAccount(a party.Account, cmd record.Assign, f CascadeFacts) (out AssignedAccount, err error) {
	changed, err := a.Assign(cmd, f.AccountFacts)
	if err != nil {
		return AssignedAccount{}, err
	}
	out.Record, out.Events = changed.Record, changed.Events
	c := cascade{of: cmd.Cascade, was: a.Owner, to: record.Assign{Owner: cmd.Owner}, events: &out.Events}
	steps := []func() error{
		func() error {
			return along(&c, &out.Contacts, f.Contacts, func(r *party.Contact) bool { return r.Status.State() == party.StateActive },
				func(r party.Contact) (record.Change[party.Contact], error) {
					return r.Assign(c.to, party.ContactFacts{Stamp: f.Stamp})
				})
		},
		func() error {
			return along(&c, &out.Accounts, f.Accounts, func(r *party.Account) bool { return r.Status.State() == party.StateActive },
				func(r party.Account) (record.Change[party.Account], error) {
					return r.Assign(c.to, party.AccountFacts{Stamp: f.Stamp})
				})
		},
		func() error {
			return along(&c, &out.Opportunities, f.Opportunities, func(r *Opportunity) bool { return r.Status.State() == OpportunityOpen },
				func(r Opportunity) (record.Change[Opportunity], error) {
					return r.Assign(c.to, OpportunityFacts{Stamp: f.Stamp})
				})
		},
		func() error {
			return along(&c, &out.Quotes, f.Quotes, func(r *Quote) bool { return r.Status.State() == QuoteDraft || r.Status.State() == QuoteActive },
				func(r Quote) (record.Change[Quote], error) { return r.Assign(c.to, QuoteFacts{Stamp: f.Stamp}) })
		},
		func() error {
			return along(&c, &out.Orders, f.Orders, nil,
				func(r Order) (record.Change[Order], error) { return r.Assign(c.to, OrderFacts{Stamp: f.Stamp}) })
		},
		func() error {
			return along(&c, &out.Invoices, f.Invoices, nil,
				func(r Invoice) (record.Change[Invoice], error) { return r.Assign(c.to, InvoiceFacts{Stamp: f.Stamp}) })
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return AssignedAccount{}, err
		}
	}
	return out, nil
}

// cascade is an assignment on its way from an account to its records.
type cascade struct {
	of     record.Cascade
	was    uuid.UUID
	to     record.Assign
	events *[]record.Event
}

// along assigns those records that the cascade names. Kinds that nobody calls
// open go along with all the rest or not at all.
func along[R any](c *cascade, to *[]R, records []R, open func(*R) bool, assign func(R) (record.Change[R], error)) error {
	for _, r := range records {
		owner := any(&r).(record.Record).Header().Owner
		goes := c.of == record.CascadeAll ||
			open != nil && (c.of == record.CascadeOpen && open(&r) || c.of == record.CascadeSameOwner && owner == c.was)
		if !goes || owner == c.to.Owner {
			continue
		}
		changed, err := assign(r)
		if err != nil {
			return err
		}
		*to = append(*to, changed.Record)
		*c.events = append(*c.events, changed.Events...)
	}
	return nil
}
