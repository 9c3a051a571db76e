package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// kindInfo is what the engine knows of a kind of record.
type kindInfo struct {
	kind   kinds.Kind
	record reflect.Type
	schema *schema.Schema
	blank  func() record.Record
	copy   func(record.Record) record.Record // of the fields; shares what they point to
	detach func(record.Record)               // makes a document share nothing
	// index fills in what lists and look-ups need beyond the common header.
	index   func(record.Record, *storage.Record)
	table   flow.Table // nil for kinds without status
	explain func(context.Context, *session, record.Record) ([]flow.Verdict, error)
	remove  func(context.Context, *Client, record.Ref, record.DeleteRecord, []CallOption) error
	imports interface {
		into(context.Context, *Client, record.Record) error
	}
}

// clone is a deep copy.
func (k *kindInfo) clone(d record.Record) record.Record {
	c := k.copy(d)
	k.detach(c)
	return c
}

// decode returns the document in an image, to be read only.
func (k *kindInfo) decode(img storage.Image) (record.Record, error) {
	if d, ok := img.Value.(record.Record); ok {
		return d, nil
	}
	body, err := img.Body()
	if err != nil {
		return nil, err
	}
	d := k.blank()
	return d, d.(json.Unmarshaler).UnmarshalJSON(body)
}

func register[R any, P record.Pointer[R]](kind kinds.Kind, table flow.Table, index func(*R, *storage.Record)) *kindInfo {
	info := &kindInfo{
		kind: kind, record: reflect.TypeFor[R](), schema: schema.Of(reflect.TypeFor[R]()),
		blank: func() record.Record { return P(new(R)) },
		copy: func(d record.Record) record.Record {
			c := *d.(P)
			return P(&c)
		},
		detach: func(d record.Record) { *d.(P) = cloneOf[R](d) },
		index:  func(record.Record, *storage.Record) {},

		imports: anImport[R, P]{},
	}
	info.table = table
	if index != nil {
		info.index = func(d record.Record, rec *storage.Record) { index((*R)(d.(P)), rec) }
	}
	return info
}

// recordKinds is the table of all kinds. What is indexed stands here, kind by kind:
// number, state, amount and due day for lists, claims for what is unique, and
// keys besides the references, which are keys by themselves.
var recordKinds = kindTable(
	register(kinds.Lead, leadtocash.LeadFlow(), func(l *leadtocash.Lead, rec *storage.Record) {
		rec.State = l.Status.State().Key
		setAmount(rec, l.EstimatedAmount)
		gradeKey(rec, l.Grade)
		if l.SourceKey != "" {
			claim(rec, "source", schema.Lookup(l.SourceKey))
			rec.Keys = append(rec.Keys, storage.Key{Name: "source_key", Value: schema.Lookup(l.SourceKey)})
		}
	}),
	register(kinds.Account, party.AccountFlow(), func(a *party.Account, rec *storage.Record) { rec.State = a.Status.State().Key }),
	register(kinds.Contact, party.ContactFlow(), func(c *party.Contact, rec *storage.Record) { rec.State = c.Status.State().Key }),
	register(kinds.Opportunity, leadtocash.OpportunityFlow(), func(o *leadtocash.Opportunity, rec *storage.Record) {
		rec.State, rec.DueOn = o.Status.State().Key, storage.Day(o.EstimatedCloseDate)
		setAmount(rec, dealValue(o))
		gradeKey(rec, o.Grade)
	}),
	register(kinds.OpportunityClose, leadtocash.OpportunityCloseFlow(), func(c *leadtocash.OpportunityClose, rec *storage.Record) {
		rec.State, rec.DueOn = c.Status.State().Key, storage.Day(c.ClosedOn)
		setAmount(rec, c.ActualRevenue)
	}),
	register(kinds.Quote, leadtocash.QuoteFlow(), func(q *leadtocash.Quote, rec *storage.Record) {
		rec.Number, rec.State = q.QuoteNumber, q.Status.State().Key
		rec.DueOn = storage.Day(q.ExpiresOn)
		setAmount(rec, value.Some(q.TotalAmount))
		claimQuote(rec, q)
	}),
	register(kinds.QuoteClose, leadtocash.QuoteCloseFlow(), func(c *leadtocash.QuoteClose, rec *storage.Record) {
		rec.State, rec.DueOn = c.Status.State().Key, storage.Day(c.ClosedOn)
	}),
	register(kinds.Order, leadtocash.OrderFlow(), func(o *leadtocash.Order, rec *storage.Record) {
		rec.Number, rec.State = o.OrderNumber, o.Status.State().Key
		setAmount(rec, value.Some(o.TotalAmount))
		rec.DueOn = storage.Day(o.RequestDeliveryBy)
		claim(rec, "number", o.OrderNumber)
		if o.CustomerPONumber != "" {
			rec.Keys = append(rec.Keys, storage.Key{Name: purchaseOrderKey, Value: schema.Lookup(o.CustomerPONumber)})
		}
	}),
	register(kinds.OrderClose, leadtocash.OrderCloseFlow(), func(c *leadtocash.OrderClose, rec *storage.Record) {
		rec.State, rec.DueOn = c.Status.State().Key, storage.Day(c.ClosedOn)
	}),
	register(kinds.Invoice, leadtocash.InvoiceFlow(), func(i *leadtocash.Invoice, rec *storage.Record) {
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
		if i.IsFinal() {
			rec.Keys = append(rec.Keys, storage.Key{Name: finalCase, Value: i.CustomerID.ID.String()})
		}
	}),
	register(kinds.Payment, leadtocash.PaymentFlow(), func(p *leadtocash.Payment, rec *storage.Record) {
		rec.State, rec.DueOn = p.Status.State().Key, storage.Day(p.ReceivedOn)
		setAmount(rec, value.Some(p.Amount))
		rec.Number = p.PaymentNumber
		if p.BankReference != "" {
			if p.Received() {
				claim(rec, "bank_reference", cmp.Or(p.PostedFor, p.CustomerID.String())+"/"+schema.Lookup(p.BankReference))
			}
			rec.Keys = append(rec.Keys, storage.Key{Name: "bank_reference", Value: schema.Lookup(p.BankReference)})
		}
		creditKey(rec, p.Unallocated())
	}),
	register(kinds.CreditNote, leadtocash.CreditNoteFlow(), func(n *leadtocash.CreditNote, rec *storage.Record) {
		rec.Number, rec.State, rec.DueOn = n.CreditNoteNumber, n.Status.State().Key, storage.Day(n.IssueDate)
		setAmount(rec, value.Some(n.TotalAmount))
		if n.CreditNoteNumber != "" {
			claim(rec, "number", n.CreditNoteNumber)
		}
		creditKey(rec, n.Unapplied())
	}),
	register(kinds.Refund, leadtocash.RefundFlow(), func(r *leadtocash.Refund, rec *storage.Record) {
		rec.Number, rec.State, rec.DueOn = r.RefundNumber, r.Status.State().Key, storage.Day(r.PaidOn)
		setAmount(rec, value.Some(r.Amount))
	}),
	register(kinds.DunningEntry, nil, func(e *leadtocash.DunningEntry, rec *storage.Record) {
		rec.DueOn = storage.Day(e.SentOn)
		setAmount(rec, value.Some(e.OpenAmount))
		claim(rec, "level", e.InvoiceID.String()+"/"+e.Level.String())
	}),
	register(kinds.Approval, agreement.ApprovalFlow(), func(a *agreement.Approval, rec *storage.Record) {
		rec.Number, rec.State = a.ApprovalNumber, a.Status.State().Key
		claim(rec, "number", a.ApprovalNumber)
		rec.Keys = append(rec.Keys, storage.Key{Name: "rule", Value: schema.Lookup(a.Rule)})
	}),
	register(kinds.Allocation, nil, func(a *leadtocash.Allocation, rec *storage.Record) { setAmount(rec, value.Some(a.Amount)) }),
	register(kinds.Seller, party.SellerFlow(), func(s *party.Seller, rec *storage.Record) { rec.State = s.Status.State().Key }),
	register(kinds.Organization, party.OrganizationFlow(), func(o *party.Organization, rec *storage.Record) { rec.State = o.Status.State().Key }),
	register[party.Competitor](kinds.Competitor, nil, nil),
	register(kinds.Connection, party.ConnectionFlow(), indexConnection),
	register[activity.Note](kinds.Note, nil, nil),
	register[activity.Attachment](kinds.Attachment, nil, nil),
	register(kinds.Task, activity.TaskFlow(), func(t *activity.Task, rec *storage.Record) { rec.State = t.Status.State().Key }),
	register(kinds.PhoneCall, activity.PhoneCallFlow(), func(p *activity.PhoneCall, rec *storage.Record) { rec.State = p.Status.State().Key }),
	register(kinds.Email, activity.EmailFlow(), func(m *activity.Email, rec *storage.Record) { rec.State = m.Status.State().Key }),
	register(kinds.Appointment, activity.AppointmentFlow(), func(a *activity.Appointment, rec *storage.Record) { rec.State = a.Status.State().Key }),
	register(kinds.Process, nil, indexProcess),
	register(kinds.ProcessDefinition, ProcessDefinitionFlow(), func(d *ProcessDefinition, rec *storage.Record) {
		rec.Number, rec.State = d.Name, d.Status.State().Key
		claim(rec, "name", d.Name)
		rec.Keys = append(rec.Keys, storage.Key{Name: "primary_entity", Value: schema.Lookup(d.primaryEntity())})
	}),

	register(kinds.Product, catalog.ProductFlow(), indexProduct),
	register[catalog.ProductRelationship](kinds.ProductRelationship, nil, nil),
	register(kinds.UnitGroup, nil, func(g *catalog.UnitGroup, rec *storage.Record) {
		for n := range g.Units {
			if k := (storage.Key{Name: "unit_id", Value: g.Units[n].ID.String()}); !slices.Contains(rec.Keys, k) {
				rec.Keys = append(rec.Keys, k)
			}
		}
	}),
	register(kinds.PriceList, catalog.PriceListFlow(), func(l *catalog.PriceList, rec *storage.Record) {
		rec.State, rec.DueOn = l.Status.State().Key, storage.Day(l.EndDate)
	}),
	register(kinds.PriceListItem, nil, func(i *catalog.PriceListItem, rec *storage.Record) {
		claim(rec, "item", i.PriceListID.String()+"/"+i.ProductID.String()+"/"+i.UnitID.String())
		if a, ok := i.Amount.Get(); ok {
			rec.Amount = decimal.NewNullDecimal(a)
		}
		rec.Keys = append(rec.Keys, storage.Key{Name: "unit_id", Value: i.UnitID.String()})
	}),
	register(kinds.DiscountList, catalog.DiscountListFlow(), func(d *catalog.DiscountList, rec *storage.Record) { rec.State = d.Status.State().Key }),
	register(kinds.TransactionCurrency, catalog.TransactionCurrencyFlow(), func(t *catalog.TransactionCurrency, rec *storage.Record) {
		rec.State, rec.Number = t.Status.State().Key, t.Code.Code()
		claim(rec, "code", t.Code.Code())
	}),

	register(kinds.Goal, insight.GoalFlow(), func(g *insight.Goal, rec *storage.Record) {
		rec.State, rec.DueOn = g.Status.State().Key, storage.Day(g.EndDate)
		rec.Keys = append(rec.Keys, storage.Key{Name: "goal_owner", Value: g.GoalOwner.String()})
	}),
	register(kinds.GoalMetric, insight.GoalMetricFlow(), func(m *insight.GoalMetric, rec *storage.Record) { rec.State = m.Status.State().Key }),
	register(kinds.ForecastAdjustment, nil, func(a *insight.ForecastAdjustment, rec *storage.Record) {
		rec.DueOn = storage.Day(a.PeriodFrom)
		setAmount(rec, a.Value)
		rec.Keys = append(rec.Keys, storage.Key{Name: "row_owner", Value: a.RowOwner.String()})
	}),
)

func kindTable(infos ...*kindInfo) map[kinds.Kind]*kindInfo {
	m := make(map[kinds.Kind]*kindInfo, len(infos))
	for _, info := range infos {
		m[info.kind] = info
	}
	return m
}

// FieldsOf lists the fields of records of a kind, with their logical names in
// Dataverse; nil for an unknown kind.
func FieldsOf(kind kinds.Kind) []record.FieldInfo {
	if info := recordKinds[kind]; info != nil {
		return info.schema.Info()
	}
	return nil
}

// TableOf returns the transition table of a kind, its Flow; nil for kinds without
// status.
func TableOf(kind kinds.Kind) flow.Table {
	if info := recordKinds[kind]; info != nil {
		return info.table
	}
	return nil
}

// referencing are the referring fields of every kind.
var referencing = func() map[kinds.Kind][]schema.Referring {
	m := map[kinds.Kind][]schema.Referring{}
	for kind, info := range recordKinds {
		m[kind] = info.schema.RefFields(nil)
	}
	return m
}()

// indexProduct makes a product known by its number, its default unit and the
// members of a bundle, those in force included.
func indexProduct(p *catalog.Product, rec *storage.Record) {
	rec.Number, rec.State = p.ProductNumber, p.Status.State().Key
	claim(rec, "number", p.ProductNumber)
	key := func(name string, id uuid.UUID) {
		if k := (storage.Key{Name: name, Value: id.String()}); id != uuid.Nil && !slices.Contains(rec.Keys, k) {
			rec.Keys = append(rec.Keys, k)
		}
	}
	for _, f := range []*catalog.ProductFields{&p.ProductFields, p.InForce()} {
		key("unit_id", f.DefaultUnitID.UUID)
		for _, m := range f.Members {
			key("member_id", m.ProductID.UUID)
		}
	}
}

// indexProcess makes processes findable by each of their records, those that
// are only offered too, by stage and by definition, and keeps a record to one process of each definition.
func indexProcess(p *process.Process, rec *storage.Record) {
	i := &p.Instance
	rec.State = i.Status.String()
	each := func(name string, records map[string]bpf.Ref) {
		met := map[string]bool{}
		for _, entity := range slices.Sorted(maps.Keys(records)) {
			if value := process.RecordKey(records[entity]); !met[value] {
				met[value] = true
				rec.Keys = append(rec.Keys, storage.Key{Name: name, Value: value})
			}
		}
	}
	each("record", i.Slots)
	each("offered", i.Pending)
	rec.Keys = append(
		rec.Keys,
		storage.Key{Name: "primary", Value: process.RecordKey(i.Primary())},
		storage.Key{Name: "definition", Value: i.Process},
		storage.Key{Name: "stage", Value: i.Process + "/" + i.ActiveStage},
	)
	rec.Claims = []string{schema.Lookup("process:" + i.Process + "/" + i.Primary().Entity + "/" + i.Primary().ID)}
}

// claimQuote keeps numbers unique, and at most one quote of a number draft or
// active.
func claimQuote(rec *storage.Record, q *leadtocash.Quote) {
	claim(rec, "number", q.QuoteNumber+"/"+strconv.Itoa(int(q.RevisionNumber)))
	if s := q.Status.State(); s == leadtocash.QuoteDraft || s == leadtocash.QuoteActive {
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
func gradeKey(rec *storage.Record, g leadtocash.Grade) {
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
