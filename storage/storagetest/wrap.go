package storagetest

import "github.com/leadtocash/leadtocash/storage"

// wrappedTx is a transaction whose wrapper decides about the commit, and which can
// therefore be joined whatever it wraps.
type wrappedTx struct {
	storage.Tx
	tenant storage.Tenant
	doom   error
}

// Tenant returns whose transaction it is.
func (tx *wrappedTx) Tenant() storage.Tenant { return tx.tenant }

// Doom makes the wrapper refuse to commit.
func (tx *wrappedTx) Doom(err error) {
	if tx.doom == nil {
		tx.doom = err
	}
}

// fate returns what the function of an update that returned err comes to.
func (tx *wrappedTx) fate(err error) error {
	if err == nil {
		err = tx.doom
	}
	return err
}
