package einvoice_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/einvoice"
)

// The official rules are other people's, so they are where a host has put them:
//
//	CEN_DIR            ConnectingEurope/eInvoicing-EN16931
//	PEPPOL_DIR         OpenPEPPOL/peppol-bis-invoice-3
//	XRECHNUNG_SCH_DIR  itplr-kosit/xrechnung-schematron
//	XRECHNUNG_DIR      itplr-kosit/xrechnung-testsuite
//	SCHXSLT_DIR        schxslt/schxslt, which compiles the rules that come as Schematron
//	SAXON_JAR          Saxon-HE 9.9, which runs them
//	XMLLINT            xmllint, with the schema of CII in CEN_DIR
//	UBL_XSD_DIR        the schemas of UBL 2.1
//
// EINVOICE_DOCUMENTS says how many random documents are asked about, 500 unless set.
func need(t *testing.T, names ...string) []string {
	t.Helper()
	var values []string
	for _, name := range names {
		v := os.Getenv(name)
		if v == "" {
			t.Skipf("%s is not set", name)
		}
		values = append(values, v)
	}
	return values
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// transform runs a stylesheet over a file, or over the files of a directory.
func transform(t *testing.T, saxon, from, stylesheet, to string, parameters ...string) {
	t.Helper()
	run(t, "java", append([]string{"-cp", saxon, "net.sf.saxon.Transform", "-s:" + from, "-xsl:" + stylesheet, "-o:" + to}, parameters...)...)
}

// compiled is the stylesheet of rules in Schematron.
func compiled(t *testing.T, saxon, schxslt, rules string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "rules.xslt")
	transform(t, saxon, rules, filepath.Join(schxslt, "core/src/main/resources/xslt/2.0/pipeline-for-svrl.xsl"), to)
	return to
}

// xrechnungRules are the rules of XRechnung with those of Peppol that it has adopted,
// put together as its build does.
func xrechnungRules(t *testing.T, saxon, xrechnung, peppol, schxslt string, s einvoice.Syntax) string {
	t.Helper()
	dir := t.TempDir()
	for _, folder := range []string{"src", "build/bis"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(filepath.Join(dir, "src"), os.DirFS(filepath.Join(xrechnung, "src"))); err != nil {
		t.Fatal(err)
	}
	for _, syntax := range []string{"UBL", "CII"} {
		body, err := os.ReadFile(filepath.Join(peppol, "rules/sch/PEPPOL-EN16931-"+syntax+".sch"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "build/bis/PEPPOL-EN16931-"+syntax+".sch"), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folder := filepath.Join(dir, "src/validation/schematron", strings.ToLower(s.String()))
	merged := filepath.Join(folder, "merged.sch")
	transform(t, saxon, filepath.Join(folder, "XRechnung-"+s.String()+"-validation.sch"), filepath.Join(dir, "src/xsl/peppol-into-xr.xsl"), merged, "syntax="+s.String())
	return compiled(t, saxon, schxslt, merged)
}

// verdicts are the failed rules of each file, with their flags.
func verdicts(t *testing.T, saxon, stylesheet string, files map[string][]byte) map[string]map[string]string {
	t.Helper()
	in, out := t.TempDir(), t.TempDir()
	for name, body := range files {
		if err := os.WriteFile(filepath.Join(in, name+".xml"), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	transform(t, saxon, in, stylesheet, out)
	all := map[string]map[string]string{}
	for name := range files {
		body, err := os.ReadFile(filepath.Join(out, name+".xml"))
		if err != nil {
			t.Fatal(err)
		}
		var report struct {
			Fired  []struct{} `xml:"fired-rule"`
			Failed []struct {
				ID   string `xml:"id,attr"`
				Flag string `xml:"flag,attr"`
				Text string `xml:"text"`
			} `xml:"failed-assert"`
		}
		if err := xml.Unmarshal(body, &report); err != nil {
			t.Fatal(err)
		}
		if len(report.Fired) == 0 {
			t.Fatalf("%s: no rule was asked", name)
		}
		failed := map[string]string{}
		for _, f := range report.Failed {
			failed[f.ID] = f.Flag
		}
		all[name] = failed
	}
	return all
}

// A ruleset is what judges documents of a profile in a syntax.
type ruleset struct {
	profile einvoice.Profile
	syntax  einvoice.Syntax
	rules   func(t *testing.T) (saxon, stylesheet string)
}

func cen(s einvoice.Syntax) func(t *testing.T) (string, string) {
	return func(t *testing.T) (string, string) {
		v := need(t, "CEN_DIR", "SAXON_JAR")
		return v[1], filepath.Join(v[0], strings.ToLower(s.String()), "xslt/EN16931-"+s.String()+"-validation.xslt")
	}
}

func peppolRules(t *testing.T) (string, string) {
	v := need(t, "PEPPOL_DIR", "SCHXSLT_DIR", "SAXON_JAR")
	return v[2], compiled(t, v[2], v[1], filepath.Join(v[0], "rules/sch/PEPPOL-EN16931-UBL.sch"))
}

func xrechnungOf(s einvoice.Syntax) func(t *testing.T) (string, string) {
	return func(t *testing.T) (string, string) {
		v := need(t, "XRECHNUNG_SCH_DIR", "PEPPOL_DIR", "SCHXSLT_DIR", "SAXON_JAR")
		return v[3], xrechnungRules(t, v[3], v[0], v[1], v[2], s)
	}
}

var rulesets = map[string]ruleset{
	"CEN UBL":       {einvoice.EN16931, einvoice.UBL, cen(einvoice.UBL)},
	"CEN CII":       {einvoice.EN16931, einvoice.CII, cen(einvoice.CII)},
	"Peppol UBL":    {einvoice.PeppolBIS3, einvoice.UBL, peppolRules},
	"XRechnung UBL": {einvoice.XRechnung3, einvoice.UBL, xrechnungOf(einvoice.UBL)},
	"XRechnung CII": {einvoice.XRechnung3, einvoice.CII, xrechnungOf(einvoice.CII)},
}

// Every random document passes the official rules of its profile.
func TestOfficialRulesPass(t *testing.T) {
	count := 500
	if n, err := strconv.Atoi(os.Getenv("EINVOICE_DOCUMENTS")); err == nil {
		count = n
	}
	for _, name := range slices.Sorted(maps.Keys(rulesets)) {
		t.Run(name, func(t *testing.T) {
			r := rulesets[name]
			saxon, stylesheet := r.rules(t)
			files := map[string][]byte{}
			for n := range count {
				if d := documents.Example(n); takes(r.profile, r.syntax, &d) {
					files[fmt.Sprintf("%04d", n)] = written(t, d, r.profile, r.syntax)
				}
			}
			failed := map[string]int{}
			for name, verdict := range verdicts(t, saxon, stylesheet, files) {
				for rule, flag := range verdict {
					if failed[rule+" "+flag]++; flag == "fatal" || flag == "" {
						t.Errorf("%s breaks %s", name, rule)
					}
				}
			}
			t.Logf("%d documents; not fatal: %v", len(files), failed)
		})
	}
}

// Who breaks a rule is named by the same rule here and there; and what is refused there
// is refused here.
func TestOfficialRulesAgree(t *testing.T) {
	compared := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(rulesets)) {
		t.Run(name, func(t *testing.T) {
			r := rulesets[name]
			saxon, stylesheet := r.rules(t)
			files, ours := map[string][]byte{}, map[string][]einvoice.Fault{}
			for _, b := range brokenBy[r.profile] {
				d := b.damaged(t)
				files[b.rule], ours[b.rule] = einvoice.Encode(d.As(r.profile), r.syntax), d.Check(r.profile)
			}
			agreed := 0
			for rule, verdict := range verdicts(t, saxon, stylesheet, files) {
				if _, named := verdict[rule]; named {
					agreed, compared[rule] = agreed+1, true
				} else {
					t.Logf("%s is not named there: %v", rule, verdict)
				}
				for other, flag := range verdict {
					if flag != "fatal" || isSyntax(other) || has(fatal(ours[rule]), other) {
						continue
					}
					// One fault leads to others there, as what is missing is not 0 either.
					if t.Logf("who breaks %s breaks %s as well", rule, other); len(fatal(ours[rule])) == 0 {
						t.Errorf("who breaks %s is refused there for %s, and not here: %v", rule, other, ours[rule])
					}
				}
			}
			if t.Logf("%d of %d rules are named there and here", agreed, len(files)); agreed < len(files)*9/10 {
				t.Error("that is too few")
			}
		})
	}
	if t.Logf("%d rules were compared", len(compared)); len(compared) > 0 && len(compared) < 40 {
		t.Error("that is too few")
	}
}

// isSyntax: rules about the form of files, which this package does not get wrong in
// what it writes.
func isSyntax(rule string) bool {
	return strings.HasPrefix(rule, "UBL-") || strings.HasPrefix(rule, "CII-")
}

// What others published is read, and read again from what is written of it.
func TestPublishedDocuments(t *testing.T) {
	folders := map[string]string{"CEN_DIR": "ubl/examples cii/examples", "PEPPOL_DIR": "rules/examples", "XRECHNUNG_DIR": "src/test/business-cases"}
	for _, variable := range slices.Sorted(maps.Keys(folders)) {
		t.Run(variable, func(t *testing.T) {
			dir, count, sound := need(t, variable)[0], 0, 0
			for folder := range strings.FieldsSeq(folders[variable]) {
				err := filepath.WalkDir(filepath.Join(dir, folder), func(path string, entry os.DirEntry, err error) error {
					if err != nil || entry.IsDir() || !strings.EqualFold(filepath.Ext(path), ".xml") {
						return err
					}
					body, err := os.ReadFile(path)
					if err != nil {
						return err
					}
					d, s, err := einvoice.Read(bytes.NewReader(body))
					if err != nil {
						t.Logf("%s is not read: %v", filepath.Base(path), err)
						return nil
					}
					count++
					p := profileOf(&d)
					if faults := fatal(d.Check(p)); len(faults) > 0 {
						t.Logf("%s: %s refuses %v", filepath.Base(path), p, faults)
					} else {
						sound++
					}
					if len(d.Unread) > 0 {
						t.Logf("%s: unread %v", filepath.Base(path), d.Unread)
					}
					again, _, err := einvoice.Read(bytes.NewReader(einvoice.Encode(d.As(p), s)))
					if err != nil {
						t.Errorf("%s is not read again: %v", filepath.Base(path), err)
					}
					if want, got := jsonOf(t, d.As(p)), jsonOf(t, again); want != got {
						t.Errorf("%s is read again as another: %s", filepath.Base(path), difference(got, want))
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			t.Logf("%d documents, %d of them without a fatal fault", count, sound)
		})
	}
}

func profileOf(d *einvoice.Document) einvoice.Profile {
	for _, p := range []einvoice.Profile{einvoice.PeppolBIS3, einvoice.XRechnung3} {
		if strings.HasPrefix(d.Specification, p.Specification()) {
			return p
		}
	}
	return einvoice.EN16931
}

// What is written is valid by the schemas.
func TestSchemas(t *testing.T) {
	schemas := map[einvoice.Syntax]func(t *testing.T, creditNote bool) string{
		einvoice.CII: func(t *testing.T, _ bool) string {
			return filepath.Join(need(t, "CEN_DIR")[0], "cii/schema/D16B SCRDM (Subset)/uncoupled clm/CII/uncefact/data/standard/CrossIndustryInvoice_100pD16B.xsd")
		},
		einvoice.UBL: func(t *testing.T, creditNote bool) string {
			name := "UBL-Invoice-2.1.xsd"
			if creditNote {
				name = "UBL-CreditNote-2.1.xsd"
			}
			return filepath.Join(need(t, "UBL_XSD_DIR")[0], "maindoc", name)
		},
	}
	for syntax, schema := range schemas {
		t.Run(syntax.String(), func(t *testing.T) {
			xmllint := need(t, "XMLLINT")[0]
			files := map[string][]string{}
			for n := range 100 {
				d := documents.Example(n)
				if !takes(einvoice.EN16931, syntax, &d) {
					continue
				}
				path := filepath.Join(t.TempDir(), fmt.Sprintf("%04d.xml", n))
				if err := os.WriteFile(path, written(t, d, einvoice.EN16931, syntax), 0o600); err != nil {
					t.Fatal(err)
				}
				files[schema(t, d.IsCreditNote())] = append(files[schema(t, d.IsCreditNote())], path)
			}
			for xsd, paths := range files {
				run(t, xmllint, append([]string{"--noout", "--nonet", "--schema", xsd}, paths...)...)
				t.Logf("%d documents are valid", len(paths))
			}
		})
	}
}
