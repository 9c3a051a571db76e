package pricing

import (
	"reflect"
	"strings"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
)

// amountFaults lists the amounts that were given and are not those calculated.
func amountFaults[T any](given, calculated *T) (reasons []record.Reason) {
	was, is := reflect.ValueOf(given).Elem(), reflect.ValueOf(calculated).Elem()
	for i := range was.NumField() {
		g, ok := was.Field(i).Interface().(money.Amount)
		if !ok || g.IsZero() || g.Equal(is.Field(i).Interface().(money.Amount)) {
			continue
		}
		name, _, _ := strings.Cut(was.Type().Field(i).Tag.Get("json"), ",")
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: name, Message: "is not what lines and header add up to"})
	}
	return reasons
}
