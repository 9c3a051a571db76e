package main

import (
	"slices"
	"testing"
	"time"
)

func TestColumnOfDatesIsRecognised(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		cells []string
		want  dateForm // empty: ambiguous
	}{
		"iso":                               {[]string{"2017-03-01", "2017-04-02"}, iso},
		"iso that would be ambiguous":       {[]string{"2017-01-02"}, iso},
		"day first":                         {[]string{"01-02-2017", "25-10-2016"}, dmy},
		"month first":                       {[]string{"01/02/2017", "10/25/2016"}, mdy},
		"ambiguous":                         {[]string{"01-02-2017", "12-11-2017"}, ""},
		"one ambiguous cell":                {[]string{"03.04.2017"}, ""},
		"both readings agree":               {[]string{"05-05-2017", "12-12-2017"}, dmy},
		"some agree, one does not":          {[]string{"05-05-2017", "05-06-2017"}, ""},
		"hostile cells do not vote":         {[]string{"32-13-2017", "soon", "", "02-30-20177", "25-10-2016"}, dmy},
		"one stray cell":                    {[]string{"25-10-2016", "26-10-2016", "10-27-2016"}, dmy},
		"half and half":                     {[]string{"25-10-2016", "10-25-2016"}, ""},
		"half ISO":                          {[]string{"25-10-2016", "2016-10-25"}, ""},
		"empty column":                      {nil, iso},
		"nothing readable":                  {[]string{"soon", "later"}, iso},
		"leap day decides nothing by right": {[]string{"29-02-2016"}, dmy},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := recogniseDates(slices.Values(tt.cells))
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("recogniseDates(%q) = %q, %v; want %q", tt.cells, got, ok, tt.want)
			}
		})
	}
}

func TestDayIsReadExactlyOrNotAtAll(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2017-03-01": "2017-03-01", "2017/3/1": "2017-03-01", "2016.02.29": "2016-02-29",
		"2017-02-29": "", "2017-13-01": "", "2017-00-10": "", "2017-03-00": "", "1899-12-31": "", "2200-01-01": "",
		"17-03-01": "", "2017-03": "", "2017-03-01-01": "", "2017-03/01": "", "2017--01": "", "2017-+3-01": "",
		"2017-003-01": "", "20170301": "", "２０１７-03-01": "", "2017-03-01T00:00": "", "-2017-03-01": "",
	} {
		got, ok := iso.parse(text)
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("iso.parse(%q) = %v, %v; want %q", text, got, ok, want)
		}
	}
}

func TestGivenFormSettlesAnAmbiguousColumn(t *testing.T) {
	t.Parallel()
	files := export("A,M,P,Acme,Engaging,01-02-2017,,\n")
	for form, want := range map[dateForm]time.Month{dmy: time.February, mdy: time.January} {
		d, err := readExport(files, form)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.rows[0].lead.received.Month(); got != want {
			t.Errorf("with -dates %s the month is %v, want %v", form, got, want)
		}
	}
	d, err := readExport(files, iso)
	if err != nil || d.rows[0].fault == nil || d.rows[0].fault.code != codeInvalidDate {
		t.Errorf("with -dates iso the row is not refused with %s: %v", codeInvalidDate, err)
	}
}

func FuzzDate(f *testing.F) {
	f.Add("2017-03-01")
	f.Add("29/02/2016")
	f.Add("-/-")
	f.Fuzz(func(t *testing.T, text string) {
		for form, layout := range map[dateForm]string{iso: "2006-1-2", dmy: "2-1-2006", mdy: "1-2-2006"} {
			day, ok := form.parse(text)
			if !ok {
				continue
			}
			again, ok := form.parse(day.Time(time.UTC).Format(layout))
			if !ok || again != day {
				t.Errorf("%s.parse(%q) = %v, which reads back as %v, %v", form, text, day, again, ok)
			}
		}
	})
}
