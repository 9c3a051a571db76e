package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/einvoice"
)

// Each sale ends in files: e-invoices that read back without a fatal fault, and a page.
func TestTheFilesAreWritten(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	var said strings.Builder
	if err := run(t.Context(), &said, out); err != nil {
		t.Fatal(err)
	}
	for _, s := range sales {
		for name, syntax := range map[string]einvoice.Syntax{"invoice-ubl.xml": einvoice.UBL, "invoice-cii.xml": einvoice.CII} {
			body, err := os.ReadFile(filepath.Join(out, s.folder, name))
			if err != nil {
				t.Fatal(err)
			}
			d, read, err := einvoice.Read(bytes.NewReader(body))
			if err != nil || read != syntax || len(d.Unread) > 0 {
				t.Errorf("%s/%s: read as %s, %v, unread %v", s.folder, name, read, err, d.Unread)
			}
			for _, f := range d.Check(s.in(syntax)) {
				if f.Severity == einvoice.Fatal {
					t.Errorf("%s/%s: %s", s.folder, name, f)
				}
			}
			if !strings.Contains(said.String(), s.title+": "+d.Number+" of "+d.Totals.Payable.String()+" ") {
				t.Errorf("%s/%s is to be paid by %s, the program says\n%s", s.folder, name, d.Totals.Payable, &said)
			}
		}
		page, err := os.ReadFile(filepath.Join(out, s.folder, "invoice.html"))
		if err != nil || !bytes.Contains(page, []byte("<html")) {
			t.Errorf("%s has no page: %v", s.folder, err)
		}
		file, err := os.ReadFile(filepath.Join(out, s.folder, "invoice.pdf"))
		if err != nil || !bytes.HasPrefix(file, []byte("%PDF-")) {
			t.Errorf("%s has no file to print: %v", s.folder, err)
		}
	}
	page, err := os.ReadFile(filepath.Join(out, "new-york", "invoice.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, jurisdiction := range []string{"New York State", "New York City", "Metropolitan Commuter Transportation District"} {
		if !bytes.Contains(page, []byte(jurisdiction)) {
			t.Errorf("the page does not name %s", jurisdiction)
		}
	}
	if strings.Contains(said.String(), "fatal") {
		t.Error(&said)
	}
}
