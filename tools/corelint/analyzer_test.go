package main

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"
)

func TestCoreFilesStayPure(t *testing.T) {
	t.Parallel()
	analyzer := newAnalyzer(map[string]exceptions{
		"core": {arithmetic: []string{"money.go", "gone.go"}},
	})
	analysistest.Run(t, analysistest.TestData(), analyzer, "core", "elsewhere")
}
