package einvoice

import (
	_ "embed"
	"strings"
	"sync"
)

// The lists of codes that EN 16931 asks for, as the validation artefacts of CEN/TC 434
// have them in release 1.3.16 (2026-04-10), and the electronic addresses that Peppol
// takes as of release 3.0.19 (May 2025). The first word of a line that is not indented
// names a list, the lines below have its codes.
//
//go:embed codelists.txt
var codeLists string

var lists = sync.OnceValue(func() map[string]map[string]bool {
	all := map[string]map[string]bool{}
	var list map[string]bool
	for line := range strings.Lines(codeLists) {
		if !strings.HasPrefix(line, "\t") {
			list = map[string]bool{}
			all[strings.TrimSpace(line)] = list
			continue
		}
		for code := range strings.FieldsSeq(line) {
			list[code] = true
		}
	}
	return all
})

// listed reports whether the code is in the list.
func listed(list, code string) bool { return lists()[list][code] }
