package migrate

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// Format names the form of an export in JSON Lines, FormatCSV that in CSV.
const (
	Format    = "leadtocash-jsonl/1"
	FormatCSV = "leadtocash-csv/1"
)

// Manifest is what an export says about itself: of JSON Lines the first and, with
// counts and digests, the last line, of CSV the file manifest.json, written last.
type Manifest struct {
	Format string       `json:"format"`
	At     time.Time    `json:"at"` // when it began, by the clock of the program
	Kinds  []kinds.Kind `json:"kinds"`
	// Scoped says that an authorizer decided what the actor may see of the kinds: it may
	// not be all.
	Scoped bool                  `json:"scoped,omitzero"`
	Events bool                  `json:"events,omitzero"` // history follows the records
	End    bool                  `json:"end,omitzero"`    // nothing follows
	Counts map[kinds.Kind]int64  `json:"counts,omitzero"` // of records
	Told   int64                 `json:"told,omitzero"`   // events
	SHA256 map[kinds.Kind]string `json:"sha256,omitzero"` // of the lines of each kind, line ends included
}

// Line is one line of JSON Lines: a record, or an event with the record as it was then.
type Line struct {
	Kind    kinds.Kind          `json:"kind,omitzero"`
	ID      uuid.UUID           `json:"id,omitzero"`
	Version int64               `json:"version,omitzero"`
	Record  json.RawMessage     `json:"record,omitzero"`
	Event   *engine.ImagedEvent `json:"event,omitzero"`
}

// ExportOptions say what an export has. The zero value has every record, and no
// history.
type ExportOptions struct {
	Kinds    []kinds.Kind                         // none given: all
	History  bool                                 // also every event, with the record after it; Import passes over them
	Progress func(kind kinds.Kind, records int64) // after every thousand, and at the end of a kind
}

func (o *ExportOptions) kinds() ([]kinds.Kind, error) {
	for _, kind := range o.Kinds {
		if !slices.Contains(allKinds, kind) {
			return nil, record.Refusal(codes.ErrInvalid, "kinds", "no such kind of record")
		}
	}
	list := slices.Clone(allKinds)
	if len(o.Kinds) > 0 {
		list = slices.DeleteFunc(list, func(kind kinds.Kind) bool { return !slices.Contains(o.Kinds, kind) })
	}
	return list, nil
}

// Export writes what the actor of the client may see as JSON Lines: a manifest, the
// records, those first that others refer to mostly, and a last line with counts and
// digests. Records of one state of a store give the same bytes, the manifest's time
// aside. What was written of an export that failed is not taken for a whole one: it has
// no last line.
//
// Every record is as it was at some time during the export: while others write, export a
// copy of the store. Contents that attachments keep in an object store of the host's (engine.WithBlobs)
// stay there; the records name them.
//
// Codes: ErrInvalid for a kind that there is not, ErrDenied for history that the actor
// may not follow, and those of reading.
func Export(ctx context.Context, c *engine.Client, w io.Writer, o ExportOptions) (m Manifest, err error) {
	list, err := o.kinds()
	if err != nil {
		return m, err
	}
	x := &exporter{w: bufio.NewWriterSize(w, 1<<16)}
	return x.export(ctx, c, list, o)
}

// begun is the manifest of an export that begins.
func begun(ctx context.Context, c *engine.Client, format string, list []kinds.Kind) (Manifest, error) {
	scoped, err := c.Scoped(ctx, list...)
	return Manifest{Format: format, At: time.Now().UTC().Truncate(time.Second), Kinds: list, Scoped: scoped}, err
}

type exporter struct {
	w *bufio.Writer
}

func (x *exporter) export(ctx context.Context, c *engine.Client, list []kinds.Kind, o ExportOptions) (m Manifest, err error) {
	if m, err = begun(ctx, c, Format, list); err != nil {
		return m, err
	}
	m.Events = o.History
	if _, err := x.line(m); err != nil {
		return m, err
	}
	m.Counts, m.SHA256 = map[kinds.Kind]int64{}, map[kinds.Kind]string{}
	for _, kind := range list {
		digest := sha256.New()
		n, err := x.records(ctx, c, kind, engine.AnyQuery{}, digest, o.Progress)
		if err != nil {
			return m, err
		}
		if n > 0 {
			m.Counts[kind], m.SHA256[kind] = n, hex.EncodeToString(digest.Sum(nil))
		}
	}
	if o.History {
		for e, err := range c.FeedWith(ctx, 0, engine.FeedOptions{Kinds: list, Images: true}) {
			if err != nil {
				return m, err
			}
			if err := ctx.Err(); err != nil {
				return m, err
			}
			if _, err := x.line(Line{Event: &e}); err != nil {
				return m, err
			}
			m.Told++
		}
	}
	if err := ctx.Err(); err != nil {
		return m, err
	}
	m.End = true
	if _, err := x.line(m); err != nil {
		return m, err
	}
	return m, x.w.Flush()
}

// line writes a value as one line and returns it, with its end.
func (x *exporter) line(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	_, err := x.w.Write(b.Bytes())
	return b.Bytes(), err
}

func (x *exporter) records(ctx context.Context, c *engine.Client, kind kinds.Kind, q engine.AnyQuery, digest hash.Hash, progress func(kinds.Kind, int64)) (n int64, err error) {
	for body, err := range c.Kind(kind).All(ctx, q) {
		if err != nil {
			return n, err
		}
		if err := ctx.Err(); err != nil {
			return n, err
		}
		var head struct {
			ID      uuid.UUID `json:"id"`
			Version int64     `json:"version"`
		}
		if err := json.Unmarshal(body, &head); err != nil {
			return n, err
		}
		line, err := x.line(Line{Kind: kind, ID: head.ID, Version: head.Version, Record: body})
		if err != nil {
			return n, err
		}
		if digest != nil {
			digest.Write(line)
		}
		if n++; progress != nil && n%1000 == 0 {
			progress(kind, n)
		}
	}
	if progress != nil && n > 0 {
		progress(kind, n)
	}
	return n, nil
}

// WriteJSONLines writes the records that a query asks for, a line each, without
// manifest, and returns how many there were. Import reads them as well.
func WriteJSONLines(ctx context.Context, c *engine.Client, w io.Writer, kind kinds.Kind, q engine.AnyQuery) (int64, error) {
	x := &exporter{w: bufio.NewWriterSize(w, 1<<16)}
	n, err := x.records(ctx, c, kind, q, nil, nil)
	if err != nil {
		return n, err
	}
	return n, x.w.Flush()
}
