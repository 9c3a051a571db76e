package journeytest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash/storage"
)

// EnvRounds is how often tests that kill a process do so, if it is set.
const EnvRounds = "LEADTOCASH_TEST_ROUNDS"

// Rounds returns how often a test kills a process.
func Rounds(t testing.TB, otherwise int) int {
	t.Helper()
	text := os.Getenv(EnvRounds)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s=%q is no number of rounds", EnvRounds, text)
	}
	return n
}

// envWriter tells a process started by [KillWriter] what to write, and where.
const (
	envWriter = "LEADTOCASH_TEST_WRITER"
	envStore  = "LEADTOCASH_TEST_WRITER_STORE"
)

// Writer makes the test program write, and never return, if KillWriter has started
// it. TestMain calls it first; open opens the store that is given to KillWriter.
func Writer(open func(store string) (storage.Store, error)) {
	name := os.Getenv(envWriter)
	if name == "" {
		return
	}
	store, err := open(os.Getenv(envStore))
	if err == nil {
		err = PlayOn(context.Background(), store, name, os.Stdout)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// KillWriter starts this test program as a process that writes to a store, kills
// it at a random moment after its first command, and returns what it has
// acknowledged. The process does nothing but [Writer].
func KillWriter(t testing.TB, name, store string) (acknowledged []string) {
	t.Helper()
	return Interrupt(t, name, store, func(p *os.Process) {
		time.Sleep(rand.N(150 * time.Millisecond))
		if err := p.Kill(); err != nil {
			t.Errorf("the writer cannot be killed: %v", err)
		}
	})
}

// Interrupt is KillWriter with another calamity. It begins after the first command;
// then the writer must end by itself or be ended.
func Interrupt(t testing.TB, name, store string, calamity func(*os.Process)) (acknowledged []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), envWriter+"="+name, envStore+"="+store)
	cmd.Stderr = io.Discard
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	struck := make(chan struct{})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if acknowledged = append(acknowledged, lines.Text()); len(acknowledged) == 1 {
			go func() {
				defer close(struck)
				calamity(cmd.Process)
			}()
		}
	}
	if len(acknowledged) == 0 {
		t.Fatalf("the writer has written nothing: %v", cmd.Wait())
	}
	<-struck
	_ = cmd.Wait() // however it ended
	return acknowledged
}
