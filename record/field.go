package record

// FieldInfo describes a field of a record for documents, process flows and
// imports.
type FieldInfo struct {
	Name     string // wire name
	D365Name string // logical name in Dataverse; empty for extensions
	Required bool
}
