// Corelint keeps the functional core functional. It checks the rules that hold
// for some files of a package and not for others, which no general linter
// knows how to say:
//
//   - core files do not talk to the world: no context, no logging, no files,
//     no network, no randomness, no storage
//   - core files ask no clock and invent no ids: both are handed in
//   - core files have no floating-point numbers
//   - decimals are divided and rounded only where arithmetic is at home
//   - nobody touches the process-wide switches of the decimal package
//
// Core files are all files of the packages in rules.go but tests and the
// exceptions listed there. Run it from the root:
//
//	go tool corelint ./...
package main

import "golang.org/x/tools/go/analysis/singlechecker"

func main() { singlechecker.Main(newAnalyzer(corePackages)) }
