package leadtocash

import (
	_ "context"

	_ "github.com/leadtocash/leadtocash/money"
	_ "github.com/leadtocash/leadtocash/storage"
)
