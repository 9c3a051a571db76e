package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

var summing = sqlkit.Summing{
	Amounts: func(f storage.Field) string {
		c := "r." + column(f)
		return ", count(" + c + "), sum(" + c + ")::text, min(" + c + ")::text, max(" + c + ")::text"
	},
	Day: func(column string, u storage.Unit) string {
		form := "YYYYMMDD"
		switch u {
		case storage.UnitMonth:
			form = "YYYYMM"
		case storage.UnitYear:
			form = "YYYY"
		}
		return "to_char(" + column + ", '" + form + "')::bigint"
	},
}

// Summarize implements storage.Summarizer.
func (r *reader) Summarize(ctx context.Context, s storage.Summary) ([]storage.Group, error) {
	if err := r.check(ctx); err != nil {
		return nil, err
	}
	if !sqlkit.Sums(s) {
		return storage.Fold(s, r.Find(ctx, s.Query()))
	}
	text, args, err := sqlkit.Summary(r.dialect, summing, r.at, r.tenant, s)
	if err != nil {
		return nil, err
	}
	f := storage.NewFolding(s)
	err = r.query(ctx, func(rows pgx.Rows) error {
		row, err := rows.Values()
		if err != nil {
			return err
		}
		by := make([]any, len(s.By))
		for i := range by {
			by[i] = dimension(s.By[i], row[i])
		}
		count, _ := row[len(by)].(int64)
		totals := make([]storage.Total, len(s.Of))
		for i := range totals {
			if totals[i], err = total(row[len(by)+1+4*i:]); err != nil {
				return err
			}
		}
		return f.Merge(by, count, totals)
	}, text, args...)
	if err != nil {
		return nil, err
	}
	return f.Groups(), nil
}

// Summarize implements storage.Summarizer: a transaction depends on what it adds up, as
// on what it finds.
func (tx *tx) Summarize(ctx context.Context, s storage.Summary) ([]storage.Group, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	return storage.Fold(s, tx.Find(ctx, s.Query()))
}

// dimension reads the value of a group.
func dimension(by storage.Dim, v any) any {
	switch v := v.(type) {
	case [16]byte:
		return uuid.UUID(v)
	case int32:
		return int64(v)
	case int64:
		if by.Unit == storage.UnitDay && len(by.Cuts) == 0 {
			return storage.Day(v)
		}
		return v
	default:
		return v
	}
}

// total reads count, sum, least and greatest.
func total(row []any) (t storage.Total, err error) {
	if t.Count, _ = row[0].(int64); t.Count == 0 {
		return t, nil
	}
	for i, to := range []*decimal.Decimal{&t.Sum, &t.Min, &t.Max} {
		text, ok := row[i+1].(string)
		if !ok {
			return t, fmt.Errorf("postgres: a sum of type %T", row[i+1])
		}
		if *to, err = decimal.NewFromString(text); err != nil {
			return t, err
		}
	}
	return t, nil
}

var (
	_ storage.Summarizer = (*reader)(nil)
	_ storage.Summarizer = (*tx)(nil)
)
