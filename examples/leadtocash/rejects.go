package main

import (
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// writeRejects writes the refused rows as a CSV file, which appears as a whole or
// not at all. A symbolic link is followed; to what is no file, such as a pipe or
// a device, the rows are written as they come. If one of the streams goes to that
// file already, as /dev/stdout tells of, the rows follow what is written to it.
func writeRejects(path string, rejects []reject, streams ...io.Writer) error {
	for _, stream := range streams {
		if goesTo(stream, path) {
			return writeRows(stream, rejects)
		}
	}
	permissions := fs.FileMode(0o644)
	switch info, err := os.Stat(path); {
	case err == nil && !info.Mode().IsRegular():
		return writeThrough(path, rejects)
	case err == nil:
		permissions = info.Mode().Perm()
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return replaceFile(target(path), permissions, rejects)
}

func goesTo(stream io.Writer, path string) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	open, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(open, named)
}

// writeThrough writes to what is there and stays there.
func writeThrough(path string, rejects []reject) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return writeRows(f, rejects)
}

// replaceFile writes a file beside the one that it then replaces, if there is one.
func replaceFile(path string, permissions fs.FileMode, rejects []reject) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".rejects-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := writeRows(f, rejects); err != nil {
		return err
	}
	if err := f.Chmod(permissions); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// target follows symbolic links, to where there is nothing yet as well.
func target(path string) string {
	for {
		link, err := os.Readlink(path)
		if err != nil {
			return path
		}
		if !filepath.IsAbs(link) {
			link = filepath.Dir(path) + string(filepath.Separator) + link // not cleaned: the directory may be a link
		}
		path = link
	}
}

func writeRows(out io.Writer, rejects []reject) error {
	rows := [][]string{{"file", "line", "column", "code", "message"}}
	for _, r := range rejects {
		rows = append(rows, []string{r.file, strconv.Itoa(r.line), r.column, r.code, r.message})
	}
	return csv.NewWriter(out).WriteAll(rows)
}
