package engine

import (
	"context"

	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// explain asks a record's table with all facts, adding the host's guards.
func explain[R, F any, S value.AnyChoice, K record.Kinded](ctx context.Context, c *Client, id record.ID[K], table *flow.Flow[*R, *F, S], gather func(context.Context, *session, *R) (F, error)) ([]flow.Verdict, error) {
	return c.explain(ctx, id.Ref(), func(ctx context.Context, s *session, d record.Record) ([]flow.Verdict, error) {
		r := any(d).(*R)
		facts, err := gather(ctx, s, r)
		if err != nil {
			return nil, err
		}
		return table.Explain(r, &facts), nil
	})
}

func (c *Client) explain(ctx context.Context, ref record.Ref, ask func(context.Context, *session, record.Record) ([]flow.Verdict, error)) (verdicts []flow.Verdict, err error) {
	err = c.view(ctx, func(ctx context.Context, s *session) error {
		rec, err := s.visibleRecord(ctx, ref)
		if err != nil {
			return err
		}
		d, err := recordKinds[ref.Kind].decode(rec.Image)
		if err != nil {
			return err
		}
		if verdicts, err = ask(ctx, s, d); err != nil {
			return err
		}
		for i := range verdicts {
			v := &verdicts[i]
			if denied := s.ask(ctx, v.Action, ref, d); denied != nil {
				v.Err, v.To = denied, nil
				continue
			}
			if v.Err = s.discreet(ctx, s.guarded(v.Action, d, v.Err)); v.Err != nil {
				v.To = nil
			}
		}
		return nil
	})
	return verdicts, err
}
