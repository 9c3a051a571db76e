//go:build unix

// Package examples_test builds the programs and runs them as people do.
package examples_test

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestPrograms(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("links every program")
	}
	bin := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "./...").CombinedOutput(); err != nil {
		t.Fatalf("the programs are not built: %v\n%s", err, out)
	}
	programs, err := os.ReadDir(bin)
	if err != nil || len(programs) == 0 {
		t.Fatalf("%d programs, %v", len(programs), err)
	}
	for _, program := range programs {
		t.Run(program.Name(), func(t *testing.T) {
			t.Parallel()
			testCommandLine(t, filepath.Join(bin, program.Name()))
			testFullDisk(t, filepath.Join(bin, program.Name()))
		})
	}
	t.Run("interrupt", func(t *testing.T) {
		t.Parallel()
		testInterrupt(t, filepath.Join(bin, "sql"))
	})
}

func testCommandLine(t *testing.T, program string) {
	t.Helper()
	name := filepath.Base(program)
	for argument, want := range map[string]struct {
		status       int
		begins, says string
	}{
		"-h":    {0, name + " ", "flag"},
		"-nope": {2, "", "-nope"},
		"stray": {2, name + ": ", `"stray"`},
	} {
		cmd := exec.CommandContext(t.Context(), program, argument)
		cmd.Dir = t.TempDir()
		var stdout, stderr strings.Builder
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if got := status(t, cmd.Run()); got != want.status {
			t.Errorf("%s %s ends with %d, want %d", name, argument, got, want.status)
		}
		said := stderr.String()
		if want.status == 0 {
			said += stdout.String()
		} else if stdout.Len() > 0 {
			t.Errorf("%s %s prints %s", name, argument, &stdout)
		}
		if !strings.HasPrefix(said, want.begins) || !strings.Contains(strings.ToLower(said), want.says) {
			t.Errorf("%s %s says %q, want it to begin with %q and to have %q in it", name, argument, said, want.begins, want.says)
		}
	}
}

func testFullDisk(t *testing.T, program string) {
	t.Helper()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Logf("not tested on a full disk: %v", err)
		return
	}
	defer full.Close()
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Dir = t.TempDir()
	var stderr strings.Builder
	cmd.Stdout, cmd.Stderr = full, &stderr
	name := filepath.Base(program)
	if got := status(t, cmd.Run()); got != 1 {
		t.Errorf("on a full disk %s ends with %d, want 1", name, got)
	}
	if said := stderr.String(); !strings.Contains("\n"+said, "\n"+name+": ") || !strings.Contains(said, syscall.ENOSPC.Error()) {
		t.Errorf("on a full disk %s says %q, want %q with its name", name, said, syscall.ENOSPC)
	}
}

// testInterrupt interrupts the program, with all that it has started as a
// terminal does, while it makes a database.
func testInterrupt(t *testing.T, program string) {
	t.Helper()
	temp := t.TempDir()
	if err := os.Chmod(filepath.Dir(temp), 0o755); err != nil { // for the user that runs the server instead of root
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), "TMPDIR="+temp, "LEADTOCASH_TEST_POSTGRES=")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan bool)
	var said []string
	go func() {
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			said = append(said, lines.Text())
		}
		close(ended)
	}()
	for making := false; !making; {
		select {
		case <-ended:
			making = true
		case <-time.After(5 * time.Millisecond):
			clusters, _ := filepath.Glob(filepath.Join(temp, "*", "data", "*")) // the pattern is valid
			making = len(clusters) > 0
		}
	}
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGINT); err != nil {
		t.Error(err)
	}
	<-ended
	got := status(t, cmd.Wait())
	if strings.Contains(strings.Join(said, "\n"), "left out") {
		t.Skip("there is no server to start")
	}
	if got != 130 || stderr.String() != "sql: interrupted\n" {
		t.Errorf("it ends with %d and says %q, want 130 and that it is interrupted", got, &stderr)
	}
	left, err := os.ReadDir(temp)
	if err != nil || len(left) > 0 {
		t.Errorf("it leaves %v behind, %v", left, err)
	}
	for deadline := time.Now().Add(10 * time.Second); !errors.Is(syscall.Kill(-cmd.Process.Pid, 0), syscall.ESRCH); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("what it has started is still there")
		}
	}
}

// status is the exit status of a program that has run.
func status(t *testing.T, err error) int {
	t.Helper()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	t.Fatal(err)
	return -1
}
