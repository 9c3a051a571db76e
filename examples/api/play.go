package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
)

// actor is who acts in the script.
const actor = "00000000-0000-4000-8000-00000000000a"

// scripted is a line of script.sh: a call and the status of its answer.
type scripted struct{ status, method, path, body string }

// calls yields the calls of a script.
func calls(script string) iter.Seq[scripted] {
	return func(yield func(scripted) bool) {
		for line := range strings.Lines(script) {
			rest, is := strings.CutPrefix(line, "call ")
			if !is {
				continue
			}
			words, body, _ := strings.Cut(strings.TrimSpace(rest), " '")
			w := strings.Fields(words)
			if len(w) == 3 && !yield(scripted{w[0], w[1], w[2], strings.TrimSuffix(body, "'")}) {
				return
			}
		}
	}
}

// ask makes a call.
func ask(ctx context.Context, base string, c scripted, headers ...string) (status, body string, err error) {
	r, err := http.NewRequestWithContext(ctx, c.method, base+c.path, strings.NewReader(c.body))
	if err != nil {
		return "", "", err
	}
	r.Header.Set("X-Actor", actor)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", "", err
	}
	defer answer.Body.Close() //nolint:errcheck // it is read to its end
	text, err := io.ReadAll(answer.Body)
	return fmt.Sprint(answer.StatusCode), string(text), err
}

// play makes the calls of a script and prints them; one that is answered otherwise than
// it says is an error.
func play(ctx context.Context, base, script string, out io.Writer) error {
	for c := range calls(script) {
		status, body, err := ask(ctx, base, c)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, status, c.method, c.path); err != nil {
			return err
		}
		if status != c.status {
			return fmt.Errorf("%s %s %s: want %s, got %s: %s", c.method, c.path, c.body, c.status, status, strings.TrimSpace(body))
		}
	}
	return nil
}
