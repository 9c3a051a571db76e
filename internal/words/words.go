// Package words brings texts to the form in which people look for them: without
// accents, without case, as words.
//
// Owns: [Key], by which names sort; [Of], the words that a text is found by;
// [Version] of both.
//
// Does not own: what is searched, and how.
//
// Promises: every language has the same rules, which is stated and not hidden: ä is
// a, not ae. What is stored depends on the version alone.
package words

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Version is that of the rules. With another one, what is stored is made anew.
const Version = 1

const (
	maxKey   = 128 // bytes of a key
	maxWord  = 64  // bytes of a word
	maxWords = 32  // of a text
)

var spelled = map[rune]string{
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ø': "o", 'Ø': "o", 'đ': "d", 'Đ': "d", 'ð': "d", 'Ð': "d",
	'þ': "th", 'Þ': "th", 'ł': "l", 'Ł': "l", 'ħ': "h", 'Ħ': "h", 'ı': "i", 'ŋ': "n", 'Ŋ': "n", 'ŧ': "t", 'Ŧ': "t", 'ĸ': "k",
	'ſ': "s", 'ς': "σ",
}

var decomposed = sync.OnceValue(func() map[rune]string {
	m := make(map[rune]string, 1200)
	for line := range strings.Lines(decompositions) {
		r, size := utf8.DecodeRuneInString(line)
		m[r] = strings.TrimSuffix(line[size:], "\n")
	}
	return m
})

// parts calls yield with each folded word of a text, in its order.
func parts(text string, yield func(string)) {
	var word []byte
	end := func() {
		if len(word) > 0 {
			yield(string(word))
			word = word[:0]
		}
	}
	letter := func(r rune) {
		r = unicode.ToLower(r)
		if s, ok := spelled[r]; ok {
			word = append(word, s...)
		} else if unicode.IsLetter(r) || unicode.IsDigit(r) {
			word = utf8.AppendRune(word, r)
		} else {
			end()
		}
	}
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf:
			letter(r)
		case r >= 0x300 && r <= 0x36F: // marks belong to the letter before
		default:
			made, ok := decomposed()[r]
			if !ok {
				letter(r)
			}
			for _, m := range made {
				letter(m)
			}
		}
	}
	end()
}

// Key is the text folded, its words joined by one space, cut at a rune to at most
// 128 bytes: what it sorts by.
func Key(text string) string {
	var all []string
	parts(text, func(w string) { all = append(all, w) })
	return cut(strings.Join(all, " "), maxKey)
}

// Of are the distinct words of texts, each cut to 64 bytes, the first 32 of them,
// sorted.
func Of(texts ...string) []string {
	var list []string
	for _, text := range texts {
		parts(text, func(w string) {
			if w = cut(w, maxWord); len(list) < maxWords && !slices.Contains(list, w) {
				list = append(list, w)
			}
		})
	}
	slices.Sort(list)
	return list
}

func cut(text string, size int) string {
	if len(text) <= size {
		return text
	}
	for size > 0 && !utf8.RuneStart(text[size]) {
		size--
	}
	return text[:size]
}
