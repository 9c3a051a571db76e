package record_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func TestAFaultIsFoundAsARefusal(t *testing.T) {
	t.Parallel()
	_, err := value.ParseDate("tomorrow")
	var refused *record.Error
	if !errors.As(fmt.Errorf("row 3: %w", err), &refused) {
		t.Fatalf("no refusal in %#v", err)
	}
	want := record.Refusal(codes.ErrInvalid, "", "a date reads 2026-01-31")
	if !reflect.DeepEqual(refused, want) || err.Error() != want.Error() {
		t.Errorf("got %#v, %v, want %#v", refused, err, want)
	}
	var other *json.SyntaxError
	var code codes.Code
	if errors.As(err, &other) || !errors.As(err, &code) || code != codes.ErrInvalid {
		t.Errorf("got %v and %q, want only the code", other, code)
	}
}
