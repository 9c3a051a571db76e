// Package journeytest checks the whole engine over a given store: random
// journeys from lead to cash with every invariant after every step.
//
// A driver's test is one call:
//
//	func TestJourneys(t *testing.T) {
//		journeytest.CheckInvariants(t, func(t testing.TB) storage.Store { return open(t) })
//	}
//
// The store is asked for a new tenant for each journey; open is called once for
// a group of tests.
package journeytest
