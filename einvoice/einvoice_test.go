package einvoice_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/einvoice"
)

func written(t testing.TB, d einvoice.Document, p einvoice.Profile, s einvoice.Syntax) []byte {
	t.Helper()
	var b bytes.Buffer
	write := einvoice.WriteUBL
	if s == einvoice.CII {
		write = einvoice.WriteCII
	}
	if err := write(&b, d, p); err != nil {
		t.Fatalf("%s in %s: %v\n%s", p, s, err, jsonOf(t, d))
	}
	return b.Bytes()
}

// Whatever is written reads back as the profile wrote it, in every syntax of it.
func TestWrittenReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		d := documents.Draw(r, "document")
		for _, p := range einvoice.Profiles() {
			want := jsonOf(t, d.As(p))
			for _, s := range p.Syntaxes() {
				if !takes(p, s, &d) {
					continue
				}
				body := written(t, d, p, s)
				read, syntax, err := einvoice.Read(bytes.NewReader(body))
				if err != nil || syntax != s {
					t.Fatalf("%s in %s: read as %s, %v\n%s", p, s, syntax, err, body)
				}
				if got := jsonOf(t, read); got != want {
					t.Fatalf("%s in %s: read differs:\n%s\nof\n%s", p, s, difference(got, want), body)
				}
				if again := written(t, read, p, s); !bytes.Equal(again, body) {
					t.Fatalf("%s in %s: written again\n%s\nwant\n%s", p, s, again, body)
				}
			}
		}
	})
}

// difference is where two texts begin to differ.
func difference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	from := max(0, n-4)
	return "got\n" + strings.Join(a[from:min(len(a), n+4)], "\n") + "\nwant\n" + strings.Join(b[from:min(len(b), n+4)], "\n")
}

// What is fatal writes nothing, and tells all reasons.
func TestRefusedWritesNothing(t *testing.T) {
	t.Parallel()
	d := documentOf(t, plain(t))
	d.Number, d.Buyer.Name, d.Lines[0].Category = "", "", "X"
	var b bytes.Buffer
	err := einvoice.WriteUBL(&b, d, einvoice.EN16931)
	var refused *einvoice.Refused
	if !errors.As(err, &refused) || !errors.Is(err, codes.ErrInvalid) || b.Len() != 0 {
		t.Fatalf("written %d bytes, %v", b.Len(), err)
	}
	for _, rule := range []string{"BR-02", "BR-07", "BR-CL-18"} {
		if !strings.Contains(err.Error(), rule) {
			t.Errorf("%v does not name %s", err, rule)
		}
	}
	if err := einvoice.WriteUBL(&b, documentOf(t, plain(t)), einvoice.FacturXEN16931); err == nil || !strings.Contains(err.Error(), "syntax") || b.Len() != 0 {
		t.Errorf("Factur-X in UBL: %v", err)
	}
}
