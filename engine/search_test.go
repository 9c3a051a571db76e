package engine_test

import (
	"context"
	"fmt"
	"log"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

func ExampleWithSearch() {
	ctx := context.Background()
	client := testkit.NewDesksClient(engine.WithSearch())
	_, err := client.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Müller & Söhne GmbH"}})
	if err != nil {
		log.Fatal(err)
	}
	page, err := client.Accounts().Page(ctx, engine.AccountQuery{List: engine.List{Text: "sohne MULL"}})
	if err != nil {
		log.Fatal(err)
	}
	for _, a := range page.Items {
		fmt.Println(a.Name)
	}
	// Output: Müller & Söhne GmbH
}

// named lists the names of the accounts that a text finds.
func (p *people) named(text string) (names []string) {
	p.Helper()
	for a, err := range p.Accounts().All(p.ctx, engine.AccountQuery{List: engine.List{Text: text}}) {
		if err != nil {
			p.Fatalf("%q: %v", text, err)
		}
		names = append(names, a.Name)
	}
	return names
}

func TestSearch_findsByWords(t *testing.T) {
	onStores(t, func(p *people) {
		for _, f := range []party.AccountFields{
			{Name: "Müller & Söhne GmbH", MainPhone: "+49 (89) 20-1", Email1: "post@mueller.example"},
			{Name: "O'Neill Ltd", AccountNumber: "AC-77", Website: "https://www.oneill.example/shop"},
			{Name: "東京 株式会社"},
		} {
			testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: f}))
		}
		muller, neill, tokyo := []string{"Müller & Söhne GmbH"}, []string{"O'Neill Ltd"}, []string{"東京 株式会社"}
		for text, want := range map[string][]string{
			"mull": muller, "MÜLLER": muller, "gmbh sohn": muller, "Söhne, müller": muller, "post@mueller": muller,
			"o'neill": neill, "ac-77": neill, "oneill.example": neill, "東": tokyo,
			"0049 89 201": muller, "4989201": muller, "4989": muller,
			"ueller": nil, "mull ltd": nil, "& !": nil, "4990": nil,
		} {
			if got := p.named(text); !slices.Equal(got, want) {
				p.Errorf("%q finds %q, want %q", text, got, want)
			}
		}
		if n := testkit.Must(p.Accounts().Count(p.ctx, engine.AccountQuery{List: engine.List{Text: "mull"}})); n != 1 {
			p.Errorf("%d are counted, want 1", n)
		}
	}, engine.WithSearch())
}

// What a record is called now is what finds it.
func TestSearch_followsTheName(t *testing.T) {
	onStores(t, func(p *people) {
		a := p.account("Before Ltd")
		testkit.Must(p.Accounts().Edit(p.ctx, a.ID, party.EditAccount{Fields: party.AccountFields{Name: "After Ltd"}}))
		if before, after := p.named("before"), p.named("after"); len(before) != 0 || len(after) != 1 {
			p.Errorf("the old name finds %q, the new one %q", before, after)
		}
	}, engine.WithSearch())
}

func TestSearch_refuses(t *testing.T) {
	onStores(t, func(p *people) {
		for text, code := range map[string]codes.Code{
			"a":                       codes.ErrOutOfRange,
			"aa b c d e f g h i":      codes.ErrOutOfRange,
			"a\x00b":                  codes.ErrInvalid,
			strings.Repeat("ab", 600): codes.ErrInvalid,
		} {
			_, err := p.Accounts().Page(p.ctx, engine.AccountQuery{List: engine.List{Text: text}})
			p.refused(err, code)
		}
		_, err := p.Notes().Page(p.ctx, engine.NoteQuery{List: engine.List{Text: "desks"}})
		p.refused(err, codes.ErrInvalid)
	}, engine.WithSearch())
}

func TestSearch_isAnOption(t *testing.T) {
	onStores(t, func(p *people) {
		_, err := p.Accounts().Page(p.ctx, engine.AccountQuery{List: engine.List{Text: "mull"}})
		p.refused(err, codes.ErrUnsupported)
	})
}

// Records that were stored before are found once they are indexed anew.
func TestSearch_afterReindex(t *testing.T) {
	t.Parallel()
	store := memory.New()
	newPeople(t, store).account("Müller")
	p := newPeople(t, store, engine.WithSearch())
	if got := p.named("muller"); len(got) != 0 {
		t.Fatalf("found %q before anything was indexed", got)
	}
	if n := testkit.Must(p.Reindex(p.ctx, kinds.Account)); n != 1 {
		t.Errorf("%d were indexed, want 1", n)
	}
	if n := testkit.Must(p.Reindex(p.ctx, kinds.Account)); n != 0 {
		t.Errorf("%d were indexed again, want 0", n)
	}
	if got := p.named("muller"); len(got) != 1 {
		t.Errorf("found %q, want the account", got)
	}
}

// Documents are found by how their number begins.
func TestSearch_byNumber(t *testing.T) {
	t.Parallel()
	client := testkit.NewDesksClient()
	quote := createDesksQuote(client)
	for text, want := range map[string]int64{quote.QuoteNumber[:5]: 1, quote.QuoteNumber: 1, quote.QuoteNumber + "0": 0} {
		if n := testkit.Must(client.Quotes().Count(t.Context(), engine.QuoteQuery{List: engine.List{Text: text}})); n != want {
			t.Errorf("%q finds %d quotes, want %d", text, n, want)
		}
	}
}

// Lists take sets of ids and owners, ranges of ids and of amounts.
func TestList_setsAndRanges(t *testing.T) {
	onStores(t, func(p *people) {
		ann, bob := uuid.UUID{1}, uuid.UUID{2}
		var ids []uuid.UUID
		create := func(c *engine.Client, amount string) {
			lead := testkit.Must(c.Leads().Create(p.ctx, leadtocash.CreateLead{
				Fields: leadtocash.LeadFields{Topic: "x", LastName: amount, EstimatedAmount: testkit.Euro(amount)},
			}))
			ids = append(ids, lead.ID.UUID)
		}
		create(p.As(record.User(ann)), "10")
		create(p.As(record.User(bob)), "20")
		create(p.Client, "30")
		slices.SortFunc(ids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
		for name, c := range map[string]struct {
			list engine.List
			want int64
		}{
			"ids":                     {engine.List{IDs: ids[:2]}, 2},
			"no ids":                  {engine.List{IDs: []uuid.UUID{}}, 0},
			"from an id":              {engine.List{IDFrom: ids[1]}, 2},
			"before an id":            {engine.List{IDBefore: ids[1]}, 1},
			"owners":                  {engine.List{Owners: []uuid.UUID{ann, bob}}, 2},
			"an owner, or none":       {engine.List{Owners: []uuid.UUID{ann, uuid.Nil}}, 2},
			"without owner":           {engine.List{Owners: []uuid.UUID{uuid.Nil}}, 1},
			"amounts":                 {engine.List{AmountFrom: testkit.Some("10"), AmountTo: testkit.Some("20")}, 2},
			"amounts between amounts": {engine.List{AmountFrom: testkit.Some("10.01"), AmountTo: testkit.Some("19.99")}, 0},
		} {
			if n := testkit.Must(p.Leads().Count(p.ctx, engine.LeadQuery{List: c.list})); n != c.want {
				p.Errorf("%s: %d, want %d", name, n, c.want)
			}
		}
		for field, list := range map[string]engine.List{
			"ids":         {IDs: make([]uuid.UUID, 1001)},
			"owners":      {Owners: make([]uuid.UUID, 1001)},
			"amount_from": {AmountFrom: testkit.Some("1e30")},
			"amount_to":   {AmountTo: testkit.Some("0.1234567890123456789")},
		} {
			_, err := p.Leads().Page(p.ctx, engine.LeadQuery{List: list})
			p.refused(err, codes.ErrOutOfRange)
			if reasons := record.ReasonsOf(err); len(reasons) != 1 || reasons[0].Field != field {
				p.Errorf("%s: %v", field, err)
			}
		}
	})
}
