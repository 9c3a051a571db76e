package core

import (
	"context"
	"time"
)

var (
	testContext = context.Background()
	testNow     = time.Now()
	testShare   = 0.5
)
