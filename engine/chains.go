package engine

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Chain reads what a lead, opportunity, quote, order, invoice or payment came
// from and what became of it, down to the lines. An actor who may not see the
// record gets ErrNotFound; the rest is shown as far as he may see it. Other
// kinds are ErrUnsupported.
func (c *Client) Chain(ctx context.Context, ref record.Ref) (chain leadtocash.Chain, err error) {
	if err := c.identified(); err != nil {
		return chain, err
	}
	switch ref.Kind {
	case kinds.Lead, kinds.Opportunity, kinds.Quote, kinds.Order, kinds.Invoice, kinds.Payment:
	default:
		return leadtocash.Chain{}, &record.Error{Code: codes.ErrUnsupported, Kind: ref.Kind, ID: ref.ID, Reasons: []record.Reason{{Code: codes.ErrUnsupported, Field: "kind", Message: "no record of the way from lead to cash"}}}
	}
	err = c.look(ctx, func(ctx context.Context, s *session) error {
		chain = leadtocash.Chain{}
		d, err := s.inChain(ctx, ref)
		if err != nil {
			return err
		}
		if d == nil {
			return notVisible(ref, nil)
		}
		chain.Nodes = append(chain.Nodes, leadtocash.NodeOf(d))
		if err := s.follow(ctx, &chain, d, s.sourcesOf, func(d, source record.Record) { chain.Link(source, d) }); err != nil {
			return err
		}
		return s.follow(ctx, &chain, d, s.resultsOf, chain.Link)
	})
	return chain, err
}

// inChain reads a record, nil if there is none.
func (s *session) inChain(ctx context.Context, ref record.Ref) (record.Record, error) {
	rec, err := s.Get(ctx, storeRef(ref))
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return recordKinds[ref.Kind].decode(rec.Image)
}

// follow walks in one direction.
func (s *session) follow(ctx context.Context, chain *leadtocash.Chain, d record.Record, next func(context.Context, record.Record) ([]record.Ref, error), link func(d, next record.Record)) error {
	refs, err := next(ctx, d)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		known := chain.Has(ref)
		other, err := s.inChain(ctx, ref)
		if err != nil {
			return err
		}
		if other == nil {
			continue
		}
		link(d, other)
		if known {
			continue
		}
		chain.Nodes = append(chain.Nodes, leadtocash.NodeOf(other))
		if err := s.follow(ctx, chain, other, next, link); err != nil {
			return err
		}
	}
	return nil
}

// refsSet leaves out references that lead nowhere.
func refsSet(refs ...record.Ref) (list []record.Ref) {
	for _, r := range refs {
		if r.ID != uuid.Nil {
			list = append(list, r)
		}
	}
	return list
}

// sourcesOf lists what a record came from.
func (s *session) sourcesOf(ctx context.Context, d record.Record) (refs []record.Ref, err error) {
	switch r := d.(type) {
	case *leadtocash.Opportunity:
		refs = refsSet(record.Ref{Kind: kinds.Lead, ID: r.OriginatingLeadID.UUID})
		return s.named(ctx, refs, kinds.Lead, "qualifying_opportunity_id", r.Ref(), nil)
	case *leadtocash.Quote:
		return refsSet(record.Ref{Kind: kinds.Opportunity, ID: r.OpportunityID.UUID}), nil
	case *leadtocash.Order:
		if !r.QuoteID.IsZero() {
			return refsSet(record.Ref{Kind: kinds.Quote, ID: r.QuoteID.UUID}), nil
		}
		return refsSet(record.Ref{Kind: kinds.Opportunity, ID: r.OpportunityID.UUID}), nil
	case *leadtocash.Invoice:
		if !r.SalesOrderID.IsZero() {
			return refsSet(record.Ref{Kind: kinds.Order, ID: r.SalesOrderID.UUID}), nil
		}
		return refsSet(record.Ref{Kind: kinds.Opportunity, ID: r.OpportunityID.UUID}), nil
	case *leadtocash.Payment:
		return s.settledWith(ctx, r.Ref())
	}
	return nil, nil
}

// resultsOf lists what became of a record.
func (s *session) resultsOf(ctx context.Context, d record.Record) (refs []record.Ref, err error) {
	switch r := d.(type) {
	case *leadtocash.Lead:
		refs = refsSet(record.Ref{Kind: kinds.Opportunity, ID: r.QualifyingOpportunityID.UUID})
		return s.named(ctx, refs, kinds.Opportunity, "originating_lead_id", r.Ref(), nil)
	case *leadtocash.Opportunity:
		if refs, err = s.named(ctx, nil, kinds.Quote, "opportunity_id", r.Ref(), nil); err != nil {
			return nil, err
		}
		if refs, err = s.named(ctx, refs, kinds.Order, "opportunity_id", r.Ref(), func(d record.Record) bool { return d.(*leadtocash.Order).QuoteID.IsZero() }); err != nil {
			return nil, err
		}
		return s.named(ctx, refs, kinds.Invoice, "opportunity_id", r.Ref(), func(d record.Record) bool { return d.(*leadtocash.Invoice).SalesOrderID.IsZero() })
	case *leadtocash.Quote:
		return s.named(ctx, nil, kinds.Order, "quote_id", r.Ref(), nil)
	case *leadtocash.Order:
		return s.named(ctx, nil, kinds.Invoice, "sales_order_id", r.Ref(), nil)
	case *leadtocash.Invoice:
		return s.settledWith(ctx, r.Ref())
	}
	return nil, nil
}

// named appends the records of a kind that refer to one by a field.
func (s *session) named(ctx context.Context, refs []record.Ref, kind kinds.Kind, field string, by record.Ref, counts func(record.Record) bool) ([]record.Ref, error) {
	for rec, err := range s.find(ctx, kind, field, by.ID) {
		if err != nil {
			return nil, err
		}
		d, err := recordKinds[kind].decode(rec.Image)
		if err != nil {
			return nil, err
		}
		if refersBy(d, field, by) && (counts == nil || counts(d)) {
			refs = append(refs, d.Ref())
		}
	}
	return refs, nil
}
