package main

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"
)

func TestCoreFilesStayPure(t *testing.T) {
	t.Parallel()
	analyzer := newAnalyzer(map[string]exceptions{
		"core": {
			shell:      []string{"client.go"},
			seam:       []string{"errors.go", "gone.go"},
			arithmetic: []string{"money.go"},
		},
	})
	analysistest.Run(t, analysistest.TestData(), analyzer, "core", "elsewhere")
}
