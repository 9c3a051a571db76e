package engine

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// ListOrder is what a list is sorted by: one of these, or the wire name of a slot of the
// kind, see [SlotsOf]: "issue_date". Records without a value come last.
type ListOrder = storage.Field

// The orders of a list.
const (
	OrderByCreated ListOrder = storage.FieldCreatedAt // the default
	OrderByUpdated ListOrder = storage.FieldUpdatedAt
	OrderByNumber  ListOrder = storage.FieldNumber
	OrderByDue     ListOrder = storage.FieldDueOn
	OrderByAmount  ListOrder = storage.FieldAmount
	OrderByName    ListOrder = storage.FieldName // whatever case and accents
)

// List is what every query may ask. At a million records a page costs what it
// costs at ten thousand for any order with a state or status and at most one
// reference; other combinations work and may scan, as far as [WithScanLimit] allows.
type List struct {
	IDs      []uuid.UUID // at most 1,000
	IDFrom   uuid.UUID   // inclusive
	IDBefore uuid.UUID
	// Text is what people type into a box: each of its words, of which one has at
	// least two letters, begins a word of the record, whatever case and accents;
	// or its digits, at least four, a phone number. Documents are found by how their
	// number begins. It finds in the order of the list. ErrOutOfRange: more than 8
	// words; ErrInvalid: kinds that are not searched; ErrUnsupported without WithSearch.
	Text          string
	State         value.State // of the status
	StatusReason  string      // the host's own, by key
	Owner         uuid.UUID
	CreatedFrom   time.Time // inclusive
	CreatedBefore time.Time
	UpdatedFrom   time.Time // inclusive
	UpdatedBefore time.Time
	Currency      money.Currency
	DueFrom       value.Date // inclusive: due day, close date …, whatever the kind lists by
	DueBefore     value.Date
	Owners        []uuid.UUID // one of them; uuid.Nil among them: also those without
	AmountFrom    value.Opt[decimal.Decimal]
	AmountTo      value.Opt[decimal.Decimal] // inclusive
	// Custom asks for the values of searchable custom fields, as text; any other is
	// ErrInvalid.
	Custom map[string]string
	Where  []Filter // all of them hold
	Order  ListOrder
	Desc   bool
	After  Cursor // of a Page before
	Limit  int    // of a page: default 50, at most 1,000; of All: 0 means everything
	// CountUpTo has a page say how many records the list has, if they are not more: at
	// most 10,000.
	CountUpTo int64
}

// Cursor is an opaque position in a list, good for the same query only.
type Cursor = storage.Cursor

// Page is one page of a list.
type Page[R any] struct {
	Items []R    `json:"items"`
	Next  Cursor `json:"next,omitzero"` // empty on the last page
	// Total is how many records the list has, with List.CountUpTo; one more than that
	// stands for more.
	Total value.Opt[int64] `json:"total,omitzero"`
}

// query is a List with what its kind adds.
type query interface {
	list() List
	conds() []storage.Cond
}

func (l List) list() List { return l }

const (
	defaultPage = 50
	maxPage     = 1000
	maxListed   = 1000 // ids of a list
	maxBound    = 18   // digits before and behind the point
	maxCounted  = 10_000
)

// storedQuery translates the query.
func storedQuery(kind kinds.Kind, q query) storage.Query {
	l := q.list()
	out := storage.Query{Kind: string(kind), Where: q.conds(), Order: l.Order, Desc: l.Desc, After: l.After, Limit: l.Limit}
	where := func(f storage.Field, op storage.Op, value any) {
		out.Where = append(out.Where, storage.Cond{Field: f, Op: op, Values: []any{value}})
	}
	if !l.State.IsZero() {
		where(storage.FieldState, storage.OpEq, l.State.Key)
	}
	if l.StatusReason != "" {
		out.Where = append(out.Where, keyIs(flow.StatusReasonField, schema.Lookup(l.StatusReason)))
	}
	if l.IDs != nil {
		out.Where = append(out.Where, storage.Cond{Field: storage.FieldID, Op: storage.OpIn, Values: anyOf(l.IDs)})
	}
	if l.IDFrom != uuid.Nil {
		where(storage.FieldID, storage.OpGe, l.IDFrom)
	}
	if l.IDBefore != uuid.Nil {
		where(storage.FieldID, storage.OpLt, l.IDBefore)
	}
	if l.Owners != nil {
		out.Where = append(out.Where, ownedBy(l.Owners))
	}
	if from, ok := l.AmountFrom.Get(); ok {
		where(storage.FieldAmount, storage.OpGe, from)
	}
	if to, ok := l.AmountTo.Get(); ok {
		where(storage.FieldAmount, storage.OpLe, to)
	}
	if l.Owner != uuid.Nil {
		where(storage.FieldOwner, storage.OpEq, l.Owner)
	}
	if !l.Currency.IsZero() {
		where(storage.FieldCurrency, storage.OpEq, l.Currency.Code())
	}
	instant := func(f storage.Field, op storage.Op, t time.Time) {
		if !t.IsZero() {
			where(f, op, t.UTC().Truncate(time.Microsecond))
		}
	}
	instant(storage.FieldCreatedAt, storage.OpGe, l.CreatedFrom)
	instant(storage.FieldCreatedAt, storage.OpLt, l.CreatedBefore)
	instant(storage.FieldUpdatedAt, storage.OpGe, l.UpdatedFrom)
	instant(storage.FieldUpdatedAt, storage.OpLt, l.UpdatedBefore)
	if !l.DueFrom.IsZero() {
		where(storage.FieldDueOn, storage.OpGe, storage.Day(l.DueFrom))
	}
	if !l.DueBefore.IsZero() {
		where(storage.FieldDueOn, storage.OpLt, storage.Day(l.DueBefore))
	}
	return out
}

func anyOf(ids []uuid.UUID) []any {
	values := make([]any, len(ids))
	for n, id := range ids {
		values[n] = id
	}
	return values
}

// ownedBy asks for records of some owners, or of none.
func ownedBy(owners []uuid.UUID) storage.Cond {
	some := slices.DeleteFunc(slices.Clone(owners), func(id uuid.UUID) bool { return id == uuid.Nil })
	owned := storage.Cond{Field: storage.FieldOwner, Op: storage.OpIn, Values: anyOf(some)}
	if len(some) == len(owners) {
		return owned
	}
	return storage.Cond{Any: []storage.Cond{owned, {Field: storage.FieldOwner, Op: storage.OpMissing}}}
}

// asked builds the conditions of a kind.
type asked []storage.Cond

func (a asked) ref(field string, id uuid.UUID) asked {
	if id == uuid.Nil {
		return a
	}
	return append(a, keyIs(field, id.String()))
}

func (a asked) text(field, value string) asked {
	if value == "" {
		return a
	}
	return append(a, keyIs(field, schema.Lookup(value)))
}

// flag asks for records that a look-up marks.
func (a asked) flag(field string, wanted bool) asked {
	if !wanted {
		return a
	}
	return append(a, keyIs(field, "true"))
}

func (a asked) status(key string) asked {
	if key == "" {
		return a
	}
	return append(a, storage.Cond{Field: storage.FieldStatus, Op: storage.OpEq, Values: []any{key}})
}

func (a asked) number(value string) asked { return a.text("number", value) }

// Records reads the records of one kind.
type Records[R any, I record.AnyID, Q query] struct{ c *Client }

// Get returns a record, or ErrNotFound if there is none or the actor may not
// see it. The record is the caller's own copy.
func (rs Records[R, I, Q]) Get(ctx context.Context, id I) (R, error) {
	return cloned[R](rs.c.get(ctx, id.Ref()))
}

// All yields the records that the query asks for, each the caller's own copy.
// It reads page by page, each a snapshot of its own, and the loop body may call
// the client. An error is yielded once, last: ErrInvalid for a cursor of another
// query.
func (rs Records[R, I, Q]) All(ctx context.Context, q Q) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		rs.c.all(ctx, record.KindOf[R](), q, func(d record.Record, err error) bool { return yield(cloned[R](d, err)) })
	}
}

// Page returns one page and where the next one begins. Codes: ErrOutOfRange for
// a limit beyond 1,000, ErrInvalid for a cursor of another query (field after) and
// for an order that no list has (order_by).
func (rs Records[R, I, Q]) Page(ctx context.Context, q Q) (page Page[R], err error) {
	found, err := rs.c.page(ctx, record.KindOf[R](), q)
	if len(found.Items) > 0 {
		page.Items = make([]R, len(found.Items))
	}
	for i, d := range found.Items {
		page.Items[i] = cloneOf[R](d)
	}
	page.Next, page.Total = found.Next, found.Total
	return page, err
}

// Count counts the records that the query asks for and the actor may see,
// whatever its limit and cursor.
func (rs Records[R, I, Q]) Count(ctx context.Context, q Q) (int64, error) {
	return rs.c.count(ctx, record.KindOf[R](), q)
}

// cloned is the caller's own copy of a stored document.
func cloned[R any](d record.Record, err error) (r R, _ error) {
	if err != nil {
		return r, err
	}
	return cloneOf[R](d), nil
}

// get reads a stored document for the actor.
func (c *Client) get(ctx context.Context, ref record.Ref) (d record.Record, err error) {
	err = c.view(ctx, func(ctx context.Context, s *session) error {
		rec, err := s.visibleRecord(ctx, ref)
		if err != nil {
			return err
		}
		d, err = recordKinds[ref.Kind].decode(rec.Image)
		return err
	})
	return d, err
}

// visibleRecord is get for records that the actor may see.
func (s *session) visibleRecord(ctx context.Context, ref record.Ref) (*storage.Record, error) {
	rec, err := s.get(ctx, ref)
	if err != nil {
		return nil, err
	}
	if ok, err := s.visible(ctx, rec); err != nil || !ok {
		return nil, notVisible(ref, err)
	}
	return rec, nil
}

func notVisible(ref record.Ref, err error) error {
	if err != nil {
		return err
	}
	return &record.Error{Code: codes.ErrNotFound, Kind: ref.Kind, ID: ref.ID, Reasons: []record.Reason{{Code: codes.ErrNotFound, Message: codes.ErrNotFound.Info().Text}}}
}

func (c *Client) all(ctx context.Context, kind kinds.Kind, q query, yield func(record.Record, error) bool) {
	page, err := c.checkedQuery(kind, q)
	if err != nil {
		yield(nil, err)
		return
	}
	want := page.Limit
	page.Limit = maxPage
	for {
		if want > 0 {
			page.Limit = min(want, maxPage)
		}
		docs, next, _, err := c.read(ctx, page, 0)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
		if want -= len(docs); next == "" || q.list().Limit > 0 && want <= 0 {
			return
		}
		page.After = next
	}
}

func (c *Client) page(ctx context.Context, kind kinds.Kind, q query) (page Page[record.Record], err error) {
	stored, err := c.checkedQuery(kind, q)
	if err != nil {
		return page, err
	}
	switch {
	case stored.Limit == 0:
		stored.Limit = defaultPage
	case stored.Limit > maxPage:
		return page, record.Refusal(codes.ErrOutOfRange, "limit", "a page has 1 to 1000 items")
	}
	var next storage.Cursor
	page.Items, next, page.Total, err = c.read(ctx, stored, q.list().CountUpTo)
	page.Next = cursorTo(&stored, next)
	return page, err
}

// checkedQuery is storedQuery of a query that can find something: by custom fields
// that nothing is looked up by nothing is found.
func (c *Client) checkedQuery(kind kinds.Kind, q query) (storage.Query, error) {
	l := q.list()
	if l.Limit < 0 {
		return storage.Query{}, record.Refusal(codes.ErrOutOfRange, "limit", "a limit is not negative")
	}
	custom, err := c.customConds(kind, l.Custom)
	if err != nil {
		return storage.Query{}, err
	}
	if err := l.checkBounds(); err != nil {
		return storage.Query{}, err
	}
	text, err := c.searchConds(kind, l.Text)
	if err != nil {
		return storage.Query{}, err
	}
	where, err := c.filtered(kind, l.Where)
	if err != nil {
		return storage.Query{}, err
	}
	stored := storedQuery(kind, q)
	stored.Where = append(append(append(stored.Where, custom...), text...), where...)
	var ok bool
	if stored.Order, ok = orderOf(kind, l.Order); !ok {
		return storage.Query{}, record.Refusal(codes.ErrInvalid, "order_by", "no list is sorted by it")
	}
	if stored.After, ok = cursorIn(&stored, l.After); ok {
		_, _, err := stored.Position()
		ok = err == nil
	}
	if !ok {
		return storage.Query{}, record.Refusal(codes.ErrInvalid, "after", "a cursor of another query, or no cursor")
	}
	if err := stored.Validate(); err != nil {
		return storage.Query{}, record.Refusal(codes.ErrInvalid, "list", "asks for a value that no record could have")
	}
	return stored, nil
}

// customConds are the conditions on searchable custom fields; a value that the field
// cannot have finds nothing.
func (c *Client) customConds(kind kinds.Kind, values map[string]string) (conds []storage.Cond, err error) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		f, has := c.declared(FieldName{kind, name})
		if !has || !f.searchable {
			return nil, record.Refusal(codes.ErrInvalid, "custom."+name, "not a searchable custom field")
		}
		key, ok := f.lookup(values[name])
		if !ok {
			key = schema.Lookup(values[name])
		}
		conds = append(conds, keyIs("custom."+name, key.(string)))
	}
	return conds, nil
}

// checkBounds refuses lists of too many ids, bounds that no amount has, and ranges that are
// turned round.
func (l List) checkBounds() error {
	var reasons []record.Reason
	refuse := func(wrong bool, field, message string) {
		if wrong {
			reasons = append(reasons, record.Reason{Code: codes.ErrOutOfRange, Field: field, Message: message})
		}
	}
	turned := func(is bool, from, to string) {
		if is {
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: to, Message: "comes before " + from})
		}
	}
	refuse(len(l.IDs) > maxListed, "ids", "at most 1000")
	refuse(len(l.Owners) > maxListed, "owners", "at most 1000")
	refuse(l.CountUpTo < 0 || l.CountUpTo > maxCounted, "count_up_to", "0 to 10000")
	refuse(!exact.CheckDecimal(l.AmountFrom.Or(decimal.Decimal{}), maxBound, maxBound), "amount_from", "has too many digits")
	refuse(!exact.CheckDecimal(l.AmountTo.Or(decimal.Decimal{}), maxBound, maxBound), "amount_to", "has too many digits")
	turned(l.IDBefore != uuid.Nil && bytes.Compare(l.IDFrom[:], l.IDBefore[:]) > 0, "id_from", "id_before")
	turned(!l.CreatedBefore.IsZero() && l.CreatedFrom.After(l.CreatedBefore), "created_from", "created_before")
	turned(!l.UpdatedBefore.IsZero() && l.UpdatedFrom.After(l.UpdatedBefore), "updated_from", "updated_before")
	turned(!l.DueBefore.IsZero() && l.DueFrom > l.DueBefore, "due_from", "due_before")
	least, bounded := l.AmountFrom.Get()
	most, above := l.AmountTo.Get()
	turned(bounded && above && least.GreaterThan(most), "amount_from", "amount_to")
	return record.RefusedFor(reasons)
}

// read reads one page completely, whether there is more and, unless it is 0, how many
// records there are up to a number.
func (c *Client) read(ctx context.Context, q storage.Query, upTo int64) (docs []record.Record, next storage.Cursor, total value.Opt[int64], err error) {
	limit, info := q.Limit, recordKinds[kinds.Kind(q.Kind)]
	q.Limit = limit + 1
	err = c.look(ctx, func(ctx context.Context, s *session) error {
		docs, next = nil, ""
		if total, err = s.countUpTo(ctx, q, upTo); err != nil {
			return err
		}
		var last *storage.Record
		for rec, err := range s.findWithin(ctx, q) {
			if err != nil {
				return err
			}
			if len(docs) == limit {
				next = storage.CursorOf(q, last)
				return nil
			}
			d, err := info.decode(rec.Image)
			if err != nil {
				return err
			}
			docs, last = append(docs, d), rec
		}
		return nil
	})
	if err != nil {
		return nil, "", value.None[int64](), err
	}
	return docs, next, total, nil
}

// countUpTo counts what a query asks for, its cursor aside, up to a number and one more.
func (s *session) countUpTo(ctx context.Context, q storage.Query, most int64) (value.Opt[int64], error) {
	if most == 0 {
		return value.None[int64](), nil
	}
	q.After, q.Limit = "", int(most)+1
	n := int64(0)
	for _, err := range s.findWithin(ctx, q) {
		if err != nil {
			return value.None[int64](), err
		}
		n++
	}
	return value.Some(n), nil
}

func (c *Client) count(ctx context.Context, kind kinds.Kind, q query) (int64, error) {
	if err := c.identified(); err != nil {
		return 0, err
	}
	page, err := c.checkedQuery(kind, q)
	if err != nil {
		return 0, err
	}
	page.Limit, page.After = 0, ""
	if !c.seesAll() {
		err := c.view(ctx, func(ctx context.Context, s *session) error {
			scope, err := s.scope(ctx, kind)
			page.Where = slices.Concat(page.Where, scope)
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	n, err := storage.Count(ctx, c.store, c.tenant, page)
	return n, fromStore(err)
}

// Get returns the record of type R that the id identifies, for code that works with
// several kinds: see [Records.Get]. An id of another kind is ErrInvalid.
func Get[R any, I record.AnyID](ctx context.Context, c *Client, id I) (r R, err error) {
	if ref := id.Ref(); ref.Kind != record.KindOf[R]() {
		return r, record.Refusal(codes.ErrInvalid, "id", fmt.Sprintf("a %s is no %T", ref.Kind, r))
	}
	return cloned[R](c.get(ctx, id.Ref()))
}
