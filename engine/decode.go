package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
)

// Limits of the JSON that Decode and Client.Do read.
const (
	InputBytes = 16 << 20 // an attachment of the default limit in base64, and more
	InputDepth = 64       // of lists and objects within each other
)

// Decode reads the JSON form of a command. Every fault of the body is a reason with
// its path, lines[3].quantity, $ for the body as a whole: members that the command has
// no field for, with the nearest name there is (params.nearest), values that do not
// decode, with those of an option set (params.allowed), members that are there twice,
// what is no JSON (params.line, params.column). Nothing, and {}, is the zero command;
// null is a member that was not given.
//
// Codes: ErrInvalid, ErrOutOfRange for numbers, ErrTooLarge beyond InputBytes or
// InputDepth.
func Decode[T any](body json.RawMessage) (cmd T, err error) {
	return cmd, decodeInto(body, &cmd)
}

func decodeInto(body json.RawMessage, cmd any) error {
	return readInto(body, cmd, record.UnmarshalStrict)
}

// keptInto is decodeInto for a record: members that it has no field for are kept.
func keptInto(body json.RawMessage, r any) error {
	return readInto(body, r, record.Unmarshal)
}

func readInto(body json.RawMessage, to any, read func([]byte, any) error) error {
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return nil
	}
	if len(body) > InputBytes {
		return record.Refusal(codes.ErrTooLarge, "$", fmt.Sprintf("the input has at most %d bytes", InputBytes))
	}
	if err := jsonFault(body); err != nil {
		return err
	}
	err := read(body, to)
	var e *record.Error
	if errors.As(err, &e) {
		for i := range e.Reasons {
			if e.Reasons[i].Field == "" {
				e.Reasons[i].Field = "$"
			}
		}
	}
	return err
}

// jsonFault says where a body is no JSON, or nests too deep.
func jsonFault(body []byte) error {
	depth := 0
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	for {
		token, err := d.Token()
		if err != nil && !json.Valid(body) {
			return syntaxFault(body)
		}
		if err != nil {
			return nil
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			if depth++; depth > InputDepth {
				return record.Refusal(codes.ErrTooLarge, "$", fmt.Sprintf("at most %d lists and objects are within each other", InputDepth))
			}
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
}

func syntaxFault(body []byte) error {
	e := record.Refusal(codes.ErrInvalid, "$", "not JSON")
	var syntax *json.SyntaxError
	if errors.As(json.Unmarshal(body, new(any)), &syntax) {
		before := body[:min(int(syntax.Offset), len(body))]
		line, column := 1+bytes.Count(before, []byte("\n")), len(before)-bytes.LastIndexByte(before, '\n')-1
		e.Reasons[0].Message = fmt.Sprintf("not JSON at line %d, column %d", line, column)
		e.Reasons[0] = e.Reasons[0].With("line", line, "column", column)
	}
	return e
}
