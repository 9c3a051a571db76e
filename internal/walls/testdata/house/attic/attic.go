package attic

import _ "github.com/leadtocash/leadtocash/engine"
