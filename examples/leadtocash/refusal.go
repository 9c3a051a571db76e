package main

import (
	"errors"

	"github.com/leadtocash/leadtocash/record"
)

// refusal turns an error by which the library refuses a row into a fault of the
// row. Other errors are returned as they are.
func refusal(err error, columns columns) error {
	var e *record.Error
	if !errors.As(err, &e) {
		return err
	}
	f := &fault{column: columns.of(""), code: string(e.Code), message: e.Code.Info().Text}
	if len(e.Reasons) > 0 {
		first := e.Reasons[0]
		f.column, f.message = columns.of(first.Field), first.Message
	}
	if e.Status != "" {
		f.message += " (" + string(e.Kind) + ": " + e.Status + ")"
	}
	return f
}
