package engine

import (
	"context"
	"strconv"
	"sync"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Numbering makes the number that people see from the n-th number of a kind;
// it must be injective: one that gives a number again, or none, refuses the call with
// ErrTaken or ErrMissingField.
type Numbering func(kind kinds.Kind, n int64) string

// DefaultNumbering writes QUO-00001, ORD-00001, INV-00001, PAY-00001, CRN-00001
// for credit notes, REF-00001 for refunds, PRD-00001 for products and APR-00001 for
// approvals.
func DefaultNumbering(kind kinds.Kind, n int64) string {
	b := make([]byte, 0, 16)
	switch kind {
	case kinds.Quote:
		b = append(b, "QUO-"...)
	case kinds.Order:
		b = append(b, "ORD-"...)
	case kinds.Invoice:
		b = append(b, "INV-"...)
	case kinds.Payment:
		b = append(b, "PAY-"...)
	case kinds.CreditNote:
		b = append(b, "CRN-"...)
	case kinds.Refund:
		b = append(b, "REF-"...)
	case kinds.Product:
		b = append(b, "PRD-"...)
	case kinds.Approval:
		b = append(b, "APR-"...)
	}
	for least := int64(10_000); n < least && least > 1; least /= 10 {
		b = append(b, '0')
	}
	return string(strconv.AppendInt(b, n, 10))
}

// WithNumbering replaces DefaultNumbering. Numbers of invoices and credit notes
// are counted without gaps in the transaction that issues; all others come from reserved blocks
// and may leave gaps.
func WithNumbering(n Numbering) ClientOption {
	return func(e *engine) error { e.numbering = n; return given(n != nil, "numbering") }
}

// blockSize is how many numbers are reserved at once.
const blockSize = 64

// numberBlocks hands out reserved numbers.
type numberBlocks struct {
	mu   sync.Mutex
	free map[blockKey][]int64 // ascending
}

type blockKey struct {
	tenant storage.Tenant
	kind   kinds.Kind
}

// take returns the lowest free number, 0 if none is reserved.
func (b *numberBlocks) take(k blockKey) int64 {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	free := b.free[k]
	if len(free) == 0 {
		return 0
	}
	b.free[k] = free[1:]
	return free[0]
}

// put gives a number back that was not used.
func (b *numberBlocks) put(k blockKey, n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.free[k] = append([]int64{n}, b.free[k]...)
}

// add puts a reserved block behind what is free.
func (b *numberBlocks) add(k blockKey, first, count int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.free == nil {
		b.free = map[blockKey][]int64{}
	}
	for n := first; n < first+count; n++ {
		b.free[k] = append(b.free[k], n)
	}
}

// numbers is the option of calls that make a document of the kind with a number
// from a block, unless the command gives one.
func numbers(kind kinds.Kind, given string) CallOption {
	return func(x *call) {
		if given == "" {
			x.numbers = kind
		}
	}
}

// reserve takes a number for the document that the call makes, beforehand. In a
// transaction that somebody else commits, and in a preview, numbers come from
// the transaction itself.
func (x *call) reserve(ctx context.Context) error {
	c, key := x.c, blockKey{x.c.tenant, x.numbers}
	if x.numbers == "" || c.joined || c.preview || c.identified() != nil {
		return nil
	}
	for {
		if x.reserved = c.blocks.take(key); x.reserved != 0 {
			return nil
		}
		var block int64
		err := c.store.Update(ctx, c.tenant, func(ctx context.Context, tx storage.Tx) (err error) {
			block, err = tx.Next(ctx, "block:"+string(x.numbers))
			return err
		})
		if err != nil {
			return fromStore(err)
		}
		c.blocks.add(key, (block-1)*blockSize+1, blockSize)
	}
}

// giveBack gives the reserved number back unless it is used, or may be.
func (x *call) giveBack(err error) {
	used := x.numbered && (err == nil || storeCode(err) == codes.ErrCommitUnknown)
	if x.reserved != 0 && !used {
		x.c.blocks.put(blockKey{x.c.tenant, x.numbers}, x.reserved)
	}
}

// number gives a document of an outcome the number that it is due: a new one
// that of its block, or of its revision; one that has its first number now, by
// which it was issued, the next one without gaps.
func (x *call) number(ctx context.Context, s *session, d record.Record, events []record.Event) (err error) {
	number, was := numberOf(d), s.before(d.Ref())
	if number == nil {
		return nil
	}
	next := *number
	switch {
	case was != nil:
		if was.Number == "" && next != "" {
			if s.c.fate != nil { // no number for what is refused
				if _, err := s.record(ctx, d); err != nil {
					return err
				}
			}
			if next, err = x.gapless(ctx, s, d.Ref().Kind); err == nil {
				s.issuedLater(d, next)
			}
		}
	case d.Ref().Kind == x.numbers:
		next, err = x.blockNumber(ctx, s)
	case d.Ref().Kind == kinds.Quote:
		err = s.drawRevision(ctx, d.(*leadtocash.Quote), x.births)
	}
	if err != nil || next == "" || next == *number {
		return err
	}
	for _, e := range events {
		for i, told := range e.Data {
			if e.Ref == d.Ref() && told == (record.Detail{Name: "number", Value: *number}) {
				e.Data[i].Value = next
			}
		}
	}
	*number = next
	return nil
}

// numberOf is the number that people see, nil for records without.
func numberOf(d record.Record) *string {
	switch d := d.(type) {
	case *leadtocash.Quote:
		return &d.QuoteNumber
	case *leadtocash.Order:
		return &d.OrderNumber
	case *leadtocash.Invoice:
		return &d.InvoiceNumber
	case *leadtocash.Payment:
		return &d.PaymentNumber
	case *leadtocash.CreditNote:
		return &d.CreditNoteNumber
	case *leadtocash.Refund:
		return &d.RefundNumber
	case *agreement.Approval:
		return &d.ApprovalNumber
	case *catalog.Product:
		return &d.ProductNumber
	}
	return nil
}

// blockNumber returns the number from a block. When none is reserved, or a
// record that was brought in has it, the transaction reserves a block for itself.
func (x *call) blockNumber(ctx context.Context, s *session) (string, error) {
	local, key := x.c.local, blockKey{x.c.tenant, x.numbers}
	first := x.reserved
	if x.numbered { // the reserved one is that of another document of the call
		first = 0
		if !x.c.joined && !x.c.preview {
			first = x.c.blocks.take(key)
		}
	}
	x.numbered = true
	next := int64(1) // that may be free
	var tried triedNumbers
	for n := first; ; n = local.take(key) {
		if n == 0 {
			if local == nil {
				local = &numberBlocks{}
			}
			if err := s.reserveBlock(ctx, local, key, next); err != nil {
				return "", err
			}
			continue
		}
		if n < next {
			continue
		}
		number, err := tried.number(x.c, x.numbers, n)
		if err != nil {
			return "", err
		}
		if used, err := s.isNumber(ctx, x.numbers, number); err != nil || !used {
			return number, err
		}
		if n == x.reserved {
			x.reserved = 0 // never to be given back
			continue
		}
		run, err := s.usedBehind(ctx, x.numbers, n, tried)
		if err != nil {
			return "", err
		}
		next = n + run + 1
	}
}

// reserveBlock reserves the next block in this transaction, or a later one where next
// is behind it.
func (s *session) reserveBlock(ctx context.Context, to *numberBlocks, key blockKey, next int64) error {
	counter := "block:" + string(key.kind)
	block, err := s.tx.Next(ctx, counter)
	if skipped := (next-1)/blockSize + 1 - block; err == nil && skipped > 0 {
		block, err = storage.Advance(ctx, s.tx, counter, skipped)
	}
	if err == nil {
		to.add(key, (block-1)*blockSize+1, blockSize)
	}
	return err
}

// triedNumbers are the numbers that were tried for one document: mostly one.
type triedNumbers struct {
	first string
	more  map[string]bool
}

func (tried *triedNumbers) has(number string) bool {
	return number == tried.first && number != "" || tried.more[number]
}

func (tried *triedNumbers) add(number string) {
	switch {
	case tried.first == "":
		tried.first = number
	case tried.more == nil:
		tried.more = map[string]bool{number: true}
	default:
		tried.more[number] = true
	}
}

// number makes the n-th number: ErrTaken where the numbering has given it before,
// ErrMissingField where it gives none.
func (tried *triedNumbers) number(c *Client, kind kinds.Kind, n int64) (string, error) {
	number, field := c.numbering(kind, n), string(kind)+"_number"
	reasons := textReasons(field, number, 100)
	switch {
	case number == "":
		reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: field, Message: "the numbering gives none"})
	case tried.has(number):
		reasons = append(reasons, record.Reason{Code: codes.ErrTaken, Field: field, Message: "the numbering repeats itself", Params: map[string]any{"value": number}})
	}
	if reasons != nil {
		return "", &record.Error{Code: reasons[0].Code, Kind: kind, Reasons: reasons}
	}
	tried.add(number)
	return number, nil
}

// gapless counts the next number of a kind in this transaction. One that was
// brought in is not given again: its claim refuses it, and then the call is made
// again and asks first. Between number and commit everybody waits who issues, so
// nothing is asked there without need; a transaction that somebody else commits
// cannot be made again.
func (x *call) gapless(ctx context.Context, s *session, kind kinds.Kind) (string, error) {
	var tried triedNumbers
	x.trusting = !x.wary && !x.c.joined
	for by := int64(1); ; {
		n, err := storage.Advance(ctx, s.tx, "number:"+string(kind), by)
		if err != nil {
			return "", err
		}
		number, err := tried.number(s.c, kind, n)
		if err != nil || x.trusting {
			return number, err
		}
		if used, err := s.isNumber(ctx, kind, number); err != nil || !used {
			return number, err
		}
		run, err := s.usedBehind(ctx, kind, n, tried)
		if err != nil {
			return "", err
		}
		by = run + 1
	}
}

// usedBehind counts how many numbers of a kind behind the n-th records have without a
// gap: thousands may have been brought in. They are read in the order of numbers, as
// long as that is the order in which they are given. A numbering that repeats itself,
// or gives none, ends the count.
func (s *session) usedBehind(ctx context.Context, kind kinds.Kind, n int64, tried triedNumbers) (run int64, err error) {
	number := s.c.numbering(kind, n)
	for {
		q := storage.Query{Kind: string(kind), Order: storage.FieldNumber, Where: []storage.Cond{
			{Field: storage.FieldNumber, Op: storage.OpGt, Values: []any{number}},
		}}
		next := s.c.numbering(kind, n+run+1)
		if next == "" || tried.has(next) {
			return run, nil
		}
		for rec, err := range s.Find(ctx, q) {
			if err != nil {
				return 0, err
			}
			if rec.Number == next && !tried.has(next) {
				tried.add(next)
				run++
				number, next = next, s.c.numbering(kind, n+run+1)
			} else if rec.Number != number { // revisions of a quote share theirs
				break
			}
		}
		if used, err := s.isNumber(ctx, kind, next); err != nil || !used || tried.has(next) {
			return run, err
		}
		tried.add(next)
		run++
		number = next
	}
}

// drawRevision draws revision numbers, which are never used again, up to that of
// a new quote. A revision gets the one drawn; a quote that was brought in keeps
// its own, for which nothing is drawn if there is a higher one.
func (s *session) drawRevision(ctx context.Context, q *leadtocash.Quote, keeps bool) error {
	if keeps && q.RevisionNumber > 0 {
		if passed, err := s.passedRevision(ctx, q); passed || err != nil {
			return err
		}
	}
	drawn := int64(0)
	for drawn < int64(q.RevisionNumber) {
		var err error
		if drawn, err = s.tx.Next(ctx, "revision:"+q.QuoteNumber); err != nil {
			return err
		}
	}
	if !keeps {
		q.RevisionNumber = int32(drawn)
	}
	return nil
}

// passedRevision reports whether a stored quote of the number is the same
// revision or a later one.
func (s *session) passedRevision(ctx context.Context, q *leadtocash.Quote) (bool, error) {
	for rec, err := range s.Find(ctx, storage.Query{Kind: string(kinds.Quote), Where: []storage.Cond{keyIs("number", schema.Lookup(q.QuoteNumber))}}) {
		if err != nil {
			return false, err
		}
		other, err := shared[leadtocash.Quote](rec.Image)
		if err != nil || other.RevisionNumber >= q.RevisionNumber {
			return err == nil, err
		}
	}
	return false, nil
}

// isNumber reports whether a record of the kind has the number.
func (s *session) isNumber(ctx context.Context, kind kinds.Kind, number string) (bool, error) {
	return s.any(ctx, kind, "number", schema.Lookup(number))
}

// drain moves all free numbers to another place.
func (b *numberBlocks) drain(to *numberBlocks) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for k, free := range b.free {
		for _, n := range free {
			to.add(k, n, 1)
		}
	}
	b.free = nil
}
