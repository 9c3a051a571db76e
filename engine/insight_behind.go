package engine

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
)

// BehindQuery asks for the records behind a figure: that of a currency, of some rows, of
// a part of them. What there is of each is told by the measure.
type BehindQuery struct {
	Currency money.Currency // of the figure; unset: of all
	Keys     [][]string     // of rows; none: all, which is the total
	Part     string         // of the rows, "won"; empty: all
	After    Cursor         // of a Page before
	Limit    int            // of a page: default 50, at most 1,000
}

// Behind tells what a figure is made of, page by page: each record with what it added, in
// the order of rows, parts and ids; one that counts twice, by two of its lines, is told
// twice. The amounts of all pages add up to the figure before it is rounded. measure asks
// the measure again, of the Insight that it is given, with the query and parameters of the
// report and AsOf its instant: what was there then is told, whatever happened since.
//
//	page, err := client.Insight().Behind(ctx, engine.BehindQuery{Keys: [][]string{row.Key}},
//		func(ctx context.Context, i engine.Insight) error {
//			params.AsOf = report.AsOf
//			_, err := i.Pipeline(ctx, query, params)
//			return err
//		})
//
// Codes: ErrMissingField without AsOf, ErrInvalid for a cursor of another question and
// for a function that asks no measure, ErrOutOfRange for the limit, and those of the
// measure.
func (i Insight) Behind(ctx context.Context, q BehindQuery, measure func(context.Context, Insight) error) (page Page[insight.Contribution], err error) {
	if err := i.c.identified(); err != nil {
		return page, err
	}
	b := &behind{BehindQuery: q, limit: cmp.Or(q.Limit, defaultPage)}
	if b.limit < 1 || b.limit > maxPage {
		return page, record.Refusal(codes.ErrOutOfRange, "limit", "a page has 1 to 1000 items")
	}
	if q.After != "" {
		text, err := base64.RawURLEncoding.DecodeString(string(q.After))
		if err != nil || json.Unmarshal(text, &b.after) != nil {
			return page, record.Refusal(codes.ErrInvalid, "after", "no cursor")
		}
	}
	if measure == nil {
		return page, record.Refusal(codes.ErrInvalid, "measure", "no function that asks a measure")
	}
	i.behind = b
	if err := measure(ctx, i); err != nil {
		return page, err
	}
	if b.asOf.IsZero() {
		return page, record.Refusal(codes.ErrInvalid, "measure", "the function asks no measure")
	}
	page.Items = make([]insight.Contribution, 0, b.limit)
	for n, c := range b.kept {
		if n == b.limit {
			text, err := json.Marshal(behindCursor{b.asOf, q.Currency, q.Keys, q.Part, b.kept[n-1].place})
			if err != nil {
				return page, err
			}
			page.Next = Cursor(base64.RawURLEncoding.EncodeToString(text))
			break
		}
		page.Items = append(page.Items, c.what)
	}
	return page, nil
}

// behind collects a page of what a measure tells.
type behind struct {
	BehindQuery
	limit int
	after behindCursor
	asOf  time.Time
	kept  []told // the first behind the cursor, in order: one more than the page has

	last  string         // record that was told of
	times map[string]int // in which row and part
}

// behindCursor is where a page ends, and what it is a page of.
type behindCursor struct {
	AsOf     time.Time      `json:"as_of"`
	Currency money.Currency `json:"currency,omitzero"`
	Keys     [][]string     `json:"keys,omitempty"`
	Part     string         `json:"part,omitempty"`
	Place    place          `json:"place"`
}

// place is that of a contribution among all.
type place struct {
	Currency string   `json:"currency"`
	Key      []string `json:"key"`
	Part     string   `json:"part"`
	Kind     string   `json:"kind"`
	ID       string   `json:"id"`
	Nth      int      `json:"nth"`
}

func (p place) compare(q place) int {
	return cmp.Or(
		cmp.Compare(p.Currency, q.Currency), slices.Compare(p.Key, q.Key), cmp.Compare(p.Part, q.Part),
		cmp.Compare(p.Kind, q.Kind), cmp.Compare(p.ID, q.ID), cmp.Compare(p.Nth, q.Nth),
	)
}

type told struct {
	place place
	what  insight.Contribution
}

// begin makes a measure, which may begin again, tell what it takes.
func (b *behind) begin(p *insight.Params, given time.Time) error {
	b.asOf, b.kept, b.last, b.times = p.AsOf, nil, "", map[string]int{}
	if given.IsZero() {
		return record.Refusal(codes.ErrMissingField, "as_of", "what is behind a figure is asked as of its report")
	}
	if b.After != "" && (!b.after.AsOf.Equal(p.AsOf) || b.after.Currency != b.Currency || b.after.Part != b.Part ||
		!slices.EqualFunc(b.after.Keys, b.Keys, slices.Equal[[]string])) {
		return record.Refusal(codes.ErrInvalid, "after", "a cursor of another question")
	}
	p.Behind = b.take
	return nil
}

// take keeps a contribution if it is among the first behind the cursor.
func (b *behind) take(c insight.Contribution) {
	if !b.Currency.IsZero() && c.Currency != b.Currency || b.Part != "" && c.Part != b.Part ||
		len(b.Keys) > 0 && !slices.ContainsFunc(b.Keys, func(key []string) bool { return slices.Equal(key, c.Key) }) {
		return
	}
	if who := string(c.Kind) + "/" + c.ID; who != b.last {
		b.last = who
		clear(b.times)
	}
	in := strings.Join(append(slices.Clip(c.Key), c.Part, c.Currency.Code()), "\x00")
	b.times[in]++
	t := told{place{c.Currency.Code(), slices.Clone(c.Key), c.Part, string(c.Kind), c.ID, b.times[in]}, c}
	t.what.Key = t.place.Key
	if b.After != "" && t.place.compare(b.after.Place) <= 0 {
		return
	}
	n, _ := slices.BinarySearchFunc(b.kept, t, func(a, b told) int { return a.place.compare(b.place) })
	if n <= b.limit {
		b.kept = slices.Insert(b.kept, n, t)
		b.kept = b.kept[:min(len(b.kept), b.limit+1)]
	}
}
