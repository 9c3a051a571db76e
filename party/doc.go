// Package party has those who take part: accounts, contacts, sellers and
// competitors, and the connections among them and with other records.
//
// Owns: these records with their fields, option sets, tables and actions;
// addresses; credit hold and limit; merging accounts and contacts.
//
// Does not own: deals and documents, users and teams. Who may see or do
// something is the business of the host's authorizer.
//
// Promises: every action is a pure method or function: record, command and facts
// in; a new record and its events, or one error with all reasons, out. Which
// settings of the organisation count is said by name in the facts.
package party
