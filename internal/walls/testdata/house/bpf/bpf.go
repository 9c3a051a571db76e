package bpf

import (
	_ "log"
	_ "log/slog"
)
