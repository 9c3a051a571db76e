package postgrestest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// tick is the unit in which Linux tells programs of processor time.
const tick = 10 * time.Millisecond

// Times returns the processor time that this process has used so far, and all
// processes of a server on this machine, in steps of ten milliseconds; zeroes where
// the system does not tell.
func Times(ctx context.Context, pool *pgxpool.Pool) (client, server time.Duration) {
	var backend int
	if err := pool.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&backend); err != nil {
		return 0, 0
	}
	postmaster, _ := processOf(backend)
	dirs, _ := filepath.Glob("/proc/[0-9]*") // the pattern is valid
	for _, dir := range dirs {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil || postmaster == 0 {
			continue
		}
		switch parent, t := processOf(pid); {
		case pid == os.Getpid():
			client = t.own
		case pid == postmaster:
			server += t.own + t.ended
		case parent == postmaster:
			server += t.own
		}
	}
	return client, server
}

// times are the processor times of a process and of its children that have ended.
type times struct{ own, ended time.Duration }

// processOf returns the parent of a process and its times, zeroes if it is none.
func processOf(pid int) (parent int, t times) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, times{}
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:]) // the name before may have spaces
	number := func(n int) int {
		v, _ := strconv.Atoi(string(fields[n])) // all but the name and the state are numbers
		return v
	}
	return number(1), times{
		own:   time.Duration(number(11)+number(12)) * tick,
		ended: time.Duration(number(13)+number(14)) * tick,
	}
}
