package main

import (
	"errors"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
)

// refusal turns an error by which the library refuses a row into a fault of the
// row. Other errors are returned as they are.
func refusal(err error, columns columns) error {
	var value *codes.Fault
	var e *record.Error
	switch {
	case errors.As(err, &e):
	case errors.As(err, &value):
		return &fault{column: columns.of(value.Field), code: string(value.Code), message: value.Message}
	default:
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
