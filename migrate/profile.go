package migrate

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// Options is how values of option sets are written. All are read.
type Options string

// The forms of options.
const (
	OptionKeys   Options = ""       // won
	OptionLabels Options = "labels" // Won
	OptionCodes  Options = "codes"  // the number of Dynamics 365, else the key
)

// Names is how columns are called. All are read.
type Names string

// The names of columns.
const (
	FieldNames     Names = ""          // estimated_value, address1.city
	LabelNames     Names = "labels"    // Estimated value; the field where two would be alike
	DataverseNames Names = "dataverse" // estimatedvalue; the field where there is none
)

// A Profile says how the tables of another system become records, and what they are
// called on the way back. It is data: it can be kept as JSON, read by ReadProfile.
//
// A profile without tables takes files as ExportCSV writes them: lead.csv, or leads.csv,
// is of the kind lead, quote_lines.csv has the lines of quotes; columns are called like
// fields, by their labels or as in Dataverse.
type Profile struct {
	Name string `json:"name,omitzero"`
	// Space keeps apart the keys of systems: equal keys of one space and kind are one
	// record, whenever and from whatever file it comes. Default: the name.
	Space    string   `json:"space,omitzero"`
	KeyForm  KeyForm  `json:"key_form,omitzero"`
	Encoding string   `json:"encoding,omitzero"` // by its name in the web; default: UTF-8, or what a byte order mark says
	Comma    string   `json:"comma,omitzero"`    // default: what the first line has most of
	Dates    []string `json:"dates,omitzero"`    // layouts of package time, besides ISO 8601
	Zone     string   `json:"zone,omitzero"`     // of times that name none; default: UTC
	// DecimalComma reads 1.234,50 as 1234.50.
	DecimalComma bool `json:"decimal_comma,omitzero"`
	// Fields takes columns that a table does not list for the field that they are called
	// like: by name, by label or as in Dataverse.
	Fields bool    `json:"fields,omitzero"`
	Tables []Table `json:"tables,omitzero"`
}

// KeyForm is what keys of another system look like.
type KeyForm string

// The forms of keys. Whatever the form, a key that is a UUID is the id of its record.
const (
	KeyText       KeyForm = ""           // equal texts are equal keys, whatever their case
	KeySalesforce KeyForm = "salesforce" // of 15 characters, or the same with 3 more
)

// Table is one table of the other system.
type Table struct {
	Files   []string   `json:"files"` // patterns of path.Match for the name of the file, whatever its case; an export is called like the first one
	Kind    kinds.Kind `json:"kind"`
	Key     []string   `json:"key,omitzero"` // the column that a row is known by: the first of these that there is. Default: id; without one equal rows are one record
	Columns []Column   `json:"columns"`
	// Defaults are values of fields that no column gives.
	Defaults map[string]string `json:"defaults,omitzero"`
	// List makes the rows elements of a list of another table's records: lines. Parent
	// is the column with that record's key, Order the one that they are sorted by.
	List   string   `json:"list,omitzero"`
	Parent []string `json:"parent,omitzero"`
	Order  []string `json:"order,omitzero"`
}

// Column says what becomes of a column. Of several for one field the first one counts
// that has a value; of an export it is the first one that names records by their keys.
// Spaces around a text of one line go, line ends in it become spaces.
type Column struct {
	Names []string `json:"names"`          // that it may have, whatever the case; of an export the first one
	Field string   `json:"field,omitzero"` // none: it is left out on purpose
	// Values are keys of options, or other values, by what stands in the column,
	// whatever its case; "*" is for all others that are no value by themselves.
	Values map[string]string `json:"values,omitzero"`
	// Refer is the kind of record that the column names by its key; By the column of
	// that kind's table that it names it by instead.
	Refer kinds.Kind `json:"refer,omitzero"`
	By    string     `json:"by,omitzero"`
	// Make is the field that takes the name of a record that the column names and that
	// there is not yet: it is made.
	Make string `json:"make,omitzero"`
	// Scale multiplies numbers: 1000000 for a column of millions.
	Scale string `json:"scale,omitzero"`
}

//go:embed profiles/*.json
var profiles embed.FS

// Dynamics365 reads exports of Dynamics 365 Sales to Excel, saved as CSV, with their
// display names and three columns that are not to be changed, and such with logical
// names, as the Web API and its tools write them.
func Dynamics365() Profile { return shipped("dynamics365") }

// Salesforce reads the tables of Salesforce's weekly data export, and such of its
// loader, with the names of its API.
func Salesforce() Profile { return shipped("salesforce") }

// HubSpot reads exports of HubSpot's objects, with their English labels.
func HubSpot() Profile { return shipped("hubspot") }

func shipped(name string) Profile {
	body, err := profiles.ReadFile("profiles/" + name + ".json")
	if err != nil {
		panic(err) // it is embedded
	}
	p, err := ReadProfile(body)
	if err != nil {
		panic(err) // a test reads each
	}
	return p
}

// ReadProfile reads the JSON of a profile. What it has no place for is ErrInvalid, as
// is what contradicts itself.
func ReadProfile(body []byte) (p Profile, err error) {
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return p, record.Refusal(codes.ErrInvalid, "$", err.Error())
	}
	return p, p.check()
}

// check finds what is wrong with a profile itself.
func (p *Profile) check() error {
	var reasons []record.Reason
	refuse := func(field, message string) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: field, Message: message})
	}
	if _, err := p.zone(); err != nil {
		refuse("zone", err.Error())
	}
	if p.KeyForm != KeyText && p.KeyForm != KeySalesforce {
		refuse("key_form", "there is no such form")
	}
	for i, t := range p.Tables {
		at := fmt.Sprintf("tables[%d]", i)
		if !slices.Contains(kinds.Kinds(), t.Kind) {
			refuse(at+".kind", "no such kind of record")
		}
		if len(t.Files) == 0 {
			refuse(at+".files", "a table has a file")
		}
		for n, pattern := range t.Files {
			if _, err := path.Match(pattern, ""); err != nil {
				refuse(fmt.Sprintf("%s.files[%d]", at, n), err.Error())
			}
		}
		if t.List != "" && len(t.Parent) == 0 {
			refuse(at+".parent", "a list says which column names its record")
		}
		for n, col := range t.Columns {
			if len(col.Names) == 0 {
				refuse(fmt.Sprintf("%s.columns[%d].names", at, n), "a column has a name")
			}
			if col.Scale != "" {
				if _, err := number(col.Scale, false); err != nil {
					refuse(fmt.Sprintf("%s.columns[%d].scale", at, n), "not a number")
				}
			}
		}
	}
	if len(reasons) > 0 {
		return record.RefusedFor(reasons)
	}
	return nil
}

func (p *Profile) zone() (*time.Location, error) {
	if p.Zone == "" {
		return time.UTC, nil
	}
	return time.LoadLocation(p.Zone)
}

// keySpace is the name space of ids that are made of keys.
var keySpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/leadtocash/leadtocash/migrate"))

// ID is the id of the record of a kind that another system knows by a key: the key
// itself if it is a UUID, else one that is made of space, kind and key. Two imports
// agree on it without asking a store.
func (p *Profile) ID(kind kinds.Kind, key string) uuid.UUID {
	key = strings.TrimSpace(key)
	if id, err := uuid.Parse(key); err == nil {
		return id
	}
	switch {
	case p.KeyForm == KeySalesforce && len(key) == 18:
		key = key[:15]
	case p.KeyForm == KeyText:
		key = strings.ToLower(key)
	}
	space := p.Space
	if space == "" {
		space = p.Name
	}
	return uuid.NewSHA1(keySpace, []byte(space+"\x00"+string(kind)+"\x00"+key))
}

// tableOf finds the table of a file by its name; nil if there is none.
func (p *Profile) tableOf(file string) *Table {
	name := strings.ToLower(path.Base(file))
	for i := range p.Tables {
		for _, pattern := range p.Tables[i].Files {
			if ok, err := path.Match(strings.ToLower(pattern), name); err == nil && ok {
				return &p.Tables[i]
			}
		}
	}
	return nil
}

// files lists the CSV files of a directory and those below, sorted.
func files(from fs.FS) (list []string, err error) {
	err = fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		switch ext := strings.ToLower(path.Ext(name)); {
		case err != nil:
			return err
		case !d.IsDir() && (ext == ".csv" || ext == ".tsv" || ext == ".txt"):
			list = append(list, name)
		}
		return nil
	})
	return list, err
}
