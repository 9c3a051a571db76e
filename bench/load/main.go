// Command load puts a load on PostgreSQL through the client and prints what became
// of it: turns per second, runs of the transaction and round trips per command,
// latencies of commands, and failures.
//
//	go run ./bench/load                                          # a server of its own
//	go run ./bench/load -conn postgres://sales@localhost/sales   # in a schema of its own
//	go run ./bench/load -workers 32 -tenants 32,1 -seconds 8 -times 3
//
// Modes: journeys of nine commands with customers that nobody knows; and what is
// truly hot: one record that all change, one counter that all draw from (an invoice
// made and issued), one customer whose leads all choose the account that is there.
// Where several numbers of tenants are given they take turns, as machines differ
// more from minute to minute than these do. The server of its own waits for the
// disk.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, w io.Writer) (err error) {
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	conn := flags.String("conn", "", "connection string; without it a server is started")
	mode := flags.String("mode", "journeys", "journeys, record, counter or customer")
	workers := flags.Int("workers", 8, "how many work at once")
	conns := flags.Int("conns", 8*runtime.NumCPU(), "connections of the pool, at most")
	tenants := flags.String("tenants", "8,1", "in how many tenants, by turns")
	seconds := flags.Float64("seconds", 8, "how long each turn takes")
	pause := flags.Duration("pause", 0, "pause of a worker between two turns")
	latency := flags.Duration("latency", 0, "added to each answer of the server, as a network would")
	times := flags.Int("times", 1, "how often all of that")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *conn == "" {
		server, err := postgrestest.Start(ctx, "fsync=on")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, server.Close()) }()
		*conn = server.Conn()
	}
	for range *times {
		for _, text := range strings.Split(*tenants, ",") {
			n, err := strconv.Atoi(text)
			if err != nil {
				return err
			}
			l := load{mode: *mode, workers: *workers, conns: *conns, tenants: n, duration: time.Duration(*seconds * float64(time.Second)), pause: *pause, latency: *latency}
			r, err := apart(ctx, *conn, l)
			if err != nil {
				return err
			}
			r.print(w)
			if r.firstOfFailures != nil {
				fmt.Fprintln(w, "first failure:", r.firstOfFailures)
			}
		}
	}
	return nil
}

// apart runs a load in a schema of its own, which it drops.
func apart(ctx context.Context, conn string, l load) (r result, err error) {
	schema := "load_" + strings.ReplaceAll(uuid.NewString(), "-", "")[:24]
	defer func() {
		admin, failed := pgx.Connect(context.WithoutCancel(ctx), conn)
		if failed == nil {
			_, failed = admin.Exec(context.WithoutCancel(ctx), "SET client_min_messages = warning; DROP SCHEMA IF EXISTS "+schema+" CASCADE")
			failed = errors.Join(failed, admin.Close(context.WithoutCancel(ctx)))
		}
		err = errors.Join(err, failed)
	}()
	return l.run(ctx, conn, schema)
}
