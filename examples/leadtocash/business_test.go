package main

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"testing"
	"testing/fstest"
)

// business is the embedded business with some files replaced.
func business(t *testing.T, replaced map[string]string) fstest.MapFS {
	t.Helper()
	data := ownFiles()
	files := fstest.MapFS{}
	names, err := fs.Glob(data, "*.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(data, name)
		if err != nil {
			t.Fatal(err)
		}
		files[path.Base(name)] = &fstest.MapFile{Data: text}
	}
	for name, text := range replaced {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

func TestOwnBusinessIsBelievable(t *testing.T) {
	t.Parallel()
	d, err := readBusiness(ownFiles())
	if err != nil {
		t.Fatal(err)
	}
	leads, sources, currencies := 0, map[string]bool{}, map[string]bool{}
	done := map[verb]int{}
	var lines int
	for _, r := range d.rows {
		lines++
		if r.fault != nil {
			continue
		}
		if r.lead != nil {
			leads++
			sources[r.lead.source] = true
			currencies[r.lead.currency.Code()] = true
		}
		for _, s := range r.steps {
			done[s.do]++
		}
	}
	if leads < 60 || len(sources) < 6 || len(d.products) != 12 {
		t.Errorf("%d leads from %d sources and %d products; want at least 60, 6 and exactly 12", leads, len(sources), len(d.products))
	}
	if got := slices.Sorted(maps.Keys(currencies)); !slices.Equal(got, []string{"BHD", "EUR", "JPY"}) {
		t.Errorf("currencies = %v, want BHD, EUR and JPY", got)
	}
	for _, v := range verbs {
		if done[v] == 0 {
			t.Errorf("nobody does %q", v)
		}
	}
	if len(d.rejects) != 0 {
		t.Errorf("rows of other files are refused: %v", d.rejects)
	}
	if len(d.tiers) == 0 {
		t.Error("nothing is cheaper by quantity")
	}
	for _, p := range d.products {
		if len(p.prices) != 3 {
			t.Errorf("%s has %d prices, want one in each currency", p.name, len(p.prices))
		}
	}
	for _, a := range d.accounts {
		if !currencies[a.currency.Code()] {
			t.Errorf("%s has the currency %q", a.name, a.currency)
		}
	}
}

func TestJournalRowTakesOnlyItsCells(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"2024-01-08,D01,contact,,,,called":        "",
		"2024-01-08,D01,quote,Bora One,1,,":       "",
		"2024-01-08,D01,quote,Bora One,0,12.5,":   "",
		"2024-01-08,D01,ship,,,,":                 "",
		"2024-01-08,D01,ship,Bora One,1.5,,":      "",
		"2024-01-08,D01,pay,,,12.5,":              "",
		"2024-01-08,D01,pay,,,,":                  "",
		"2024-01-08,D01,contact,Bora One,,,":      codeUnexpectedValue,
		"2024-01-08,D01,accept,,,5,":              codeUnexpectedValue,
		"2024-01-08,D01,pay,,2,,":                 codeUnexpectedValue,
		"2024-01-08,D01,ship,Bora One,1,5,":       codeUnexpectedValue,
		"2024-01-08,D01,quote,,1,,":               codeMissingField,
		"2024-01-08,D01,quote,Bora One,,,":        codeMissingField,
		"2024-01-08,D01,invoice,Bora One,,,":      codeMissingField,
		"2024-01-08,D01,invoice,,3,,":             codeMissingField,
		"2024-01-08,D01,quote,Bora One,-1,,":      codeOutOfRange,
		"2024-01-08,D01,quote,Bora One,1.234,,":   codeOutOfRange,
		"2024-01-08,D01,quote,Bora One,1,1e3,":    codeInvalidNumber,
		"2024-01-08,D01,juggle,,,,":               codeUnknownAction,
		"2024-01-08,,contact,,,,":                 codeMissingField,
		"08-01-2024,D01,contact,,,,":              codeInvalidDate,
		",D01,contact,,,,":                        codeMissingField,
		"2024-01-08,D01,contact,,,,two\x00 words": codeInvalidText,
		"2024-01-08,D01,contact":                  codeFieldCount,
	} {
		d, err := readBusiness(business(t, map[string]string{"journal.csv": "on,deal,action,product,quantity,amount,note\n" + line + "\n"}))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if f := d.rows[len(d.rows)-1].fault; f != nil {
			got = f.code
		}
		if got != want {
			t.Errorf("%q: code %q, want %q", line, got, want)
		}
	}
}

func TestBusinessNeedsACurrencyWithARate(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"currency,rate\n", "currency,rate\nEUR,0\n"} {
		if _, err := readBusiness(business(t, map[string]string{"currencies.csv": text})); err == nil || err.Error() != "currencies.csv names no currency" {
			t.Errorf("%q: error = %v, want: currencies.csv names no currency", text, err)
		}
	}
}

func TestProductHasADiscountThatIsListed(t *testing.T) {
	t.Parallel()
	header := "product,category,discount,EUR,JPY,BHD\n"
	d, err := readBusiness(business(t, map[string]string{"products.csv": header + "Cup,china,machines,4.50,,\nSaucer,china,china,2.50,,\n"}))
	if err != nil {
		t.Fatal(err)
	}
	if len(d.products) != 1 || d.products[0].discount != "machines" {
		t.Errorf("products = %+v, want the cup with its discount", d.products)
	}
	if len(d.rejects) != 1 || d.rejects[0].line != 3 || d.rejects[0].column != "discount" || d.rejects[0].code != codeUnknownDiscount {
		t.Errorf("rejects = %+v, want the discount of the saucer", d.rejects)
	}
}

func FuzzJournal(f *testing.F) {
	f.Add("2024-01-08,D01,quote,Bora One,1,2490.00,\n")
	f.Add("2024-01-08,D01,pay,,,,\n\"\n,,,,,,\n")
	f.Fuzz(func(t *testing.T, journal string) {
		d, err := readBusiness(business(t, map[string]string{
			"leads.csv":   "deal,received_on,source,agent,company,first_name,last_name,job_title,email,topic,currency,budget\n",
			"journal.csv": "on,deal,action,product,quantity,amount,note\n" + journal,
		}))
		if err != nil {
			t.Fatalf("error = %v: a bad row must not stop the others", err)
		}
		for _, r := range d.rows {
			if r.fault != nil {
				continue
			}
			s := r.steps[0]
			if !slices.Contains(verbs, s.do) || s.on.IsZero() || s.quantity.Decimal.IsNegative() || s.amount.Decimal.IsNegative() || r.deal == "" {
				t.Fatalf("accepted a hostile row: %+v", r)
			}
		}
	})
}
