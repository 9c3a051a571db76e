package core

import (
	"log/slog" // want `a core file does not import log/slog`

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory" // want `a core file does not import .*/storage/memory`
)

var (
	ref   storage.Ref
	store memory.Store
	log   slog.Logger
)
