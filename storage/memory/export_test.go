package memory

// AlwaysIndexed makes a store answer every query through an index if it can.
func AlwaysIndexed() Option { return func(s *Store) { s.few = 0 } }
