package print

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Texts are the words of a printed document by their keys, "amount_due" for example.
// A key that is missing has the word of the language. Units have the keys "unit_" with
// their code of UN/ECE Recommendation 20, countries, of which the languages have none,
// "country_" with that of ISO 3166-1.
type Texts map[string]string

//go:embed texts.tsv
var textTable string

// languages are the texts that the library brings, by language.
var languages = readTexts(textTable)

func readTexts(table string) map[string]Texts {
	rows := strings.Split(strings.TrimSpace(table), "\n")
	head, all := strings.Split(rows[0], "\t"), map[string]Texts{}
	for _, lang := range head[1:] {
		all[lang] = Texts{}
	}
	for _, row := range rows[1:] {
		cells := strings.Split(row, "\t")
		for n, lang := range head[1:] {
			all[lang][cells[0]] = cells[n+1]
		}
	}
	return all
}

// Languages are the languages whose texts and formats the library brings, sorted: de,
// en, es, fr, it, nl.
func Languages() []string { return slices.Sorted(maps.Keys(languages)) }

// TextsOf returns the texts of a language of BCP 47, "de-AT" for example: those of
// "de" where there are none of it, English ones where there are none at all. They are
// a copy, which may be changed.
func TextsOf(lang string) Texts { return maps.Clone(languages[known(lang)]) }

// known is the language whose texts are taken for lang.
func known(lang string) string {
	base, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(lang, "_", "-")), "-")
	if _, ok := languages[base]; ok {
		return base
	}
	return "en"
}

// say is the text of the key; values are put in where it has verbs for them.
func (d *PrintedDocument) say(key string, values ...any) string {
	text, own := d.Texts[key]
	if !own {
		text = languages[known(d.Lang)][key]
	}
	if len(values) > 0 {
		return fmt.Sprintf(text, values...)
	}
	return text
}

// Text is the text of the key in the language of the document, that of the letterhead
// if it has one; empty for a key that is none.
func (d *PrintedDocument) Text(key string) string { return d.say(key) }

// PageOf names a page among all of them.
func (d *PrintedDocument) PageOf(page, pages int) string { return d.say("page_of", page, pages) }

// symbols are units of UN/ECE Recommendation 20 that are written alike everywhere.
var symbols = map[string]string{
	"CMK": "cm²", "CMT": "cm", "GRM": "g", "KGM": "kg", "KMT": "km", "KWH": "kWh", "LTR": "l", "MIN": "min", "MLT": "ml", "MMT": "mm",
	"MTK": "m²", "MTQ": "m³", "MTR": "m", "P1": "%", "TNE": "t", "MWH": "MWh",
}

// pieces are codes that say no more than that something is counted.
var pieces = map[string]bool{"C62": true, "H87": true, "EA": true, "NAR": true, "PCE": true}

// unit is how a unit is written: its word or symbol where it has one, else its code.
func (d *PrintedDocument) unit(code string) string {
	if pieces[code] && d.Texts["unit_"+code] == "" {
		return d.say("unit_C62")
	}
	if text := d.say("unit_" + code); text != "" {
		return text
	}
	if symbol := symbols[code]; symbol != "" {
		return symbol
	}
	return code
}
