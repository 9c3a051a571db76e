package memory

import (
	_ "os"
	_ "unsafe"

	_ "github.com/leadtocash/leadtocash/catalog"
	_ "github.com/leadtocash/leadtocash/storage"
)
