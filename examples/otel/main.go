// Command otel leads one deal from lead to paid invoice and prints what OpenTelemetry is
// told of it: spans as a tree, and metrics.
//
//	go run ./examples/otel
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/otel"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("otel: ")
	times := flag.Bool("times", false, "print how long each span took")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "otel prints what OpenTelemetry is told of a deal. Its flags:")
		flag.PrintDefaults()
	}
	if flag.Parse(); flag.NArg() > 0 {
		log.Printf("unexpected argument %q", flag.Arg(0))
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *times); err != nil {
		stop()
		if errors.Is(err, context.Canceled) {
			log.Print("interrupted")
			os.Exit(130)
		}
		log.Print(err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, times bool) error {
	// A program of yours has exporters here, to whatever it watches its other parts with.
	spans, reader := tracetest.NewInMemoryExporter(), metric.NewManualReader()
	o := otel.Options{
		TracerProvider: trace.NewTracerProvider(trace.WithSyncer(spans)),
		MeterProvider:  metric.NewMeterProvider(metric.WithReader(reader)),
		System:         "memory",
	}
	client, err := engine.New(otel.Store(memory.New(), o), engine.WithInterceptor(otel.Interceptor(o)))
	if err != nil {
		return err
	}
	if err := deal(ctx, client); err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	printSpans(w, spans.GetSpans(), times)
	var all metricdata.ResourceMetrics
	if err := reader.Collect(ctx, &all); err != nil {
		return err
	}
	printMetrics(w, all)
	return w.Flush()
}

// deal leads a lead to a paid invoice. One call on the way is refused.
func deal(ctx context.Context, c *engine.Client) error {
	lead, err := c.Leads().Create(ctx, leadtocash.CreateLead{
		Origin: record.Origin{Currency: money.EUR}, Fields: leadtocash.LeadFields{Topic: "two espresso machines", LastName: "Roe", CompanyName: "Roe Coffee"},
	})
	if err != nil {
		return err
	}
	qualified, err := c.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{})
	if err != nil {
		return err
	}
	if _, err := c.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{}); err == nil {
		return errors.New("a lead was qualified twice")
	}
	opportunity := qualified.Opportunity()
	quote, err := c.Quotes().Create(ctx, leadtocash.CreateQuote{
		Origin: record.Origin{Currency: money.EUR}, OpportunityID: opportunity.ID,
		Fields: leadtocash.QuoteFields{Name: opportunity.Name, CustomerID: opportunity.CustomerID},
		Lines:  []pricing.LineFields{pricing.WriteIn("espresso machine", decimal.NewFromInt(2), decimal.RequireFromString("1249.90"))},
	})
	if err != nil {
		return err
	}
	if _, err := c.Quotes().Activate(ctx, quote.ID, leadtocash.ActivateQuote{}); err != nil {
		return err
	}
	won, err := c.Quotes().WinToOrder(ctx, quote.ID, leadtocash.WinQuoteToOrder{})
	if err != nil {
		return err
	}
	if _, err := c.Orders().Fulfill(ctx, won.Order.ID, leadtocash.FulfillOrder{}); err != nil {
		return err
	}
	billed, err := c.Orders().Invoice(ctx, won.Order.ID, leadtocash.InvoiceOrder{})
	if err != nil {
		return err
	}
	if _, err := c.Invoices().Issue(ctx, billed.Invoice.ID, leadtocash.IssueInvoice{}); err != nil {
		return err
	}
	_, err = c.Invoices().MarkPaid(ctx, billed.Invoice.ID, leadtocash.PayInvoice{})
	return err
}

func printSpans(w io.Writer, spans tracetest.SpanStubs, times bool) {
	var under func(parent string, depth int)
	under = func(parent string, depth int) {
		for _, s := range spans {
			above := ""
			if s.Parent.HasSpanID() {
				above = s.Parent.SpanID().String()
			}
			if above != parent {
				continue
			}
			fmt.Fprintf(w, "%s%s", strings.Repeat("  ", depth), s.Name)
			if times {
				fmt.Fprintf(w, " %v", s.EndTime.Sub(s.StartTime))
			}
			for _, a := range s.Attributes {
				if a.Key == "leadtocash.outcome" || a.Key == "leadtocash.refusal.code" {
					fmt.Fprintf(w, " %s", a.Value.String())
				}
			}
			fmt.Fprintln(w)
			under(s.SpanContext.SpanID().String(), depth+1)
		}
	}
	under("", 0)
}

func printMetrics(w io.Writer, all metricdata.ResourceMetrics) {
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			var lines []string
			point := func(of attribute.Set, count uint64) {
				lines = append(lines, fmt.Sprintf("  %s %d", of.Encoded(attribute.DefaultEncoder()), count))
			}
			switch data := m.Data.(type) {
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					point(p.Attributes, p.Count)
				}
			case metricdata.Histogram[int64]:
				for _, p := range data.DataPoints {
					point(p.Attributes, p.Count)
				}
			case metricdata.Sum[int64]:
				for _, p := range data.DataPoints {
					point(p.Attributes, uint64(p.Value))
				}
			}
			slices.Sort(lines)
			fmt.Fprintf(w, "%s\n%s\n", m.Name, strings.Join(lines, "\n"))
		}
	}
}
