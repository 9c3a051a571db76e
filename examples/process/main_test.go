package main

import (
	"strings"
	"testing"
)

func TestTheLeadWalksThroughTheProcess(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	play(t.Context(), &out)
	const want = `flowchart LR
    check["Check<br/>lead"]
    board["Board<br/>lead"]
    develop["Develop<br/>opportunity"]
    END((end))
    check -->|"large"| board
    check -->|else| develop
    board --> develop
    develop --> END

▶ Check  ○ Board  ○ Develop
  [ ] Region
  [x] Budget

qualify refused: Region (stage_incomplete)

✓ Check  ▶ Board  ○ Develop
  [ ] Approved by the board

next refused: bpf: stage "develop" is entered by lead.qualify (process_refused)

✓ Check  ✓ Board  ▶ Develop
  [ ] Customer need

finished 1 of 1
  Check    reached 1, conversion 1, median 12h0m0s
  Board    reached 1, conversion 1, median 10h0m0s
  Develop  reached 1, conversion 1, median 6h0m0s
`
	if got := out.String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
