package memory

// slab makes values in batches and takes back those that nobody uses any more.
type slab[T any] struct {
	limit int // of a batch: one living value keeps its whole batch in memory
	batch int
	fresh []T
	free  []*T
}

// get returns a zero value.
func (s *slab[T]) get() *T {
	if n := len(s.free); n > 0 {
		x := s.free[n-1]
		s.free = s.free[:n-1]
		return x
	}
	if len(s.fresh) == 0 {
		s.batch = min(max(2*s.batch, 1), s.limit)
		s.fresh = make([]T, s.batch)
	}
	x := &s.fresh[0]
	s.fresh = s.fresh[1:]
	return x
}

// put takes x back.
func (s *slab[T]) put(x *T) {
	var zero T
	*x = zero
	s.free = append(s.free, x)
}
