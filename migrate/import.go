package migrate

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// Source is a file that is read twice: an *os.File, a *bytes.Reader.
type Source interface {
	io.ReaderAt
	io.Reader
}

// Import brings in what Export wrote, records as they were stored: with their ids,
// authors and times, in version 1 and with a history that begins here. First all is read,
// without storing anything: an export that is cut off or was changed is refused as a
// whole, *Fault with the line. Then records are stored, those first that others refer to.
// Those that are there already are left alone, so that an import which was interrupted
// goes on when it is repeated; those that are refused are reported, as are those that
// refer to them.
//
// The file is read from where it stands. Lines without a manifest, as WriteJSONLines
// makes them, are taken without digests. Events are passed over.
//
// A *DifferenceError tells that all was done and some records became other than they
// were.
func Import(ctx context.Context, c *engine.Client, file Source, o RunOptions) (Report, error) {
	return importLines(ctx, c, file, o, false)
}

// PlanImport tells what Import would do, and stores nothing.
func PlanImport(ctx context.Context, c *engine.Client, file Source, o RunOptions) (Report, error) {
	return importLines(ctx, c, file, o, true)
}

func importLines(ctx context.Context, c *engine.Client, file Source, o RunOptions, plan bool) (Report, error) {
	r := &lineReader{x: newIndex(), table: &TableReport{kinds: map[kinds.Kind]*TableReport{}}, o: o}
	if s, is := file.(io.Seeker); is {
		at, err := s.Seek(0, io.SeekCurrent)
		if err != nil {
			return Report{}, err
		}
		r.offset = at
	}
	if err := r.all(ctx, file); err != nil {
		return Report{}, err
	}
	l := &loader{c: c, x: r.x, texts: file, o: o, stored: true, plan: plan, tables: []*TableReport{r.table}}
	err := l.run(ctx)
	report := Report{Planned: plan, Scoped: r.manifest.Scoped, Totals: l.totals.list()}
	for _, kind := range allKinds {
		if t := r.table.kinds[kind]; t != nil {
			report.Tables = append(report.Tables, *t)
		}
	}
	return report, err
}

// lineReader reads lines for the first time.
type lineReader struct {
	x        *index
	table    *TableReport
	o        RunOptions
	manifest Manifest
	offset   int64
	line     int
	digests  map[kinds.Kind]hash.Hash
	counts   map[kinds.Kind]int64
	told     int64
}

func (r *lineReader) all(ctx context.Context, file io.Reader) error {
	b := bufio.NewReaderSize(file, 1<<16)
	r.digests, r.counts = map[kinds.Kind]hash.Hash{}, map[kinds.Kind]int64{}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		body, err := r.next(b)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := r.take(body); err != nil {
			return err
		}
		r.offset += int64(len(body))
	}
	if r.manifest.Format != "" && !r.manifest.End {
		return r.fault("the export is cut off: its last line is missing")
	}
	return nil
}

// next is the next line, with its end.
func (r *lineReader) next(b *bufio.Reader) (body []byte, err error) {
	r.line++
	for {
		part, err := b.ReadSlice('\n')
		body = append(body, part...)
		switch {
		case len(body) > maxRow:
			return nil, &Fault{Row: r.line, Code: codes.ErrTooLarge, Message: fmt.Sprintf("a line has at most %d bytes", maxRow)}
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(body) > 0:
			return body, nil
		}
		return body, err
	}
}

func (r *lineReader) fault(message string) error {
	return &Fault{Row: r.line, Code: codes.ErrInvalid, Message: message}
}

func (r *lineReader) take(body []byte) error {
	plain := bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	if len(plain) == 0 {
		return nil
	}
	var line struct {
		Line
		Manifest
		Event json.RawMessage `json:"event"`
	}
	if err := json.Unmarshal(plain, &line); err != nil {
		return r.fault("no line of an export: " + err.Error())
	}
	switch {
	case r.manifest.End:
		return r.fault("something follows the last line")
	case line.Format != "":
		return r.boundary(line.Manifest)
	case line.Event != nil:
		r.told++
		return nil
	}
	return r.record(body, line.Line)
}

// boundary takes the first line, or the last.
func (r *lineReader) boundary(m Manifest) error {
	switch {
	case m.Format != Format:
		return r.fault(fmt.Sprintf("the format is %q, not %q", m.Format, Format))
	case !m.End && (r.manifest.Format != "" || len(r.counts) > 0):
		return r.fault("a manifest in the middle")
	case m.End && r.manifest.Format == "":
		return r.fault("the first line is missing")
	}
	r.manifest = m
	if !m.End {
		return nil
	}
	sums := make(map[kinds.Kind]string, len(r.digests))
	for kind, digest := range r.digests {
		sums[kind] = hex.EncodeToString(digest.Sum(nil))
	}
	if !maps.Equal(sums, m.SHA256) || !maps.Equal(r.counts, m.Counts) || r.told != m.Told {
		return r.fault("the lines are not those that were written: counts or digests differ")
	}
	return nil
}

func (r *lineReader) record(body []byte, line Line) error {
	if !slices.Contains(allKinds, line.Kind) {
		return r.fault(fmt.Sprintf("there is no kind %q", line.Kind))
	}
	if r.digests[line.Kind] == nil {
		r.digests[line.Kind] = sha256.New()
	}
	r.digests[line.Kind].Write(body)
	r.counts[line.Kind]++
	t := r.table.kindReport(line.Kind)
	t.Rows++
	refuse := func(err error) error {
		t.Refused++
		for _, reason := range record.ReasonsOf(err) {
			if r.o.Faults == nil {
				break
			}
			f := Fault{Row: r.line, ID: line.ID.String(), Field: reason.Field, Code: reason.Code, Message: reason.Message}
			if err := r.o.Faults(f); err != nil {
				return err
			}
		}
		return nil
	}
	d, err := engine.DecodeRecord(line.Kind, line.Record)
	if err != nil {
		return refuse(err)
	}
	if d.Ref().ID == uuid.Nil || line.ID != uuid.Nil && line.ID != d.Ref().ID {
		return refuse(record.Refusal(codes.ErrInvalid, "id", "the record has none, or another than its line"))
	}
	e := entry{key: keyOf(d.Ref()), row: int32(r.line), offset: r.offset, size: int32(len(body))}
	if first, added := r.x.add(e, engine.ReferencesOf(d)); !added {
		return refuse(record.Refusal(codes.ErrTaken, "id", fmt.Sprintf("line %d has the same record", r.x.entries[first].row)))
	}
	return nil
}
