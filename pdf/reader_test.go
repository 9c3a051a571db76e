package pdf_test

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// A read file is what a reader of our own finds in it, which knows of PDF only as much as
// the tests ask for.
type readFile struct {
	objects map[int]readObject
	trailer string
	pages   []string // what each page draws
}

type readObject struct {
	entries string
	stream  []byte // unpacked
}

var (
	objectHead  = regexp.MustCompile(`^(\d+) 0 obj\s`)
	lengthEntry = regexp.MustCompile(`/Length (\d+)`)
	reference   = regexp.MustCompile(`(\d+) 0 R`)
)

func read(t testing.TB, body []byte) *readFile {
	t.Helper()
	if !bytes.HasPrefix(body, []byte("%PDF-1.7\n%")) || !bytes.HasSuffix(body, []byte("%%EOF\n")) {
		t.Fatalf("the file begins with %q and ends with %q", body[:12], body[len(body)-8:])
	}
	f := &readFile{objects: map[int]readObject{}}
	start := number(t, body[bytes.LastIndex(body, []byte("startxref\n"))+len("startxref\n"):])
	table, trailer, _ := strings.Cut(string(body[start:]), "trailer\n")
	f.trailer = trailer
	for n, row := range strings.Split(strings.TrimSpace(table), "\n")[2:] {
		if n == 0 || strings.Contains(row, " f") {
			continue
		}
		offset := number(t, []byte(row))
		head := objectHead.FindSubmatch(body[offset:min(offset+32, len(body))])
		if head == nil || number(t, head[1]) != n {
			t.Fatalf("object %d is not where the table says: %q", n, body[offset:min(offset+32, len(body))])
		}
		rest := body[offset+len(head[0]):]
		end := bytes.Index(rest, []byte("endobj"))
		o := readObject{entries: string(rest[:end])}
		if at := bytes.Index(rest, []byte("stream\n")); at >= 0 && at < end {
			o.entries = string(rest[:at])
			length := lengthEntry.FindStringSubmatch(o.entries)
			if length == nil {
				t.Fatalf("stream %d has no length: %s", n, o.entries)
			}
			size := number(t, []byte(length[1]))
			packed := rest[at+len("stream\n"):][:size]
			if tail := rest[at+len("stream\n")+size:]; !bytes.HasPrefix(bytes.TrimLeft(tail, "\n"), []byte("endstream")) {
				t.Fatalf("stream %d is of another length than it says", n)
			}
			o.stream = packed
			if strings.Contains(o.entries, "FlateDecode") {
				r, err := zlib.NewReader(bytes.NewReader(packed))
				if err != nil {
					t.Fatal(err)
				}
				if o.stream, err = io.ReadAll(r); err != nil {
					t.Fatal(err)
				}
			}
		}
		f.objects[n] = o
	}
	kids, _, _ := strings.Cut(f.entry(t, f.root(t), "Pages").entries, "]")
	for _, kid := range reference.FindAllStringSubmatch(kids[strings.Index(kids, "/Kids"):], -1) {
		page := f.objects[number(t, []byte(kid[1]))]
		f.pages = append(f.pages, string(f.entry(t, page, "Contents").stream))
	}
	return f
}

func number(t testing.TB, text []byte) int {
	t.Helper()
	digits := text[:len(text)-len(bytes.TrimLeft(text, "0123456789"))]
	n, err := strconv.Atoi(string(digits))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (f *readFile) root(t testing.TB) readObject {
	t.Helper()
	return f.entry(t, readObject{entries: f.trailer}, "Root")
}

// entry is the object that an entry refers to.
func (f *readFile) entry(t testing.TB, o readObject, name string) readObject {
	t.Helper()
	_, rest, found := strings.Cut(o.entries, "/"+name+" ")
	m := reference.FindStringSubmatch(rest)
	if !found || m == nil {
		t.Fatalf("there is no reference %s in %s", name, o.entries)
	}
	return f.objects[number(t, []byte(m[1]))]
}

// texts are the lines that are written on each page, as they are seen.
func (f *readFile) texts() (lines []string) {
	for n := range f.pages {
		lines = append(lines, f.page(n)...)
	}
	return lines
}

func (f *readFile) page(n int) (lines []string) {
	rest := f.pages[n]
	for {
		at := strings.Index(rest, " Td (")
		if at < 0 {
			return lines
		}
		rest = rest[at+len(" Td ("):]
		var units []uint16
		var raw []byte
		for rest[0] != ')' {
			if rest[0] == '\\' {
				rest = rest[1:]
				if c, special := map[byte]byte{'r': '\r', 'n': '\n'}[rest[0]]; special {
					raw, rest = append(raw, c), rest[1:]
					continue
				}
			}
			raw, rest = append(raw, rest[0]), rest[1:]
		}
		for n := 0; n+1 < len(raw); n += 2 {
			units = append(units, uint16(raw[n])<<8|uint16(raw[n+1]))
		}
		lines = append(lines, string(utf16.Decode(units)))
	}
}
