package elsewhere

import (
	"os"
	"time"
)

var (
	args = os.Args
	now  = time.Now()
	half = 0.5
)
