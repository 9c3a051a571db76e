package leadtocash

//go:generate go run ./internal/gendocs/write docs
