package insight_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/record"
)

// vectorFiles are the project's own and those that LEADTOCASH_INSIGHT_VECTORS names
// (colon-separated, same form).
func vectorFiles() []string {
	return append([]string{filepath.Join("testdata", "insight-vectors.json")}, filepath.SplitList(os.Getenv("LEADTOCASH_INSIGHT_VECTORS"))...)
}

type vector struct {
	ID       string          `json:"id"`
	Measure  string          `json:"measure"`
	Title    string          `json:"title"`
	Settings vectorSettings  `json:"settings"`
	Params   vectorParams    `json:"params"`
	Data     vectorData      `json:"data"`
	Expect   json.RawMessage `json:"expect"`
}

func readVectors(t *testing.T, file string) (list []vector) {
	t.Helper()
	var content struct {
		Vectors []vector `json:"vectors"`
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &content); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return content.Vectors
}

func TestInsightVectors(t *testing.T) {
	t.Parallel()
	for _, file := range vectorFiles() {
		for _, v := range readVectors(t, file) {
			t.Run(v.ID, func(t *testing.T) {
				t.Parallel()
				v.check(t)
			})
		}
	}
}

// check asks the measure of a vector, and compares what it expects.
func (v *vector) check(t *testing.T) {
	measure := measures[v.Measure]
	if measure == nil {
		t.Skipf("measure %q is not there", v.Measure)
	}
	var behind []insight.Contribution
	p := v.params(t)
	p.Behind = func(c insight.Contribution) { behind = append(behind, c) }
	got, err := measure(t, v, p)

	var want struct {
		Error   codes.Code `json:"error"`
		IDs     []string   `json:"ids"`
		Figures []any      `json:"figures"`
	}
	if err := json.Unmarshal(v.Expect, &want); err != nil {
		t.Fatal(err)
	}
	if want.Error != "" {
		var refused *record.Error
		if !errors.As(err, &refused) || refused.Code != want.Error || !slices.Equal(idsOf(refused), want.IDs) {
			t.Fatalf("got %v of %v, want %s of %v", err, idsOf(refused), want.Error, want.IDs)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		Figures []any `json:"figures"`
	}
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Figures) != len(want.Figures) {
		t.Fatalf("%d figures, want %d: %s", len(report.Figures), len(want.Figures), text)
	}
	for n := range want.Figures {
		name(want.Figures[n].(map[string]any), report.Figures[n].(map[string]any), behind)
		compare(t, fmt.Sprintf("figures[%d]", n), report.Figures[n], want.Figures[n])
	}
}

func idsOf(e *record.Error) (ids []string) {
	if e == nil {
		return nil
	}
	for _, r := range e.Reasons {
		list, _ := r.Params["ids"].([]string)
		ids = append(ids, list...)
	}
	return ids
}

// name puts the ids behind a figure where the vector has them.
func name(want, got map[string]any, behind []insight.Contribution) {
	currency, _ := want["currency"].(string)
	inside := func(c insight.Contribution) bool { return c.Currency.String() == currency || currency == "" }
	put := func(want, got any, of func(insight.Contribution) bool) {
		w, ok := want.(map[string]any)
		if _, asked := w["of"]; !ok || !asked {
			return
		}
		ids := []string{}
		for _, c := range behind {
			if inside(c) && of(c) {
				ids = append(ids, c.ID)
			}
		}
		slices.Sort(ids)
		list := []any{}
		for _, id := range slices.Compact(ids) {
			list = append(list, id)
		}
		got.(map[string]any)["of"] = list
	}
	all := func(insight.Contribution) bool { return true }
	put(want, got, all)
	if _, ok := want["total"].(map[string]any); ok {
		put(want["total"], got["total"], all)
	}
	for _, group := range []string{"parts", "memo"} {
		for part := range asMap(want[group]) {
			put(asMap(want[group])[part], asMap(got[group])[part], func(c insight.Contribution) bool { return c.Part == part })
		}
	}
	wantRows, _ := want["rows"].([]any)
	gotRows, _ := got["rows"].([]any)
	for n := range min(len(wantRows), len(gotRows)) {
		key := rowKey(asMap(wantRows[n]))
		put(wantRows[n], gotRows[n], func(c insight.Contribution) bool { return slices.Equal(c.Key, key) && c.Part != "in_progress" })
	}
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// rowKey is the key of a row, whatever its measure calls it.
func rowKey(row map[string]any) (key []string) {
	for _, member := range []string{"key", "owner", "goal", "customer"} {
		switch v := row[member].(type) {
		case string:
			return []string{v}
		case []any:
			key = []string{}
			for _, part := range v {
				key = append(key, part.(string))
			}
			return key
		}
	}
	return nil
}

// compare looks at every member that is expected.
func compare(t *testing.T, path string, got, want any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		have, ok := got.(map[string]any)
		if !ok {
			t.Errorf("%s = %v, want an object", path, got)
			return
		}
		for member := range want {
			if _, there := have[member]; !there {
				t.Errorf("%s has no %s", path, member)
				continue
			}
			compare(t, path+"."+member, have[member], want[member])
		}
	case []any:
		have, ok := got.([]any)
		if !ok || len(have) != len(want) {
			t.Errorf("%s = %v, want %v", path, got, want)
			return
		}
		for n := range want {
			compare(t, fmt.Sprintf("%s[%d]", path, n), have[n], want[n])
		}
	default:
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s = %v, want %v", path, got, want)
		}
	}
}
