// Package leadtocash models the way from a lead to cash in the manner of
// Dynamics 365 Sales, as a library to embed in a CRM of one's own.
//
// A [Lead] is captured and qualified into an [Account], a [Contact] and an
// [Opportunity]; the opportunity is proposed in a [Quote], with as many
// revisions as the negotiation takes; the quote is won into an [Order], which
// is delivered, billed by an [Invoice] and paid by a [Payment].
//
// # Two ways to use it
//
// The records are plain values and every transition is a pure method: record,
// command and facts in; new records and events, or one [Error] with all
// reasons, out. Nothing is changed in place, no clock is read:
//
//	won, err := quote.WinToOrder(leadtocash.WinQuoteToOrder{}, leadtocash.QuoteFacts{
//		Stamp: leadtocash.At(time.Now(), leadtocash.User(id)), Opportunity: &opportunity,
//	})
//
// Facts are what else a decision depends on. What they leave out is not there: no
// other quote is open, no setting is strict, no opportunity is won along with the
// quote. A [Client] gathers them all.
//
// A [Client] does the same over a store: it loads the record, gathers the
// facts, decides, and saves everything or nothing in one transaction:
//
//	client, err := leadtocash.New(memory.New())
//	won, err := client.Quotes().WinToOrder(ctx, id, leadtocash.WinQuoteToOrder{})
//
// # What may I do, and why not?
//
// Behind every kind of record stands a table, its [Flow]. Methods obey it, and
// the same table answers what is possible now, with all reasons against the
// rest, and draws the diagrams:
//
//	for _, v := range leadtocash.QuoteFlow().Explain(&quote, &facts) { … }
//
// # Errors
//
// Every refusal is an [Error] with a [Code] for each reason. Whatever its own
// codes, a command whose data are wrong is refused with ErrMissingField,
// ErrTooLong, ErrOutOfRange or ErrInvalid, and a call on a Client also with
// ErrNotFound (the record, or one that a field refers to), ErrDenied,
// ErrConflict (a version of IfVersion, or a concurrent change), ErrTaken,
// ErrKeyReused, ErrRetry, ErrCommitUnknown, ErrUnsupported or ErrClosed. The
// zero outcome comes with every error, and nothing has changed; only after
// ErrCommitUnknown it may have: repeat such a call with [Client.Once]. What is no
// refusal comes as it is: the error of a context that is over, or of a database
// that cannot be reached. A nil context panics, as it does everywhere in Go.
//
// # Money
//
// An [Amount] is exact at its currency's precision; rounding is a conversion
// that only a [Currency] makes, so a forgotten one does not compile.
package leadtocash

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// Client runs every action over a store: load, gather facts, decide, save, in
// one transaction. It is safe for concurrent use. The methods As, In, Once,
// On, At, Preview, Starting and StatusReason return cheap copies that see the same
// engine.
type Client struct {
	*engine
	store   storage.Store
	tenant  storage.Tenant
	actor   Actor
	by      *Actor    // actor, for all events that are stored
	key     string    // of Once
	at      time.Time // of At
	starts  string    // of Starting
	reason  string    // of StatusReason
	preview bool
	joined  bool          // the store is a transaction somebody else commits
	local   *numberBlocks // reserved in that transaction
	within  bool          // that somebody is a preview of this client, which rolls back
}

// engine is what all copies of a client share; it does not change after New.
type engine struct {
	clock         func() time.Time
	ids           func() uuid.UUID
	log           *slog.Logger
	settings      Settings
	customPricing CustomPricing // nil: Price
	authorizer    Authorizer
	interceptors  []Interceptor
	numbering     Numbering
	blocks        *numberBlocks
	fields        map[kinds.Kind][]FieldDefinition
	guards        map[actions.Action][]Guard
	beforeCommit  []BeforeCommit
	resolver      Resolver
	limit         int64          // of attachments, bytes
	blobs         Blobs          // nil: without
	process       *processEngine // nil without processes
	matchers      map[kinds.Kind]Matcher
	routing       map[kinds.Kind]CompiledRoutes
	availability  Availability
	advisor       Advisor
	advising      AdvisorOptions

	statusReasons []StatusReason

	leadScorer        Scorer[Lead]
	opportunityScorer Scorer[Opportunity]
}

// ClientOption changes what New sets up. Of an option that says one thing the last
// one given counts; those that say one of several add up.
type ClientOption func(*engine) error

// New returns a client of a store, acting as the system in the tenant
// storage.Default. It panics if store is nil; an option with wrong data is
// ErrInvalid, ErrOutOfRange or ErrTooLong.
func New(store storage.Store, opts ...ClientOption) (*Client, error) {
	if store == nil {
		panic("leadtocash: New without a store")
	}
	e := &engine{
		clock: time.Now, ids: newUUID, log: slog.New(slog.DiscardHandler),
		authorizer: AllowAll{}, numbering: DefaultNumbering, blocks: &numberBlocks{},
		fields: map[kinds.Kind][]FieldDefinition{}, guards: map[actions.Action][]Guard{}, limit: DefaultAttachmentLimit,
		matchers: defaultMatchers(), routing: map[kinds.Kind]CompiledRoutes{},
		leadScorer: defaultLeadScorer, opportunityScorer: defaultOpportunityScorer,
	}
	for _, opt := range opts {
		if opt == nil {
			return nil, given(false, "options")
		}
		if err := opt(e); err != nil {
			return nil, err
		}
	}
	if e.process != nil {
		if err := e.process.prepare(e); err != nil {
			return nil, err
		}
	}
	c := &Client{engine: e, store: store, tenant: storage.Default}
	return c.As(Actor{Kind: ActorSystem}), nil
}

// WithClock replaces time.Now. It is called once per run of a transaction, by
// several goroutines at once; what it returns is truncated to microseconds.
func WithClock(now func() time.Time) ClientOption {
	return func(e *engine) error { e.clock = now; return given(now != nil, "clock") }
}

// WithIDs replaces the maker of record ids, which are version 7 UUIDs by
// default. It is called by several goroutines at once and never repeats itself.
func WithIDs(next func() uuid.UUID) ClientOption {
	return func(e *engine) error { e.ids = next; return given(next != nil, "ids") }
}

// WithLogger logs refusals at debug and failures at error level; by default
// nothing is logged. Texts of customers are never logged.
func WithLogger(log *slog.Logger) ClientOption {
	return func(e *engine) error { e.log = log; return given(log != nil, "logger") }
}

// WithSettings sets the organisation's choices.
func WithSettings(s Settings) ClientOption {
	return func(e *engine) error {
		if reasons := slices.Concat(validate(&s, s.BaseCurrency), s.Grades.faults(), s.dunningFaults()); len(reasons) > 0 {
			return refused(reasons)
		}
		e.settings = s
		return nil
	}
}

// WithCustomPricing calculates documents instead of [Price].
func WithCustomPricing(calculate CustomPricing) ClientOption {
	return func(e *engine) error { e.customPricing = calculate; return given(calculate != nil, "custom_pricing") }
}

// WithAuthorizer decides who may do and see what; by default everybody may.
func WithAuthorizer(a Authorizer) ClientOption {
	return func(e *engine) error { e.authorizer = a; return given(a != nil, "authorizer") }
}

// WithInterceptor wraps every call, the first one given outermost.
func WithInterceptor(i ...Interceptor) ClientOption {
	return func(e *engine) error {
		e.interceptors = append(e.interceptors, i...)
		return given(!slices.ContainsFunc(i, func(i Interceptor) bool { return i == nil }), "interceptor")
	}
}

// WithGuard narrows an action: the guard is asked before the library decides,
// its reason stands in the same list, and Explain knows it.
func WithGuard(g Guard) ClientOption {
	return func(e *engine) error {
		if !slices.Contains(actions.Actions(), g.Action) || !isWireName(string(g.Code)) || g.Holds == nil {
			return refusal(codes.ErrInvalid, "guard", "a guard has an action, a condition, and a code of lower case letters, digits and _")
		}
		e.guards[g.Action] = append(e.guards[g.Action], g)
		return nil
	}
}

// WithBeforeCommit runs inside every transaction of an action, after
// everything is written: it may write more, or refuse by its error.
func WithBeforeCommit(hook BeforeCommit) ClientOption {
	return func(e *engine) error {
		e.beforeCommit = append(e.beforeCommit, hook)
		return given(hook != nil, "before_commit")
	}
}

// WithResolver checks references to records that are not stored here:
// campaigns, cases, users and the like.
func WithResolver(r Resolver) ClientOption {
	return func(e *engine) error { e.resolver = r; return given(r != nil, "resolver") }
}

// WithAttachmentLimit sets the size limit of attachments kept in the store, in
// bytes: at least 1. Larger ones are ErrTooLarge, or go to the host: see
// WithBlobs.
func WithAttachmentLimit(bytes int64) ClientOption {
	return func(e *engine) error {
		if e.limit = bytes; bytes < 1 {
			return refusal(codes.ErrOutOfRange, "attachment_limit", "the limit is at least one byte")
		}
		return nil
	}
}

// given refuses an option that was given nothing.
func given(something bool, option string) error {
	if !something {
		return refusal(codes.ErrInvalid, option, "the option was given nothing")
	}
	return nil
}

// newID is the given id, or a new one.
func (c *Client) newID(given uuid.UUID) uuid.UUID {
	if given != uuid.Nil {
		return given
	}
	return c.ids()
}

// As returns a client that acts as somebody else.
func (c *Client) As(actor Actor) *Client {
	d := *c
	d.actor, d.by = actor, &actor
	return &d
}

// In returns a client that works in another tenant. On a joined store, every
// call in another tenant than the transaction's is ErrUnsupported.
func (c *Client) In(tenant storage.Tenant) *Client {
	d := *c
	d.tenant = tenant
	return &d
}

// Once returns a client whose next successful call is remembered under the
// key: repeated with the same key and the same command, it changes nothing and
// returns the first outcome, even if records moved on; with another command, or
// by another actor, it is ErrKeyReused. Refused calls are not remembered. Keys expire by
// PurgeRequests.
func (c *Client) Once(key string) *Client {
	d := *c
	d.key = key
	return &d
}

// On returns a client over another store: one that joins a transaction of the
// host, or the same database behind a wrapper. Whoever owns the transaction
// commits it. It panics if store is nil.
func (c *Client) On(store storage.Store) *Client {
	if store == nil {
		panic("leadtocash: On without a store")
	}
	d := *c
	d.store, d.joined, d.local = store, true, &numberBlocks{}
	return &d
}

// At returns a client whose calls happen at the given time, for bringing in
// history. It needs the import privilege. The time may lie before that of
// other records; one before the record's own last change counts as the
// microsecond after it.
func (c *Client) At(at time.Time) *Client {
	d := *c
	d.at = at.UTC().Truncate(time.Microsecond)
	return &d
}

// Preview returns a client whose calls yield their full outcome and store
// nothing. Guards and hooks run, marked as preview; keys of Once are ignored;
// numbers are provisional. On a joined store calls are ErrUnsupported.
func (c *Client) Preview() *Client {
	d := *c
	d.preview = true
	return &d
}

// NoProcess makes Starting start none.
const NoProcess = "-"

// Starting returns a client whose new records start the process with the name
// instead of the default one; NoProcess: none at all, for bringing in many. A
// process that is not active is refused with ErrProcessRefused; records that
// the process does not start on get none.
func (c *Client) Starting(process string) *Client {
	d := *c
	d.starts = process
	return &d
}

// Settings returns the organisation's choices.
func (c *Client) Settings() Settings { return c.settings }

// Atomic runs several calls in one transaction: fn gets a client whose calls
// are committed together, or not at all. An error of an inner call after it
// wrote refuses the commit, even if fn returns nil; a refusal before that does
// not. fn may run several times and must have no effect outside its client.
//
// With Once, only the key counts: a repeat returns without running fn.
//
// fn uses only the context and the client that it is given: a call of another
// client waits for this transaction, which waits for fn. A nil fn is ErrInvalid.
func (c *Client) Atomic(ctx context.Context, fn func(ctx context.Context, c *Client) error) error {
	if fn == nil {
		return given(false, "atomic")
	}
	local := &numberBlocks{}
	err := c.transact(ctx, 0, Ref{}, nil, func(ctx context.Context, s *session) error {
		*local = numberBlocks{}
		inner := *c
		inner.store, inner.joined, inner.local = storage.Joined(s.tx), true, local
		inner.within, inner.key = c.preview, ""
		return fn(ctx, &inner)
	})
	switch {
	case err != nil || c.preview:
	case c.joined:
		local.drain(c.local)
	default:
		local.drain(c.blocks)
	}
	return err
}

// Settings are the organisation's choices. The zero value is the strict
// library; D365Compat loosens it to what Dynamics 365 Sales does.
type Settings struct {
	// Location tells which day it is: "today" of close dates, due dates and
	// expiry. Nil means UTC.
	Location *time.Location `json:"-"`
	// BaseCurrency is what base twins are expressed in; unset: no base twins.
	BaseCurrency money.Currency `json:"base_currency,omitzero"`
	// Pricing is copied onto every document when it is created.
	Pricing Pricing `json:"pricing,omitzero"`
	// D365Compat restores behaviour of Dynamics 365 where it is looser: a second
	// order from a won quote, invoices paid without money, editable billed
	// invoices, reactivated invoices. It turns RequirePriceList on.
	D365Compat bool `json:"d365_compat,omitzero"`
	// RequirePriceList wants a price list on every quote, order and invoice.
	RequirePriceList bool `json:"require_price_list,omitzero"`
	// PriceListOptional allows catalogue lines on documents without price list.
	PriceListOptional bool `json:"price_list_optional,omitzero"`
	// DefaultPriceListByTerritory lets a new document whose customer has no price
	// list take that of the acting seller's territory: the one connected with it
	// as its default price list. See DefaultPriceLists.
	DefaultPriceListByTerritory bool `json:"default_price_list_by_territory,omitzero"`
	// CreateProductsActive makes products that have no family active at once,
	// instead of drafts.
	CreateProductsActive bool `json:"create_products_active,omitzero"`
	// RequireLines refuses to activate a quote without lines.
	RequireLines bool `json:"require_lines,omitzero"`
	// AllowQualifyWithoutCustomer lets a lead be qualified although neither an
	// account nor a contact results.
	AllowQualifyWithoutCustomer bool `json:"allow_qualify_without_customer,omitzero"`
	// Duplicates says what a qualification does about customers that are there
	// already; unset: DuplicatesLinkSingle.
	Duplicates DuplicatePolicy `json:"duplicates,omitzero"`
	// Criteria says what a qualification requires of the lead's assessment, and
	// who the usual customer is.
	Criteria CriteriaPolicy `json:"criteria,omitzero"`
	// Grades are the lowest scores of the grades.
	Grades GradeBounds `json:"grades,omitzero"`
	// EnforceQuoteExpiry refuses orders from a quote after its EffectiveTo.
	EnforceQuoteExpiry bool `json:"enforce_quote_expiry,omitzero"`
	// InvoiceOnlyShipped lets only shipped quantities be invoiced.
	InvoiceOnlyShipped bool `json:"invoice_only_shipped,omitzero"`
	// EnforceCreditHold refuses to order, submit and fulfil while the customer is
	// on credit hold; otherwise the outcome carries a notice.
	EnforceCreditHold bool `json:"enforce_credit_hold,omitzero"`
	// BackOffice says that external order processing is integrated: orders can
	// be submitted, and from then on only its integration changes them.
	BackOffice bool `json:"back_office,omitzero"`
	// DueDays is the payment term, in days, of invoices without payment terms.
	DueDays int `json:"due_days,omitzero" range:"0..3650"`
	// Dunning are the steps of dunning, from the first level on; those that are
	// left out are never reached. Nil means letters 7, 21 and 35 days after the
	// due date and collections after 60, without fees.
	Dunning []DunningStep `json:"dunning,omitzero"`
}

func (s Settings) requirePriceList() bool { return s.RequirePriceList || s.D365Compat }

// today is the day of an instant in the organisation's location.
func (s Settings) today(at time.Time) value.Date {
	if s.Location == nil {
		return value.DateOf(at, time.UTC)
	}
	return value.DateOf(at, s.Location)
}

// priced is what the calculation of a document depends on besides the document.
func (s *Settings) priced(c *Catalog, today value.Date, custom CustomPricing) Priced {
	return Priced{
		Charges: Charges{PricingDate: today}, Catalog: c, BaseCurrency: s.BaseCurrency, PriceListOptional: s.PriceListOptional, Custom: custom,
	}
}
