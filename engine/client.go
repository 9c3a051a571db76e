package engine

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Client runs every action over a store: load, gather facts, decide, save, in
// one transaction. It is safe for concurrent use. The methods As, In, Once,
// On, At, Preview, Starting and StatusReason return cheap copies that see the same
// engine.
type Client struct {
	*engine
	store   storage.Store
	tenant  storage.Tenant
	actor   record.Actor
	by      *record.Actor // actor, for all events that are stored
	named   bool          // by As
	key     string        // of Once
	at      time.Time     // of At
	starts  string        // of Starting
	reason  string        // of StatusReason
	preview bool
	joined  bool                // the store is a transaction somebody else commits
	local   *numberBlocks       // reserved in that transaction
	fate    *fate               // of that transaction, if several calls of this client make it up
	coming  map[record.Ref]bool // that transaction imports them, sooner or later
	moved   bool                // what it imports is as another tenant stored it
	within  bool                // that somebody is a preview of this client, which rolls back
}

// engine is what all copies of a client share; it does not change after New.
type engine struct {
	clock         func() time.Time
	ids           func() uuid.UUID
	log           *slog.Logger
	settings      leadtocash.Settings
	customPricing pricing.CustomPricing // nil: Price
	authorizer    Authorizer
	interceptors  []Interceptor
	numbering     Numbering
	blocks        *numberBlocks
	fields        map[kinds.Kind][]FieldDefinition
	mappings      []mapping
	actorRequired bool
	loose         []kinds.Kind      // that allow custom values which nobody declared
	ownFields     *record.OwnFields // nil: conversions copy none
	guards        map[actions.Action][]Guard
	beforeCommit  []BeforeCommit
	resolver      Resolver
	limit         int64          // of attachments, bytes
	blobs         Blobs          // nil: without
	search        bool           // by words
	scanLimit     int            // records of a page; 0: none
	process       *processEngine // nil without processes
	matchers      map[kinds.Kind]match.Matcher
	routing       map[kinds.Kind]leadtocash.CompiledRoutes
	availability  Availability
	advisor       Advisor
	advising      AdvisorOptions

	statusReasons []flow.StatusReason
	retention     map[kinds.Kind]string // why ErasePerson keeps records

	leadScorer        Scorer[leadtocash.Lead]
	opportunityScorer Scorer[leadtocash.Opportunity]
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
		fields: map[kinds.Kind][]FieldDefinition{}, guards: map[actions.Action][]Guard{}, limit: activity.DefaultAttachmentLimit,
		matchers: maps.Clone(defaultMatchers), routing: map[kinds.Kind]leadtocash.CompiledRoutes{},
		leadScorer: defaultLeadScorer, opportunityScorer: defaultOpportunityScorer, retention: defaultRetention,
	}
	for _, opt := range opts {
		if opt == nil {
			return nil, given(false, "options")
		}
		if err := opt(e); err != nil {
			return nil, err
		}
	}
	if err := e.prepareFields(); err != nil {
		return nil, err
	}
	if e.process != nil {
		if err := e.process.prepare(e); err != nil {
			return nil, err
		}
	}
	c := (&Client{engine: e, store: store, tenant: storage.Default}).As(record.Actor{Kind: record.ActorSystem})
	c.named = false
	return c, nil
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
func WithSettings(s leadtocash.Settings) ClientOption {
	return func(e *engine) error {
		if reasons := slices.Concat(schema.Validate(&s, s.BaseCurrency), s.Grades.Faults(), s.DunningFaults(), s.ApprovalFaults()); len(reasons) > 0 {
			return record.RefusedFor(reasons)
		}
		e.settings = s
		return nil
	}
}

// WithCustomPricing calculates documents instead of [pricing.Price].
func WithCustomPricing(calculate pricing.CustomPricing) ClientOption {
	return func(e *engine) error { e.customPricing = calculate; return given(calculate != nil, "custom_pricing") }
}

// WithAuthorizer decides who may do and see what; by default everybody may.
func WithAuthorizer(a Authorizer) ClientOption {
	return func(e *engine) error { e.authorizer = a; return given(a != nil, "authorizer") }
}

// WithRequiredActor refuses every call of a client that nobody was named to with
// [Client.As], reading ones too: ErrDenied. Without it such a client acts as the
// system. A host that serves people names them so at one place, and learns of every
// call that goes past it.
func WithRequiredActor() ClientOption {
	return func(e *engine) error { e.actorRequired = true; return nil }
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
		if !slices.Contains(actions.Actions(), g.Action) || !schema.IsWireName(string(g.Code)) || g.Holds == nil {
			return record.Refusal(codes.ErrInvalid, "guard", "a guard has an action, a condition, and a code of lower case letters, digits and _")
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
			return record.Refusal(codes.ErrOutOfRange, "attachment_limit", "the limit is at least one byte")
		}
		return nil
	}
}

// given refuses an option that was given nothing.
func given(something bool, option string) error {
	if !something {
		return record.Refusal(codes.ErrInvalid, option, "the option was given nothing")
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
func (c *Client) As(actor record.Actor) *Client {
	d := *c
	d.actor, d.by, d.named = actor, &actor, true
	return &d
}

// In returns a client that works in another tenant. On a joined store, every
// call in another tenant than the transaction's is ErrUnsupported.
func (c *Client) In(tenant storage.Tenant) *Client {
	d := *c
	d.tenant = tenant
	return &d
}

// Tenants yields the tenants of a store in which anything has happened, ascending, for
// what a host does tenant by tenant with [Client.In]: feeds, dunning, reindexing. It asks
// no authorizer: who holds the store may see it. ErrUnsupported for a store that does not
// list its tenants, such as one on PostgreSQL that row-level security keeps to one.
func Tenants(ctx context.Context, store storage.Store) iter.Seq2[storage.Tenant, error] {
	return func(yield func(storage.Tenant, error) bool) {
		for tenant, err := range storage.Tenants(ctx, store, "") {
			if !yield(tenant, fromStore(err)) || err != nil {
				return
			}
		}
	}
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
	d.store, d.joined, d.local, d.fate = store, true, &numberBlocks{}, nil
	return &d
}

// At returns a client whose calls happen at the given time, for bringing in
// history. It needs the import privilege. A time in the future is ErrTimeOrder. It may lie before that of
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
func (c *Client) Settings() leadtocash.Settings { return c.settings }

// Atomic runs several calls in one transaction: fn gets a client whose calls
// are committed together, or not at all. A call that is refused changes nothing
// and leaves the transaction usable. A failure of the store, or an error of a
// hook that runs before the commit, ends it: later calls are ErrAborted, whose
// further reasons are that first failure, and Atomic returns the failure, even if
// fn returns nil. fn may run several times and must have no effect outside its
// client.
//
// With Once, only the key counts: a repeat returns without running fn.
//
// fn uses only the context and the client that it is given: a call of another
// client waits for this transaction, which waits for fn. A nil fn is ErrInvalid.
func (c *Client) Atomic(ctx context.Context, fn func(ctx context.Context, c *Client) error) error {
	_, err := c.atomic(ctx, fn)
	return err
}

// atomic is Atomic, and tells whether the key was known.
func (c *Client) atomic(ctx context.Context, fn func(ctx context.Context, c *Client) error) (repeated bool, err error) {
	if fn == nil {
		return false, given(false, "atomic")
	}
	local := &numberBlocks{}
	var made *fate
	x := &call{c: c, out: &done{}}
	x.work = func(ctx context.Context, s *session) error {
		*local = numberBlocks{}
		inner := *c
		made = &fate{}
		inner.store, inner.joined, inner.local, inner.fate = storage.Joined(joinTo(s.tx, made)), true, local, made
		inner.within, inner.key = c.preview, ""
		if err := fn(ctx, &inner); err != nil || made.first == nil {
			made.over(c.fate)
			return err
		}
		return made.first
	}
	err = x.run(ctx)
	if errors.Is(err, codes.ErrAborted) && made != nil && made.first != nil {
		err = fromStore(made.first)
	}
	switch {
	case err != nil || c.preview:
	case c.joined:
		local.drain(c.local)
	default:
		local.drain(c.blocks)
	}
	return x.replayed, err
}
