// Package agreement has what is agreed of a document before goods and money move:
// the seller's own people approve what it grants.
//
// Owns: the content of a document that is agreed on, with its hash; rules that say
// which content wants an approval; approvals with their table and actions.
//
// Does not own: the documents, which ask these rules where they pass a gate, and
// who may do what otherwise: that is the host's authorizer.
//
// Promises: every action is a pure method or function: record, command and facts in;
// a new record and its events, or one error with all reasons, out. A hash depends on
// nothing but the content.
package agreement
