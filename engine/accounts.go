package engine

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Accounts is what a Client does with accounts.
type Accounts struct {
	Managed[party.Account, record.AccountID, AccountQuery]
}

// Accounts returns the service for accounts.
func (c *Client) Accounts() (s Accounts) { s.c = c; return s }

// AccountQuery asks for accounts.
type AccountQuery struct {
	List
	Status party.AccountStatus
	Parent record.AccountID
	Lead   record.LeadID // originating lead
}

func (q AccountQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).ref("parent_account_id", q.Parent.UUID).ref("originating_lead_id", q.Lead.UUID)
}

func (s *session) accountFacts() party.AccountFacts {
	return party.AccountFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
}

func plainAccount[C any](_ context.Context, s *session, _ *party.Account, _ *C) (party.AccountFacts, error) {
	return s.accountFacts(), nil
}

// accountParent adds what is to know of a chosen parent.
func (s *session) accountParent(ctx context.Context, f *party.AccountFacts, parent record.AccountID) (err error) {
	if f.Inactive, err = s.inactiveOf(ctx, record.Ref{Kind: kinds.Account, ID: parent.UUID}); err != nil {
		return err
	}
	f.Ancestors, err = ancestors(ctx, s, parent, func(a *party.Account) record.AccountID { return a.ParentAccountID })
	return err
}

// ancestors lists the records above one, nearest first.
func ancestors[R any, K record.Kinded](ctx context.Context, s *session, id record.ID[K], parent func(*R) record.ID[K]) (above []record.ID[K], err error) {
	for had := map[record.ID[K]]bool{}; ; {
		r, err := known(maybe[R](ctx, s, id))
		if err != nil || r == nil {
			return above, err
		}
		if id = parent(r); id.IsZero() || had[id] {
			return above, nil
		}
		above, had[id] = append(above, id), true
	}
}

// Create creates an active account. See NewAccount.
func (s Accounts) Create(ctx context.Context, cmd party.CreateAccount) (party.Account, error) {
	return recordOf(s.creating(cmd).made(ctx))
}

func (s Accounts) creating(cmd party.CreateAccount) prepared[record.Change[party.Account]] {
	return creating(s.c, actions.AccountCreate, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, s *session, cmd *party.CreateAccount) (party.AccountFacts, error) {
			f := s.accountFacts()
			return f, s.accountParent(ctx, &f, cmd.Fields.ParentAccountID)
		}, party.NewAccount)
}

// Edit changes fields of an active account. See Account.Edit.
func (s Accounts) Edit(ctx context.Context, id record.AccountID, cmd party.EditAccount, opts ...CallOption) (party.Account, error) {
	return recordOf(s.editing(id, cmd, opts).made(ctx))
}

func (s Accounts) editing(id record.AccountID, cmd party.EditAccount, opts []CallOption) prepared[record.Change[party.Account]] {
	return applying(s.c, actions.AccountEdit, id.Ref(), cmd,
		func(ctx context.Context, s *session, _ *party.Account, cmd *party.EditAccount) (party.AccountFacts, error) {
			f := s.accountFacts()
			return f, s.accountParent(ctx, &f, cmd.Fields.ParentAccountID)
		}, party.Account.Edit, opts)
}

// Upsert creates the account that the key names, by its id, or edits the one that is
// there. See [Key].
func (s Accounts) Upsert(ctx context.Context, key Key, fields any, opts ...CallOption) (Upserted[party.Account], error) {
	return upsert(ctx, s.c, key, fields, upserting[party.Account, party.EditAccount]{
		do:     actions.AccountCreate,
		fields: func(a *party.Account) any { return a.AccountFields },
		create: func(id uuid.UUID, cmd party.EditAccount) prepared[record.Change[party.Account]] {
			return s.creating(party.CreateAccount{ID: record.AccountID{UUID: id}, Origin: record.Origin{Custom: cmd.Custom}, Fields: cmd.Fields})
		},
		edit: func(id uuid.UUID, cmd party.EditAccount) prepared[record.Change[party.Account]] {
			return s.editing(record.AccountID{UUID: id}, cmd, opts)
		},
	})
}

// Deactivate puts an account out of use. See Account.Deactivate.
func (s Accounts) Deactivate(ctx context.Context, id record.AccountID, cmd party.Deactivate, opts ...CallOption) (party.Account, error) {
	return recordOf(apply(ctx, s.c, actions.AccountDeactivate, id, cmd, plainAccount, party.Account.Deactivate, opts))
}

// Activate brings an account back into use. See Account.Activate.
func (s Accounts) Activate(ctx context.Context, id record.AccountID, cmd party.Activate, opts ...CallOption) (party.Account, error) {
	return recordOf(apply(ctx, s.c, actions.AccountActivate, id, cmd, plainAccount, party.Account.Activate, opts))
}

// Assign gives an account another owner. See [leadtocash.AssignAccount]. With a
// cascade its records that the actor may see go along, each of which the actor must
// be allowed to assign.
func (s Accounts) Assign(ctx context.Context, id record.AccountID, cmd record.Assign, opts ...CallOption) (party.Account, error) {
	out, err := apply(ctx, s.c, actions.AccountAssign, id, cmd,
		func(ctx context.Context, s *session, a *party.Account, cmd *record.Assign) (f leadtocash.CascadeFacts, err error) {
			f.AccountFacts = s.accountFacts()
			if f.Inactive, err = s.inactiveOf(ctx, owners(cmd.Owner)); err != nil {
				return f, err
			}
			if cmd.Cascade != 0 && cmd.Cascade != record.CascadeNone {
				err = s.cascadeFacts(ctx, &f, a, cmd)
			}
			return f, err
		}, leadtocash.AssignAccount, opts)
	return out.Record, err
}

// cascadeFacts adds the records of an account and of all below it.
func (s *session) cascadeFacts(ctx context.Context, f *leadtocash.CascadeFacts, a *party.Account, cmd *record.Assign) error {
	tree, err := s.accountTree(ctx, a.ID)
	if err != nil {
		return err
	}
	gather := []func() error{
		func() error {
			return belonging(ctx, s, &f.Accounts, actions.AccountAssign, tree, "parent_account_id")
		},
		func() error {
			return belonging(ctx, s, &f.Contacts, actions.ContactAssign, tree, "parent_customer_id")
		},
		func() error {
			return belonging(ctx, s, &f.Opportunities, actions.OpportunityAssign, tree, "customer_id", "parent_account_id")
		},
		func() error { return belonging(ctx, s, &f.Quotes, actions.QuoteAssign, tree, "customer_id") },
		func() error { return belonging(ctx, s, &f.Orders, actions.OrderAssign, tree, "customer_id") },
		func() error { return belonging(ctx, s, &f.Invoices, actions.InvoiceAssign, tree, "customer_id") },
	}
	if cmd.Cascade != record.CascadeAll {
		gather = gather[:4]
	}
	for _, each := range gather {
		if err := each(); err != nil {
			return err
		}
	}
	f.Accounts = slices.DeleteFunc(f.Accounts, func(below party.Account) bool { return below.ID == a.ID })
	return nil
}

// belonging adds the records that name one of the accounts by one of the fields,
// each once and as far as the actor may see them, all of which he must be allowed
// to assign.
func belonging[R any](ctx context.Context, s *session, to *[]R, do actions.Action, accounts []any, fields ...string) error {
	kind := record.KindOf[R]()
	scope, err := s.scope(ctx, kind)
	if err != nil {
		return err
	}
	named, had := make(map[record.Ref]bool, len(accounts)), map[record.Ref]bool{}
	for _, account := range accounts {
		named[record.Ref{Kind: kinds.Account, ID: uuid.MustParse(account.(string))}] = true
	}
	take := func(rec *storage.Record, field string) error {
		r, err := shared[R](rec.Image)
		if err != nil {
			return err
		}
		d := any(r).(record.Record)
		names := slices.ContainsFunc(referencesOf(d), func(r schema.Reference) bool { return r.Field == field && named[r.Ref] })
		if !names || had[d.Ref()] {
			return nil
		}
		s.loaded, had[d.Ref()] = append(s.loaded, rec), true
		if err := s.ask(ctx, do, d.Ref(), d); err != nil {
			return err
		}
		*to = append(*to, *r)
		return nil
	}
	for some := range slices.Chunk(accounts, maxAsked) {
		for _, field := range fields {
			q := storage.Query{Kind: string(kind), Where: append([]storage.Cond{{Field: storage.FieldKey, Key: field, Op: storage.OpIn, Values: some}}, scope...)}
			recs, err := s.search(ctx, q)
			if err != nil {
				return err
			}
			for _, rec := range recs {
				if err := take(rec, field); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// ChangeCurrency gives an account another currency. See Account.ChangeCurrency.
func (s Accounts) ChangeCurrency(ctx context.Context, id record.AccountID, cmd record.ChangeCurrency, opts ...CallOption) (party.Account, error) {
	return recordOf(apply(ctx, s.c, actions.AccountChangeCurrency, id, cmd,
		func(ctx context.Context, s *session, a *party.Account, _ *record.ChangeCurrency) (f party.AccountFacts, err error) {
			f = s.accountFacts()
			f.HasTrade, err = s.hasTrade(ctx, a.Ref())
			return f, err
		}, party.Account.ChangeCurrency, opts))
}

// accountUse adds what stands in the way of deleting an account.
func accountUse(ctx context.Context, s *session, a *party.Account) (f party.AccountFacts, err error) {
	f = s.accountFacts()
	if f.HasOpportunities, err = s.hasOpportunities(ctx, a.Ref(), "customer_id", "parent_account_id"); err != nil {
		return f, err
	}
	f.InUse, err = s.inUse(ctx, a.Ref())
	return f, err
}

// hasOpportunities reports whether an opportunity names the customer in one of
// the fields.
func (s *session) hasOpportunities(ctx context.Context, customer record.Ref, fields ...string) (bool, error) {
	for _, field := range fields {
		for rec, err := range s.find(ctx, kinds.Opportunity, field, customer.ID) {
			if err != nil {
				return false, err
			}
			if o, err := shared[leadtocash.Opportunity](rec.Image); err != nil || refersTo(o, customer) {
				return err == nil, err
			}
		}
	}
	return false, nil
}

// AccountRollup is what the open opportunities of an account and of all
// accounts below it add up to. It is computed when read and never stored.
type AccountRollup struct {
	AccountID record.AccountID `json:"account_id"`
	Open      []OpenDeals      `json:"open,omitzero"`    // by currency, sorted by code
	InBase    BaseSum          `json:"in_base,omitzero"` // of all estimated values
}

// BaseSum is what amounts in several currencies add up to in the base currency, each
// at the exchange rate of its own record. It is zero where there is no base currency.
type BaseSum struct {
	Currency money.Currency `json:"currency"`
	Amount   money.Amount   `json:"amount"`
	Complete bool           `json:"complete"` // every amount has a rate; the others are left out
}

// add adds an amount of a record.
func (b *BaseSum) add(h *record.Head, amount money.Amount, mode money.RoundingMode) {
	if b.Currency.IsZero() || amount.IsZero() {
		return
	}
	if a, known := h.AmountInBase(amount, b.Currency, mode).Get(); known {
		b.Amount = b.Amount.Add(a)
	} else {
		b.Complete = false
	}
}

// newBaseSum is the sum of nothing.
func newBaseSum(base money.Currency) BaseSum {
	if base.IsZero() {
		return BaseSum{}
	}
	return BaseSum{Currency: base, Amount: base.Zero(), Complete: true}
}

// OpenDeals are the open opportunities in one currency.
type OpenDeals struct {
	Currency    money.Currency `json:"currency,omitzero"`
	OpenDeals   int            `json:"open_deals" d365:"opendeals"`
	OpenRevenue money.Amount   `json:"open_revenue" d365:"openrevenue"` // their estimated values; unset ones count as zero
}

// Rollup adds up the open opportunities that name the account, or an account
// below it, as customer or parent. Each counts once. Opportunities, and accounts
// with all below them, that the actor may not see are left out. ErrOutOfRange for a sum
// beyond the range of amounts.
func (s Accounts) Rollup(ctx context.Context, id record.AccountID) (sum AccountRollup, err error) {
	err = s.c.look(ctx, func(ctx context.Context, ss *session) error {
		sum = AccountRollup{AccountID: id}
		if err := ss.mustSee(ctx, record.Ref{Kind: kinds.Account, ID: id.UUID}); err != nil {
			return err
		}
		tree, err := ss.accountTree(ctx, id)
		if err != nil {
			return err
		}
		deals, err := ss.openDeals(ctx, tree)
		if err != nil {
			return err
		}
		sum.Open, sum.InBase = addedUp(deals), newBaseSum(s.c.settings.BaseCurrency)
		for _, o := range deals {
			sum.InBase.add(&o.Head, o.EstimatedValue.Or(o.Currency.Zero()), o.Pricing.RoundingMode)
		}
		return nil
	})
	return inRange(sum, err)
}

// mustSee returns ErrNotFound unless the record exists and the actor may see
// it.
func (s *session) mustSee(ctx context.Context, ref record.Ref) error {
	_, err := s.visibleRecord(ctx, ref)
	return err
}

// see is mustSee in a view of its own.
func (c *Client) see(ctx context.Context, ref record.Ref) error {
	return c.view(ctx, func(ctx context.Context, s *session) error { return s.mustSee(ctx, ref) })
}

// accountTree lists an account and all accounts below it.
func (s *session) accountTree(ctx context.Context, id record.AccountID) ([]any, error) {
	tree, had := []any{id.String()}, map[uuid.UUID]bool{id.UUID: true}
	for i := 0; i < len(tree); i++ {
		children := storage.Query{Kind: string(kinds.Account), Where: []storage.Cond{keyIs("parent_account_id", tree[i].(string))}}
		for rec, err := range s.Find(ctx, children) {
			if err != nil {
				return nil, err
			}
			if !had[rec.ID] {
				tree, had[rec.ID] = append(tree, rec.ID.String()), true
			}
		}
	}
	return tree, nil
}

// maxAsked bounds the values that one query asks for.
const maxAsked = 200

// openDeals finds the open opportunities of some accounts.
func (s *session) openDeals(ctx context.Context, accounts []any) (map[uuid.UUID]*leadtocash.Opportunity, error) {
	deals := map[uuid.UUID]*leadtocash.Opportunity{}
	for some := range slices.Chunk(accounts, maxAsked) {
		for _, field := range []string{"customer_id", "parent_account_id"} {
			q := storage.Query{Kind: string(kinds.Opportunity), Where: []storage.Cond{
				{Field: storage.FieldState, Op: storage.OpEq, Values: []any{leadtocash.OpportunityOpen.Key}},
				{Field: storage.FieldKey, Key: field, Op: storage.OpIn, Values: some},
			}}
			if err := scan(ctx, s, q, func(o *leadtocash.Opportunity) { deals[o.ID.UUID] = o }); err != nil {
				return nil, err
			}
		}
	}
	return deals, nil
}

func addedUp(deals map[uuid.UUID]*leadtocash.Opportunity) (open []OpenDeals) {
	for _, o := range deals {
		i := slices.IndexFunc(open, func(d OpenDeals) bool { return d.Currency == o.Currency })
		if i < 0 {
			i = len(open)
			open = append(open, OpenDeals{Currency: o.Currency, OpenRevenue: o.Currency.Zero()})
		}
		open[i].OpenDeals++
		open[i].OpenRevenue = open[i].OpenRevenue.Add(o.EstimatedValue.Or(o.Currency.Zero()))
	}
	slices.SortFunc(open, func(a, b OpenDeals) int { return strings.Compare(a.Currency.Code(), b.Currency.Code()) })
	return open
}
