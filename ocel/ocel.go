// Package ocel writes the history of a tenant as an object-centric event log by the
// standard OCEL 2.0 (https://www.ocel-standard.org), which process mining tools read: as
// JSON, XML or an SQLite database.
//
//	err := ocel.Write(ctx, file, client, ocel.Options{Format: ocel.JSON})
//
// Objects are the records of every kind, and the lines of documents; events are those of
// the library's history, by their names: quote.won. An object has the id "kind/id", a
// line that of its document with its number behind it, "quote/id/1"; an event has
// "kind/id/version/ordinal", where ordinals count the events of one version from 1.
//
// # Relationships
//
// An event relates to its record (subject), to the lines that it made or changed (line),
// to who did it where Options.People is set (actor), and to what the record refers to:
// customer for accounts and contacts, source for what a new record was made from, and
// otherwise by the kind that is referred to, quote or seller. An object relates to what
// its last version refers to: see [Qualifier].
//
// # Attributes
//
// Objects have those fields that records are listed and added up by, and all amounts.
// The first value stands at the object's first event, then each change at its event;
// values from before the period stand at 1970-01-01T00:00:00Z. A value that went away is
// empty then. Amounts and other exact numbers are declared as float and written as they
// are, with every digit. Days are times at midnight, UTC.
package ocel

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// Format is how a log is written to a stream.
type Format int

// The formats.
const (
	JSON Format = iota
	XML
)

// Options say what of the history is written. The zero Options write all of it, without
// what identifies people.
type Options struct {
	Format Format
	// Since and Until bound the events, both inclusive; zero is open. Objects are those
	// that these events relate to, with their attributes as of Since and the changes after
	// it.
	Since, Until time.Time
	// Kinds are the kinds of records whose events are told; none means all.
	Kinds []kinds.Kind
	// NoLines leaves out the lines of documents.
	NoLines bool
	// People tells who did what and leaves names, addresses and texts of events as they
	// are. Otherwise actors and what identifies people are replaced by pseudonyms, which
	// are the same for the same person within one Key, and texts are left out. Notes and
	// descriptions are never told.
	People bool
	// Key makes the pseudonyms. Without one each log has pseudonyms of its own; with the
	// same Key the same history has the same log.
	Key []byte
	// Custom tells the host's own declared fields.
	Custom bool
	// Progress is told now and then how many events and objects have been written.
	Progress func(events, objects int)
}

// Write writes the history of the client's tenant up to now. Its memory does not grow
// with the history but for some 24 bytes an object. The same history gives the same
// bytes, see Options.Key.
//
// The feed is read, so the authorizer is asked as for [engine.Client.Feed]: ErrDenied for
// an actor who sees only a part, which would look like the whole. ErrInvalid for options
// that cannot be. After an error of w, of the store or of ctx what was written is no
// whole log, and ends without its end.
func Write(ctx context.Context, w io.Writer, c *engine.Client, o Options) error {
	var s sink
	switch o.Format {
	case JSON:
		s = newJSONSink(w)
	case XML:
		s = newXMLSink(w)
	default:
		return record.Refusal(codes.ErrInvalid, "format", fmt.Sprintf("there is no format %d", o.Format))
	}
	return export(ctx, s, c, o)
}

func (o *Options) check() error {
	if !o.Since.IsZero() && !o.Until.IsZero() && o.Until.Before(o.Since) {
		return record.Refusal(codes.ErrInvalid, "until", "the period ends before it begins")
	}
	for i, kind := range o.Kinds {
		if _, known := engine.Describe(kind); !known {
			return record.Refusal(codes.ErrInvalid, fmt.Sprintf("kinds[%d]", i), fmt.Sprintf("there is no kind %q", kind))
		}
	}
	if len(o.Key) == 0 {
		o.Key = make([]byte, sha256.Size)
		if _, err := rand.Read(o.Key); err != nil {
			return err
		}
	}
	return nil
}

// includes reports whether something happened in the period.
func (o *Options) includes(at time.Time) bool {
	return (o.Since.IsZero() || !at.Before(o.Since)) && (o.Until.IsZero() || !at.After(o.Until))
}

// pseudonym stands for a value that identifies somebody.
func (o *Options) pseudonym(text string) string {
	if o.People || text == "" {
		return text
	}
	mac := hmac.New(sha256.New, o.Key)
	mac.Write([]byte(text))
	return "p-" + hex.EncodeToString(mac.Sum(nil)[:12])
}

// The types of attributes in OCEL.
const (
	typeString  = "string"
	typeInteger = "integer"
	typeFloat   = "float"
	typeTime    = "time"
	typeBoolean = "boolean"
)

// A log in its parts, as sinks take them.
type (
	attributeType struct{ Name, Type string }
	typeOf        struct { // of events or objects
		Name       string
		Attributes []attributeType
	}
	attribute    struct{ Name, Value string }
	relationship struct{ Object, Qualifier string }
	event        struct {
		ID, Type      string
		Time          time.Time
		Attributes    []attribute
		Relationships []relationship
	}
	timedAttribute struct {
		attribute
		Time time.Time
	}
	object struct {
		ID, Type      string
		Attributes    []timedAttribute
		Relationships []relationship
	}
)

// sink is a form of the log. The parts come in its order.
type sink interface {
	objectsFirst() bool
	begin(events, objects []typeOf) error
	event(*event) error
	object(*object) error
	end() error
}

// timestamp writes a time as OCEL has it.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// before is when values were set that were there before the period.
var before = time.Unix(0, 0).UTC()
