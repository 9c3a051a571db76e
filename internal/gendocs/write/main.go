// Command write writes the generated documents below the folder it is given.
package main

import (
	"fmt"
	"os"

	"github.com/leadtocash/leadtocash/internal/gendocs"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: write <folder of the documents>")
		os.Exit(2)
	}
	if err := gendocs.Write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
