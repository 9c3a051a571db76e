package record_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

func TestClassesOfErrors(t *testing.T) {
	t.Parallel()
	notFound := record.Refusal(codes.ErrNotFound, "", "")
	version := &record.Error{Code: codes.ErrConflict, Reasons: []record.Reason{record.ReasonFor(codes.ErrConflict, "version").With("expected", 1, "stored", 2)}}
	for name, c := range map[string]struct {
		err    error
		class  codes.Class
		status int
	}{
		"a code":                     {codes.ErrReadOnly, codes.ClassState, 409},
		"a fault":                    {codes.ErrTooLong.Fault("too long"), codes.ClassInvalid, 400},
		"no such record":             {notFound, codes.ClassNotFound, 404},
		"a field that names none":    {record.Refusal(codes.ErrNotFound, "fields.customer_id", ""), codes.ClassInvalid, 400},
		"both":                       {record.RefusedFor([]record.Reason{{Code: codes.ErrNotFound}, {Code: codes.ErrNotFound, Field: "a"}}), codes.ClassNotFound, 404},
		"wrapped":                    {fmt.Errorf("import: %w", notFound), codes.ClassNotFound, 404},
		"a version that was asked":   {version, codes.ClassConflict, 412},
		"another conflict":           {record.Refusal(codes.ErrConflict, "id", ""), codes.ClassConflict, 409},
		"after a failure":            {&record.Error{Code: codes.ErrAborted, Err: record.Refusal(codes.ErrStoreFull, "", "")}, codes.ClassUnavailable, 507},
		"after nobody knows which":   {&record.Error{Code: codes.ErrAborted}, codes.ClassConflict, 409},
		"after one without code":     {&record.Error{Code: codes.ErrAborted, Err: errors.New("down")}, codes.ClassInternal, 500},
		"a guard of the host":        {record.Refusal("credit_desk_closed", "", ""), codes.ClassState, 409},
		"a failure of another kind":  {errors.New("down"), codes.ClassInternal, 500},
		"denied for a known problem": {&record.Error{Code: codes.ErrDenied, Err: codes.ErrReadOnly}, codes.ClassPermission, 403},
	} {
		if class, status := record.ClassOf(c.err), record.HTTPStatusOf(c.err); class != c.class || status != c.status {
			t.Errorf("%s: got %s, %d, want %s, %d", name, class, status, c.class, c.status)
		}
	}
	if status := record.HTTPStatusOf(nil); status != 200 {
		t.Errorf("no error has the status %d", status)
	}
}

func TestRefusalsForAPIs(t *testing.T) {
	t.Parallel()
	e := &record.Error{
		Code: codes.ErrReadOnly, Kind: kinds.Quote, ID: uuid.UUID{15: 1}, Status: "won", Action: actions.QuoteEdit,
		Reasons: []record.Reason{record.ReasonFor(codes.ErrReadOnly, "")},
	}
	const rest = `"kind":"quote","id":"00000000-0000-0000-0000-000000000001",%s"action":"quote.edit",` +
		`"reasons":[{"code":"read_only","message":"the record is read-only in this status"}]`
	if got, want := string(e.JSON()), `{"class":"state","code":"read_only","message":"the record is read-only in this status",`+fmt.Sprintf(rest, `"status":"won",`)+`}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for base, typ := range map[string]string{"": "about:blank", "https://example.com/codes/": "https://example.com/codes/read_only"} {
		body, err := json.Marshal(record.ProblemOf(fmt.Errorf("import: %w", e), base, actions.QuoteDelete))
		want := `{"type":"` + typ + `","title":"the record is read-only in this status","status":409,"detail":"the record is read-only in this status",` +
			`"class":"state","code":"read_only",` + fmt.Sprintf(rest, `"record_status":"won",`) + `,"allowed":["quote.delete"]}`
		if err != nil || string(body) != want {
			t.Errorf("got  %s, %v\nwant %s", body, err, want)
		}
	}
	for _, failed := range []error{errors.New("dial tcp 10.0.0.7: refused"), nil} {
		if out := record.RefusedBy(failed); out.Class != codes.ClassInternal || out.Message != "something failed" || out.Reasons != nil {
			t.Errorf("%v is told as %+v", failed, out)
		}
	}
	if out := record.RefusedBy(codes.ErrDenied.Fault("")); out.Code != codes.ErrDenied || out.Message == "" {
		t.Errorf("a fault is told as %+v", out)
	}
	unwritable := &record.Error{Code: codes.ErrInvalid, Reasons: []record.Reason{{Params: map[string]any{"f": func() {}}}}}
	if !json.Valid(unwritable.JSON()) {
		t.Errorf("got %s", unwritable.JSON())
	}
}
