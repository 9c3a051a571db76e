package money

import (
	_ "net/url"
	_ "unsafe"

	_ "github.com/leadtocash/leadtocash/catalog"
)
