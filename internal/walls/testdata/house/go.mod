module github.com/leadtocash/leadtocash

go 1.25.0
