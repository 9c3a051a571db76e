package pdf

import "strings"

// arabicForms are the letters of Arabic by the first of their forms in the block of
// presentation forms: alone, at the end and, of those that join what follows, at the
// beginning and in the middle.
var arabicForms = func() map[rune]arabicForm {
	forms, at := map[rune]arabicForm{}, rune(0xfe80)
	for _, letter := range []struct {
		r     rune
		forms rune
	}{
		{0x621, 1},
		{0x622, 2},
		{0x623, 2},
		{0x624, 2},
		{0x625, 2},
		{0x626, 4},
		{0x627, 2},
		{0x628, 4},
		{0x629, 2},
		{0x62a, 4},
		{0x62b, 4},
		{0x62c, 4},
		{0x62d, 4},
		{0x62e, 4},
		{0x62f, 2},
		{0x630, 2},
		{0x631, 2},
		{0x632, 2},
		{0x633, 4},
		{0x634, 4},
		{0x635, 4},
		{0x636, 4},
		{0x637, 4},
		{0x638, 4},
		{0x639, 4},
		{0x63a, 4},
		{0x641, 4},
		{0x642, 4},
		{0x643, 4},
		{0x644, 4},
		{0x645, 4},
		{0x646, 4},
		{0x647, 4},
		{0x648, 2},
		{0x649, 2},
		{0x64a, 4},
	} {
		forms[letter.r] = arabicForm{at, letter.forms}
		at += letter.forms
	}
	return forms
}()

type arabicForm struct{ first, count rune }

// joinArabic writes the letters of Arabic in the forms that they have in their words.
// Marks above and below letters stand between them and change nothing.
func joinArabic(text string) string {
	runes := []rune(text)
	var b strings.Builder
	for n := 0; n < len(runes); n++ {
		r := runes[n]
		form, ok := arabicForms[r]
		if !ok {
			b.WriteRune(r)
			continue
		}
		before, joined := arabicForms[neighbour(runes, n, -1)]
		joined = joined && before.count == 4 && form.count > 1
		if n+1 < len(runes) && r == lam && lamAlef[runes[n+1]] != 0 {
			r = lamAlef[runes[n+1]]
			if joined {
				r++
			}
			b.WriteRune(r)
			n++
			continue
		}
		after, joins := arabicForms[neighbour(runes, n, 1)]
		joins = joins && form.count == 4 && after.count > 1
		switch {
		case joined && joins:
			r = form.first + 3
		case joins:
			r = form.first + 2
		case joined:
			r = form.first + 1
		default:
			r = form.first
		}
		b.WriteRune(r)
	}
	return b.String()
}

// lamAlef are the letters that lam is written as one with, by the form of both that stands
// alone; the one at the end follows it.
var lamAlef = map[rune]rune{0x622: 0xfef5, 0x623: 0xfef7, 0x625: 0xfef9, 0x627: 0xfefb}

const lam = 0x644

// neighbour is the next letter in a direction, 0 where there is none.
func neighbour(runes []rune, n, step int) rune {
	for n += step; n >= 0 && n < len(runes); n += step {
		if r := runes[n]; r < 0x64b || r > 0x65f {
			return r
		}
	}
	return 0
}
