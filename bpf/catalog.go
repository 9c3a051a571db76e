package bpf

// Catalog is what a host offers to processes. Validate reads it, the
// operations do not.
type Catalog struct {
	Entities      map[string]Entity
	Relationships map[string]Relationship
	Actions       map[string]string            // of action steps: the entity they run on
	Flows         map[string]bool              // of flow steps: whether they are active
	Operations    map[string]bool              // that make records
	Workflows     map[string]string            // of triggers: the entity they run on
	Events        map[string]map[string]string // the entity of each record in the payload, by its key
	Roles         []string                     // nil: any
}

// Entity is a kind of record.
type Entity struct {
	Fields  map[string]Field
	Enabled bool // for processes
}

// Relationship is one to many: records of To look up one of From.
type Relationship struct {
	From, To string
	Lookup   string // field of To
}

// Field is a field of an entity.
type Field struct {
	Label   string
	Type    FieldType
	Options []int // codes of a choice; nil: not checked
}

// FieldType is the type of a field, by its Dataverse name.
type FieldType string

// The types of fields.
const (
	TypeText        FieldType = "text"
	TypeMemo        FieldType = "memo"
	TypeEmail       FieldType = "email"
	TypePhone       FieldType = "phone"
	TypeURL         FieldType = "url"
	TypeInteger     FieldType = "integer"
	TypeDecimal     FieldType = "decimal"
	TypeMoney       FieldType = "money"
	TypeBoolean     FieldType = "boolean"
	TypeChoice      FieldType = "choice"
	TypeMultiChoice FieldType = "multichoice"
	TypeStatus      FieldType = "status"
	TypeState       FieldType = "state"
	TypeLookup      FieldType = "lookup"
	TypeDate        FieldType = "date"
	TypeDateTime    FieldType = "datetime"
	TypeImage       FieldType = "image"
	TypeFile        FieldType = "file"
	TypeGroup       FieldType = "group" // of fields, an address for example: no step
)

// family groups the types that take the same operators.
type family int

const (
	noFamily family = iota
	textFamily
	numberFamily
	booleanFamily
	choiceFamily
	lookupFamily
	dateFamily
	contentFamily
)

var families = map[FieldType]family{
	TypeText: textFamily, TypeMemo: textFamily, TypeEmail: textFamily, TypePhone: textFamily, TypeURL: textFamily,
	TypeInteger: numberFamily, TypeDecimal: numberFamily, TypeMoney: numberFamily,
	TypeBoolean: booleanFamily,
	TypeChoice:  choiceFamily, TypeMultiChoice: contentFamily, TypeStatus: choiceFamily, TypeState: choiceFamily,
	TypeLookup: lookupFamily,
	TypeDate:   dateFamily, TypeDateTime: dateFamily,
	TypeImage: contentFamily, TypeFile: contentFamily,
}

// Limits bound definitions and instances. A zero field is the default; a host
// may lower all of them and raise only ActivePerEntity.
type Limits struct {
	Entities        int // 5 per process
	Stages          int // 30 per process
	Steps           int // 30 per stage
	Nesting         int // 10 branches deep
	ActivePerEntity int // 10 active processes that start on one entity
	Instances       int // 10 per record
}

// DefaultLimits are those of Dynamics 365.
var DefaultLimits = Limits{Entities: 5, Stages: 30, Steps: 30, Nesting: 10, ActivePerEntity: 10, Instances: 10}

// bounded fills in the defaults and lowers what may not be raised.
func (l Limits) bounded() Limits {
	def := DefaultLimits
	lower := func(n, most int) int {
		if n <= 0 || n > most {
			return most
		}
		return n
	}
	active := l.ActivePerEntity
	if active <= 0 {
		active = def.ActivePerEntity
	}
	return Limits{
		lower(l.Entities, def.Entities), lower(l.Stages, def.Stages), lower(l.Steps, def.Steps),
		lower(l.Nesting, def.Nesting), active, lower(l.Instances, def.Instances),
	}
}

// Context is what Validate knows besides the definition. The zero Context
// checks everything that needs no knowledge of the host.
type Context struct {
	Catalog    *Catalog
	Limits     Limits
	Registered []Registered   // the processes there are
	Standing   map[string]int // active instances that would follow this version, by stage
	AllowDrift bool           // stages with active instances may vanish
}

// Registered is a version of a process that the host knows already.
type Registered struct {
	Definition
	Active bool
}
