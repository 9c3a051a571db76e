package leadtocash

//go:generate go run ./internal/genactions -prefix Action -o action_names.go
//go:generate go run ./internal/gendocs/write docs
