package sqlite

import (
	"context"
	"database/sql/driver"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

// summing adds nothing up in the database, whose sums of texts are inexact: it counts
// how often each amount occurs.
var summing = sqlkit.Summing{
	Amounts: func(f storage.Field) string {
		if f == storage.FieldAmount {
			return ", r.amount"
		}
		return ", r." + column(f)
	},
	Apart: true,
	Day: func(column string, u storage.Unit) string {
		switch u {
		case storage.UnitMonth:
			return column + " / 100"
		case storage.UnitYear:
			return column + " / 10000"
		default:
			return column
		}
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
	text, args, err := sqlkit.Summary(r.dialect, summing, r.names, r.tenant, s)
	if err != nil {
		return nil, err
	}
	f := storage.NewFolding(s)
	err = r.query(ctx, func(row []driver.Value) error {
		by := make([]any, len(s.By))
		for i := range by {
			if by[i], err = dimension(s.By[i], row[i]); err != nil {
				return err
			}
		}
		count := asNumber(row[len(by)])
		totals := make([]storage.Total, len(s.Of))
		for i, f := range s.Of {
			text := asText(row[len(by)+1+i])
			if text == "" {
				continue
			}
			d, err := parseNumber(f, text)
			if err != nil {
				return err
			}
			totals[i] = storage.Total{Count: count, Sum: d.Mul(decimal.NewFromInt(count)), Min: d, Max: d}
		}
		return f.Merge(by, count, totals)
	}, text, args...)
	if err != nil {
		return nil, err
	}
	return f.Groups(), nil
}

// parseNumber reads an amount, or the key of a number.
func parseNumber(f storage.Field, text string) (decimal.Decimal, error) {
	if f == storage.FieldAmount {
		return decimal.NewFromString(text)
	}
	return storage.ParseNumberKey(text)
}

// dimension reads the value of a group.
func dimension(by storage.Dim, v driver.Value) (any, error) {
	switch v := v.(type) {
	case string:
		switch by.Field {
		case storage.FieldID, storage.FieldOwner, storage.FieldRef1, storage.FieldRef2, storage.FieldRef3:
			return uuid.Parse(v)
		}
		return v, nil
	case int64:
		if by.Unit == storage.UnitDay && len(by.Cuts) == 0 {
			return storage.Day(v), nil
		}
		return v, nil
	default:
		return nil, nil
	}
}

var _ storage.Summarizer = (*reader)(nil)
