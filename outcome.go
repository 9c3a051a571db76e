package leadtocash

// What the outcomes of several records hand to the store, in the order in
// which it is written: claims are given up before they are taken.

func (c *done) documents() []document { return nil }
func (c *done) happened() []Event     { return nil }

func (q *QualifiedLead) documents() []document {
	docs := make([]document, 0, 6)
	if q.Account != nil {
		docs = append(docs, q.Account)
	}
	if q.Contact != nil {
		docs = append(docs, q.Contact)
	}
	docs = each(docs, q.Opportunities)
	docs = each(docs, q.Connections)
	return append(docs, &q.Lead)
}

func (q *QualifiedLead) happened() []Event { return q.Events }

func (o *SavedOpportunity) documents() []document {
	return each([]document{&o.Opportunity}, o.Connections)
}

func (o *SavedOpportunity) happened() []Event { return o.Events }

func (o *ClosedOpportunity) documents() []document {
	if o.Close == nil {
		return []document{&o.Opportunity}
	}
	return []document{&o.Opportunity, o.Close}
}

func (o *ClosedOpportunity) happened() []Event { return o.Events }

func (q *ClosedQuote) documents() []document {
	docs := append(make([]document, 0, 6), &q.Quote)
	if q.Close != nil {
		docs = append(docs, q.Close)
	}
	if q.Revision != nil {
		docs = append(docs, q.Revision)
	}
	if q.Opportunity != nil {
		docs = append(docs, q.Opportunity)
	}
	if q.OpportunityClose != nil {
		docs = append(docs, q.OpportunityClose)
	}
	return docs
}

func (q *ClosedQuote) happened() []Event { return q.Events }

func (q *WonQuote) documents() []document {
	docs := append(make([]document, 0, 6), &q.Quote)
	if q.Close != nil {
		docs = append(docs, q.Close)
	}
	docs = each(docs, q.Dropped)
	docs = each(docs, q.DroppedCloses)
	if q.Order != nil {
		docs = append(docs, q.Order)
	}
	if q.Opportunity != nil {
		docs = append(docs, q.Opportunity)
	}
	if q.OpportunityClose != nil {
		docs = append(docs, q.OpportunityClose)
	}
	return docs
}

func (q *WonQuote) happened() []Event { return q.Events }

// each appends pointers to the elements of a list.
func each[R any, P recordPointer[R]](docs []document, list []R) []document {
	for i := range list {
		docs = append(docs, P(&list[i]))
	}
	return docs
}

func (p *ChangedProducts) documents() []document { return each([]document{&p.Product}, p.Below) }
func (p *ChangedProducts) happened() []Event     { return p.Events }

func (i *SavedPriceListItem) documents() []document {
	if i.Product == nil {
		return []document{&i.Item}
	}
	return []document{&i.Item, i.Product}
}

func (i *SavedPriceListItem) happened() []Event { return i.Events }

func (o *SubmittedOrder) documents() []document { return []document{&o.Order} }
func (o *SubmittedOrder) happened() []Event     { return o.Events }

func (o *ClosedOrder) documents() []document {
	if o.Close == nil {
		return []document{&o.Order}
	}
	return []document{&o.Order, o.Close}
}

func (o *ClosedOrder) happened() []Event { return o.Events }

func (o *InvoicedOrder) documents() []document { return []document{&o.Order, &o.Invoice} }
func (o *InvoicedOrder) happened() []Event     { return o.Events }

func (i *SavedInvoice) documents() []document {
	docs := []document{&i.Invoice}
	if i.Order != nil {
		docs = append(docs, i.Order)
	}
	return append(docs, i.HeldCustomer.documents()...)
}

func (i *SavedInvoice) happened() []Event { return i.Events }

func (i *PaidInvoice) documents() []document {
	docs := append(make([]document, 0, 3), &i.Invoice)
	if i.Payment != nil {
		docs = append(docs, i.Payment)
	}
	if i.Allocation != nil {
		docs = append(docs, i.Allocation)
	}
	return append(docs, i.HeldCustomer.documents()...)
}

func (i *PaidInvoice) happened() []Event { return i.Events }

func (p *AllocatedPayment) documents() []document {
	docs := append(make([]document, 0, 4), &p.Payment, &p.Invoice, &p.Allocation)
	if p.Discount != nil {
		docs = append(docs, p.Discount)
	}
	return append(docs, p.HeldCustomer.documents()...)
}

func (p *AllocatedPayment) happened() []Event { return p.Events }

func (p *AutoAllocatedPayment) documents() []document {
	docs := each(each([]document{&p.Payment}, p.Invoices), p.Allocations)
	return append(docs, p.HeldCustomer.documents()...)
}

func (p *AutoAllocatedPayment) happened() []Event { return p.Events }

func (p *ReversedPayment) documents() []document {
	docs := each(each([]document{&p.Payment}, p.Invoices), p.Allocations)
	return append(docs, p.HeldCustomer.documents()...)
}

func (p *ReversedPayment) happened() []Event { return p.Events }

func (i *CreditedInvoice) documents() []document { return []document{&i.CreditNote} }
func (i *CreditedInvoice) happened() []Event     { return i.Events }

func (i *WrittenOffInvoice) documents() []document {
	return append([]document{&i.Invoice, &i.Allocation}, i.HeldCustomer.documents()...)
}

func (i *WrittenOffInvoice) happened() []Event { return i.Events }

func (i *DunnedInvoice) documents() []document {
	docs := []document{&i.Invoice}
	if i.Entry != nil {
		docs = append(docs, i.Entry)
	}
	return append(docs, i.HeldCustomer.documents()...)
}

func (i *DunnedInvoice) happened() []Event { return i.Events }

func (n *AppliedCreditNote) documents() []document {
	docs := []document{&n.CreditNote}
	if n.Invoice != nil {
		docs = append(docs, n.Invoice)
	}
	if n.Allocation != nil {
		docs = append(docs, n.Allocation)
	}
	return append(docs, n.HeldCustomer.documents()...)
}

func (n *AppliedCreditNote) happened() []Event { return n.Events }

func (r *MovedRefund) documents() []document {
	docs := []document{&r.Refund}
	if r.Payment != nil {
		docs = append(docs, r.Payment)
	}
	if r.CreditNote != nil {
		docs = append(docs, r.CreditNote)
	}
	return docs
}

func (r *MovedRefund) happened() []Event { return r.Events }
