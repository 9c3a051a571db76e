//go:build !unix

package postgrestest

import "context"

// Server is a private server, which this platform has none of.
type Server struct{}

// Start answers ErrNone: name a server with LEADTOCASH_TEST_POSTGRES.
func Start(context.Context, ...string) (*Server, error) { return nil, ErrNone }

// Conn returns the connection string.
func (*Server) Conn() string { return "" }

// Close ends the server.
func (*Server) Close() error { return nil }
