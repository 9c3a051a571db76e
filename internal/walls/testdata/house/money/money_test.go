package money

import (
	_ "os"

	_ "github.com/leadtocash/leadtocash/storage"
)
