package actions

//go:generate go run ../internal/genactions -o action_names.go
