package otel_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/otel"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

// observed is a client with a recorder of what it tells.
type observed struct {
	*engine.Client
	spans  *tracetest.SpanRecorder
	reader *metric.ManualReader
}

func observe(t testing.TB, store storage.Store, o otel.Options, opts ...engine.ClientOption) observed {
	t.Helper()
	obs := observed{spans: tracetest.NewSpanRecorder(), reader: metric.NewManualReader()}
	o.TracerProvider = trace.NewTracerProvider(trace.WithSpanProcessor(obs.spans))
	o.MeterProvider = metric.NewMeterProvider(metric.WithReader(obs.reader))
	c, err := engine.New(otel.Store(store, o), append(opts, engine.WithInterceptor(otel.Interceptor(o)))...)
	if err != nil {
		t.Fatal(err)
	}
	obs.Client = c
	return obs
}

// points counts the points of a metric by its attributes.
func (o observed) points(t testing.TB, name string) map[string]uint64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := o.reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	counts := map[string]uint64{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if m.Name != name {
				continue
			}
			switch data := m.Data.(type) {
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					counts[p.Attributes.Encoded(attribute.DefaultEncoder())] += p.Count
				}
			case metricdata.Histogram[int64]:
				for _, p := range data.DataPoints {
					counts[p.Attributes.Encoded(attribute.DefaultEncoder())] += p.Count
				}
			case metricdata.Sum[int64]:
				for _, p := range data.DataPoints {
					counts[p.Attributes.Encoded(attribute.DefaultEncoder())] += uint64(p.Value)
				}
			}
		}
	}
	return counts
}

// calls are the spans of actions, in the order in which they ended.
func (o observed) calls() (names []string) {
	for _, s := range o.spans.Ended() {
		if strings.Contains(s.Name(), ".") {
			names = append(names, s.Name())
		}
	}
	return names
}

func attributeOf(s trace.ReadOnlySpan, key string) string {
	for _, a := range s.Attributes() {
		if string(a.Key) == key {
			return a.Value.String()
		}
	}
	return ""
}

func TestSpansOfAJourney(t *testing.T) {
	o := observe(t, memory.New(), otel.Options{System: "memory"})
	if err := journeytest.Play(t.Context(), o.Client, "", nil); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"lead.create", "lead.qualify", "quote.create", "quote.activate", "quote.win_to_order", "order.fulfill", "order.invoice",
		"invoice.issue", "invoice.mark_paid",
	}
	if got := o.calls(); !slices.Equal(got, want) {
		t.Fatalf("spans are %v, want %v", got, want)
	}
	parents := map[string]string{}
	for _, s := range o.spans.Ended() {
		parents[s.SpanContext().SpanID().String()] = s.Name()
	}
	var within []string
	for _, s := range o.spans.Ended() {
		switch {
		case s.Name() == "update" || s.Name() == "view":
			if got := attributeOf(s, "db.operation.name"); got != s.Name() || attributeOf(s, "db.system.name") != "memory" {
				t.Errorf("the span %s has %v", s.Name(), s.Attributes())
			}
			if s.Name() == "update" {
				within = append(within, parents[s.Parent().SpanID().String()])
			}
		case attributeOf(s, "leadtocash.outcome") != otel.OutcomeOK || attributeOf(s, "leadtocash.action") != s.Name() ||
			attributeOf(s, "leadtocash.attempts") == "0" || s.Status().Code == otelcodes.Error:
			t.Errorf("the span %s has %v, %v", s.Name(), s.Attributes(), s.Status())
		}
	}
	for _, action := range want {
		if !slices.Contains(within, action) {
			t.Errorf("%s has no update within: %v", action, within)
		}
	}
	durations := o.points(t, "leadtocash.call.duration")
	for _, action := range want {
		if n := durations["leadtocash.action="+action+",leadtocash.outcome=ok"]; n != 1 {
			t.Errorf("%s has %d points: %v", action, n, durations)
		}
	}
	for _, s := range o.spans.Ended() {
		for _, a := range s.Attributes() {
			if text := a.Value.String(); len(text) >= 32 || strings.Contains(text, "@") {
				t.Errorf("the span %s tells %s=%s", s.Name(), a.Key, text)
			}
		}
	}
}

func lead(c *engine.Client, ctx context.Context) (leadtocash.Lead, error) {
	return c.Leads().Create(ctx, leadtocash.CreateLead{
		Origin: record.Origin{Currency: money.EUR}, Fields: leadtocash.LeadFields{Topic: "desks", LastName: "Roe"},
	})
}

func TestARefusalIsNoError(t *testing.T) {
	o := observe(t, memory.New(), otel.Options{})
	made, err := lead(o.Client, t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Leads().Reactivate(t.Context(), made.ID, leadtocash.ReactivateLead{}); err == nil {
		t.Fatal("a lead that is open was reactivated")
	}
	if _, err := o.Leads().Edit(t.Context(), made.ID, leadtocash.EditLead{Fields: made.LeadFields}, engine.IfVersion(7)); !errors.Is(err, codes.ErrConflict) {
		t.Fatal(err)
	}
	spans := o.spans.Ended()
	want := map[string]string{"lead.reactivate": otel.OutcomeRefused, "lead.edit": otel.OutcomeConflict}
	for _, s := range spans {
		if outcome := want[s.Name()]; outcome != "" {
			if got := attributeOf(s, "leadtocash.outcome"); got != outcome || attributeOf(s, "leadtocash.refusal.code") == "" || s.Status().Code == otelcodes.Error {
				t.Errorf("%s: %v, %v", s.Name(), s.Attributes(), s.Status())
			}
		} else if s.Status().Code == otelcodes.Error {
			t.Errorf("%s failed: %v", s.Name(), s.Status())
		}
	}
	refusals := o.points(t, "leadtocash.call.refusals")
	if len(refusals) != 2 {
		t.Errorf("refusals are %v", refusals)
	}
}

func TestWhatFailsIsAnError(t *testing.T) {
	down := errors.New("the disk is on fire")
	o := observe(t, storagetest.Faulty(memory.New(), storagetest.FailNth(1, down)), otel.Options{})
	if _, err := lead(o.Client, t.Context()); err == nil {
		t.Fatal("a store that is down made a lead")
	}
	for _, s := range o.spans.Ended() {
		if s.Status().Code != otelcodes.Error || len(s.Events()) != 1 {
			t.Errorf("%s: %v, %v", s.Name(), s.Status(), s.Events())
		}
	}
}

func TestIDsAreToldIfAsked(t *testing.T) {
	o := observe(t, memory.New(), otel.Options{IDs: true})
	made, err := lead(o.Client, t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Leads().Disqualify(t.Context(), made.ID, leadtocash.DisqualifyLead{}); err != nil {
		t.Fatal(err)
	}
	spans := o.spans.Ended()
	if got, want := attributeOf(spans[len(spans)-1], "leadtocash.record"), made.Ref().String(); got != want {
		t.Errorf("the record is %q, want %q", got, want)
	}
}

// A transaction that ran again says so.
func TestRunsAreTold(t *testing.T) {
	o := observe(t, storagetest.Faulty(memory.New(), storagetest.Rerun(1)), otel.Options{})
	if _, err := lead(o.Client, t.Context()); err != nil {
		t.Fatal(err)
	}
	told := false
	for _, s := range o.spans.Ended() {
		told = told || attributeOf(s, "leadtocash.runs") == "2"
	}
	if !told {
		t.Error("no span tells that the transaction ran twice")
	}
}

// The contract holds behind the wrapper, and what else the store can do is found.
func TestTheStoreIsStillOne(t *testing.T) {
	if _, can := storage.As[storage.Counter](otel.Store(memory.New(), otel.Options{})); !can {
		t.Error("a capability is gone")
	}
	recorder := trace.NewTracerProvider(trace.WithSpanProcessor(tracetest.NewSpanRecorder()))
	storagetest.Run(t, storagetest.Harness{
		Open: func(testing.TB) storage.Store {
			return otel.Store(memory.New(), otel.Options{TracerProvider: recorder})
		},
		Except: []string{"queries", "paging", "sums", "texts", "numbers", "contention"},
	})
}

// Without providers nothing is allocated.
func TestNothingIsAllocatedForNobody(t *testing.T) {
	next := func(context.Context) error { return nil }
	intercept, call, ctx := otel.Interceptor(otel.Options{}), &engine.Call{}, t.Context()
	if n := testing.AllocsPerRun(100, func() {
		if err := intercept(ctx, call, next); err != nil {
			t.Error(err)
		}
	}); n > 0 {
		t.Errorf("a call costs %v allocations", n)
	}
	bare := memory.New()
	wrapped := otel.Store(bare, otel.Options{})
	view := func(context.Context, storage.Reader) error { return nil }
	cost := func(s storage.Store) float64 {
		return testing.AllocsPerRun(100, func() {
			if err := s.View(ctx, storage.Default, view); err != nil {
				t.Error(err)
			}
		})
	}
	if with, without := cost(wrapped), cost(bare); with > without {
		t.Errorf("a view costs %v allocations, without the wrapper %v", with, without)
	}
}

func ExampleInterceptor() {
	ctx := context.Background()
	spans := tracetest.NewSpanRecorder()
	o := otel.Options{TracerProvider: trace.NewTracerProvider(trace.WithSpanProcessor(spans))}
	client, err := engine.New(otel.Store(memory.New(), o), engine.WithInterceptor(otel.Interceptor(o)))
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := lead(client, ctx); err != nil {
		fmt.Println(err)
		return
	}
	for _, span := range spans.Ended() {
		fmt.Println(span.Name())
	}
	// Output:
	// update
	// lead.create
}
