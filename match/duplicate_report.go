package match

import (
	"cmp"
	"slices"

	"github.com/leadtocash/leadtocash/record"
)

// DuplicateReport is what a search of all records of a kind for duplicates
// found.
type DuplicateReport struct {
	Records int             `json:"records"` // looked at
	Pairs   []DuplicatePair `json:"pairs,omitzero"`
	// Clusters are the records that pairs join, directly or through others, the
	// largest first; within one, the records stand in the order they were looked
	// at.
	Clusters [][]record.Ref `json:"clusters,omitzero"`
	// Crowded are keys that so many records share that they say nothing; those
	// records were not compared because of them.
	Crowded []string `json:"crowded,omitzero"`
}

// DuplicatePair are two records that may be the same.
type DuplicatePair struct {
	A        record.Ref `json:"a"`
	B        record.Ref `json:"b"` // looked at after A
	Likeness Likeness   `json:"likeness"`
}

// crowd is how many records a key may bring together to be compared.
const crowd = 1000

// DuplicateSearch compares records that have a key in common, and no others.
type DuplicateSearch struct {
	Matcher Matcher
	records []record.Record
	ByKey   map[string][]int
	keys    []string // in the order they turned up
}

// Add takes up a record to be only read.
func (s *DuplicateSearch) Add(d record.Record) {
	n := len(s.records)
	s.records = append(s.records, d)
	for _, key := range s.Matcher.Keys(d) {
		list, known := s.ByKey[key]
		if !known {
			s.keys = append(s.keys, key)
		}
		if len(list) == 0 || list[len(list)-1] != n {
			s.ByKey[key] = append(list, n)
		}
	}
}

// Report compares what was taken up.
func (s *DuplicateSearch) Report() DuplicateReport {
	r := DuplicateReport{Records: len(s.records)}
	type pair struct{ a, b int }
	compared := map[pair]bool{}
	leader := make([]int, len(s.records))
	for i := range leader {
		leader[i] = i
	}
	find := func(i int) int {
		for leader[i] != i {
			leader[i] = leader[leader[i]]
			i = leader[i]
		}
		return i
	}
	for _, key := range s.keys {
		list := s.ByKey[key]
		if len(list) > crowd {
			r.Crowded = append(r.Crowded, key)
			continue
		}
		for i, b := range list {
			for _, a := range list[:i] {
				if compared[pair{a, b}] {
					continue
				}
				compared[pair{a, b}] = true
				if l := s.Matcher.Match(s.records[a], s.records[b]); l.Score > 0 {
					r.Pairs = append(r.Pairs, DuplicatePair{s.records[a].Ref(), s.records[b].Ref(), l})
					x, y := find(a), find(b)
					leader[max(x, y)] = min(x, y)
				}
			}
		}
	}
	members := map[int][]record.Ref{}
	for i, d := range s.records {
		members[find(i)] = append(members[find(i)], d.Ref())
	}
	for i := range s.records {
		if len(members[i]) > 1 {
			r.Clusters = append(r.Clusters, members[i])
		}
	}
	slices.SortStableFunc(r.Clusters, func(a, b []record.Ref) int { return cmp.Compare(len(b), len(a)) })
	return r
}
