package main

import (
	"context"
	"errors"
	"slices"

	"github.com/schollz/progressbar/v3"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// An importer plays the rows of a dataset in their order on an empty store.
// A row is accepted or refused as a whole.
type importer struct {
	data     *dataset
	client   *engine.Client
	book     *book
	register *register
	trails   map[string]trail // by deal
	side     []fileCount
	rejects  []reject // of the files beside the deals first
	ofRows   int      // where those of rows begin
	accepted int
	last     value.Date     // the latest day of an accepted row
	unknown  map[string]int // rows by product that the catalogue lacks
	commands int
}

func newImporter(data *dataset, store storage.Store) (*importer, error) {
	im := &importer{
		data: data, book: newBook(data.rates), register: newRegister(), trails: map[string]trail{},
		side: slices.Clone(data.side), rejects: slices.Clone(data.rejects), unknown: map[string]int{},
	}
	var err error
	im.client, err = engine.New(
		store,
		engine.WithSettings(leadtocash.Settings{
			BaseCurrency:      data.currency,
			PriceListOptional: true, // a row may price what no list has
			BackOffice:        true, // the warehouse has a system of its own
			DueDays:           30,
		}),
		engine.WithFields(kinds.Seller, manager, office),
		engine.WithInterceptor(im.count),
	)
	return im, err
}

// count counts the calls that change something.
func (im *importer) count(ctx context.Context, call *engine.Call, next func(context.Context) error) error {
	if !call.Action.IsZero() { // a transaction of several calls has none
		im.commands++
	}
	return next(ctx)
}

// people makes the agents and accounts of their files known.
func (im *importer) people(ctx context.Context) error {
	if err := im.book.stock(ctx, im.client, im.data); err != nil {
		return err
	}
	im.commands = 0 // filling the catalogue does not count
	for _, a := range im.data.agents {
		if err := im.aside(a.place, agentColumns, im.book.hire(ctx, im.client, a)); err != nil {
			return err
		}
	}
	for _, a := range im.data.accounts {
		if err := im.aside(a.place, accountColumns, im.book.enter(ctx, im.client, a)); err != nil {
			return err
		}
	}
	im.ofRows = len(im.rejects)
	return nil
}

// aside refuses a row of a file beside the deals if the error is a refusal; any
// other error is returned.
func (im *importer) aside(at place, columns columns, err error) error {
	var f *fault
	if err = refusal(err, columns); !errors.As(err, &f) {
		return err
	}
	im.rejects = append(im.rejects, reject{at, *f})
	for i := range im.side {
		if im.side[i].File == at.file {
			im.side[i].Rejected++
		}
	}
	return nil
}

// rows plays all rows. Interrupted, it finishes the row at hand and stops.
func (im *importer) rows(ctx context.Context, bar *progressbar.ProgressBar) error {
	defer func() { _ = bar.Finish() }() // a bar that cannot be drawn stops nothing
	for _, r := range im.data.rows {
		if ctx.Err() != nil {
			return errInterrupted
		}
		if err := im.row(context.WithoutCancel(ctx), r); err != nil {
			return err
		}
		_ = bar.Add(1)
	}
	return nil
}

// row plays one row in one transaction. Its error is a failure, not a refusal.
func (im *importer) row(ctx context.Context, r row) error {
	if f := im.register.admit(r); f != nil {
		im.refuse(r, f)
		return nil
	}
	var p player
	err := im.client.Atomic(ctx, func(ctx context.Context, c *engine.Client) error {
		p = player{client: c, book: im.book, trail: im.trails[r.deal]}
		return p.play(ctx, r)
	})
	var f *fault
	switch err = refusal(err, r.columns); {
	case errors.As(err, &f):
		im.refuse(r, f)
	case err != nil:
		return err
	default:
		im.accept(r, p.trail)
	}
	return nil
}

func (im *importer) refuse(r row, f *fault) {
	im.register.refuse(r)
	im.rejects = append(im.rejects, reject{r.place, *f})
}

func (im *importer) accept(r row, t trail) {
	im.register.accept(r)
	im.trails[r.deal] = t
	im.book.learn(t)
	for _, name := range r.products() {
		if _, known := im.book.products[name]; !known {
			im.unknown[name]++
		}
	}
	im.last = max(im.last, im.register.deals[r.deal].last)
	im.accepted++
}
