package engine

import (
	_ "context"

	_ "github.com/leadtocash/leadtocash"
	_ "github.com/leadtocash/leadtocash/bpf"
	_ "github.com/leadtocash/leadtocash/storage"
)
