package sqlkit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Migration is one numbered change of a schema and its reverse.
type Migration struct {
	Version  int // 1, 2, 3 …
	Name     string
	Up, Down string // SQL
	Checksum string // of Up as it is in the file, whatever the names
}

// Applied is a migration that a database says it has.
type Applied struct {
	Version  int
	Name     string
	Checksum string
	At       time.Time
}

// Status is a migration and when it was applied; At is zero if it was not.
type Status struct {
	Version int
	Name    string
	At      time.Time
}

// Render returns the files of fsys with the names put in: {s} is the schema with
// its dot, or nothing, and {p} the prefix.
func Render(fsys fs.FS, n Names) fs.FS { return rendered{fsys, n} }

// Load reads the migrations of a directory: files called 0001_name.up.sql and
// 0001_name.down.sql, numbered without gaps.
func Load(fsys fs.FS, n Names) ([]Migration, error) {
	if err := n.Validate(); err != nil {
		return nil, err
	}
	files, err := fs.Glob(fsys, "*.up.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	all := make([]Migration, 0, len(files))
	for i, file := range files {
		number, name, _ := strings.Cut(strings.TrimSuffix(file, ".up.sql"), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("sqlkit: migration %s is not number %d", file, i+1)
		}
		up, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, err
		}
		down, err := fs.ReadFile(fsys, strings.TrimSuffix(file, ".up.sql")+".down.sql")
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(up)
		all = append(all, Migration{version, name, n.render(up), n.render(down), hex.EncodeToString(sum[:])})
	}
	return all, nil
}

func (n Names) render(text []byte) string {
	return strings.NewReplacer("{s}", n.qualifier(), "{p}", n.Prefix).Replace(string(text))
}

// rendered is a file system whose files have names put in.
type rendered struct {
	fs.FS
	names Names
}

// Open implements fs.FS.
func (r rendered) Open(name string) (fs.File, error) {
	f, err := r.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if dir, ok := f.(fs.ReadDirFile); ok {
		return renderedDir{dir, r}, nil
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	raw, err := fs.ReadFile(r.FS, name)
	if err != nil {
		return nil, err
	}
	text := []byte(r.names.render(raw))
	return &renderedFile{bytes.NewReader(text), renderedInfo{info, int64(len(text))}}, nil
}

// renderedDir is a directory whose files are rendered.
type renderedDir struct {
	fs.ReadDirFile
	fsys rendered
}

// ReadDir implements fs.ReadDirFile.
func (d renderedDir) ReadDir(n int) ([]fs.DirEntry, error) {
	entries, err := d.ReadDirFile.ReadDir(n)
	for i, e := range entries {
		entries[i] = renderedEntry{e, d.fsys}
	}
	return entries, err
}

type renderedEntry struct {
	fs.DirEntry
	fsys rendered
}

// Info tells the size of what will be read.
func (e renderedEntry) Info() (fs.FileInfo, error) { return fs.Stat(e.fsys, e.Name()) }

type renderedFile struct {
	*bytes.Reader
	info renderedInfo
}

// Stat implements fs.File.
func (f *renderedFile) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close implements fs.File.
func (f *renderedFile) Close() error { return nil }

type renderedInfo struct {
	fs.FileInfo
	size int64
}

// Size is that of the rendered text.
func (i renderedInfo) Size() int64 { return i.size }
