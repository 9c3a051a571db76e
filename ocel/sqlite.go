package ocel

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/leadtocash/leadtocash/engine"
)

// WriteSQLite is Write into an SQLite database, which may not have the tables yet:
// event, object, event_object, object_object, event_map_type, object_map_type, and for
// each type event_T and object_T, where T is what the map tables say. db is of any driver
// for SQLite. All is written in one transaction: after an error there is nothing.
func WriteSQLite(ctx context.Context, db *sql.DB, c *engine.Client, o Options) (err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	s := &sqliteSink{ctx: ctx, tx: tx, statements: map[string]*sql.Stmt{}, tables: map[string]table{}}
	defer func() {
		for _, st := range s.statements {
			err = errors.Join(err, st.Close())
		}
	}()
	if err = export(ctx, s, c, o); err != nil {
		return err
	}
	return tx.Commit()
}

type sqliteSink struct {
	ctx        context.Context
	tx         *sql.Tx
	statements map[string]*sql.Stmt
	tables     map[string]table // by "event " or "object " and the type
}

// table is where the attributes of a type are.
type table struct {
	name    string
	columns map[string]string // by the names of attributes
}

func (s *sqliteSink) objectsFirst() bool { return true }

const frame = `
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT NOT NULL UNIQUE);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT NOT NULL UNIQUE);
CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT NOT NULL REFERENCES event_map_type (ocel_type));
CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT NOT NULL REFERENCES object_map_type (ocel_type));
CREATE TABLE event_object (ocel_event_id TEXT NOT NULL REFERENCES event (ocel_id),
	ocel_object_id TEXT NOT NULL REFERENCES object (ocel_id), ocel_qualifier TEXT NOT NULL,
	PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier));
CREATE TABLE object_object (ocel_source_id TEXT NOT NULL REFERENCES object (ocel_id),
	ocel_target_id TEXT NOT NULL REFERENCES object (ocel_id) DEFERRABLE INITIALLY DEFERRED, ocel_qualifier TEXT NOT NULL,
	PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier));
`

// sqlTypes are those of columns. Exact numbers are kept as text, digit by digit.
var sqlTypes = map[string]string{typeString: "TEXT", typeInteger: "INTEGER", typeFloat: "TEXT", typeTime: "TIMESTAMP", typeBoolean: "BOOLEAN"}

func (s *sqliteSink) begin(events, objects []typeOf) error {
	for _, text := range strings.SplitAfter(frame, ";\n") {
		if strings.TrimSpace(text) == "" {
			continue
		}
		if _, err := s.tx.ExecContext(s.ctx, text); err != nil {
			return err
		}
	}
	for _, of := range []struct {
		prefix, more string
		types        []typeOf
	}{
		{"event", "ocel_id TEXT PRIMARY KEY REFERENCES event (ocel_id), ocel_time TIMESTAMP NOT NULL", events},
		{"object", "ocel_id TEXT NOT NULL REFERENCES object (ocel_id), ocel_time TIMESTAMP NOT NULL, ocel_changed_field TEXT", objects},
	} {
		taken := map[string]bool{}
		for _, t := range of.types {
			name := unique(taken, camel(t.Name))
			if err := s.exec("INSERT INTO "+of.prefix+"_map_type VALUES (?, ?)", t.Name, name); err != nil {
				return err
			}
			tab := table{of.prefix + "_" + name, map[string]string{}}
			columns, taken := of.more, map[string]bool{}
			for _, a := range t.Attributes {
				column := unique(taken, a.Name)
				tab.columns[a.Name] = column
				columns += ", " + quoted(column) + " " + sqlTypes[a.Type]
			}
			s.tables[of.prefix+" "+t.Name] = tab
			if _, err := s.tx.ExecContext(s.ctx, "CREATE TABLE "+quoted(tab.name)+" ("+columns+")"); err != nil {
				return err
			}
		}
	}
	return nil
}

// camel writes the name of a type in letters and digits: quote.won as QuoteWon.
func camel(name string) string {
	var b strings.Builder
	up := true
	for _, r := range name {
		switch {
		case r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r):
			up = true
			continue
		case up:
			r = unicode.ToUpper(r)
		}
		up = false
		b.WriteRune(r)
	}
	return b.String()
}

// unique makes a name one that is not taken, whatever its case.
func unique(taken map[string]bool, name string) string {
	free := name
	for n := 2; taken[strings.ToLower(free)]; n++ {
		free = fmt.Sprint(name, n)
	}
	taken[strings.ToLower(free)] = true
	return free
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func (s *sqliteSink) exec(text string, args ...any) error {
	st := s.statements[text]
	if st == nil {
		var err error
		if st, err = s.tx.PrepareContext(s.ctx, text); err != nil {
			return err
		}
		if len(s.statements) < 1000 {
			s.statements[text] = st
		} else {
			defer st.Close()
		}
	}
	_, err := st.ExecContext(s.ctx, args...)
	return err
}

// row inserts into the table of a type.
func (s *sqliteSink) row(t table, names []string, args []any, values []attribute) error {
	for _, a := range values {
		names, args = append(names, t.columns[a.Name]), append(args, a.Value)
	}
	quotedNames := make([]string, len(names))
	for i, name := range names {
		quotedNames[i] = quoted(name)
	}
	return s.exec("INSERT INTO "+quoted(t.name)+" ("+strings.Join(quotedNames, ", ")+") VALUES (?"+strings.Repeat(", ?", len(names)-1)+")", args...)
}

func (s *sqliteSink) event(e *event) error {
	if err := s.exec("INSERT INTO event VALUES (?, ?)", e.ID, e.Type); err != nil {
		return err
	}
	if err := s.row(s.tables["event "+e.Type], []string{"ocel_id", "ocel_time"}, []any{e.ID, timestamp(e.Time)}, e.Attributes); err != nil {
		return err
	}
	for _, r := range e.Relationships {
		if err := s.exec("INSERT INTO event_object VALUES (?, ?, ?)", e.ID, r.Object, r.Qualifier); err != nil {
			return err
		}
	}
	return nil
}

func (s *sqliteSink) object(o *object) error {
	if err := s.exec("INSERT INTO object VALUES (?, ?)", o.ID, o.Type); err != nil {
		return err
	}
	t := s.tables["object "+o.Type]
	first, at := []attribute{}, before
	for i, a := range o.Attributes { // what was there at first is one row
		if i == 0 {
			at = a.Time
		}
		if !a.Time.Equal(at) {
			break
		}
		first = append(first, a.attribute)
	}
	if err := s.row(t, []string{"ocel_id", "ocel_time"}, []any{o.ID, timestamp(at)}, first); err != nil {
		return err
	}
	for _, a := range o.Attributes[len(first):] {
		if err := s.change(t, o.ID, a.Time, a.attribute); err != nil {
			return err
		}
	}
	for _, r := range o.Relationships {
		if err := s.exec("INSERT INTO object_object VALUES (?, ?, ?)", o.ID, r.Object, r.Qualifier); err != nil {
			return err
		}
	}
	return nil
}

// change is a row of one value.
func (s *sqliteSink) change(t table, id string, at time.Time, a attribute) error {
	return s.row(t, []string{"ocel_id", "ocel_time", "ocel_changed_field"}, []any{id, timestamp(at), t.columns[a.Name]}, []attribute{a})
}

func (s *sqliteSink) end() error { return nil }
