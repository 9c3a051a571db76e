package main

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/kinds"
)

func server(t *testing.T) string {
	t.Helper()
	client, err := newClient()
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(api{client}.handler())
	t.Cleanup(s.Close)
	return s.URL
}

// The script runs as it says, and leaves a record of every kind.
func TestScript(t *testing.T) {
	t.Parallel()
	base := server(t)
	var out strings.Builder
	if err := play(t.Context(), base, script, &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, kind := range kinds.Kinds() {
		status, body, err := ask(t.Context(), base, scripted{method: "GET", path: "/" + string(kind)})
		var page struct{ Items []json.RawMessage }
		if err != nil || status != "200" || json.Unmarshal([]byte(body), &page) != nil || len(page.Items) == 0 {
			t.Errorf("%s: %s %s %v", kind, status, body, err)
		}
		if !strings.Contains(script, "/"+string(kind)+"?limit=1\n") {
			t.Errorf("the script does not list %s", kind)
		}
	}
}

// What an answer says besides its status.
func TestAnswers(t *testing.T) {
	t.Parallel()
	base := server(t)
	const id = "00000000-0000-4000-8000-0000000000aa"
	create := scripted{method: "POST", path: "/account/create", body: `{"id":"` + id + `","fields":{"name":"Meyer"}}`}
	edit := scripted{method: "PATCH", path: "/account/" + id, body: `{"name":"Huber"}`}
	for _, step := range []struct {
		name    string
		call    scripted
		headers []string
		status  string
		says    []string
	}{
		{"nobody", create, []string{"X-Actor", ""}, "403", []string{`"class":"permission"`}},
		{"no id", create, []string{"X-Actor", "me"}, "400", []string{`"field":"X-Actor"`}},
		{"a birth", create, []string{"Idempotency-Key", "k"}, "201", []string{`"name":"Meyer"`}},
		{"the same again", create, []string{"Idempotency-Key", "k"}, "201", []string{`"version":1`}},
		{"another under the key", scripted{method: "POST", path: "/account/create", body: `{}`}, []string{"Idempotency-Key", "k"}, "409", []string{`"code":"key_reused"`}},
		{"a version that is gone", edit, []string{"If-Match", `"7"`}, "412", []string{`"expected":7`}},
		{"no version", edit, []string{"If-Match", "x"}, "400", []string{`"field":"If-Match"`}},
		{"an edit", edit, []string{"If-Match", `"1"`}, "200", []string{`"version":2`, `"name":"Huber"`}},
		{"a preview", scripted{method: "POST", path: "/account/" + id + "/deactivate?preview"}, nil, "200", []string{`"status":"inactive"`}},
		{"a deactivation", scripted{method: "POST", path: "/account/" + id + "/deactivate"}, nil, "200", []string{`"status":"inactive"`}},
		{"what is possible instead", edit, nil, "409", []string{`"class":"state"`, `"allowed":[`, `"account.activate"`}},
		{"all faults", scripted{method: "POST", path: "/account/create", body: `{"fields":{"nmae":"x","industry":"magic"}}`}, nil, "400", []string{`"nearest":"name"`, `"allowed":[`, `"field":"fields.industry"`}},
		{"a kind", scripted{method: "GET", path: "/kinds/account"}, nil, "200", []string{`"name":"account.deactivate"`, `"$schema"`, `"flow":[`}},
		{"a limit", scripted{method: "GET", path: "/account?limit=1001"}, nil, "400", []string{`"field":"limit"`}},
	} {
		status, body, err := ask(t.Context(), base, step.call, step.headers...)
		if err != nil || status != step.status {
			t.Errorf("%s: %s %s %v", step.name, status, body, err)
		}
		for _, part := range step.says {
			if !strings.Contains(body, part) {
				t.Errorf("%s: %s is not in %s", step.name, part, body)
			}
		}
	}
}

// The API names no kind and no action, and is short.
func TestTheAPIIsMadeFromTheDescription(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(source), "\n"); n >= 300 {
		t.Errorf("it has %d lines", n)
	}
	for _, kind := range kinds.Kinds() {
		if strings.Contains(string(source), `"`+string(kind)+`"`) || strings.Contains(string(source), `"`+string(kind)+".") {
			t.Errorf("it names %s", kind)
		}
	}
}
