// Package otel traces and measures calls with OpenTelemetry: each action is one span and
// one point of a histogram, refusals are counted by their codes, and the store's
// transactions are spans within.
//
//	client, err := engine.New(otel.Store(store, o), engine.WithInterceptor(otel.Interceptor(o)))
//
// It needs the packages of the API alone; the host chooses SDK and exporters. Where it has
// set no providers nothing is measured and nothing allocated.
//
// # Traces
//
// A call's span has the name of its action, quote.win_to_order, and the attributes
// leadtocash.action, leadtocash.kind, leadtocash.outcome (ok, refused, conflict, error),
// leadtocash.refusal.code, leadtocash.attempts and leadtocash.preview. A refusal is an
// answer and no error of the span: its status is Error for the outcome error alone. Ids,
// tenants and names are told only if Options say so.
//
// # Metrics
//
//	leadtocash.call.duration         s        histogram by action and outcome
//	leadtocash.call.refusals         {call}   counter by action, code and class
//	leadtocash.transaction.attempts  {run}    histogram by action: how often the transaction ran
package otel

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/record"
)

// Scope is the name of the instrumentation.
const Scope = "github.com/leadtocash/leadtocash/otel"

// Options say where to measure to and what to tell. The zero Options take the global
// providers, which may be set later.
type Options struct {
	TracerProvider trace.TracerProvider // nil: the global one
	MeterProvider  metric.MeterProvider // nil: the global one
	// IDs tells the record, the actor and the tenant of a call in its span, never in
	// metrics.
	IDs bool
	// System is the database behind the store, as db.system.name has it: postgresql,
	// sqlite. Without one it is other_sql.
	System string
}

// Outcomes of calls.
const (
	OutcomeOK       = "ok"
	OutcomeRefused  = "refused"  // for what was asked, or who asked
	OutcomeConflict = "conflict" // with what others stored
	OutcomeError    = "error"    // of the store, the context or the program
)

// OutcomeOf says what became of a call by its error, and with which code it was refused.
func OutcomeOf(err error) (outcome string, code codes.Code) {
	if err == nil {
		return OutcomeOK, ""
	}
	var refusal *record.Error
	if !errors.As(err, &refusal) {
		return OutcomeError, ""
	}
	switch refusal.Code.Class() {
	case codes.ClassConflict:
		return OutcomeConflict, refusal.Code
	case codes.ClassUnavailable, codes.ClassInternal:
		return OutcomeError, refusal.Code
	default:
		return OutcomeRefused, refusal.Code
	}
}

// The providers that are there before the host sets its own.
var (
	noTracers = otel.GetTracerProvider()
	noMeters  = otel.GetMeterProvider()
)

// telemetry makes spans and records metrics.
type telemetry struct {
	Options
	tracer atomic.Pointer[namedTracer]
	meters atomic.Pointer[instruments]
}

type namedTracer struct {
	provider trace.TracerProvider
	trace.Tracer
}

type instruments struct {
	provider metric.MeterProvider
	duration metric.Float64Histogram
	refusals metric.Int64Counter
	attempts metric.Int64Histogram
}

// tracing returns the tracer, nil if nobody traces.
func (t *telemetry) tracing() trace.Tracer {
	provider := t.TracerProvider
	if provider == nil {
		if provider = otel.GetTracerProvider(); provider == noTracers {
			return nil
		}
	}
	known := t.tracer.Load()
	if known == nil || known.provider != provider {
		known = &namedTracer{provider, provider.Tracer(Scope)}
		t.tracer.Store(known)
	}
	return known.Tracer
}

// metering returns the instruments, nil if nobody measures.
func (t *telemetry) metering() *instruments {
	provider := t.MeterProvider
	if provider == nil {
		if provider = otel.GetMeterProvider(); provider == noMeters {
			return nil
		}
	}
	known := t.meters.Load()
	if known == nil || known.provider != provider {
		known = newInstruments(provider)
		t.meters.Store(known)
	}
	return known
}

func newInstruments(provider metric.MeterProvider) *instruments {
	m, i := provider.Meter(Scope), &instruments{provider: provider}
	var errs [3]error
	i.duration, errs[0] = m.Float64Histogram("leadtocash.call.duration", metric.WithUnit("s"),
		metric.WithDescription("How long calls took, by action and outcome."),
		metric.WithExplicitBucketBoundaries(.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10))
	i.refusals, errs[1] = m.Int64Counter("leadtocash.call.refusals", metric.WithUnit("{call}"),
		metric.WithDescription("Calls that were refused, by action, code and class."))
	i.attempts, errs[2] = m.Int64Histogram("leadtocash.transaction.attempts", metric.WithUnit("{run}"),
		metric.WithDescription("How often the transaction of a call ran, by action."),
		metric.WithExplicitBucketBoundaries(1, 2, 3, 5, 10, 20, 30))
	for _, err := range errs {
		if err != nil {
			otel.Handle(err) // the instruments that came back take points and drop them
		}
	}
	return i
}

// Interceptor traces and measures every call of a client. See [engine.WithInterceptor].
func Interceptor(o Options) engine.Interceptor {
	t := &telemetry{Options: o}
	return func(ctx context.Context, call *engine.Call, next func(context.Context) error) error {
		tracer, meters := t.tracing(), t.metering()
		if tracer == nil && meters == nil {
			return next(ctx)
		}
		began := time.Now()
		var span trace.Span
		if tracer != nil {
			ctx, span = tracer.Start(ctx, call.Action.String())
			defer span.End() // also of a panic
		}
		err := next(ctx)
		outcome, code := OutcomeOf(err)
		if span != nil && span.IsRecording() {
			span.SetAttributes(t.attributes(call, outcome, code)...)
			if outcome == OutcomeError {
				span.RecordError(err)
				span.SetStatus(otelcodes.Error, string(code))
			}
		}
		if meters != nil {
			action := attribute.String("leadtocash.action", call.Action.String())
			meters.duration.Record(ctx, time.Since(began).Seconds(), metric.WithAttributes(action, attribute.String("leadtocash.outcome", outcome)))
			meters.attempts.Record(ctx, int64(call.Attempts), metric.WithAttributes(action))
			if code != "" {
				meters.refusals.Add(ctx, 1, metric.WithAttributes(action,
					attribute.String("leadtocash.refusal.code", string(code)), attribute.String("leadtocash.refusal.class", string(code.Class()))))
			}
		}
		return err
	}
}

func (t *telemetry) attributes(call *engine.Call, outcome string, code codes.Code) []attribute.KeyValue {
	list := []attribute.KeyValue{
		attribute.String("leadtocash.action", call.Action.String()),
		attribute.String("leadtocash.kind", string(call.Action.Kind())),
		attribute.String("leadtocash.outcome", outcome),
		attribute.Int("leadtocash.attempts", call.Attempts),
	}
	if code != "" {
		list = append(list, attribute.String("leadtocash.refusal.code", string(code)))
	}
	if call.Preview {
		list = append(list, attribute.Bool("leadtocash.preview", true))
	}
	if t.IDs {
		list = append(list,
			attribute.String("leadtocash.record", call.Ref.String()),
			attribute.String("leadtocash.tenant", string(call.Tenant)),
			attribute.String("leadtocash.actor", call.Actor.Text()))
	}
	return list
}
