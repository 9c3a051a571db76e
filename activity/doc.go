// Package activity has what people do about records: tasks, phone calls,
// e-mails, appointments, and notes with their attachments.
//
// Owns: these records with their fields, option sets, tables and actions, and
// who takes part in them.
//
// Does not own: sending, ringing and reminding, and the content of large files,
// which stays with the host.
//
// Promises: every action is a pure method or function over record, command and
// facts. What an activity is about is never changed by it.
package activity
