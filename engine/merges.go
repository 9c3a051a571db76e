package engine

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Merge joins a lead with another one that is the same. See Lead.Merge.
func (s Leads) Merge(ctx context.Context, id record.LeadID, cmd leadtocash.MergeLead, opts ...CallOption) (match.Merged[leadtocash.Lead], error) {
	return apply(ctx, s.c, actions.LeadMerge, id, cmd, func(ctx context.Context, s *session, l *leadtocash.Lead, cmd *leadtocash.MergeLead) (f leadtocash.LeadFacts, err error) {
		f = s.leadFacts()
		f.Merging, err = mergeFacts(ctx, s, l, cmd, actions.LeadMergeInto)
		return f, err
	}, leadtocash.Lead.Merge, opts)
}

// Unmerge takes back the merge of a lead into its master. See Lead.Unmerge.
func (s Leads) Unmerge(ctx context.Context, id record.LeadID, cmd match.Unmerge, opts ...CallOption) (match.Merged[leadtocash.Lead], error) {
	return apply(ctx, s.c, actions.LeadUnmerge, id, cmd, func(ctx context.Context, s *session, l *leadtocash.Lead, _ *match.Unmerge) (f leadtocash.LeadFacts, err error) {
		f = s.leadFacts()
		f.Merging, err = unmergeFacts(ctx, s, l, actions.LeadMergeInto)
		return f, err
	}, leadtocash.Lead.Unmerge, opts)
}

// Current returns the lead, or the one that it was merged into. Code:
// ErrNotFound.
func (s Leads) Current(ctx context.Context, id record.LeadID) (leadtocash.Lead, error) {
	return current(ctx, s.Records, id)
}

// Merge joins an account with another one that is the same. See Account.Merge.
func (s Accounts) Merge(ctx context.Context, id record.AccountID, cmd party.MergeAccount, opts ...CallOption) (match.Merged[party.Account], error) {
	return apply(ctx, s.c, actions.AccountMerge, id, cmd, func(ctx context.Context, s *session, a *party.Account, cmd *party.MergeAccount) (f party.AccountFacts, err error) {
		f = s.accountFacts()
		f.Merging, err = mergeFacts(ctx, s, a, cmd, actions.AccountMergeInto)
		return f, err
	}, party.Account.Merge, opts)
}

// Unmerge takes back the merge of an account into its master. See
// Account.Unmerge.
func (s Accounts) Unmerge(ctx context.Context, id record.AccountID, cmd match.Unmerge, opts ...CallOption) (match.Merged[party.Account], error) {
	return apply(ctx, s.c, actions.AccountUnmerge, id, cmd, func(ctx context.Context, s *session, a *party.Account, _ *match.Unmerge) (f party.AccountFacts, err error) {
		f = s.accountFacts()
		f.Merging, err = unmergeFacts(ctx, s, a, actions.AccountMergeInto)
		return f, err
	}, party.Account.Unmerge, opts)
}

// Current returns the account, or the one that it was merged into. Code:
// ErrNotFound.
func (s Accounts) Current(ctx context.Context, id record.AccountID) (party.Account, error) {
	return current(ctx, s.Records, id)
}

// Merge joins a contact with another one that is the same. See Contact.Merge.
func (s Contacts) Merge(ctx context.Context, id record.ContactID, cmd party.MergeContact, opts ...CallOption) (match.Merged[party.Contact], error) {
	return apply(ctx, s.c, actions.ContactMerge, id, cmd, func(ctx context.Context, s *session, c *party.Contact, cmd *party.MergeContact) (f party.ContactFacts, err error) {
		f = s.contactFacts()
		f.Merging, err = mergeFacts(ctx, s, c, cmd, actions.ContactMergeInto)
		return f, err
	}, party.Contact.Merge, opts)
}

// Unmerge takes back the merge of a contact into its master. See
// Contact.Unmerge.
func (s Contacts) Unmerge(ctx context.Context, id record.ContactID, cmd match.Unmerge, opts ...CallOption) (match.Merged[party.Contact], error) {
	return apply(ctx, s.c, actions.ContactUnmerge, id, cmd, func(ctx context.Context, s *session, c *party.Contact, _ *match.Unmerge) (f party.ContactFacts, err error) {
		f = s.contactFacts()
		f.Merging, err = unmergeFacts(ctx, s, c, actions.ContactMergeInto)
		return f, err
	}, party.Contact.Unmerge, opts)
}

// Current returns the contact, or the one that it was merged into. Code:
// ErrNotFound.
func (s Contacts) Current(ctx context.Context, id record.ContactID) (party.Contact, error) {
	return current(ctx, s.Records, id)
}

// current follows the masters of merged records.
func current[R any, I record.AnyID, Q query](ctx context.Context, rs Records[R, I, Q], id I) (R, error) {
	for {
		r, err := rs.Get(ctx, id)
		master := match.MasterOf(any(&r).(record.Record))
		if err != nil || master == uuid.Nil {
			return r, err
		}
		id = I{master}
	}
}

// mergeFacts gathers what a merge depends on, and all that refers to the
// subordinate.
func mergeFacts[R any, K record.Kinded](ctx context.Context, s *session, master *R, cmd *match.Merge[record.ID[K]], into actions.Action) (f match.MergeFacts[R], err error) {
	m, sub := any(master).(record.Record), cmd.Subordinate.Ref()
	if sub.ID == uuid.Nil || sub == m.Ref() {
		return f, nil
	}
	if err := s.mustSee(ctx, sub); errors.Is(err, codes.ErrNotFound) {
		return f, nil
	} else if err != nil {
		return f, err
	}
	if f.Subordinate, err = load[R](ctx, s, cmd.Subordinate); err != nil {
		return f, err
	}
	f.Denied = s.ask(ctx, into, sub, any(f.Subordinate).(record.Record)) != nil
	if f.ActiveQuotes, err = s.activeQuotes(ctx, sub); err != nil {
		return f, err
	}
	if f.Above, err = s.parents(ctx, m); err != nil {
		return f, err
	}
	if f.AboveSubordinate, err = s.parents(ctx, any(f.Subordinate).(record.Record)); err != nil {
		return f, err
	}
	if f.References, err = s.referring(ctx, sub, m.Ref()); err != nil {
		return f, err
	}
	processes, err := s.processesNaming(ctx, sub)
	for n := range processes {
		f.References = append(f.References, &processes[n])
	}
	if err != nil || len(processes) == 0 {
		return f, err
	}
	started, err := s.processesOf(ctx, "primary", process.RecordKey(process.Entity(m.Ref())))
	for _, p := range started {
		f.Processes = append(f.Processes, p.Instance.Process)
	}
	return f, err
}

// processesNaming reads the processes that a record is part of, or offered to.
func (s *session) processesNaming(ctx context.Context, ref record.Ref) (list []process.Process, err error) {
	for _, key := range []string{"record", "offered"} {
		found, err := s.processesOf(ctx, key, process.RecordKey(process.Entity(ref)))
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			if !slices.ContainsFunc(list, func(q process.Process) bool { return q.ID == p.ID }) {
				list = append(list, p)
			}
		}
	}
	return list, nil
}

// activeQuotes lists the active quotes of a customer.
func (s *session) activeQuotes(ctx context.Context, customer record.Ref) (active []record.Ref, err error) {
	if customer.Kind == kinds.Lead {
		return nil, nil
	}
	quotes, err := related[leadtocash.Quote](ctx, s, "customer_id", customer.ID)
	for _, q := range quotes {
		if q.CustomerID.Ref == customer && q.Status.State() == leadtocash.QuoteActive {
			active = append(active, q.ID.Ref())
		}
	}
	return active, err
}

// parentOf is the account or contact that a customer belongs to.
func parentOf(d record.Record) record.Ref {
	switch r := d.(type) {
	case *party.Account:
		return record.Ref{Kind: kinds.Account, ID: r.ParentAccountID.UUID}
	case *party.Contact:
		return r.ParentCustomerID.Ref
	}
	return record.Ref{}
}

// parents lists the customers above a record, nearest first.
func (s *session) parents(ctx context.Context, d record.Record) (above []record.Ref, err error) {
	for ref := parentOf(d); ref.ID != uuid.Nil && !slices.Contains(above, ref); ref = parentOf(d) {
		above = append(above, ref)
		rec, err := s.Get(ctx, storeRef(ref))
		if errors.Is(err, storage.ErrNotFound) {
			return above, nil
		}
		if err != nil {
			return nil, err
		}
		if d, err = recordKinds[ref.Kind].decode(rec.Image); err != nil {
			return nil, err
		}
	}
	return above, nil
}

// referring lists the records that refer to one by a field, otherwise than to
// their master.
func (s *session) referring(ctx context.Context, to, but record.Ref) (list []any, err error) {
	var seen []record.Ref
	for _, kind := range kinds.Kinds() {
		for _, field := range referencing[kind] {
			if field.Name == "master_id" || !field.LeadsTo(to.Kind) {
				continue
			}
			for rec, err := range s.find(ctx, kind, field.Name, to.ID) {
				if err != nil {
					return nil, err
				}
				ref := refOf(rec.Ref)
				if ref == to || ref == but || slices.Contains(seen, ref) {
					continue
				}
				d, err := recordKinds[kind].decode(rec.Image)
				if err != nil {
					return nil, err
				}
				if refersBy(d, field.Name, to) {
					s.loaded = append(s.loaded, rec)
					seen, list = append(seen, ref), append(list, d)
				}
			}
		}
	}
	return list, nil
}

// unmergeFacts reads back what the merge of a subordinate has changed.
func unmergeFacts[R any](ctx context.Context, s *session, sub *R, into actions.Action) (f match.MergeFacts[R], err error) {
	d := any(sub).(record.Record)
	if !isMerged(d) {
		return f, nil
	}
	var merge record.Event
	for e, err := range s.Reader.History(ctx, storeRef(d.Ref())) {
		if err != nil {
			return f, err
		}
		if e.Type == into.Event() {
			if merge, err = eventFrom(e); err != nil {
				return f, err
			}
		}
	}
	if merge.Version == 0 {
		return f, &record.Error{Code: codes.ErrUnsupported, Kind: d.Ref().Kind, ID: d.Ref().ID, Reasons: []record.Reason{{Code: codes.ErrUnsupported, Message: "the merge happened in another system, or its history is not kept"}}}
	}
	changed := append([]string{merge.Data.Get("master"), match.AtVersion(d.Ref(), merge.Version)}, strings.Fields(merge.Data.Get("repointed"))...)
	for _, text := range changed {
		c, err := s.mergeChange(ctx, text)
		if err != nil {
			return f, err
		}
		f.Changed = append(f.Changed, c)
	}
	f.Joined, err = s.joinedSince(ctx, d, f.Changed)
	return f, err
}

// mergeChange reads a record before and after the version that a merge made,
// and as it is now.
func (s *session) mergeChange(ctx context.Context, at string) (c record.MergeChange, err error) {
	kind, rest, _ := strings.Cut(at, "/")
	id, number, _ := strings.Cut(rest, "@")
	version, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return c, err
	}
	ref := record.Ref{Kind: kinds.Kind(kind)}
	if ref.ID, err = uuid.Parse(id); err != nil {
		return c, err
	}
	images := map[int64]record.Record{}
	for e, err := range s.Reader.History(ctx, storeRef(ref)) {
		if err != nil {
			return c, err
		}
		if e.Version != version && e.Version != version-1 || e.Image.Erased() {
			continue
		}
		if images[e.Version], err = recordKinds[ref.Kind].decode(e.Image); err != nil {
			return c, err
		}
	}
	rec, err := s.Get(ctx, storeRef(ref))
	switch {
	case errors.Is(err, storage.ErrNotFound): // deleted since: there is nothing to restore
		return c, nil
	case err != nil:
		return c, err
	case images[version] == nil || images[version-1] == nil:
		return c, &record.Error{Code: codes.ErrErased, Kind: ref.Kind, ID: ref.ID, Reasons: []record.Reason{{Code: codes.ErrErased, Message: "what the record was before the merge is not kept"}}}
	}
	s.loaded = append(s.loaded, rec)
	now, err := recordKinds[ref.Kind].decode(rec.Image)
	return record.MergeChange{Before: images[version-1], After: images[version], Now: now}, err
}

// joinedSince lists what came up since a merge and would not go with what it
// changed, once that is taken back: a later merge of the master, the closing of
// a master that is a lead, a chain of parents that would close, money that would
// pass between two customers.
func (s *session) joinedSince(ctx context.Context, sub record.Record, changed []record.MergeChange) (reasons []record.Reason, err error) {
	restored := map[record.Ref]bool{}
	for _, c := range changed {
		if now, ok := c.Now.(record.Record); ok {
			restored[now.Ref()] = true
		}
	}
	conflict := func(message string) {
		reasons = append(reasons, record.Reason{Code: codes.ErrConflict, Message: message})
	}
	above, err := s.parents(ctx, sub)
	if err != nil {
		return nil, err
	}
	for _, c := range changed {
		now, ok := c.Now.(record.Record)
		if !ok {
			continue
		}
		if now.Ref().ID == match.MasterOf(sub) && isMerged(now) {
			conflict("the master was merged since: take that back first")
		}
		if l, ok := now.(*leadtocash.Lead); ok && now.Ref().ID == match.MasterOf(sub) && l.Status.State() != leadtocash.LeadOpen {
			conflict("the master is not open any more")
		}
		if slices.Contains(above, now.Ref()) && parentOf(c.Before.(record.Record)) == sub.Ref() {
			conflict("the chain of parents would become a circle")
		}
		others, err := s.settledWith(ctx, now.Ref())
		if err != nil {
			return nil, err
		}
		for _, other := range others {
			if !restored[other] {
				conflict("money was allocated between the customers since")
			}
		}
	}
	return reasons, nil
}

// settledWith lists what stands in one account with a payment, a credit note or
// an invoice: what is allocated to each other, what was returned of it, and what
// corrects it.
func (s *session) settledWith(ctx context.Context, ref record.Ref) (others []record.Ref, err error) {
	var field string
	switch ref.Kind {
	case kinds.Payment:
		field = "payment_id"
	case kinds.CreditNote:
		field = "credit_note_id"
	case kinds.Invoice:
		field = "invoice_id"
	default:
		return nil, nil
	}
	allocations, err := related[leadtocash.Allocation](ctx, s, field, ref.ID)
	if err != nil {
		return nil, err
	}
	for _, a := range allocations {
		if !a.IsActive() {
			continue
		}
		for _, other := range []record.Ref{{Kind: kinds.Invoice, ID: a.InvoiceID.UUID}, {Kind: kinds.Payment, ID: a.PaymentID.UUID}, {Kind: kinds.CreditNote, ID: a.CreditNoteID.UUID}} {
			if other != ref && other.ID != uuid.Nil {
				others = append(others, other)
			}
		}
	}
	if ref.Kind == kinds.Invoice {
		notes, err := related[leadtocash.CreditNote](ctx, s, field, ref.ID)
		for _, n := range notes {
			others = append(others, n.Ref())
		}
		return others, err
	}
	refunds, err := related[leadtocash.Refund](ctx, s, field, ref.ID)
	for _, r := range refunds {
		others = append(others, r.Ref())
	}
	return others, err
}
