package migrate

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/leadtocash/leadtocash/codes"
)

// maxRow bounds a row of CSV and a line of JSON, in bytes: what the engine takes, and
// as much again for quotes.
const maxRow = 32 << 20

// csvWriter writes RFC 4180: rows end with CRLF, and a line end within a text stays as
// it is, which that of encoding/csv does not.
type csvWriter struct {
	w     *bufio.Writer
	comma rune
}

func newCSVWriter(w io.Writer, comma rune, bom bool) *csvWriter {
	c := &csvWriter{w: bufio.NewWriterSize(w, 1<<16), comma: comma}
	if c.comma == 0 {
		c.comma = ','
	}
	if bom {
		_, _ = c.w.WriteString("\ufeff") // an error stays with the writer
	}
	return c
}

func (c *csvWriter) row(cells []string) error {
	for i, cell := range cells {
		if i > 0 {
			_, _ = c.w.WriteRune(c.comma)
		}
		if !strings.ContainsRune(cell, c.comma) && !strings.ContainsAny(cell, "\"\r\n,;\t|\ufeff") && strings.TrimSpace(cell) == cell && (cell != "" || len(cells) > 1) {
			_, _ = c.w.WriteString(cell)
			continue
		}
		_ = c.w.WriteByte('"')
		_, _ = c.w.WriteString(strings.ReplaceAll(cell, `"`, `""`))
		_ = c.w.WriteByte('"')
	}
	_, err := c.w.WriteString("\r\n")
	return err
}

func (c *csvWriter) flush() error { return c.w.Flush() }

// csvReader reads what csvWriter writes and what other programs do: rows that end with
// LF or CR, quotes within a text that is not quoted, empty lines. Unlike that of
// encoding/csv it keeps CRLF within a text, and bounds a row.
type csvReader struct {
	r     *bufio.Reader
	comma rune
	line  int // that is read next, from 1
	begin int // the line that the last row began on
	size  int // of the row at hand, bytes
	cell  strings.Builder
	prev  rune
}

var errUTF8 = errors.New("not UTF-8: name its encoding")

// newCSVReader reads a table in an encoding by its name in the web, such as
// windows-1252; none given is UTF-8. A byte order mark decides, whatever is given. No
// comma given is the one of comma, semicolon, tab and bar that the first line has most of;
// a first line such as sep=; says it.
func newCSVReader(r io.Reader, charset string, comma rune) (*csvReader, error) {
	fallback := encoding.Nop.NewDecoder().Transformer
	if charset != "" {
		e, err := htmlindex.Get(charset)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", charset, err)
		}
		fallback = e.NewDecoder().Transformer
	}
	c := &csvReader{r: bufio.NewReaderSize(transform.NewReader(r, unicode.BOMOverride(fallback)), 1<<16), comma: comma, line: 1}
	first, err := c.r.Peek(1 << 12)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	head, _, _ := strings.Cut(string(first), "\n")
	head = strings.TrimSuffix(head, "\r")
	if said, is := strings.CutPrefix(head, "sep="); is && utf8.RuneCountInString(said) == 1 {
		c.comma, _ = utf8.DecodeRuneInString(said)
		_, err := c.read()
		return c, err
	}
	if c.comma == 0 {
		c.comma = commaOf(head)
	}
	return c, nil
}

// commaOf is what separates the cells of a line most often.
func commaOf(line string) rune {
	best, most := ',', 0
	for _, comma := range ",;\t|" {
		n, quoted := 0, false
		for _, r := range line {
			if r == '"' {
				quoted = !quoted
			} else if r == comma && !quoted {
				n++
			}
		}
		if n > most {
			best, most = comma, n
		}
	}
	return best
}

// read is the next row that is not empty; io.EOF behind the last one. An error that is
// a fault is of that row alone: the next one can be read.
func (c *csvReader) read() ([]string, error) {
	for {
		row, err := c.next()
		if err != nil || len(row) > 1 || len(row) == 1 && row[0] != "" {
			return row, err
		}
	}
}

func (c *csvReader) next() (row []string, err error) {
	c.begin, c.size = c.line, 0
	var quoted, closed, broken bool // within quotes; behind a closing one
	c.cell.Reset()
	end := func() {
		row = append(row, c.cell.String())
		c.cell.Reset()
		quoted, closed = false, false
	}
	for {
		r, n, err := c.r.ReadRune()
		switch {
		case err != nil && !errors.Is(err, io.EOF):
			return nil, err
		case err != nil && c.size == 0:
			return nil, io.EOF
		case err != nil && quoted:
			return nil, c.fault(codes.ErrInvalid, "a quote is not closed")
		case err != nil:
			if broken {
				return nil, c.fault(codes.ErrInvalid, errUTF8.Error())
			}
			end()
			return row, nil
		}
		if c.size += n; c.size > maxRow {
			return nil, c.tooLarge()
		}
		broken = broken || r == utf8.RuneError && n == 1
		was := c.prev
		c.prev = r
		if r == '\n' && was != '\r' || r == '\r' {
			c.line++
		}
		switch {
		case quoted && r == '"':
			quoted, closed = false, true
		case quoted:
			c.cell.WriteRune(r)
		case r == c.comma:
			end()
		case r == '\n' || r == '\r':
			if r == '\r' {
				if b, err := c.r.Peek(1); err == nil && b[0] == '\n' {
					_, _ = c.r.Discard(1)
					c.prev = '\n'
				}
			}
			if broken {
				return nil, c.fault(codes.ErrInvalid, errUTF8.Error())
			}
			end()
			return row, nil
		case r == '"' && closed: // a quote that was doubled
			c.cell.WriteByte('"')
			quoted, closed = true, false
		case r == '"' && c.cell.Len() == 0:
			quoted = true
		default:
			closed = false
			c.cell.WriteRune(r)
		}
	}
}

// tooLarge leaves out the rest of the line.
func (c *csvReader) tooLarge() error {
	fault := c.fault(codes.ErrTooLarge, fmt.Sprintf("a row has at most %d bytes", maxRow))
	for {
		r, _, err := c.r.ReadRune()
		if err != nil || r == '\n' {
			c.line++
			return fault
		}
	}
}

func (c *csvReader) fault(code codes.Code, message string) error {
	return &Fault{Row: c.begin, Code: code, Message: message}
}
