package words_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/leadtocash/leadtocash/internal/words"
)

func TestFolding(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, key string }{
		{"Müller & Söhne GmbH", "muller sohne gmbh"},
		{"MULLER  SOHNE", "muller sohne"},
		{"Müller", "muller"},
		{"Ångström AB", "angstrom ab"},
		{"Łódź", "lodz"},
		{"Straße 12a", "strasse 12a"},
		{"O'Neill", "o neill"},
		{"Peña-Nieto, S.A.", "pena nieto s a"},
		{"Æther œuvre", "aether oeuvre"},
		{"İstanbul ısı", "istanbul isi"},
		{"Čapek Ďáblice", "capek dablice"},
		{"Nguyễn Văn Đức", "nguyen van duc"},
		{"Ёлка Йод", "елка иод"},
		{"Ελλάς Άλφα ς", "ελλασ αλφα σ"},
		{"東京 株式会社", "東京 株式会社"},
		{"  ", ""},
		{"№ 5", "5"},
		{"x²", "x"},
		{"2026-Q1/7", "2026 q1 7"},
		{"ﬁnance", "ﬁnance"},
	} {
		if got := words.Key(c.text); got != c.key {
			t.Errorf("key of %q = %q, want %q", c.text, got, c.key)
		}
		want := strings.Fields(c.key)
		slices.Sort(want)
		if got := words.Of(c.text); !slices.Equal(got, slices.Compact(want)) {
			t.Errorf("words of %q = %q, want those of %q", c.text, got, c.key)
		}
	}
}

// Whatever a text is, its key and words are valid, short, and the same again when
// they are folded.
func FuzzFolding(f *testing.F) {
	f.Add("Müller & Söhne\xff")
	f.Add(strings.Repeat("ﾊ", 100))
	f.Fuzz(func(t *testing.T, text string) {
		key := words.Key(text)
		if len(key) > 128 || !utf8.ValidString(key) {
			t.Errorf("key %q of %q", key, text)
		}
		list := words.Of(text)
		if len(list) > 32 {
			t.Errorf("%d words of %q", len(list), text)
		}
		for _, w := range list {
			if w == "" || len(w) > 64 || !utf8.ValidString(w) {
				t.Errorf("word %q of %q", w, text)
			}
		}
	})
}
