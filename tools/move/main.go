// Move rewrites a module that was written against the library as one package,
// so that it compiles with the library as several packages. Which name went
// where is said in names.tsv. Run it from the root:
//
//	go run ./tools/move -w DIR
//
// It does not matter whether the module requires the old library or the new
// one already. Local variables that stand in the way of the name of a package
// get another name; where something else stands in the way, the package is
// imported by a name that begins with l2c. Examples in tests are called after what
// they show, as go vet asks. Files that gofmt leaves alone are still left alone by
// it afterwards.
//
// A line of names.tsv has the old path, the old name, the new path and the new
// name. The names have these forms:
//
//	Name         Name          it went there
//	Type.Member  Type.Member   so did a field or method
//	Type.Method  Func          x.Method(y) is Func(x, y), Func(&x, y) or Func(*x, y) now
//	Name[Arg]    Name[p.Arg]   it went there for this type argument; p is what the
//	                           path of its package ends in, and may be left out if
//	                           that is the new path
//	Name[Arg]    Name          with this type argument it is a plain name now
//	Name()       Name[3]       the function needs the record as a type argument that
//	                           its third argument identifies, as ID[Record] says
//	any of them  -             it is gone, and so is the new path
//
// A method that is not called where it became a function, a type argument that
// is not in the table, and a type argument that cannot be found out are left to
// do by hand.
//
// The exit status is 1 if something is left to do by hand, and 2 if the command
// line cannot be understood.
package main

import (
	"bytes"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

const forms = `
Old and new names in the table:

	Name         Name          it went there
	Type.Member  Type.Member   so did a field or method
	Type.Method  Func          x.Method(y) is Func(x, y), Func(&x, y) or Func(*x, y) now
	Name[Arg]    Name[p.Arg]   it went there for this type argument; p is what the
	                           path of its package ends in, and may be left out if
	                           that is the new path
	Name[Arg]    Name          with this type argument it is a plain name now
	Name()       Name[3]       the function needs the record as a type argument that
	                           its third argument identifies, as ID[Record] says
	any of them  -             it is gone, and so is the new path
`

//go:embed names.tsv
var embedded []byte

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("move", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: move [-l] [-d] [-w] [-names file] dir")
		flags.PrintDefaults()
		fmt.Fprint(stderr, forms)
	}
	list := flags.Bool("l", false, "list the files that change and how many names in each; so it does without -d and -w")
	diff := flags.Bool("d", false, "show the changes")
	write := flags.Bool("w", false, "write the files")
	table := flags.String("names", "", "read the names from this `file`")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if flags.NArg() != 1 {
		flags.Usage()
		return 2
	}
	text := embedded
	if *table != "" {
		var err error
		if text, err = os.ReadFile(*table); err != nil {
			fmt.Fprintln(stderr, err)
			return 2
		}
	}
	names, err := parseNames(text)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	m, err := load(flags.Arg(0))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	left, err := m.move(names)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	status := 0
	for _, problem := range left {
		fmt.Fprintln(stderr, problem)
		status = 1
	}
	for _, f := range m.files {
		if bytes.Equal(f.src, f.old) {
			continue
		}
		if *list || !*diff && !*write {
			fmt.Fprintf(stdout, "%s: %d\n", f.name, f.changes)
		}
		if *diff {
			if err := showDiff(stdout, f); err != nil {
				fmt.Fprintln(stderr, err)
				status = 1
			}
		}
		if *write {
			if err := replaceFile(f.name, f.src); err != nil {
				fmt.Fprintln(stderr, err)
				status = 1
			}
		}
	}
	return status
}

// replaceFile writes a file as a whole or not at all.
func replaceFile(name string, content []byte) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(name), ".move-*")
	if err != nil {
		return err
	}
	_, err = temp.Write(content)
	err = errors.Join(err, temp.Chmod(info.Mode().Perm()), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}

func showDiff(w io.Writer, f *file) error {
	temp, err := os.CreateTemp("", "move-*.go")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(f.src)
	if err := errors.Join(err, temp.Close()); err != nil {
		return err
	}
	out, err := exec.Command("diff", "-u", "--label", f.name, "--label", f.name, f.name, temp.Name()).Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 1 {
		err = nil // diff says so that there are differences
	}
	if err != nil {
		return fmt.Errorf("diff: %w", err)
	}
	_, err = w.Write(out)
	return err
}
