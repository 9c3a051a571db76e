// Package engine runs the rules of the library over a store.
//
// Owns: the [Client] with a service for each kind of record: it loads the record,
// asks the authorizer, gathers the facts, decides, and saves everything or
// nothing in one transaction. Numbers of documents, keys of requests, history,
// timelines, the feed, imports, running processes and erasing are its as well.
//
//	client, err := engine.New(memory.New())
//	won, err := client.Quotes().WinToOrder(ctx, id, leadtocash.WinQuoteToOrder{})
//
// Does not own: the rules. Every action is a pure method or function of a record
// in the packages below, and gives the same result without an engine:
//
//	won, err := quote.WinToOrder(leadtocash.WinQuoteToOrder{}, leadtocash.QuoteFacts{
//		Stamp: record.StampOf(time.Now(), record.User(id)), Opportunity: &opportunity,
//	})
//
// What facts leave out is not there: no other quote is open, no setting is
// strict. A client gathers them all. Nor does the package own the database, a
// [storage.Store], nor who a caller is and what he may do, an [Authorizer].
//
// # Promises
//
// A client is safe for concurrent use. The zero outcome comes with every error,
// and nothing has changed, except perhaps after ErrCommitUnknown: repeat such a
// call with [Client.Once].
//
// Besides the codes of its own, every call may be refused with ErrNotFound (the
// record, or one that a field refers to), ErrDenied, ErrConflict (a version of
// [IfVersion], or a concurrent change), ErrTaken, ErrKeyReused, ErrRetry,
// ErrUnsupported or ErrClosed, all of package codes. What is no refusal comes as
// it is: the error of a context that is over, or of a database that cannot be
// reached. A nil context panics, as it does everywhere in Go.
//
// What an actor may not see is nowhere: neither in lists, sums and timelines nor
// in outcomes and refusals.
package engine
