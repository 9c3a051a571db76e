package engine

import (
	"context"
	"errors"
	"slices"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// SumsBy says what Sums groups by and adds up. Dimensions are fields of the header, or
// look-ups: references by the name of their field ("customer_id").
type SumsBy struct {
	By   []storage.Dim   // at most 4; none: one group, also of nothing
	Of   []storage.Field // amounts
	Most int             // groups; default 10,000
}

// Sums are counts and exact sums, group by group.
type Sums struct {
	Groups []storage.Group
	Scoped bool // of what the actor may see, which may not be all
	Multi  bool // grouped by a look-up: a record counts once for each of its values
}

// inRange refuses an answer with an amount that is beyond the range of amounts, as sums
// can be: ErrOutOfRange, with its path.
func inRange[T any](answer T, err error) (none T, _ error) {
	if err != nil {
		return none, err
	}
	if path, beyond := schema.Beyond(answer); beyond {
		return none, record.Refusal(codes.ErrOutOfRange, path, "a sum is beyond the range of amounts")
	}
	return answer, nil
}

// Sums counts the records that the query asks for and the actor may see, whatever its
// limit and cursor, and adds up their amounts, in one snapshot. Stores that are able to
// do so without reading the records; see storage.Summarize. Amounts of several currencies
// are added up apart only where currency is a dimension. ErrTooLarge: more groups than
// asked for; ErrInvalid: dimensions or sums that do not exist.
func (rs Records[R, I, Q]) Sums(ctx context.Context, q Q, by SumsBy) (sums Sums, err error) {
	kind := record.KindOf[R]()
	stored, err := rs.c.checkedQuery(kind, q)
	if err != nil {
		return Sums{}, err
	}
	sums.Multi = slices.ContainsFunc(by.By, func(d storage.Dim) bool { return d.Field == storage.FieldKey })
	err = rs.c.view(ctx, func(ctx context.Context, s *session) error {
		scope, err := s.scope(ctx, kind)
		if err != nil {
			return err
		}
		sums.Scoped = len(scope) > 0
		summary := storage.Summary{Kind: string(kind), Where: slices.Concat(stored.Where, scope), By: by.By, Of: by.Of, Most: by.Most}
		sums.Groups, err = storage.Summarize(ctx, s.all(), summary)
		switch {
		case errors.Is(err, storage.ErrTooMany):
			return record.Refusal(codes.ErrTooLarge, "most", "there are more groups")
		case errors.Is(err, storage.ErrInvalid):
			return record.Refusal(codes.ErrInvalid, "by", "no such dimension or sum")
		}
		return fromStore(err)
	})
	if err != nil {
		return Sums{}, err
	}
	return sums, nil
}
