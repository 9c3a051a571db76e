//go:build unix

package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Bouncer is a PgBouncer in transaction mode before a private server.
type Bouncer struct {
	server *Server
	cmd    *exec.Cmd
	ended  chan struct{}
}

// StartBouncer starts a PgBouncer before the server, with two connections to it.
// Where it is not installed it is ErrNone.
func (s *Server) StartBouncer(ctx context.Context) (*Bouncer, error) {
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		if program = "/usr/sbin/pgbouncer"; exec.Command(program, "--version").Run() != nil {
			return nil, fmt.Errorf("%w: pgbouncer", ErrNone)
		}
	}
	config := filepath.Join(s.dir, "pgbouncer.ini")
	text := fmt.Sprintf("[databases]\npostgres = host=%s port=5432 dbname=postgres user=postgres\n[pgbouncer]\nlisten_port = 6432\n"+
		"listen_addr =\nunix_socket_dir = %[1]s\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n", s.dir)
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		return nil, err
	}
	b := &Bouncer{server: s, cmd: exec.Command(program, "-q", config), ended: make(chan struct{})}
	b.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	if err := b.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = b.cmd.Wait() // it is ended by a signal
		close(b.ended)
	}()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		conn, err := pgx.Connect(ctx, b.Conn()+" default_query_exec_mode=simple_protocol")
		if err == nil {
			return b, conn.Close(ctx)
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			return nil, errors.Join(fmt.Errorf("postgrestest: pgbouncer does not start: %w", err), b.Close())
		}
	}
}

// Conn returns the connection string.
func (b *Bouncer) Conn() string {
	return "host=" + b.server.dir + " port=6432 user=postgres dbname=postgres"
}

// Close ends it.
func (b *Bouncer) Close() error {
	err := b.cmd.Process.Kill()
	<-b.ended
	return err
}
