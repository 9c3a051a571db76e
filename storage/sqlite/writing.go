package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// hosted are the transactions of hosts in this process, by file, that a store of InTx
// has written in, so that whoever waits for one is told.
var hosted = struct {
	sync.Mutex
	txs map[string][]*sql.Tx
}{txs: make(map[string][]*sql.Tx)}

// noteHosted remembers a transaction that keeps others from writing, and forgets those
// that are over.
func noteHosted(file string, tx *sql.Tx) {
	hosted.Lock()
	defer hosted.Unlock()
	txs := slices.DeleteFunc(hosted.txs[file], isOver)
	if !slices.Contains(txs, tx) {
		txs = append(txs, tx)
	}
	hosted.txs[file] = txs
}

// isHosted reports whether a transaction of a host in this process is open that a store
// of InTx has written in.
func isHosted(file string) bool {
	hosted.Lock()
	defer hosted.Unlock()
	open := slices.DeleteFunc(hosted.txs[file], isOver)
	if hosted.txs[file] = open; len(open) == 0 {
		delete(hosted.txs, file)
	}
	return len(open) > 0
}

// isOver reports whether a transaction was committed or rolled back.
func isOver(tx *sql.Tx) bool {
	_, err := tx.ExecContext(context.Background(), "SELECT 1")
	return errors.Is(err, sql.ErrTxDone)
}

// mainFile is the file of a database, as SQLite has it.
const mainFile = "SELECT file FROM pragma_database_list WHERE name = 'main'"

// writing says what has kept the store from writing on c.
func (s *Store) writing(ctx context.Context, c *conn) string {
	file, err := c.text(ctx, mainFile)
	if err == nil && isHosted(file) {
		return fmt.Sprintf("a transaction of this process, which a store of InTx has written in, has been open for %v: commit it or roll it back, and use that store within it", s.busy)
	}
	return fmt.Sprintf("another transaction, of this process or another, has been writing for %v", s.busy)
}
