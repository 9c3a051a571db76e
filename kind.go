package leadtocash

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// kindInfo is what the engine knows of a kind of record.
type kindInfo struct {
	kind   kinds.Kind
	record reflect.Type
	schema *schema
	blank  func() document
	copy   func(document) document // of the fields; shares what they point to
	detach func(document)          // makes a document share nothing
	// index fills in what lists and look-ups need beyond the common header.
	index   func(document, *storage.Record)
	targets map[string][]kinds.Kind // that each referring field can refer to
	table   Table                   // nil for kinds without status
}

// clone is a deep copy.
func (k *kindInfo) clone(d document) document {
	c := k.copy(d)
	k.detach(c)
	return c
}

// decode returns the document in an image, to be read only.
func (k *kindInfo) decode(img storage.Image) (document, error) {
	if d, ok := img.Value.(document); ok {
		return d, nil
	}
	body, err := img.Body()
	if err != nil {
		return nil, err
	}
	d := k.blank()
	return d, d.(json.Unmarshaler).UnmarshalJSON(body)
}

func register[R any, P recordPointer[R]](kind kinds.Kind, table Table, index func(*R, *storage.Record)) *kindInfo {
	info := &kindInfo{
		kind: kind, record: reflect.TypeFor[R](), schema: schemaOf(reflect.TypeFor[R]()),
		blank: func() document { return P(new(R)) },
		copy: func(d document) document {
			c := *d.(P)
			return P(&c)
		},
		detach: func(d document) { *d.(P) = cloneOf[R](d) },
		index:  func(document, *storage.Record) {},
	}
	info.table = table
	if index != nil {
		info.index = func(d document, rec *storage.Record) { index((*R)(d.(P)), rec) }
	}
	return info
}

// recordKinds is the table of all kinds. What is indexed stands here, kind by kind:
// number, state, amount and due day for lists, claims for what is unique, and
// keys besides the references, which are keys by themselves.
var recordKinds = kindTable(
	register(kinds.Lead, LeadFlow(), func(l *Lead, rec *storage.Record) {
		rec.State = l.Status.State().Key
		setAmount(rec, l.EstimatedAmount)
		gradeKey(rec, l.Grade)
		if l.SourceKey != "" {
			claim(rec, "source", lookup(l.SourceKey))
			rec.Keys = append(rec.Keys, storage.Key{Name: "source_key", Value: lookup(l.SourceKey)})
		}
	}),
	register(kinds.Account, AccountFlow(), func(a *Account, rec *storage.Record) { rec.State = a.Status.State().Key }),
	register(kinds.Contact, ContactFlow(), func(c *Contact, rec *storage.Record) { rec.State = c.Status.State().Key }),
	register(kinds.Opportunity, OpportunityFlow(), func(o *Opportunity, rec *storage.Record) {
		rec.State, rec.DueOn = o.Status.State().Key, storage.Day(o.EstimatedCloseDate)
		value := o.EstimatedValue
		if !o.ActualValue.IsZero() {
			value = o.ActualValue
		}
		setAmount(rec, value)
		gradeKey(rec, o.Grade)
	}),
	register(kinds.OpportunityClose, OpportunityCloseFlow(), func(c *OpportunityClose, rec *storage.Record) {
		rec.State, rec.DueOn = c.Status.State().Key, storage.Day(c.ClosedOn)
		setAmount(rec, c.ActualRevenue)
	}),
	register(kinds.Quote, QuoteFlow(), func(q *Quote, rec *storage.Record) {
		rec.Number, rec.State = q.QuoteNumber, q.Status.State().Key
		rec.DueOn = storage.Day(q.ExpiresOn)
		setAmount(rec, value.Some(q.TotalAmount))
		claimQuote(rec, q)
	}),
	register(kinds.QuoteClose, QuoteCloseFlow(), func(c *QuoteClose, rec *storage.Record) {
		rec.State, rec.DueOn = c.Status.State().Key, storage.Day(c.ClosedOn)
	}),
	register(kinds.Order, OrderFlow(), func(o *Order, rec *storage.Record) {
		rec.Number, rec.State = o.OrderNumber, o.Status.State().Key
		setAmount(rec, value.Some(o.TotalAmount))
		rec.DueOn = storage.Day(o.RequestDeliveryBy)
		claim(rec, "number", o.OrderNumber)
	}),
	register(kinds.OrderClose, OrderCloseFlow(), func(c *OrderClose, rec *storage.Record) {
		rec.State, rec.DueOn = c.Status.State().Key, storage.Day(c.ClosedOn)
	}),
	register(kinds.Invoice, InvoiceFlow(), func(i *Invoice, rec *storage.Record) {
		rec.Number, rec.State = i.InvoiceNumber, i.Status.State().Key
		setAmount(rec, value.Some(i.TotalAmount))
		rec.DueOn = storage.Day(i.DueDate)
		if i.InvoiceNumber != "" {
			claim(rec, "number", i.InvoiceNumber)
		}
		if i.OpenDispute != nil {
			rec.Keys = append(rec.Keys, storage.Key{Name: "disputed", Value: "true"})
		}
		if i.DunningLevel != 0 {
			rec.Keys = append(rec.Keys, storage.Key{Name: "dunning_level", Value: i.DunningLevel.String()})
		}
	}),
	register(kinds.Payment, PaymentFlow(), func(p *Payment, rec *storage.Record) {
		rec.State, rec.DueOn = p.Status.State().Key, storage.Day(p.ReceivedOn)
		setAmount(rec, value.Some(p.Amount))
		rec.Number = p.PaymentNumber
		if p.BankReference != "" {
			if p.received() {
				claim(rec, "bank_reference", lookup(p.BankReference))
			}
			rec.Keys = append(rec.Keys, storage.Key{Name: "bank_reference", Value: lookup(p.BankReference)})
		}
		creditKey(rec, p.Unallocated())
	}),
	register(kinds.CreditNote, CreditNoteFlow(), func(n *CreditNote, rec *storage.Record) {
		rec.Number, rec.State, rec.DueOn = n.CreditNoteNumber, n.Status.State().Key, storage.Day(n.IssueDate)
		setAmount(rec, value.Some(n.TotalAmount))
		if n.CreditNoteNumber != "" {
			claim(rec, "number", n.CreditNoteNumber)
		}
		creditKey(rec, n.Unapplied())
	}),
	register(kinds.Refund, RefundFlow(), func(r *Refund, rec *storage.Record) {
		rec.Number, rec.State, rec.DueOn = r.RefundNumber, r.Status.State().Key, storage.Day(r.PaidOn)
		setAmount(rec, value.Some(r.Amount))
	}),
	register(kinds.DunningEntry, nil, func(e *DunningEntry, rec *storage.Record) {
		rec.DueOn = storage.Day(e.SentOn)
		setAmount(rec, value.Some(e.OpenAmount))
		claim(rec, "level", e.InvoiceID.String()+"/"+e.Level.String())
	}),
	register(kinds.Allocation, nil, func(a *Allocation, rec *storage.Record) { setAmount(rec, value.Some(a.Amount)) }),
	register(kinds.Seller, SellerFlow(), func(s *Seller, rec *storage.Record) { rec.State = s.Status.State().Key }),
	register[Competitor](kinds.Competitor, nil, nil),
	register(kinds.Connection, ConnectionFlow(), indexConnection),
	register[Note](kinds.Note, nil, nil),
	register[Attachment](kinds.Attachment, nil, nil),
	register(kinds.Task, TaskFlow(), func(t *Task, rec *storage.Record) { rec.State = t.Status.State().Key }),
	register(kinds.PhoneCall, PhoneCallFlow(), func(p *PhoneCall, rec *storage.Record) { rec.State = p.Status.State().Key }),
	register(kinds.Email, EmailFlow(), func(m *Email, rec *storage.Record) { rec.State = m.Status.State().Key }),
	register(kinds.Appointment, AppointmentFlow(), func(a *Appointment, rec *storage.Record) { rec.State = a.Status.State().Key }),
	register(kinds.Process, nil, indexProcess),
	register(kinds.ProcessDefinition, ProcessDefinitionFlow(), func(d *ProcessDefinition, rec *storage.Record) {
		rec.Number, rec.State = d.Name, d.Status.State().Key
		claim(rec, "name", d.Name)
		rec.Keys = append(rec.Keys, storage.Key{Name: "primary_entity", Value: lookup(d.primaryEntity())})
	}),

	register(kinds.Product, ProductFlow(), indexProduct),
	register[ProductRelationship](kinds.ProductRelationship, nil, nil),
	register[UnitGroup](kinds.UnitGroup, nil, nil),
	register(kinds.PriceList, PriceListFlow(), func(l *PriceList, rec *storage.Record) {
		rec.State, rec.DueOn = l.Status.State().Key, storage.Day(l.EndDate)
	}),
	register(kinds.PriceListItem, nil, func(i *PriceListItem, rec *storage.Record) {
		claim(rec, "item", i.PriceListID.String()+"/"+i.ProductID.String()+"/"+i.UnitID.String())
		rec.Keys = append(rec.Keys, storage.Key{Name: "unit_id", Value: i.UnitID.String()})
	}),
	register(kinds.DiscountList, DiscountListFlow(), func(d *DiscountList, rec *storage.Record) { rec.State = d.Status.State().Key }),
	register(kinds.TransactionCurrency, TransactionCurrencyFlow(), func(t *TransactionCurrency, rec *storage.Record) {
		rec.State, rec.Number = t.Status.State().Key, t.Code.Code()
		claim(rec, "code", t.Code.Code())
	}),
)

func kindTable(infos ...*kindInfo) map[kinds.Kind]*kindInfo {
	m := make(map[kinds.Kind]*kindInfo, len(infos))
	for _, info := range infos {
		info.targets = map[string][]kinds.Kind{}
		for _, f := range info.schema.refFields(nil) {
			info.targets[f.name] = f.kinds
		}
		m[info.kind] = info
	}
	return m
}

// FieldsOf lists the fields of records of a kind, with their logical names in
// Dataverse; nil for an unknown kind.
func FieldsOf(kind kinds.Kind) []FieldInfo {
	if info := recordKinds[kind]; info != nil {
		return info.schema.info()
	}
	return nil
}

// TableOf returns the transition table of a kind, its Flow; nil for kinds without
// status.
func TableOf(kind kinds.Kind) Table {
	if info := recordKinds[kind]; info != nil {
		return info.table
	}
	return nil
}

// referencing are the referring fields of every kind.
var referencing = func() map[kinds.Kind][]refField {
	m := map[kinds.Kind][]refField{}
	for kind, info := range recordKinds {
		m[kind] = info.schema.refFields(nil)
	}
	return m
}()

// indexProduct makes a product known by its number, its default unit and the
// members of a bundle, those in force included.
func indexProduct(p *Product, rec *storage.Record) {
	rec.Number, rec.State = p.ProductNumber, p.Status.State().Key
	claim(rec, "number", p.ProductNumber)
	key := func(name string, id uuid.UUID) {
		if k := (storage.Key{Name: name, Value: id.String()}); id != uuid.Nil && !slices.Contains(rec.Keys, k) {
			rec.Keys = append(rec.Keys, k)
		}
	}
	for _, f := range []*ProductFields{&p.ProductFields, p.InForce()} {
		key("unit_id", f.DefaultUnitID.UUID)
		for _, m := range f.Members {
			key("member_id", m.ProductID.UUID)
		}
	}
}

// indexProcess makes processes findable by each of their records, those that
// are only offered too, by stage and by definition, and keeps a record to one process of each definition.
func indexProcess(p *Process, rec *storage.Record) {
	i := &p.Instance
	rec.State = i.Status.String()
	for _, entity := range slices.Sorted(maps.Keys(i.Slots)) {
		rec.Keys = append(rec.Keys, storage.Key{Name: "record", Value: recordKey(i.Slots[entity])})
	}
	for _, entity := range slices.Sorted(maps.Keys(i.Pending)) {
		rec.Keys = append(rec.Keys, storage.Key{Name: "offered", Value: recordKey(i.Pending[entity])})
	}
	rec.Keys = append(
		rec.Keys,
		storage.Key{Name: "primary", Value: recordKey(i.Primary())},
		storage.Key{Name: "definition", Value: i.Process},
		storage.Key{Name: "stage", Value: i.Process + "/" + i.ActiveStage},
	)
	rec.Claims = []string{lookup("process:" + i.Process + "/" + i.Primary().Entity + "/" + i.Primary().ID)}
}

// claimQuote keeps numbers unique, and at most one quote of a number draft or
// active.
func claimQuote(rec *storage.Record, q *Quote) {
	claim(rec, "number", q.QuoteNumber+"/"+strconv.Itoa(int(q.RevisionNumber)))
	if s := q.Status.State(); s == QuoteDraft || s == QuoteActive {
		claim(rec, "live", q.QuoteNumber)
	}
}

// claim adds name:value to the claims. Where the version before had the same
// one at its place, which is the room behind the claims, it is kept as it is.
func claim(rec *storage.Record, name, value string) {
	n := len(rec.Claims)
	if n < cap(rec.Claims) {
		was := rec.Claims[:n+1][n]
		if rest, ok := strings.CutPrefix(was, name); ok && len(rest) == len(value)+1 && rest[0] == ':' && rest[1:] == value {
			rec.Claims = rec.Claims[:n+1]
			return
		}
	}
	rec.Claims = append(slices.Clip(rec.Claims), name+":"+value)
}

// gradeKey finds prospects by their grade.
func gradeKey(rec *storage.Record, g Grade) {
	if g != 0 {
		rec.Keys = append(rec.Keys, storage.Key{Name: "grade", Value: g.String()})
	}
}

// creditKey finds payments and credit notes that have something left.
func creditKey(rec *storage.Record, left money.Amount) {
	if !left.IsZero() {
		rec.Keys = append(rec.Keys, storage.Key{Name: "credit", Value: "true"})
	}
}

// setAmount sets what lists sort by; the hint that is there is kept if it is
// right.
func setAmount(rec *storage.Record, a value.Opt[money.Amount]) {
	v, ok := a.Get()
	if !ok {
		return
	}
	if exact.NumOf(rec.Amount.Decimal).Cmp(v.Num()) != 0 {
		rec.Amount.Decimal = v.Decimal()
	}
	rec.Amount.Valid = true
}
