package journeytest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// book is all that a tenant holds: its records, every version that any of them
// ever had, and its events. It is read from the store itself, past the client,
// and never changes.
type book struct {
	records  map[record.Ref]any // living: *leadtocash.Lead and so on
	stored   map[record.Ref]*storage.Record
	named    map[record.Ref][]record.Ref // by the record that refers to them
	past     map[record.Ref][]version
	refs     []record.Ref // in order of birth, the dead included
	events   []record.Event
	position int64 // of the last event
}

// version is one step in the life of a record.
type version struct {
	number int64
	record any // nil for a deletion
	events []record.Event
	image  storage.Image
}

// kindInfo is what the book needs to know of a kind of record.
type kindInfo struct {
	kind       kinds.Kind
	record, id reflect.Type
	decode     func(storage.Image) (any, error)
}

func known[R any](kind kinds.Kind) kindInfo {
	id, _ := reflect.TypeFor[R]().FieldByName("ID")
	return kindInfo{kind, reflect.TypeFor[R](), id.Type, func(img storage.Image) (any, error) {
		if r, ok := img.Value.(*R); ok {
			return r, nil
		}
		body, err := img.Body()
		if err != nil {
			return nil, err
		}
		r := new(R)
		return r, json.Unmarshal(body, r)
	}}
}

// recordKinds are the kinds of records that invariants are about.
var recordKinds = []kindInfo{
	known[leadtocash.Lead](kinds.Lead),
	known[party.Account](kinds.Account),
	known[party.Contact](kinds.Contact),
	known[leadtocash.Opportunity](kinds.Opportunity),
	known[leadtocash.OpportunityClose](kinds.OpportunityClose),
	known[leadtocash.Quote](kinds.Quote),
	known[leadtocash.QuoteClose](kinds.QuoteClose),
	known[leadtocash.Order](kinds.Order),
	known[leadtocash.OrderClose](kinds.OrderClose),
	known[leadtocash.Invoice](kinds.Invoice),
	known[leadtocash.Payment](kinds.Payment),
	known[leadtocash.Allocation](kinds.Allocation),
	known[leadtocash.CreditNote](kinds.CreditNote),
	known[leadtocash.Refund](kinds.Refund),
	known[leadtocash.DunningEntry](kinds.DunningEntry),
	known[agreement.Approval](kinds.Approval),
	known[party.Seller](kinds.Seller),
	known[party.Organization](kinds.Organization),
	known[party.Competitor](kinds.Competitor),
	known[party.Connection](kinds.Connection),
	known[activity.Note](kinds.Note),
	known[activity.Attachment](kinds.Attachment),
	known[activity.Task](kinds.Task),
	known[activity.PhoneCall](kinds.PhoneCall),
	known[activity.Email](kinds.Email),
	known[activity.Appointment](kinds.Appointment),

	known[catalog.Product](kinds.Product),
	known[catalog.ProductRelationship](kinds.ProductRelationship),
	known[catalog.UnitGroup](kinds.UnitGroup),
	known[catalog.PriceList](kinds.PriceList),
	known[catalog.PriceListItem](kinds.PriceListItem),
	known[catalog.DiscountList](kinds.DiscountList),
	known[catalog.TransactionCurrency](kinds.TransactionCurrency),

	known[insight.Goal](kinds.Goal),
	known[insight.GoalMetric](kinds.GoalMetric),
	known[insight.ForecastAdjustment](kinds.ForecastAdjustment),
}

var (
	kindsByName   = indexed(func(k kindInfo) kinds.Kind { return k.kind })
	kindsByRecord = indexed(func(k kindInfo) reflect.Type { return k.record })
	kindsByID     = indexed(func(k kindInfo) reflect.Type { return k.id })
)

func indexed[K comparable](key func(kindInfo) K) map[K]kindInfo {
	m := map[K]kindInfo{}
	for _, k := range recordKinds {
		m[key(k)] = k
	}
	return m
}

// kindOf tells the kind of records of a type.
func kindOf[R any]() kinds.Kind { return kindsByRecord[reflect.TypeFor[R]()].kind }

// decode reads a document of any kind; of a kind that has no invariants here,
// its JSON form.
func decode(kind kinds.Kind, img storage.Image) (any, error) {
	if k, known := kindsByName[kind]; known {
		return k.decode(img)
	}
	body, err := img.Body()
	return body, err
}

var emptyBook = &book{
	records: map[record.Ref]any{}, stored: map[record.Ref]*storage.Record{},
	named: map[record.Ref][]record.Ref{}, past: map[record.Ref][]version{},
}

// read opens the book as it is now. What was known before is not decoded again.
func (w *world) read(ctx context.Context, before *book) (*book, error) {
	b := &book{
		records: map[record.Ref]any{}, stored: map[record.Ref]*storage.Record{},
		named: map[record.Ref][]record.Ref{}, past: maps.Clone(before.past),
		refs: slices.Clip(before.refs), events: slices.Clip(before.events), position: before.position,
	}
	var changed []record.Ref
	for e, err := range w.client.Feed(ctx, before.position) {
		if err != nil {
			return nil, fmt.Errorf("feed: %w", err)
		}
		b.events, b.position = append(b.events, e.Event), e.Position
		if _, known := b.past[e.Ref]; !known {
			b.refs, b.past[e.Ref] = append(b.refs, e.Ref), nil
		}
		if !slices.Contains(changed, e.Ref) {
			changed = append(changed, e.Ref)
		}
	}
	err := w.store.View(ctx, w.tenant, func(ctx context.Context, r storage.Reader) error {
		if err := b.readRecords(ctx, r, before); err != nil {
			return err
		}
		for _, ref := range changed {
			if err := b.readPast(ctx, r, ref, b.events[len(before.events):]); err != nil {
				return err
			}
		}
		return nil
	})
	return b, err
}

func (b *book) readRecords(ctx context.Context, r storage.Reader, before *book) error {
	for _, kind := range kinds.Kinds() {
		for rec, err := range r.Find(ctx, storage.Query{Kind: string(kind)}) {
			if err != nil {
				return fmt.Errorf("list of %s: %w", kind, err)
			}
			ref := record.Ref{Kind: kind, ID: rec.ID}
			b.stored[ref] = rec
			if was := before.stored[ref]; was != nil && was.Version == rec.Version {
				b.records[ref], b.named[ref] = before.records[ref], before.named[ref]
				continue
			}
			if b.records[ref], err = decode(kind, rec.Image); err != nil {
				return fmt.Errorf("%s: %w", ref, err)
			}
			b.named[ref] = references(reflect.ValueOf(b.records[ref]), nil)
		}
	}
	return nil
}

// readPast reads the versions of a record that are new to the book.
func (b *book) readPast(ctx context.Context, r storage.Reader, ref record.Ref, fresh []record.Event) error {
	known := b.past[ref]
	versions := slices.Clip(known)
	for e, err := range r.History(ctx, storage.Ref{Kind: string(ref.Kind), ID: ref.ID}) {
		if err != nil {
			return fmt.Errorf("history of %s: %w", ref, err)
		}
		if len(known) > 0 && e.Version <= known[len(known)-1].number {
			continue
		}
		if len(versions) > 0 && versions[len(versions)-1].number == e.Version {
			continue
		}
		v := version{number: e.Version, image: e.Image}
		if !e.Deleted && !e.Image.Erased() {
			if v.record, err = decode(ref.Kind, e.Image); err != nil {
				return fmt.Errorf("%s version %d: %w", ref, e.Version, err)
			}
		}
		versions = append(versions, v)
	}
	for _, e := range fresh {
		if e.Ref != ref {
			continue
		}
		for i := len(known); i < len(versions); i++ {
			if versions[i].number == e.Version {
				versions[i].events = append(versions[i].events, e)
			}
		}
	}
	b.past[ref] = versions
	return nil
}

// references lists every reference to a record within a value: typed ids and
// Refs, in lines and groups of fields as well.
func references(v reflect.Value, list []record.Ref) []record.Ref {
	if kind, ok := kindsByID[v.Type()]; ok {
		if id := v.Field(0).Interface().(uuid.UUID); id != uuid.Nil {
			list = append(list, record.Ref{Kind: kind.kind, ID: id})
		}
		return list
	}
	if v.Type() == reflect.TypeFor[record.Ref]() {
		if ref := v.Interface().(record.Ref); ref.ID != uuid.Nil {
			list = append(list, ref)
		}
		return list
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			list = references(v.Elem(), list)
		}
	case reflect.Slice:
		for n := range v.Len() {
			list = references(v.Index(n), list)
		}
	case reflect.Struct:
		for n := range v.NumField() {
			if v.Type().Field(n).IsExported() {
				list = references(v.Field(n), list)
			}
		}
	}
	return list
}

// all lists the living records of a type, the oldest first.
func all[R any](b *book) (list []*R) {
	kind := kindOf[R]()
	for _, ref := range b.refs {
		if ref.Kind != kind {
			continue
		}
		if r, ok := b.records[ref].(*R); ok {
			list = append(list, r)
		}
	}
	return list
}

// living lists the living records of a kind.
func (b *book) living(kind kinds.Kind) (list []record.Ref) {
	for _, ref := range b.refs {
		if ref.Kind == kind && b.records[ref] != nil {
			list = append(list, ref)
		}
	}
	return list
}

// lookup returns a living record, nil if there is none.
func lookup[R any, I record.AnyID](b *book, id I) *R {
	r, _ := b.records[id.Ref()].(*R)
	return r
}

// lives are the versions of every record of a type that ever was.
func lives[R any](b *book, each func(record.Ref, []version) error) error {
	kind := kindOf[R]()
	for _, ref := range b.refs {
		if ref.Kind == kind {
			if err := each(ref, b.past[ref]); err != nil {
				return err
			}
		}
	}
	return nil
}

// image is a version's record, nil if it is a deletion or erased.
func image[R any](v version) *R {
	r, _ := v.record.(*R)
	return r
}

// same reports how two books differ in what is stored: records with their
// headers, and events.
func (b *book) same(other *book) error {
	if len(b.events) != len(other.events) {
		return fmt.Errorf("%d events, then %d: %s", len(b.events), len(other.events), names(other.events[min(len(b.events), len(other.events)):]))
	}
	for ref, rec := range b.stored {
		now := other.stored[ref]
		if now == nil {
			return fmt.Errorf("%s is gone", ref)
		}
		if err := sameRecord(rec, now); err != nil {
			return fmt.Errorf("%s: %w", ref, err)
		}
	}
	for ref := range other.stored {
		if b.stored[ref] == nil {
			return fmt.Errorf("%s came up", ref)
		}
	}
	return nil
}

func sameRecord(a, b *storage.Record) error {
	if a.Version != b.Version || a.State != b.State || a.Status != b.Status || a.Number != b.Number || a.Owner != b.Owner ||
		!a.UpdatedAt.Equal(b.UpdatedAt) {
		return fmt.Errorf("version %d %s %s, then version %d %s %s", a.Version, a.Status, a.Number, b.Version, b.Status, b.Number)
	}
	if a.Value != nil && a.Value == b.Value {
		return nil
	}
	return sameBody(a.Image, b.Image)
}

var errBody = errors.New("its content differs")

// sameBody compares two documents as JSON values.
func sameBody(a, b storage.Image) error {
	was, err := a.Body()
	if err != nil {
		return err
	}
	is, err := b.Body()
	if err != nil {
		return err
	}
	if !bytes.Equal(was, is) && !equalJSON(was, is) {
		return fmt.Errorf("%w:\n%s\n%s", errBody, was, is)
	}
	return nil
}

// equalJSON compares numbers by what they are worth, to the last digit.
func equalJSON(a, b []byte) bool {
	x, okX := exactly(a)
	y, okY := exactly(b)
	return okX && okY && reflect.DeepEqual(x, y)
}

func exactly(body []byte) (value any, ok bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return nil, false
	}
	return reduced(value)
}

// shortest is a number in its shortest form.
type shortest string

// reduced puts in place of numbers what they are worth, however they are written.
func reduced(value any) (_ any, ok bool) {
	switch v := value.(type) {
	case json.Number:
		d, err := decimal.NewFromString(v.String())
		return shortest(d.String()), err == nil
	case []any:
		for i := range v {
			if v[i], ok = reduced(v[i]); !ok {
				return nil, false
			}
		}
	case map[string]any:
		for name := range v {
			if v[name], ok = reduced(v[name]); !ok {
				return nil, false
			}
		}
	}
	return value, true
}

func names(events []record.Event) (types []string) {
	for _, e := range events {
		types = append(types, e.Type)
	}
	return types
}
