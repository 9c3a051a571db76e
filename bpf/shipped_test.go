package bpf_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/bpf"
)

func shipped() []bpf.Definition {
	return []bpf.Definition{bpf.LeadToOpportunity(), bpf.OpportunitySales(), bpf.LeadToCash()}
}

func TestShippedProcessesSurviveARoundTrip(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("testdata/phone_to_case_process.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range append(shipped(), parse(t, string(body)), parse(t, sample)) {
		once, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		again := parse(t, string(once))
		twice, err := json.Marshal(again)
		if err != nil {
			t.Fatal(err)
		}
		if string(once) != string(twice) || !again.Equal(d) {
			t.Errorf("%s changed:\n%s\n%s", d.Name, once, twice)
		}
	}
}

func TestLeadProcessStartsWithContactAndAccount(t *testing.T) {
	t.Parallel()
	steps := bpf.LeadToOpportunity().Stages[0].Steps
	if steps[0].Label != "Identify Contact" || steps[1].Label != "Identify Account" {
		t.Errorf("the first steps are %q and %q", steps[0].Label, steps[1].Label)
	}
}

// TestGatesOfShippedProcesses compares every gate with its transcription.
func TestGatesOfShippedProcesses(t *testing.T) {
	t.Parallel()
	want := map[string]string{}
	for _, cells := range lines(t, "gates.txt") {
		gate := ""
		if len(cells) > 2 {
			gate = cells[2]
		}
		want[cells[0]+" "+strings.TrimSuffix(cells[1], " |")] = gate
	}
	stages := 0
	for _, d := range shipped() {
		for _, s := range d.Stages {
			stages++
			var gate []string
			for _, step := range s.Steps {
				if step.Required {
					gate = append(gate, step.Key)
				}
			}
			for _, c := range s.Exit {
				gate = append(gate, c.Rule.String())
			}
			if got := strings.Join(gate, ", "); got != want[d.Name+" "+s.Key] {
				t.Errorf("%s %s is gated by %q, want %q", d.Name, s.Key, got, want[d.Name+" "+s.Key])
			}
		}
	}
	if stages != len(want) {
		t.Errorf("%d stages, %d gates written down", stages, len(want))
	}
}

func TestPhoneToCase(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("testdata/phone_to_case_process.json")
	if err != nil {
		t.Fatal(err)
	}
	d := parse(t, string(body))
	v := values{"incident": {"customerid": "c1"}}
	i := start(t, d, facts(v))
	m, err := bpf.Next(d, i, bpf.NextOptions{}, facts(v))
	i = does(t, m, err)
	m, err = bpf.SetProgress(d, i, "research", "similar", bpf.Failure, facts(v))
	i = does(t, m, err)
	m, err = bpf.Next(d, i, bpf.NextOptions{}, facts(v)) // an action never gates
	i = does(t, m, err)
	_, err = bpf.Finish(d, i, bpf.NextOptions{}, facts(v))
	refused(t, err, bpf.ErrStageGate)
	v["incident"]["customercontacted"] = true
	m, err = bpf.Finish(d, i, bpf.NextOptions{}, facts(v))
	does(t, m, err)
	if len(m.Triggers) != 1 || m.Triggers[0].Run != "case.send_survey" {
		t.Errorf("got triggers %v", m.Triggers)
	}
}

// TestLeadToCashBranches: a large deal needs an approval.
func TestLeadToCashBranches(t *testing.T) {
	t.Parallel()
	d := bpf.LeadToCash()
	i := bpf.Instance{
		Slots:         map[string]bpf.Ref{"lead": {Entity: "lead", ID: "1"}, "opportunity": {Entity: "opportunity", ID: "2"}},
		TraversedPath: []string{"qualify", "develop"}, ActiveStage: "develop",
	}
	for value, want := range map[string]string{"99999.99": "propose", "100000.00": "approve", "": "propose"} {
		v := values{"opportunity": {}}
		if value != "" {
			v["opportunity"]["estimatedvalue"] = json.Number(value)
		}
		if got := bpf.Follows(d, i, "develop", facts(v)); got != want {
			t.Errorf("%q leads to %s, want %s", value, got, want)
		}
	}
	if got := fmt.Sprint(d.Phase("qualify"), d.Phase("approve"), d.Phase("bill")); got != "1-Qualify8-Approval9-Fulfill" {
		t.Errorf("got phases %s", got)
	}
}
