package migrate

import "strings"

// A spreadsheet takes what begins with one of these for a formula. They and what
// separates cells or rows in some program are told apart from text by an apostrophe.
const (
	formulas   = "=+-@\t\r＝＋－＠"
	separators = ",;|\t\r\n"
)

// escaped is a text that no spreadsheet computes, however it takes cells apart: an
// apostrophe is put before what would be a formula at its beginning or behind a
// separator, spaces aside. unescaped takes it off again.
func escaped(text string) string {
	if !strings.ContainsAny(text, formulas) {
		return text
	}
	return atCells(text, func(rest string) int {
		if startsFormula(strings.TrimLeft(rest, "'")) {
			return +1
		}
		return 0
	})
}

// guarded is escaped for a cell that may be so already: unescaped makes the same of both.
func guarded(text string) string {
	return atCells(text, func(rest string) int {
		if startsFormula(rest) {
			return +1
		}
		return 0
	})
}

func unescaped(text string) string {
	if !strings.Contains(text, "'") {
		return text
	}
	return atCells(text, func(rest string) int {
		if bare := strings.TrimLeft(rest, "'"); len(bare) < len(rest) && startsFormula(bare) {
			return -1
		}
		return 0
	})
}

func startsFormula(text string) bool {
	for _, r := range text {
		if r != ' ' && r != '\u00a0' {
			return strings.ContainsRune(formulas, r)
		}
	}
	return false
}

// atCells goes to the beginning of a text and behind each separator, and puts an
// apostrophe there or takes one off, as change says of what follows.
func atCells(text string, change func(rest string) int) string {
	var b strings.Builder
	for rest := text; ; {
		switch change(rest) {
		case +1:
			b.WriteByte('\'')
		case -1:
			rest = rest[1:]
		}
		end := strings.IndexAny(rest, separators) + 1
		if end == 0 {
			b.WriteString(rest)
			return b.String()
		}
		b.WriteString(rest[:end])
		if rest = rest[end:]; rest == "" {
			return b.String()
		}
	}
}
