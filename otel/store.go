package otel

import (
	"cmp"
	"context"
	"errors"
	"iter"

	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/leadtocash/leadtocash/storage"
)

// Store returns a store whose transactions are spans: view, update and feed, with
// db.system.name and db.operation.name, and leadtocash.runs of an update that ran more
// than once. What a transaction refuses is no error of its span; what fails is. What else
// the store can do it still can, see [storage.As].
func Store(s storage.Store, o Options) storage.Store {
	return &store{s, &telemetry{Options: o}}
}

type store struct {
	storage.Store
	*telemetry
}

// Unwrap returns the store that is traced.
func (s *store) Unwrap() storage.Store { return s.Store }

// start begins a span, nil if nobody traces.
func (s *store) start(ctx context.Context, operation string) (context.Context, trace.Span) {
	tracer := s.tracing()
	if tracer == nil {
		return ctx, nil
	}
	ctx, span := tracer.Start(ctx, operation, trace.WithSpanKind(trace.SpanKindClient))
	if span.IsRecording() {
		span.SetAttributes(attribute.String("db.system.name", cmp.Or(s.System, "other_sql")), attribute.String("db.operation.name", operation))
	}
	return ctx, span
}

// end ends a span. refused says that the function of a transaction gave the error.
func end(span trace.Span, err error, refused bool) {
	if err != nil && !refused {
		span.RecordError(err)
		span.SetStatus(otelcodes.Error, "")
	}
	span.End()
}

func (s *store) View(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Reader) error) error {
	ctx, span := s.start(ctx, "view")
	if span == nil {
		return s.Store.View(ctx, tenant, fn)
	}
	var said error
	err := s.Store.View(ctx, tenant, func(ctx context.Context, r storage.Reader) error {
		said = fn(ctx, r)
		return said
	})
	end(span, err, said != nil && errors.Is(err, said))
	return err
}

func (s *store) Update(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	ctx, span := s.start(ctx, "update")
	if span == nil {
		return s.Store.Update(ctx, tenant, fn)
	}
	var said error
	runs := 0
	err := s.Store.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error {
		runs++
		said = fn(ctx, tx)
		return said
	})
	if runs > 1 {
		span.SetAttributes(attribute.Int("leadtocash.runs", runs))
	}
	end(span, err, said != nil && errors.Is(err, said))
	return err
}

func (s *store) Feed(ctx context.Context, tenant storage.Tenant, after int64) iter.Seq2[storage.Event, error] {
	return func(yield func(storage.Event, error) bool) {
		ctx, span := s.start(ctx, "feed")
		if span == nil {
			s.Store.Feed(ctx, tenant, after)(yield)
			return
		}
		var failed error
		for e, err := range s.Store.Feed(ctx, tenant, after) {
			failed = err
			if !yield(e, err) {
				break
			}
		}
		end(span, failed, false)
	}
}
