package memory

type Store struct{}
