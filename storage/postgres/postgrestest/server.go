//go:build unix

package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is a private server. It survives the death of its machine no more than
// that of the test program: it does not wait for the disk.
type Server struct {
	bin, dir string
	as       *syscall.Credential
	settings []string
	watchdog *exec.Cmd
	leash    io.WriteCloser // when it is closed, by whatever means, the server ends
	ended    chan struct{}
	running  bool // as far as anybody knows
}

// Start makes a database cluster and starts its server with additional settings,
// such as "max_connections=20". Where no server is installed it is ErrNone.
func Start(ctx context.Context, settings ...string) (*Server, error) {
	s, err := newServer(settings)
	if err != nil {
		return nil, err
	}
	out, err := s.command(ctx, "initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N").CombinedOutput()
	if err == nil {
		err = s.Restart(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("postgrestest: %w: %s", err, out), os.RemoveAll(s.dir))
	}
	return s, nil
}

// StartStandby makes a copy of a running server that follows it, with the given
// name and additional settings.
func (s *Server) StartStandby(ctx context.Context, name string, settings ...string) (*Server, error) {
	return s.startCopy(ctx, settings, "-R", "-d", s.Conn()+" application_name="+name)
}

// StartCopy restores a base backup of a running server, as it was when the backup ended.
func (s *Server) StartCopy(ctx context.Context, settings ...string) (*Server, error) {
	return s.startCopy(ctx, settings, "-d", s.Conn())
}

func (s *Server) startCopy(ctx context.Context, settings []string, args ...string) (*Server, error) {
	copied, err := newServer(settings)
	if err != nil {
		return nil, err
	}
	cmd, err := copied.Program(ctx, "pg_basebackup", append([]string{"-D", copied.data(), "-c", "fast", "-X", "stream"}, args...)...)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(copied.dir))
	}
	out, err := cmd.CombinedOutput()
	if err == nil {
		err = copied.Restart(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("postgrestest: copy: %w: %s", err, out), os.RemoveAll(copied.dir))
	}
	return copied, nil
}

// Program is a program of the installation that the server is of, such as pg_dump, in the
// server's directory and run as its user. Where it is not installed it is ErrNone.
func (s *Server) Program(ctx context.Context, name string, args ...string) (*exec.Cmd, error) {
	if _, err := os.Stat(filepath.Join(s.bin, name)); err != nil {
		return nil, fmt.Errorf("%w: %s", ErrNone, name)
	}
	return s.command(ctx, name, args...), nil
}

func newServer(settings []string) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	as, err := unprivileged()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "l2c")
	if err != nil {
		return nil, err
	}
	if as != nil {
		if err := os.Chown(dir, int(as.Uid), int(as.Gid)); err != nil {
			return nil, errors.Join(err, os.RemoveAll(dir))
		}
	}
	return &Server{bin: bin, dir: dir, as: as, settings: settings}, nil
}

// Conn returns the connection string.
func (s *Server) Conn() string { return "host=" + s.dir + " port=5432 user=postgres dbname=postgres" }

// Dir returns the directory of the socket.
func (s *Server) Dir() string { return s.dir }

func (s *Server) log() string { return filepath.Join(s.dir, "log") }

// lastWords returns what the server has had to say.
func (s *Server) lastWords() string {
	words, err := os.ReadFile(s.log())
	if err != nil {
		return err.Error()
	}
	return string(words)
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, program), args...)
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	return cmd
}

// leash runs the server until it ends by itself or is told how to: by a signal
// written to its input. If that closes without one the test program is gone, and
// the server goes with everything that it kept.
const leash = `exec 3<&0
"$@" & server=$!
{
	read -r how <&3
	kill -"${how:-QUIT}" $server
	[ -n "$how" ] && exit
	while kill -0 $server; do sleep 0.1; done
	rm -rf "$DIR"
} 2>/dev/null &
wait $server`

// Restart starts the server after Kill or Stop and waits until it answers.
func (s *Server) Restart(ctx context.Context) error {
	args := []string{"-c", leash, "leash", filepath.Join(s.bin, "postgres"), "-D", s.data(), "-k", s.dir, "-h", "", "-p", "5432", "-F"}
	for _, set := range append([]string{"max_connections=100", "log_min_messages=fatal", "log_min_error_statement=panic"}, s.settings...) {
		args = append(args, "-c", set)
	}
	deadline := time.Now().Add(60 * time.Second)
	for {
		s.watchdog = exec.Command("sh", args...)
		s.watchdog.Dir, s.watchdog.Env = s.dir, append(os.Environ(), "DIR="+s.dir)
		s.watchdog.SysProcAttr = &syscall.SysProcAttr{Credential: s.as, Setpgid: true}
		log, err := os.Create(s.log())
		if err != nil {
			return err
		}
		in, out, err := os.Pipe()
		if err != nil {
			return errors.Join(err, log.Close())
		}
		s.watchdog.Stdin, s.watchdog.Stdout, s.watchdog.Stderr = in, log, log
		s.leash = out
		if err := errors.Join(s.watchdog.Start(), log.Close(), in.Close()); err != nil {
			return errors.Join(err, out.Close())
		}
		s.ended, s.running = make(chan struct{}), true
		go func(watchdog *exec.Cmd, ended chan struct{}) {
			_ = watchdog.Wait() // its status is that of the server, which may be killed
			close(ended)
		}(s.watchdog, s.ended)
		for time.Now().Before(deadline) && ctx.Err() == nil && s.alive() {
			if conn, err := pgx.Connect(ctx, s.Conn()); err == nil {
				return conn.Close(ctx)
			}
			time.Sleep(20 * time.Millisecond)
		}
		// What a killed server has left, its children perhaps, is in the way for a
		// moment.
		if err := s.end("QUIT"); ctx.Err() != nil || time.Now().After(deadline) {
			return errors.Join(fmt.Errorf("postgrestest: the server does not start: %s", s.lastWords()), ctx.Err(), err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// alive reports whether the server has not ended yet.
func (s *Server) alive() bool {
	select {
	case <-s.ended:
		return false
	default:
		return true
	}
}

// Kill ends the server at once, as a crash of it would.
func (s *Server) Kill() error { return s.end("KILL") }

// Stop ends the server in an orderly way, without waiting for its clients.
func (s *Server) Stop() error { return s.end("INT") }

func (s *Server) end(signal string) error {
	s.running = false
	_, err := io.WriteString(s.leash, signal+"\n")
	err = errors.Join(err, s.leash.Close())
	select {
	case <-s.ended:
	case <-time.After(10 * time.Second):
		err = errors.Join(err, syscall.Kill(-s.watchdog.Process.Pid, syscall.SIGKILL))
		<-s.ended
	}
	return err
}

// Promote makes a standby a server of its own.
func (s *Server) Promote(ctx context.Context) error {
	out, err := s.command(ctx, "pg_ctl", "promote", "-w", "-D", s.data()).CombinedOutput()
	if err != nil {
		return fmt.Errorf("postgrestest: %w: %s", err, out)
	}
	return nil
}

// Close ends the server and removes all that it kept.
func (s *Server) Close() error {
	if s.running {
		if err := s.end("INT"); err != nil {
			return err
		}
	}
	return os.RemoveAll(s.dir)
}

// binaries returns the directory of the newest server installed.
func binaries() (string, error) {
	var found []string
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin"} {
		dirs, _ := filepath.Glob(pattern) // the patterns are valid
		found = append(found, dirs...)
	}
	slices.SortFunc(found, func(a, b string) int { return number(b) - number(a) })
	if path, err := exec.LookPath("postgres"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			found = append(found, filepath.Dir(path))
		}
	}
	for _, dir := range found {
		if programs, _ := filepath.Glob(filepath.Join(dir, "[ip]*")); slices.Contains(programs, filepath.Join(dir, "initdb")) &&
			slices.Contains(programs, filepath.Join(dir, "postgres")) {
			return dir, nil
		}
	}
	return "", ErrNone
}

// number returns the first number in a path.
func number(path string) int {
	digits := strings.FieldsFunc(path, func(r rune) bool { return r < '0' || r > '9' })
	if len(digits) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(digits[0]) // digits are a number
	return n
}

// unprivileged returns who runs the server when root must not; nil otherwise.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(u.Uid)
		gid, gidErr := strconv.Atoi(u.Gid)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(uidErr, gidErr)
	}
	return nil, fmt.Errorf("%w: a server is not run as root, and there is no user postgres or nobody", ErrNone)
}
