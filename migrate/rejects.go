package migrate

import (
	"errors"
	"io"
	"path"
	"strconv"
)

// Rejects writes the rows that are refused into files like those that they come from,
// behind four columns with line, fields, codes and messages. Mended there, they can be
// imported from there: the four columns are passed over.
//
//	rejects := migrate.NewRejects(migrate.Dir("rejects"))
//	report, err := migrate.Run(ctx, client, files, profile, migrate.RunOptions{Faults: rejects.Fault})
//	err = errors.Join(err, rejects.Close())
//
// Files whose rows are all fine are not made. Rows of lists are told with their line
// only if it is the record that is refused.
type Rejects struct {
	to    Sink
	files map[string]*rejectFile
	order []string
}

type rejectFile struct {
	f       io.WriteCloser
	w       *csvWriter
	last    Fault // that is not written yet
	pending bool
}

// NewRejects writes to a sink.
func NewRejects(to Sink) *Rejects { return &Rejects{to: to, files: map[string]*rejectFile{}} }

// Fault takes a fault; give it to RunOptions.Faults.
func (r *Rejects) Fault(f Fault) error {
	name := f.Table
	if name == "" {
		name = "records.csv"
	}
	file := r.files[name]
	if file == nil {
		out, err := r.to.Create(path.Base(name))
		if err != nil {
			return err
		}
		file = &rejectFile{f: out, w: newCSVWriter(out, 0, false)}
		r.files[name], r.order = file, append(r.order, name)
		header := []string{rejectColumns + "row", rejectColumns + "field", rejectColumns + "code", rejectColumns + "message"}
		if err := file.w.row(append(header, f.Header...)); err != nil {
			return err
		}
	}
	if file.pending && file.last.Row == f.Row {
		file.last.Field += "; " + f.Field
		file.last.Code += "; " + f.Code
		file.last.Message += "; " + f.Message
		return nil
	}
	if err := file.flush(); err != nil {
		return err
	}
	file.last, file.pending = f, true
	return nil
}

func (f *rejectFile) flush() error {
	if !f.pending {
		return nil
	}
	f.pending = false
	row := []string{strconv.Itoa(f.last.Row), f.last.Field, string(f.last.Code), f.last.Message}
	cells := make([]string, 0, len(f.last.Cells))
	for _, cell := range f.last.Cells {
		if _, err := number(cell, false); err != nil {
			cell = guarded(cell)
		}
		cells = append(cells, cell)
	}
	return f.w.row(append(row, cells...))
}

// Close finishes the files.
func (r *Rejects) Close() error {
	var errs []error
	for _, name := range r.order {
		file := r.files[name]
		err := file.flush()
		if err == nil {
			err = file.w.flush()
		}
		errs = append(errs, finish(file.f, err))
	}
	return errors.Join(errs...)
}
