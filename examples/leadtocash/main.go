// Command leadtocash plays the deals of a business through the library, from
// the first lead to the last payment, and prints what came of them. Run it with
// -help for its flags.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/leadtocash/leadtocash/storage"
)

// Exit statuses.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

var errInterrupted = errors.New("interrupted")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program; it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	err := execute(ctx, args, stdout, stderr)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return exitDone
	}
	fmt.Fprintln(stderr, "leadtocash:", err)
	var wrong *usageError
	var input *inputError
	switch {
	case errors.As(err, &wrong):
		fmt.Fprintln(stderr, "run leadtocash -help for usage")
		return exitUsage
	case errors.As(err, &input):
		return exitUsage
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	}
	return exitFailed
}

func execute(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	started := time.Now()
	o, err := parseOptions(args, stdout)
	if err != nil {
		return err
	}
	data, err := o.read()
	if err != nil {
		return err
	}
	if o.diagrams != "" {
		if err := writeDiagrams(o.diagrams); err != nil {
			return fmt.Errorf("the diagrams cannot be written: %w", err)
		}
	}
	whole := context.WithoutCancel(ctx)
	store, err := openStore(whole, o.store)
	if err != nil {
		return fmt.Errorf("the store cannot be opened: %w", err)
	}
	defer func() { err = errors.Join(err, storage.Close(store)) }()
	im, err := newImporter(data, store)
	if err != nil {
		return err
	}
	if err := im.people(whole); err != nil {
		return err
	}
	stopped := im.rows(ctx, newProgress(stderr, len(data.rows)))
	s, err := im.summary(whole)
	if err != nil {
		return errors.Join(stopped, err)
	}
	s.Interrupted = errors.Is(stopped, errInterrupted)
	s.Seconds = time.Since(started).Seconds()

	write := s.writeText
	if o.json {
		write = s.writeJSON
	}
	return errors.Join(write(stdout), o.writeRejects(im.rejects, stdout, stderr), stopped)
}

// read reads what the options name.
func (o options) read() (*dataset, error) {
	if o.input == "" {
		return readBusiness(ownFiles())
	}
	info, err := os.Stat(o.input)
	switch {
	case err != nil:
		return nil, inputErrorf("the directory "+o.input, "cannot be read: %v", cause(err))
	case !info.IsDir():
		return nil, inputErrorf(o.input, "is not a directory")
	}
	if sameDirectory(o.input, o.diagrams) {
		return nil, &usageError{"-diagrams names the directory of the input, which is never written to"}
	}
	data, err := readExport(os.DirFS(o.input), o.dates)
	var input *inputError
	if errors.As(err, &input) {
		input.name = filepath.Join(o.input, input.name)
	}
	return data, err
}

// writeRejects writes the refused rows, if any, where the options say, but never
// beside the files of the input.
func (o options) writeRejects(rejects []reject, stdout, stderr io.Writer) error {
	if len(rejects) == 0 {
		return nil
	}
	if o.input != "" && sameDirectory(o.input, filepath.Dir(o.rejects)) {
		return fmt.Errorf("refused rows: %d, not written: name a file outside of the input with -rejects", len(rejects))
	}
	if err := writeRejects(o.rejects, rejects, stdout, stderr); err != nil {
		return fmt.Errorf("refused rows: %d, not written to %s: %w; name another file with -rejects", len(rejects), o.rejects, cause(err))
	}
	_, err := fmt.Fprintf(stderr, "refused rows: %d, listed with the reasons in %s; name another file with -rejects\n", len(rejects), fromRoot(o.rejects))
	return err
}

// fromRoot is the whole path, if that can be told.
func fromRoot(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		return absolute
	}
	return path
}

func sameDirectory(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}
