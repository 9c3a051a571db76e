package engine

import (
	"context"

	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Explained are Records of a kind with a status.
type Explained[R any, I record.AnyID, Q query] struct{ Records[R, I, Q] }

// Explain answers for every action whether it is possible now, with every
// reason against it. Checks of a verdict depend on the command as well.
func (rs Explained[R, I, Q]) Explain(ctx context.Context, id I) ([]flow.Verdict, error) {
	return rs.c.explain(ctx, id.Ref())
}

// explains lets Explain ask a kind's table with all facts.
func explains[R, F any, S value.AnyChoice](table *flow.Flow[*R, *F, S], gather func(context.Context, *session, *R) (F, error)) {
	recordKinds[table.Kind()].explain = func(ctx context.Context, s *session, d record.Record) ([]flow.Verdict, error) {
		r := any(d).(*R)
		facts, err := gather(ctx, s, r)
		if err != nil {
			return nil, err
		}
		return table.Explain(r, &facts), nil
	}
}

// explain asks the table, the host's guards and whether a rate is lacking.
func (c *Client) explain(ctx context.Context, ref record.Ref) (verdicts []flow.Verdict, err error) {
	err = c.view(ctx, func(ctx context.Context, s *session) error {
		rec, err := s.visibleRecord(ctx, ref)
		if err != nil {
			return err
		}
		info := recordKinds[ref.Kind]
		d, err := info.decode(rec.Image)
		if err != nil {
			return err
		}
		if verdicts, err = info.explain(ctx, s, d); err != nil {
			return err
		}
		for i := range verdicts {
			v := &verdicts[i]
			if denied := s.ask(ctx, v.Action, ref, d); denied != nil {
				v.Err, v.To = denied, nil
				continue
			}
			if v.Err = s.discreet(ctx, s.guarded(v.Action, d, v.Err)); v.Err == nil {
				v.Err = s.unrated(ctx, v.Action, d)
			}
			if v.Err != nil {
				v.To = nil
			}
		}
		return nil
	})
	return verdicts, err
}
