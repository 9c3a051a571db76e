// Package storage is the seam between the engine and a database.
//
// A store keeps records it does not understand: a typed header it can search,
// a body it returns unchanged. It promises three things: a transaction happens
// entirely or not at all, nobody overwrites what they have not read, and no
// reader of the feed misses an event. Everything else is the engine's business.
package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Tenant names an isolated set of records, counters and events. It matches
// [A-Za-z0-9_-]{1,64}.
type Tenant string

// Default is the tenant of hosts that have only one.
const Default Tenant = "default"

// Validate reports ErrInvalid unless t matches [A-Za-z0-9_-]{1,64}.
func (t Tenant) Validate() error {
	if len(t) == 0 || len(t) > 64 {
		return fmt.Errorf("%w: a tenant has 1 to 64 characters", ErrInvalid)
	}
	for _, c := range []byte(t) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '-':
		default:
			return fmt.Errorf("%w: a tenant consists of letters, digits, _ and -", ErrInvalid)
		}
	}
	return nil
}

// Store keeps records, their history and counters, tenant by tenant. It is
// safe for concurrent use.
type Store interface {
	// View runs fn on one consistent snapshot of a tenant.
	View(ctx context.Context, tenant Tenant, fn func(context.Context, Reader) error) error
	// Update runs fn as if it were alone, commits on nil, rolls back on error or
	// panic, and runs fn again when the database asks for it: fn must have no
	// effect outside tx. Inside the fn of another Update of the same store it
	// answers ErrNested. A View inside it is allowed and sees the last commit, not
	// what is being written.
	Update(ctx context.Context, tenant Tenant, fn func(context.Context, Tx) error) error
	// Feed yields committed events with a position greater than after, in order,
	// none skipped, none twice, up to the current end, and stops. A loop whose context
	// ends yields that error and ends, behind the last event as well. It may take a short
	// write transaction to number what is unnumbered.
	Feed(ctx context.Context, tenant Tenant, after int64) iter.Seq2[Event, error]
}

// Reader reads one snapshot, taken no later than its first read. It ends with the
// function it was given to and must not be used by several goroutines at once.
type Reader interface {
	// Get returns the stored record or ErrNotFound, also for what no record could be
	// named.
	Get(ctx context.Context, ref Ref) (*Record, error)
	// Find yields the records that Match q, in the order of Compare. The loop
	// body may use the same reader or transaction; whether the loop meets what
	// its body writes is open. An error is yielded once and ends the loop; that of a
	// context that has ended also behind the last record.
	Find(ctx context.Context, q Query) iter.Seq2[*Record, error]
	// History yields the events of one record by version and ordinal, each with
	// the image of its version; also after the record's deletion. A record that
	// never existed yields nothing. Errors are those of Find.
	History(ctx context.Context, ref Ref) iter.Seq2[Event, error]
}

// Tx reads and writes within one serializable transaction and sees its own
// writes. It must not be used by several goroutines at once.
//
// Writes count in the order of the calls: what a write is refused for depends on what
// is stored and on the writes before it, not on those after it. A store may carry them
// out later, in that order: an error that depends on what is stored comes from the
// write itself, from the next read of the transaction or from Update. A write that
// fails dooms the transaction: nothing is answered any more but that error, and Update
// refuses to commit, with that error, even if the function returns nil. Of several
// writes that fail it is the error of the first.
type Tx interface {
	Reader
	// Put stores a version together with what happened: at least one event, all
	// of this version; the image of the version is kept for history. The stored
	// version must be rec.Version-1, absent and without events for 1: ErrConflict.
	// A claim that another record of the kind holds at this point of the transaction,
	// stored or put before, is ErrTaken. A record lets its claims go with the version
	// that has them no more, or with its deletion: from then on another may take them,
	// in the same transaction as well, but not before. What Validate refuses is
	// ErrInvalid.
	Put(ctx context.Context, rec *Record, events ...Event) error
	// Delete removes the record, its keys and claims and keeps its history; the
	// events carry version+1 and have no image. ErrNotFound, ErrConflict.
	Delete(ctx context.Context, ref Ref, version int64, events ...Event) error
	// Next advances the tenant's counter by one and returns it: 1, 2, 3 …; it
	// rolls back with the transaction, hence gapless.
	Next(ctx context.Context, counter string) (int64, error)
	// Erase blanks the stored images of a record for good: its history keeps the
	// events, whose images then report Erased. A living record is not touched:
	// the image of its present version stays. ErrNotFound if the record never
	// existed.
	Erase(ctx context.Context, ref Ref) error
}

// Ref names a record.
type Ref struct {
	Kind string    `json:"kind"`
	ID   uuid.UUID `json:"id"`
}

// String returns "kind/id".
func (r Ref) String() string { return r.Kind + "/" + r.ID.String() }

// Day is a calendar day as YYYYMMDD; zero means unset. It sorts by value.
type Day int32

// Header is what a store knows of a record: what it may filter, sort and
// constrain. Text compares bytewise.
type Header struct {
	Ref
	Version   int64     // 1, 2, 3 …
	Number    string    // document number, empty if none
	State     string    // text key
	Status    string    // text key
	Owner     uuid.UUID // zero if none
	Currency  string    // ISO 4217, empty if none
	Amount    decimal.NullDecimal
	DueOn     Day
	CreatedAt time.Time // UTC, microseconds
	UpdatedAt time.Time // UTC, microseconds
	Format    int32     // of the body
	Name      string    // what names sort by, at most MaxName bytes; empty if none
	Slots     Slots
}

// Slots are further values that records are filtered, sorted and added up by. What each
// means is up to the kind. Empty texts, zero days and ids and invalid numbers are
// missing. Numbers keep their value, not their trailing zeros.
type Slots struct {
	Text [6]string
	Day  [3]Day
	Num  [4]decimal.NullDecimal
	Ref  [3]uuid.UUID
}

// Equal reports whether slots hold the same values.
func (s *Slots) Equal(other *Slots) bool {
	for n := range s.Num {
		if a, b := s.Num[n], other.Num[n]; a.Valid != b.Valid || a.Valid && !a.Decimal.Equal(b.Decimal) {
			return false
		}
	}
	return s.Text == other.Text && s.Day == other.Day && s.Ref == other.Ref
}

// Key is a look-up of a record, compared bytewise: {"opportunity_id", "0197…"}.
type Key struct{ Name, Value string }

// Record is one version of one record. It is immutable once made and travels
// as a pointer; stores copy header, keys, claims and bytes as they need, and
// share Value, which nobody changes.
type Record struct {
	Header
	Keys   []Key    // exact-match look-ups; no duplicates, in any order
	Claims []string // unique per tenant and kind while the record lives
	Image           // the document
}

// Image is a document as it was put: decoded, as bytes, or both.
type Image struct {
	// Value is the document, decoded: opaque to stores, changed by nobody; nil
	// when only bytes are known. It encodes itself with encoding/json.
	Value any
	raw   *json.RawMessage
}

// NewImage returns the image of a decoded document. Its bytes are made when
// somebody asks for them.
func NewImage(value any) Image { return Image{Value: value} }

// RawImage returns the image of a document of which only the bytes are known.
// The caller must not change body afterwards.
func RawImage(body json.RawMessage) Image { return Image{raw: &body} }

// Body returns the document in its published JSON form: the bytes as read, or
// Value encoded now; ErrErased if there is neither. The result must not be
// changed.
func (i Image) Body() (json.RawMessage, error) {
	if i.raw != nil {
		return *i.raw, nil
	}
	if i.Value == nil {
		return nil, ErrErased
	}
	return json.Marshal(i.Value)
}

// Erased reports whether neither value nor bytes are left.
func (i Image) Erased() bool { return i.Value == nil && i.raw == nil }

// Event is one thing that happened to one version of one record. Ref, Version
// and Ordinal identify it.
type Event struct {
	Ref
	Version int64
	Ordinal int32     // among the events of the version, from 0; dealt by Put and Delete
	Type    string    // past tense: "quote.won"
	At      time.Time // UTC, microseconds
	Actor   string    // who: for search and display; opaque
	Request string    // idempotency key of the call, empty if none
	Data    Image     // the engine's event
	// Position is dealt when the feed is read: 1, 2, 3 … per tenant; zero in
	// what Put takes and History yields.
	Position int64
	// Deleted marks the events of a deletion, which have no Image.
	Deleted bool
	// Image is the record after the change, in what History yields.
	Image Image
}

// Sentinel errors. Narrow errors wrap broad ones.
var (
	ErrNotFound        = errors.New("storage: not found")
	ErrConflict        = errors.New("storage: conflict")
	ErrTaken           = fmt.Errorf("%w: claim taken", ErrConflict)
	ErrRetry           = errors.New("storage: run the transaction again")
	ErrCommitUnknown   = errors.New("storage: outcome of the commit is unknown")
	ErrNotSerializable = errors.New("storage: transaction is not serializable")
	ErrNested          = errors.New("storage: update inside an update of the same store")
	ErrClosed          = errors.New("storage: closed")
	ErrUnsupported     = errors.New("storage: unsupported")
	ErrInvalid         = errors.New("storage: invalid argument")
	ErrErased          = errors.New("storage: content erased")
	ErrUnknownTenant   = errors.New("storage: unknown tenant")
	ErrFull            = errors.New("storage: no room left")
	ErrReadOnly        = errors.New("storage: the database cannot be written")
)

// WriteError says which record an error of a write is about, where it comes later
// than the write.
type WriteError struct {
	Ref     Ref
	Version int64  // 1 where a record of this id is there already, or was; 0 if the store does not know
	Claim   string // that another record holds; empty if there is none, or the store does not know
	Err     error
}

// Error says what the error of the write says.
func (e *WriteError) Error() string { return e.Err.Error() }

// Unwrap returns the error of the write.
func (e *WriteError) Unwrap() error { return e.Err }
