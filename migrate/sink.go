package migrate

import (
	"archive/zip"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// Sink is where an export of several files goes: Dir, Zip, or a place of the host's. A
// file that has Abort() error is given up by it instead of being closed.
type Sink interface {
	Create(name string) (io.WriteCloser, error)
}

// Dir is a directory, which is made if it is missing. A file has its name once it is
// whole; one that is given up leaves nothing.
type Dir string

// Create begins a file.
func (d Dir) Create(name string) (io.WriteCloser, error) {
	if err := os.MkdirAll(string(d), 0o777); err != nil {
		return nil, err
	}
	name = filepath.Join(string(d), name)
	f, err := os.Create(name + ".part")
	if err != nil {
		return nil, err
	}
	return &dirFile{File: f, name: name}, nil
}

type dirFile struct {
	*os.File
	name string
}

// Close gives the file its name.
func (f *dirFile) Close() error {
	if err := errors.Join(f.Sync(), f.File.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), f.name)
}

// Abort removes the file.
func (f *dirFile) Abort() error { return errors.Join(f.File.Close(), os.Remove(f.Name())) }

// Zip writes files into an archive, which is the caller's to close. Several at once are
// kept in temporary files until they are closed.
func Zip(w *zip.Writer) Sink { return zipped{w} }

type zipped struct{ w *zip.Writer }

func (z zipped) Create(name string) (io.WriteCloser, error) {
	f, err := os.CreateTemp("", "migrate-*.csv")
	if err != nil {
		return nil, err
	}
	return &zipFile{f, z.w, name}, nil
}

type zipFile struct {
	*os.File
	w    *zip.Writer
	name string
}

// Close puts the file into the archive.
func (f *zipFile) Close() error {
	_, err := f.Seek(0, io.SeekStart)
	if err == nil {
		var entry io.Writer
		if entry, err = f.w.Create(f.name); err == nil {
			_, err = io.Copy(entry, f.File)
		}
	}
	return errors.Join(err, f.Abort())
}

// Abort removes the file.
func (f *zipFile) Abort() error { return errors.Join(f.File.Close(), os.Remove(f.Name())) }

// errGivenUp says that a file is not to be finished, for a reason told elsewhere.
var errGivenUp = errors.New("migrate: given up")

// finish closes a file, or gives it up because of an error.
func finish(f io.WriteCloser, err error) error {
	if err == nil {
		return f.Close()
	}
	if a, can := f.(interface{ Abort() error }); can {
		return errors.Join(err, a.Abort())
	}
	return errors.Join(err, f.Close())
}
