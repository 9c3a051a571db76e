package record

import (
	"github.com/leadtocash/leadtocash/kinds"
)

// OwnFields say which values of the host's own fields a record takes over from
// the one that an action makes it of. The engine makes them of the fields and
// mappings that the host declares.
type OwnFields struct {
	copies map[Conversion][]CopiedField
}

// Conversion is the way from one kind of record to another that is made of it.
type Conversion struct{ From, To kinds.Kind }

// CopiedField is an own field and the one of the new record that it becomes.
type CopiedField struct{ From, To string }

// CopyFields adds fields that a conversion copies.
func (o *OwnFields) CopyFields(c Conversion, fields ...CopiedField) {
	if o.copies == nil {
		o.copies = map[Conversion][]CopiedField{}
	}
	o.copies[c] = append(o.copies[c], fields...)
}

// Convert gives a record that is made of another one its own values: those that
// are declared to be copied, and in place of them the explicit ones, of which a
// JSON null takes one out. Both records have their kinds; neither shares its map.
func (s *Stamp) Convert(from, to Record, explicit Custom) {
	h := to.Header()
	if s.Own != nil {
		source := from.Header().Custom
		for _, f := range s.Own.copies[Conversion{from.Ref().Kind, to.Ref().Kind}] {
			if value, has := source[f.From]; has {
				h.Custom = h.Custom.Edited(Custom{f.To: value})
			}
		}
	}
	h.Custom = h.Custom.Edited(explicit)
}
