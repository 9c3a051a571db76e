package record_test

import (
	"errors"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

func TestEveryMemberThatDoesNotDecodeIsNamed(t *testing.T) {
	t.Parallel()
	var cmd leadtocash.CreateOrder
	var payment leadtocash.CreatePayment
	var edit pricing.EditLines
	var order leadtocash.Order
	for body, c := range map[string]struct {
		to   any
		want []string // field: message
	}{
		`{"fields":{"amount":"12,5"}}`: {&payment, []string{`fields.amount: not a number: "12,5"`}},
		`{"id":"x","status":"gone","fields":{"request_delivery_by":"31.1.","name":7},"lines":[{},{"quantity":"a"}],"new":1}`: {&cmd, []string{
			`id: not an id: "x"`, `fields.name: not a text: 7`, `fields.request_delivery_by: a date reads 2026-01-31: "31.1."`,
			`status: not a value of order_status: "gone"`, `lines[1].quantity: not a number: "a"`,
		}},
		`{"remove":{}}`: {&edit, []string{"remove: not a list"}},
		`[]`:            {&edit, []string{": not an object"}},
		`{"lines":[{"quantity":true}],"name":[]}`: {&order, []string{"lines[0].quantity: a number is a string in JSON: true", "name: not a text"}},
	} {
		err := record.Unmarshal([]byte(body), c.to)
		var e *record.Error
		if !errors.As(err, &e) || !errors.Is(err, codes.ErrInvalid) {
			t.Fatalf("%s: %v", body, err)
		}
		got := map[string]bool{}
		for _, r := range e.Reasons {
			got[r.Field+": "+r.Message] = true
		}
		for _, want := range c.want {
			if !got[want] || len(got) != len(c.want) {
				t.Errorf("%s: got %v, want %v", body, e.Reasons, want)
			}
		}
	}
	if err := record.Unmarshal([]byte(`{"fields":{"amount":"12.5"},"unheard_of":[1]}`), &payment); err != nil {
		t.Error(err)
	}
}

func TestWhatARefusalSays(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"invalid: amount: is too much": record.Refusal(codes.ErrInvalid, "amount", "is too much"),
		"invalid: is too much":         record.Refusal(codes.ErrInvalid, "", "is too much"),
		"invalid":                      record.Refusal(codes.ErrInvalid, "", ""),
		"invalid: a: x; b: y; not_found: c: z": record.RefusedFor([]record.Reason{
			{Code: codes.ErrInvalid, Field: "a", Message: "x"}, {Code: codes.ErrInvalid, Field: "b", Message: "y"}, {Code: codes.ErrNotFound, Field: "c", Message: "z"},
		}),
	} {
		if got := err.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
