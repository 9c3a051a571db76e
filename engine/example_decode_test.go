package engine_test

import (
	"encoding/json"
	"fmt"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/record"
)

func ExampleDecode() {
	_, err := engine.Decode[leadtocash.CreateLead](json.RawMessage(`{"fields":{"tpoic":"Desks","rating":"mild"}}`))
	for _, r := range record.ReasonsOf(err) {
		fmt.Println(r.Field, r.Message)
	}
	fmt.Println(record.ClassOf(err), record.HTTPStatusOf(err))
	// Output:
	// fields.rating not a value of rating: "mild"
	// fields.tpoic no such field: did you mean topic?
	// invalid 400
}
