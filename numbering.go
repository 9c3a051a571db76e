package leadtocash

import (
	"context"
	"strconv"
	"sync"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
)

// Numbering makes the number that people see from the n-th number of a kind;
// it must be injective.
type Numbering func(kind Kind, n int64) string

// DefaultNumbering writes QUO-00001, ORD-00001, INV-00001, PAY-00001, CRN-00001
// for credit notes, REF-00001 for refunds, and PRD-00001 for products.
func DefaultNumbering(kind Kind, n int64) string {
	b := make([]byte, 0, 16)
	switch kind {
	case KindQuote:
		b = append(b, "QUO-"...)
	case KindOrder:
		b = append(b, "ORD-"...)
	case KindInvoice:
		b = append(b, "INV-"...)
	case KindPayment:
		b = append(b, "PAY-"...)
	case KindCreditNote:
		b = append(b, "CRN-"...)
	case KindRefund:
		b = append(b, "REF-"...)
	case KindProduct:
		b = append(b, "PRD-"...)
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
	kind   Kind
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

// documentNumber is a number on its way into a record: taken from a block
// beforehand, or counted inside a transaction that somebody else commits.
type documentNumber struct {
	c   *Client
	key blockKey
	n   int64
}

// number reserves a number of the kind. A refused call gives it back with
// release, so that it uses up none.
func (c *Client) number(ctx context.Context, kind Kind) (*documentNumber, error) {
	num := &documentNumber{c: c, key: blockKey{c.tenant, kind}}
	if c.joined || c.preview {
		return num, nil
	}
	for num.n == 0 {
		if num.n = c.blocks.take(num.key); num.n != 0 {
			break
		}
		var block int64
		err := c.store.Update(ctx, c.tenant, func(ctx context.Context, tx storage.Tx) (err error) {
			block, err = tx.Next(ctx, "block:"+string(kind))
			return err
		})
		if err != nil {
			return nil, fromStore(err)
		}
		c.blocks.add(num.key, (block-1)*blockSize+1, blockSize)
	}
	return num, nil
}

// in returns the number for use in a transaction. When there was none
// beforehand, or a record that was brought in has it, the transaction reserves
// a block for itself.
func (n *documentNumber) in(ctx context.Context, s *session) (string, error) {
	local := s.c.local
	for candidate := n.n; ; candidate = local.take(n.key) {
		if candidate == 0 {
			if local == nil {
				local = &numberBlocks{}
			}
			block, err := s.tx.Next(ctx, "block:"+string(n.key.kind))
			if err != nil {
				return "", err
			}
			local.add(n.key, (block-1)*blockSize+1, blockSize)
			candidate = local.take(n.key)
		}
		text := s.c.numbering(n.key.kind, candidate)
		if used, err := s.numbered(ctx, n.key.kind, text); err != nil || !used {
			return text, err
		}
		n.n = 0 // never to be given back
	}
}

// numbered reports whether a record of the kind has the number.
func (s *session) numbered(ctx context.Context, kind Kind, number string) (bool, error) {
	return s.any(ctx, kind, "number", lookup(number))
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

// release gives the number back unless the call succeeded.
func (n *documentNumber) release(err error) {
	if err != nil && n.n != 0 && codeOf(err) != ErrCommitUnknown {
		n.c.blocks.put(n.key, n.n)
	}
}

// applyNumbered is apply for actions that make a numbered document. The number
// comes from a reserved block; in a transaction that somebody else commits it
// is counted there, once nothing refuses the action.
func applyNumbered[R, C, F, O any, K Kinded, P outcomeOf[O]](ctx context.Context, c *Client, do Action, kind Kind, id ID[K], cmd C, field func(*C) *string,
	gather func(context.Context, *session, *R, *C) (F, error), decide func(R, C, F) (O, error), opts []CallOption,
) (out O, err error) {
	if *field(&cmd) != "" {
		return apply[R, C, F, O, K, P](ctx, c, do, id, cmd, gather, decide, opts)
	}
	num, err := c.number(ctx, kind)
	if err != nil {
		return out, err
	}
	defer func() { num.release(err) }()
	return apply[R, C, F, O, K, P](ctx, c, do, id, cmd, func(ctx context.Context, s *session, r *R, cmd *C) (F, error) {
		facts, err := gather(ctx, s, r, cmd)
		if err != nil {
			return facts, err
		}
		if num.n == 0 {
			if _, err := decide(*r, *cmd, facts); err != nil {
				return facts, err
			}
		}
		*field(cmd), err = num.in(ctx, s)
		return facts, err
	}, decide, opts)
}

// createNumbered is create for documents with a number.
func createNumbered[C, F, O any, P outcomeOf[O]](ctx context.Context, c *Client, do Action, id uuid.UUID, given any, cmd C, field func(*C) *string,
	gather func(context.Context, *session, *C) (F, error), decide func(C, F) (O, error),
) (out O, err error) {
	if *field(&cmd) != "" {
		return create[C, F, O, P](ctx, c, do, id, given, cmd, gather, decide)
	}
	num, err := c.number(ctx, do.Kind())
	if err != nil {
		return out, err
	}
	defer func() { num.release(err) }()
	return create[C, F, O, P](ctx, c, do, id, given, cmd, func(ctx context.Context, s *session, cmd *C) (F, error) {
		facts, err := gather(ctx, s, cmd)
		if err != nil {
			return facts, err
		}
		if num.n == 0 {
			if _, err := decide(*cmd, facts); err != nil {
				return facts, err
			}
		}
		*field(cmd), err = num.in(ctx, s)
		return facts, err
	}, decide)
}
