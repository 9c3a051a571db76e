package engine_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// FuzzDocument reads any bytes as a document of any kind: an error has a code,
// and what is read is written the same way ever after.
func FuzzDocument(f *testing.F) {
	all := kinds.Kinds()
	for n, kind := range all {
		d := newDocument(kind)
		f.Add(uint8(n), []byte(`{}`))
		testkit.Fill(reflect.ValueOf(d).Elem())
		body, err := json.Marshal(d)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(n), body)
	}
	for _, text := range []string{`null`, `[]`, `"text"`, `{"id":7}`, `{"status":"no such"}`, `{"version":1e400}`, `{"zz":{"a":[1,2]},"zz":1}`, `{"lines":[null,{}]}`, `{"ID":""}`, `{"STATUS":"active","custom":{"":1,"[":[1e9]},"ſtatus":null,"":2}`, `{`, "{\"topic\":\"\xff\"}"} {
		f.Add(uint8(0), []byte(text))
		f.Add(uint8(15), []byte(text))
	}
	f.Fuzz(func(t *testing.T, n uint8, body []byte) {
		kind := all[int(n)%len(all)]
		d := newDocument(kind)
		if err := d.UnmarshalJSON(bytes.Clone(body)); err != nil {
			var e *record.Error
			if !errors.As(err, &e) || e.Code.Info().Code == "" {
				t.Fatalf("%s of %q: got %v, want an error with a code", kind, body, err)
			}
			return
		}
		first, err := json.Marshal(d)
		if err != nil {
			t.Fatalf("%s of %q is read, but not written: %v", kind, body, err)
		}
		back := newDocument(kind)
		if err := json.Unmarshal(first, back); err != nil {
			t.Fatalf("%s of %q is written as %s and not read: %v", kind, body, first, err)
		}
		if second := testkit.Canonical(t, back); second != string(first) {
			t.Fatalf("%s of %q is written as\n%s\nand then as\n%s", kind, body, first, second)
		}
	})
}

// FuzzCommand carries out any command that JSON can express, on a client with a
// record of every kind: whatever is refused has a code and reasons.
func FuzzCommand(f *testing.F) {
	all := endpoints()
	for n, e := range all {
		for _, cmd := range e.commands() {
			f.Add(uint16(n), []byte(`{}`))
			testkit.Fill(cmd)
			if body, err := json.Marshal(cmd.Interface()); err == nil {
				f.Add(uint16(n), body)
			}
		}
	}
	f.Add(uint16(0), []byte(`{"lines":[{"quantity":"1e400"}],"fields":null}`))
	c := seed(f.Context(), f, memory.New()).Preview()
	f.Fuzz(func(t *testing.T, n uint16, body []byte) {
		e := all[int(n)%len(all)]
		cmds := e.commands()
		for _, cmd := range cmds {
			if json.Unmarshal(body, cmd.Addr().Interface()) != nil {
				return
			}
		}
		given, err := json.Marshal(cmds[0].Interface())
		if err != nil {
			t.Fatalf("%s: %q is read, but not written: %v", e.name, body, err)
		}
		if err := e.call(t.Context(), c, seedID, cmds); err != nil {
			var coded *record.Error
			if !errors.As(err, &coded) || coded.Code.Info().Code == "" || len(coded.Reasons) == 0 {
				t.Fatalf("%s with %s: got %v, want a refusal with code and reasons", e.name, given, err)
			}
			if body, err := json.Marshal(coded); err != nil || !utf8.Valid(body) {
				t.Fatalf("%s with %s: the refusal is written as %q, %v", e.name, given, body, err)
			}
		}
		if after, err := json.Marshal(cmds[0].Interface()); err != nil || !bytes.Equal(after, given) {
			t.Fatalf("%s changed its command to %s (%v), was %s", e.name, after, err, given)
		}
	})
}

// FuzzPage continues a list at any text: it is a place of that list, or
// ErrInvalid.
func FuzzPage(f *testing.F) {
	c := seed(f.Context(), f, memory.New())
	for range 3 {
		if _, err := c.Leads().Create(f.Context(), leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}); err != nil {
			f.Fatal(err)
		}
	}
	orders := []engine.ListOrder{"", engine.OrderByUpdated, engine.OrderByNumber, engine.OrderByDue, engine.OrderByAmount}
	for n, order := range orders {
		page, err := c.Leads().Page(f.Context(), engine.LeadQuery{List: engine.List{Order: order, Limit: 1}})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(n), string(page.Next))
	}
	f.Add(uint8(0), "no cursor")
	f.Fuzz(func(t *testing.T, n uint8, after string) {
		q := engine.LeadQuery{List: engine.List{Order: orders[int(n)%len(orders)], After: engine.Cursor(after), Limit: 2}}
		page, err := c.Leads().Page(t.Context(), q)
		switch {
		case err != nil && (!errors.Is(err, codes.ErrInvalid) || len(page.Items) > 0):
			t.Fatalf("behind %q: got %d leads and %v, want ErrInvalid alone", after, len(page.Items), err)
		case len(page.Items) > 2:
			t.Fatalf("behind %q: %d leads on a page of 2", after, len(page.Items))
		}
	})
}
