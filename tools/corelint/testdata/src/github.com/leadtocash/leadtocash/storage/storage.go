package storage

type Ref struct{ Kind string }
