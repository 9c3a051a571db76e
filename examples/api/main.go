// Command api is a JSON API over the library, made from its description alone: no
// kind and no action is named here.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

//go:embed script.sh
var script string

func main() {
	log.SetFlags(0)
	log.SetPrefix("api: ")
	listen := flag.String("listen", "", "serve at the `address`, localhost:8080, until interrupted")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "api serves a JSON API made from the description of the library. Without a flag it plays script.sh\nagainst itself and prints each call.")
		flag.PrintDefaults()
	}
	if flag.Parse(); flag.NArg() > 0 {
		log.Printf("unexpected argument %q", flag.Arg(0))
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	client, err := newClient()
	if err == nil && *listen != "" {
		err = serve(ctx, *listen, client)
	} else if err == nil {
		server := httptest.NewServer(api{client}.handler())
		defer server.Close()
		err = play(ctx, server.URL, script, os.Stdout)
	}
	if err != nil {
		log.Print(err)
		os.Exit(1) //nolint:gocritic // the server ends with the program
	}
}

func newClient() (*engine.Client, error) {
	return engine.New(memory.New(), engine.WithRequiredActor(), engine.WithStoredProcesses(),
		engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR, Approvals: []agreement.Rule{{
			Name: "above 20 %", When: []agreement.Condition{{Field: agreement.FieldDiscount, Operator: agreement.MoreThan, Value: "20"}},
			By: agreement.Approvers{ManagerOfOwner: true},
		}}}))
}

func serve(ctx context.Context, address string, client *engine.Client) error {
	server := &http.Server{Addr: address, Handler: api{client}.handler(), ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// api answers over HTTP what its client answers in Go.
type api struct{ client *engine.Client }

// call is one request on its way: who asks, and what the path names.
type call struct {
	*engine.Client
	*http.Request
	kind kinds.Kind
	id   uuid.UUID
	opts []engine.CallOption
}

// answer is what is sent back: a status and what has a JSON form.
type answer struct {
	status int
	body   any
}

func (a api) handler() http.Handler {
	mux := http.NewServeMux()
	for pattern, do := range map[string]func(*call) (answer, error){
		"GET /kinds":                 (*call).kinds,
		"GET /kinds/{kind}":          (*call).describe,
		"GET /option_sets":           (*call).optionSets,
		"GET /{kind}":                (*call).list,
		"GET /{kind}/{id}":           (*call).get,
		"GET /{kind}/{id}/history":   (*call).history,
		"GET /{kind}/{id}/actions":   (*call).explain,
		"POST /{kind}/{action}":      (*call).do,
		"POST /{kind}/{id}/{action}": (*call).do,
		"PATCH /{kind}/{id}":         (*call).patch,
		"DELETE /{kind}/{id}":        (*call).remove,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			c, err := a.read(r)
			var out answer
			if err == nil {
				out, err = do(c)
			}
			if err != nil {
				out = c.refused(err)
			}
			send(w, out)
		})
	}
	return mux
}

// read takes from headers and path what every call has: X-Actor is who acts, as the
// host's sign-in would tell; Idempotency-Key makes repeats safe; If-Match is a version.
func (a api) read(r *http.Request) (*call, error) {
	c := &call{Client: a.client, Request: r, kind: kinds.Kind(r.PathValue("kind"))}
	if _, known := engine.Describe(c.kind); c.kind != "" && !known {
		return c, record.Refusal(codes.ErrNotFound, "", "no such kind of record")
	}
	if actor := r.Header.Get("X-Actor"); actor != "" {
		id, err := uuid.Parse(actor)
		if err != nil {
			return c, record.Refusal(codes.ErrInvalid, "X-Actor", "not an id")
		}
		c.Client = c.As(record.User(id))
	}
	if key := r.Header.Get("Idempotency-Key"); key != "" {
		c.Client = c.Once(key)
	}
	if r.URL.Query().Has("preview") {
		c.Client = c.Preview()
	}
	if match := strings.Trim(r.Header.Get("If-Match"), `"`); match != "" {
		version, err := strconv.ParseInt(match, 10, 64)
		if err != nil {
			return c, record.Refusal(codes.ErrInvalid, "If-Match", "not a version")
		}
		c.opts = append(c.opts, engine.IfVersion(version))
	}
	if text := r.PathValue("id"); text != "" {
		id, err := uuid.Parse(text)
		if err != nil {
			return c, record.Refusal(codes.ErrNotFound, "", "not an id")
		}
		c.id = id
	}
	return c, nil
}

func (c *call) kinds() (answer, error) { return answer{200, kinds.Kinds()}, nil }

func (c *call) describe() (answer, error) {
	return answer{200, c.Describe(c.kind)}, nil
}

func (c *call) optionSets() (answer, error) { return answer{200, engine.DescribeOptionSets()}, nil }

// list reads a page: state, status, sort, desc, limit and after are its own, any other
// parameter is a field that refers to a record.
func (c *call) list() (answer, error) {
	q := engine.AnyQuery{Refs: map[string]uuid.UUID{}}
	for name, values := range c.URL.Query() {
		var err error
		switch text := values[0]; name {
		case "state":
			q.State = value.State{Key: text}
		case "status":
			q.Status = text
		case "sort":
			q.Order = engine.ListOrder(text)
		case "desc":
			q.Desc, err = strconv.ParseBool(text)
		case "limit":
			q.Limit, err = strconv.Atoi(text)
		case "after":
			q.After = engine.Cursor(text)
		default:
			q.Refs[name], err = uuid.Parse(text)
		}
		if err != nil {
			return answer{}, record.Refusal(codes.ErrInvalid, name, "cannot be read")
		}
	}
	page, err := c.Kind(c.kind).Page(c.Context(), q)
	return answer{200, page}, err
}

func (c *call) get() (answer, error) {
	body, err := c.Kind(c.kind).Get(c.Context(), c.id)
	return answer{200, body}, err
}

func (c *call) history() (answer, error) {
	entries := []engine.Entry{}
	for e, err := range c.History(c.Context(), record.Ref{Kind: c.kind, ID: c.id}) {
		if err != nil {
			return answer{}, err
		}
		entries = append(entries, e)
	}
	return answer{200, entries}, nil
}

// explain tells of each action whether it is possible now, and what is against it.
func (c *call) explain() (answer, error) {
	type verdict struct {
		Action  actions.Action  `json:"action"`
		To      []string        `json:"to,omitzero"`
		Reasons []record.Reason `json:"reasons,omitzero"`
	}
	verdicts, err := c.Kind(c.kind).Explain(c.Context(), c.id)
	list := make([]verdict, len(verdicts))
	for i, v := range verdicts {
		list[i] = verdict{v.Action, v.To, v.Reasons()}
	}
	return answer{200, list}, err
}

func (c *call) do() (answer, error) { return c.named(c.PathValue("action"), 201) }

func (c *call) patch() (answer, error) {
	c.opts = append(c.opts, engine.MergePatch())
	return c.named("edit", 200)
}

func (c *call) remove() (answer, error) { return c.named("delete", 200) }

// named carries out an action of the kind. The status is that of what makes a record.
func (c *call) named(verb string, made int) (answer, error) {
	input, err := io.ReadAll(io.LimitReader(c.Body, engine.InputBytes+1))
	if err != nil {
		return answer{}, err
	}
	out, err := c.Do(c.Context(), string(c.kind)+"."+verb, c.id, input, c.opts...)
	if c.id != uuid.Nil {
		made = 200
	}
	return answer{made, out}, err
}

// refused tells a refusal, and what could be done instead where the status is against
// it.
func (c *call) refused(err error) answer {
	var allowed []actions.Action
	if record.ClassOf(err) == codes.ClassState && c.id != uuid.Nil {
		verdicts, _ := c.Kind(c.kind).Explain(c.Context(), c.id)
		for _, v := range verdicts {
			if v.Err == nil {
				allowed = append(allowed, v.Action)
			}
		}
	}
	p := record.ProblemOf(err, "/codes/", allowed...)
	if p.Class == codes.ClassInternal {
		log.Print(err)
	}
	return answer{p.Status, p}
}

func send(w http.ResponseWriter, out answer) {
	w.Header().Set("Content-Type", "application/json")
	switch out.status {
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "1")
	}
	if _, refused := out.body.(record.Problem); refused {
		w.Header().Set("Content-Type", "application/problem+json")
	}
	w.WriteHeader(out.status)
	if err := json.NewEncoder(w).Encode(out.body); err != nil {
		log.Print(err)
	}
}
