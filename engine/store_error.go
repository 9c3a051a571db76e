package engine

import (
	"cmp"
	"errors"
	"strings"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// fromStore gives a store's error its code; an Error passes as it is.
func fromStore(err error) error {
	if err == nil {
		return nil
	}
	var e *record.Error
	if errors.As(err, &e) {
		return err
	}
	code := storeCode(err)
	if code == "" {
		return err
	}
	var w *storage.WriteError
	if errors.As(err, &w) {
		switch {
		case code == codes.ErrConflict && w.Version == 1:
			return refusedBirth(refOf(w.Ref), err)
		case code == codes.ErrTaken && w.Claim != "":
			return refusedTaken(refOf(w.Ref), w.Claim, err)
		}
		return refusedWrite(refOf(w.Ref), err, "", "")
	}
	return &record.Error{Code: code, Err: err, Reasons: []record.Reason{{Code: code, Message: storeMessage(code, err)}}}
}

// storeMessage is what a store's error says besides its code.
func storeMessage(code codes.Code, err error) string {
	text := err.Error()
	for _, m := range storeCodes {
		if errors.Is(err, m.err) {
			text = strings.TrimPrefix(strings.TrimPrefix(text, m.err.Error()), ": ")
			break
		}
	}
	if text == "" || text == string(code) {
		return code.Info().Text
	}
	return text
}

// refusedWrite is the store's refusal to write a record, and err itself if it is
// none. Without a message the code speaks for itself.
func refusedWrite(ref record.Ref, err error, field, message string) error {
	code := storeCode(err)
	if code == "" {
		return err
	}
	return &record.Error{Code: code, Kind: ref.Kind, ID: ref.ID, Err: err, Reasons: []record.Reason{{
		Code: code, Field: field, Message: cmp.Or(message, code.Info().Text),
	}}}
}

// storeCode is the code of an error, which may be one of the sentinels of storage.
func storeCode(err error) codes.Code {
	if code := record.CodeOf(err); code != "" {
		return code
	}
	for _, m := range storeCodes {
		if errors.Is(err, m.err) {
			return m.code
		}
	}
	return ""
}

// storeCodes translate the sentinels of storage, the narrow before the broad.
var storeCodes = []struct {
	err  error
	code codes.Code
}{
	{storage.ErrNotFound, codes.ErrNotFound},
	{storage.ErrTaken, codes.ErrTaken},
	{storage.ErrConflict, codes.ErrConflict},
	{storage.ErrRetry, codes.ErrRetry},
	{storage.ErrCommitUnknown, codes.ErrCommitUnknown},
	{storage.ErrUnknownTenant, codes.ErrUnknownTenant},
	{storage.ErrNotSerializable, codes.ErrNotSerializable},
	{storage.ErrClosed, codes.ErrClosed},
	{storage.ErrUnsupported, codes.ErrUnsupported},
	{storage.ErrNested, codes.ErrUnsupported},
	{storage.ErrErased, codes.ErrErased},
	{storage.ErrFull, codes.ErrStoreFull},
	{storage.ErrReadOnly, codes.ErrStoreReadOnly},
	{storage.ErrInvalid, codes.ErrInvalid},
}
