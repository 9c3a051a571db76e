package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/storagetest"
	"github.com/leadtocash/leadtocash/value"
)

func upsertClient(t testing.TB, opts ...engine.ClientOption) *engine.Client {
	t.Helper()
	c, err := engine.New(storagetest.Reencode(memory.New()), append([]engine.ClientOption{engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR})}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// upsertKind is one of the kinds that have Upsert, with as much as a new one needs.
type upsertKind struct {
	kind   kinds.Kind
	fresh  string // the fields that a new one needs
	upsert func(context.Context, *engine.Client, engine.Key, any, ...engine.CallOption) (storedOf, error)
	close  func(context.Context, *engine.Client, uuid.UUID) error
	closed codes.Code // what its edit is refused with then
	blank  any        // its fields
}

// storedOf is an outcome of any kind.
type storedOf struct {
	record  record.Record
	created bool
}

func outcomeOf[R any](out engine.Upserted[R], err error) (storedOf, error) {
	return storedOf{any(&out.Record).(record.Record), out.Created}, err
}

var upsertKinds = []upsertKind{
	{
		kinds.Lead, `{"topic":"Desks","last_name":"Roe"}`,
		func(ctx context.Context, c *engine.Client, k engine.Key, fields any, opts ...engine.CallOption) (storedOf, error) {
			return outcomeOf(c.Leads().Upsert(ctx, k, fields, opts...))
		},
		func(ctx context.Context, c *engine.Client, id uuid.UUID) error {
			return errOf(c.Leads().Disqualify(ctx, record.LeadID{UUID: id}, leadtocash.DisqualifyLead{}))
		},
		codes.ErrReadOnly,
		leadtocash.LeadFields{},
	},
	{
		kinds.Account, `{"name":"Contoso"}`,
		func(ctx context.Context, c *engine.Client, k engine.Key, fields any, opts ...engine.CallOption) (storedOf, error) {
			return outcomeOf(c.Accounts().Upsert(ctx, k, fields, opts...))
		},
		func(ctx context.Context, c *engine.Client, id uuid.UUID) error {
			return errOf(c.Accounts().Deactivate(ctx, record.AccountID{UUID: id}, party.Deactivate{}))
		},
		codes.ErrInactive,
		party.AccountFields{},
	},
	{
		kinds.Contact, `{"last_name":"Roe"}`,
		func(ctx context.Context, c *engine.Client, k engine.Key, fields any, opts ...engine.CallOption) (storedOf, error) {
			return outcomeOf(c.Contacts().Upsert(ctx, k, fields, opts...))
		},
		func(ctx context.Context, c *engine.Client, id uuid.UUID) error {
			return errOf(c.Contacts().Deactivate(ctx, record.ContactID{UUID: id}, party.Deactivate{}))
		},
		codes.ErrInactive,
		party.ContactFields{},
	},
	{
		kinds.Product, `{"name":"Desk"}`,
		func(ctx context.Context, c *engine.Client, k engine.Key, fields any, opts ...engine.CallOption) (storedOf, error) {
			return outcomeOf(c.Products().Upsert(ctx, k, fields, opts...))
		},
		func(ctx context.Context, c *engine.Client, id uuid.UUID) error {
			group, err := c.UnitGroups().Create(ctx, catalog.CreateUnitGroup{Fields: catalog.UnitGroupFields{Name: "Pieces", Units: []catalog.Unit{{ID: record.UnitID{UUID: uuid.New()}, Name: "Piece"}}}})
			if err != nil {
				return err
			}
			_, err = c.Products().Upsert(ctx, engine.Key{ID: id}, map[string]any{"unit_group_id": group.ID, "default_unit_id": group.Units[0].ID})
			if err != nil {
				return err
			}
			return errOf(c.Products().Publish(ctx, record.ProductID{UUID: id}, catalog.PublishProduct{}))
		},
		codes.ErrReadOnly,
		catalog.ProductFields{},
	},
	{
		kinds.Seller, `{"name":"Ann"}`,
		func(ctx context.Context, c *engine.Client, k engine.Key, fields any, opts ...engine.CallOption) (storedOf, error) {
			return outcomeOf(c.Sellers().Upsert(ctx, k, fields, opts...))
		},
		func(ctx context.Context, c *engine.Client, id uuid.UUID) error {
			return errOf(c.Sellers().Deactivate(ctx, record.SellerID{UUID: id}, party.Deactivate{}))
		},
		codes.ErrInactive,
		party.SellerFields{},
	},
}

// keys are the ways to name a new record of the kind.
func (k upsertKind) keys() []engine.Key {
	keys := []engine.Key{{ID: uuid.New()}}
	switch k.kind {
	case kinds.Lead:
		keys = append(keys, engine.Key{SourceKey: "web-17"})
	case kinds.Product:
		keys = append(keys, engine.Key{Number: "D-1"})
	}
	return keys
}

func eachUpsert(t *testing.T, test func(*testing.T, upsertKind)) {
	t.Parallel()
	for _, k := range upsertKinds {
		t.Run(string(k.kind), func(t *testing.T) {
			t.Parallel()
			test(t, k)
		})
	}
}

// reasonAt is the code of the reason for the field, empty without one.
func reasonAt(err error, field string) codes.Code {
	for _, r := range record.ReasonsOf(err) {
		if r.Field == field {
			return r.Code
		}
	}
	return ""
}

func TestUpsertCreatesOrEditsTheOneThatIsThere(t *testing.T) {
	eachUpsert(t, func(t *testing.T, k upsertKind) {
		for _, key := range k.keys() {
			c := upsertClient(t)
			first, err := k.upsert(t.Context(), c, key, json.RawMessage(k.fresh))
			if err != nil || !first.created || first.record.Header().Version != 1 {
				t.Fatalf("%+v: got %+v, %v", key, first, err)
			}
			if id := first.record.Ref().ID; key.ID != uuid.Nil && id != key.ID {
				t.Errorf("the record has the id %s, the key %s", id, key.ID)
			}
			again, err := k.upsert(t.Context(), c, key, []byte(`{"custom":{"n":1}}`))
			if err != nil || again.created || again.record.Ref() != first.record.Ref() || again.record.Header().Version != 2 {
				t.Fatalf("%+v again: got %+v, %v", key, again, err)
			}
			same, err := k.upsert(t.Context(), c, key, map[string]any{})
			if err != nil || same.created || same.record.Header().Version != 2 {
				t.Errorf("with nothing to say: got %+v, %v", same, err)
			}
		}
	})
}

func TestUpsertNamesTheNewRecordAsTheKeyDoes(t *testing.T) {
	t.Parallel()
	c := upsertClient(t)
	lead, err := c.Leads().Upsert(t.Context(), engine.Key{SourceKey: "web-1"}, map[string]string{"topic": "Desks", "last_name": "Roe"})
	if err != nil || lead.Record.SourceKey != "web-1" || lead.Record.LastName != "Roe" {
		t.Errorf("got %+v, %v", lead, err)
	}
	desk, err := c.Products().Upsert(t.Context(), engine.Key{Number: "D-1"}, map[string]string{"name": "Desk"})
	if err != nil || desk.Record.ProductNumber != "D-1" {
		t.Errorf("got %+v, %v", desk, err)
	}
	chair, err := c.Products().Upsert(t.Context(), engine.Key{ID: uuid.New()}, map[string]string{"name": "Chair"})
	if err != nil || chair.Record.ProductNumber != "PRD-00001" {
		t.Errorf("got the number %s, %v", chair.Record.ProductNumber, err)
	}
	if _, err = c.Products().Upsert(t.Context(), engine.Key{ID: chair.Record.ID.UUID}, map[string]string{"name": "Stool"}); err != nil {
		t.Error(err)
	}
	next, err := c.Products().Create(t.Context(), catalog.CreateProduct{Fields: catalog.ProductFields{Name: "Lamp"}})
	if err != nil || next.ProductNumber != "PRD-00002" {
		t.Errorf("an edit used a number up: the next one is %s, %v", next.ProductNumber, err)
	}
}

func TestUpsertMakesWhatCreateMakes(t *testing.T) {
	t.Parallel()
	c, id := upsertClient(t).Preview(), record.LeadID{UUID: uuid.New()}
	made, err := c.Leads().Create(t.Context(), leadtocash.CreateLead{ID: id, SourceKey: "web-1", Fields: leadtocash.LeadFields{
		Topic: "Desks", LastName: "Roe", BudgetAmount: value.Some(money.EUR.MustAmount("9.90")), Address1: &party.Address{City: "Graz"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	upserted, err := c.Leads().Upsert(t.Context(), engine.Key{SourceKey: "web-1"}, map[string]any{
		"topic": "Desks", "last_name": "Roe", "budget_amount": "9.90", "address1": map[string]any{"city": "Graz"}, "custom": nil, "email1": nil,
	})
	if err != nil {
		t.Fatal(err)
	}
	made.ID, made.CreatedAt, made.UpdatedAt = upserted.Record.ID, upserted.Record.CreatedAt, upserted.Record.UpdatedAt
	if !reflect.DeepEqual(made, upserted.Record) {
		t.Errorf("Create makes\n%+v\nUpsert\n%+v", made, upserted.Record)
	}
}

func TestUpsertAbsentFieldsStayAndNullClears(t *testing.T) {
	t.Parallel()
	c, key := upsertClient(t), engine.Key{SourceKey: "web-17"}
	upsert := func(fields string) leadtocash.Lead {
		t.Helper()
		out, err := c.Leads().Upsert(t.Context(), key, json.RawMessage(fields))
		if err != nil {
			t.Fatal(err)
		}
		return out.Record
	}
	upsert(`{"topic":"Desks","last_name":"Roe","job_title":"Clerk","budget_amount":"9.90","rating":"hot","address1":{"city":"Graz","postal_code":"8010"},"address2":{"city":"Linz"},
		"estimated_close_date":"2026-03-01","number_of_employees":0,"decision_maker":true,"custom":{"region":"north","size":{"x":1,"y":null},"gone":null}}`)
	lead := upsert(`{"job_title":null,"budget_amount":null,"address1":{"city":null,"country":"AT"},"address2":null,"custom":{"region":null,"more":[1]}}`)
	want := leadtocash.LeadFields{
		Topic: "Desks", LastName: "Roe", Rating: leadtocash.RatingHot, Address1: &party.Address{PostalCode: "8010", Country: "AT"},
		EstimatedCloseDate: lead.EstimatedCloseDate, NumberOfEmployees: lead.NumberOfEmployees, DecisionMaker: true, Preferences: lead.Preferences,
	}
	if !reflect.DeepEqual(lead.LeadFields, want) || lead.EstimatedCloseDate.String() != "2026-03-01" || lead.NumberOfEmployees.String() != "0" {
		t.Errorf("got  %+v\nwant %+v", lead.LeadFields, want)
	}
	if got, err := json.Marshal(lead.Custom); err != nil || string(got) != `{"more":[1],"size":{"x":1,"y":null}}` {
		t.Errorf("custom is %s, %v", got, err)
	}
	if lead = upsert(`{"custom":null,"rating":null}`); len(lead.Custom) > 0 || lead.Rating != 0 {
		t.Errorf("after clearing all: custom %v, rating %s", lead.Custom, lead.Rating)
	}
	_, err := c.Leads().Upsert(t.Context(), key, json.RawMessage(`{"topic":null}`))
	if reasonAt(err, "fields.topic") != codes.ErrMissingField {
		t.Errorf("without a topic: got %v", err)
	}
}

// Every field can be cleared by itself, or says that it is needed; and nothing that
// there is changes by an edit of something else.
func TestUpsertClearsEveryField(t *testing.T) {
	eachUpsert(t, func(t *testing.T, k upsertKind) {
		c, key := upsertClient(t), engine.Key{ID: uuid.New()}
		if _, err := k.upsert(t.Context(), c, key, json.RawMessage(k.fresh)); err != nil {
			t.Fatal(err)
		}
		names := jsonNames(reflect.TypeOf(k.blank))
		if len(names) < 5 {
			t.Fatalf("there are only the fields %v", names)
		}
		for _, name := range names {
			_, err := k.upsert(t.Context(), c, key, map[string]any{name: nil})
			if err != nil && reasonAt(err, "fields."+name) != codes.ErrMissingField {
				t.Errorf("%s: null: got %v", name, err)
			}
			_, err = k.upsert(t.Context(), c, key, json.RawMessage(fmt.Sprintf(`{%q:[{"no":[]}]}`, name)))
			if !slices.ContainsFunc(record.ReasonsOf(err), func(r record.Reason) bool { return strings.HasPrefix(r.Field, "fields."+name) }) {
				t.Errorf("%s: what cannot be read: got %v", name, err)
			}
		}
	})
}

func jsonNames(t reflect.Type) (names []string) {
	for i := range t.NumField() {
		sf := t.Field(i)
		if name, _, _ := strings.Cut(sf.Tag.Get("json"), ","); name != "" {
			names = append(names, name)
		} else if sf.Anonymous {
			names = append(names, jsonNames(sf.Type)...)
		}
	}
	return names
}

func TestUpsertFaultsNameTheirPath(t *testing.T) {
	t.Parallel()
	c := upsertClient(t)
	for fields, want := range map[string][]string{
		`{"topic":17,"budget_amount":"x"}`:              {"fields.topic", "fields.budget_amount"},
		`{"topik":"Desks","last_nam":null}`:             {"fields.topik", "fields.last_nam"},
		`{"Topic":"Desks"}`:                             {"fields.Topic"},
		`{"topic":"Desks","topic":"Chairs"}`:            {"fields.topic"},
		`{"address1":{"town":"Graz"}}`:                  {"fields.address1.town"},
		`{"address1":{"city":1}}`:                       {"fields.address1.city"},
		`{"address1":{"city":"Graz","city":null}}`:      {"fields.address1.city"},
		`{"custom":7}`:                                  {"custom"},
		`{"custom":{},"custom":{"a":1}}`:                {"custom"},
		`{"custom":{"a":1,"a":2}}`:                      {"custom.a"},
		`{"custom":{"a":{"b":1,"b":2}},"topic":"D"}`:    {"custom.a"},
		`{"last_name":"Roe"}`:                           {"fields.topic"},
		`{"topic":"D","last_name":"R","email1":"a\nb"}`: {"fields.email1"},
		`[]`: {"fields"}, `null`: {"fields"}, `"topic"`: {"fields"}, `{"topic":`: {"fields"}, ``: {"fields"},
	} {
		_, err := c.Leads().Upsert(t.Context(), engine.Key{SourceKey: "web-1"}, json.RawMessage(fields))
		var e *record.Error
		if !errors.As(err, &e) || e.Kind != kinds.Lead || e.Action == 0 {
			t.Errorf("%s: got %v", fields, err)
			continue
		}
		for _, path := range want {
			if reasonAt(err, path) == "" {
				t.Errorf("%s: got %v, want a reason for %s", fields, err, path)
			}
		}
	}
	for _, fields := range []any{nil, 7, make(chan int), []string{"topic"}} {
		if _, err := c.Leads().Upsert(t.Context(), engine.Key{SourceKey: "web-1"}, fields); reasonAt(err, "fields") != codes.ErrInvalid {
			t.Errorf("%v: got %v", fields, err)
		}
	}
	if n, err := c.Leads().Count(t.Context(), engine.LeadQuery{}); n != 0 || err != nil {
		t.Errorf("there are %d leads, %v", n, err)
	}
}

func TestUpsertTakesOneKeyThatTheKindHas(t *testing.T) {
	eachUpsert(t, func(t *testing.T, k upsertKind) {
		c, id := upsertClient(t), uuid.New()
		has := k.keys()
		for _, key := range []engine.Key{
			{}, {SourceKey: "web-17"}, {Number: "D-1"}, {ID: id, SourceKey: "web-17"}, {ID: id, Number: "D-1"}, {SourceKey: "web-17", Number: "D-1"},
		} {
			_, err := k.upsert(t.Context(), c, key, json.RawMessage(k.fresh))
			if takes := slices.Contains(has, key); takes != (err == nil) || !takes && reasonAt(err, "key") != codes.ErrInvalid {
				t.Errorf("%+v: got %v", key, err)
			}
		}
	})
	t.Run("text", func(t *testing.T) {
		c := upsertClient(t)
		_, err := c.Leads().Upsert(t.Context(), engine.Key{SourceKey: strings.Repeat("x", 301)}, json.RawMessage(`{}`))
		if reasonAt(err, "source_key") != codes.ErrTooLong {
			t.Errorf("got %v", err)
		}
		_, err = c.Products().Upsert(t.Context(), engine.Key{Number: "a\x00"}, json.RawMessage(`{}`))
		if reasonAt(err, "product_number") != codes.ErrInvalid {
			t.Errorf("got %v", err)
		}
	})
}

func TestUpsertOfAClosedRecordIsTheRefusalOfItsEdit(t *testing.T) {
	eachUpsert(t, func(t *testing.T, k upsertKind) {
		for _, key := range k.keys() {
			c := upsertClient(t)
			out, err := k.upsert(t.Context(), c, key, json.RawMessage(k.fresh))
			if err != nil {
				t.Fatal(err)
			}
			if err := k.close(t.Context(), c, out.record.Ref().ID); err != nil {
				t.Fatal(err)
			}
			if _, err = k.upsert(t.Context(), c, key, json.RawMessage(k.fresh)); !errors.Is(err, k.closed) {
				t.Errorf("%+v: got %v, want %s", key, err, k.closed)
			}
		}
	})
}

func TestUpsertsAtOnceCreateOne(t *testing.T) {
	eachUpsert(t, func(t *testing.T, k upsertKind) {
		for _, key := range k.keys() {
			const rivals = 16
			c := upsertClient(t)
			var outs [rivals]storedOf
			var errs [rivals]error
			var all sync.WaitGroup
			for i := range rivals {
				all.Go(func() {
					c := c.As(record.Actor{Kind: record.ActorUser, ID: uuid.New()})
					var fields map[string]any
					if errs[i] = json.Unmarshal([]byte(k.fresh), &fields); errs[i] == nil {
						fields["custom"] = map[string]any{fmt.Sprint("n", i): i}
						outs[i], errs[i] = k.upsert(context.Background(), c, key, fields)
					}
				})
			}
			all.Wait()
			created, last := 0, outs[0]
			for i, out := range outs {
				if errs[i] != nil {
					t.Fatal(errs[i])
				}
				if out.created {
					created++
				}
				if out.record.Ref() != last.record.Ref() {
					t.Errorf("there are %s and %s", out.record.Ref(), last.record.Ref())
				}
				if out.record.Header().Version > last.record.Header().Version {
					last = out
				}
			}
			if h := last.record.Header(); created != 1 || h.Version != rivals || len(h.Custom) != rivals {
				t.Errorf("%+v: %d created, the last version is %d with %d custom values", key, created, h.Version, len(h.Custom))
			}
		}
	})
}

// asks notes what the authorizer, guards, hooks and interceptors are asked.
type asks struct {
	engine.AllowAll
	denied actions.Action
	asked  *[]string
}

func (a asks) Authorize(_ context.Context, r engine.Request) error {
	*a.asked = append(*a.asked, "may "+r.Action.String())
	if r.Action == a.denied {
		return errNotAllowed
	}
	return nil
}

func TestUpsertGoesTheWayOfCreateAndEdit(t *testing.T) {
	t.Parallel()
	var asked []string
	guard := func(do actions.Action) engine.Guard {
		return engine.Guard{Action: do, Code: "host", Text: "host", Holds: func(engine.GuardRequest) bool {
			asked = append(asked, "guard "+do.String())
			return true
		}}
	}
	c := upsertClient(
		t, engine.WithAuthorizer(asks{asked: &asked}), engine.WithGuard(guard(actions.LeadCreate)), engine.WithGuard(guard(actions.LeadCapture)), engine.WithGuard(guard(actions.LeadEdit)),
		engine.WithBeforeCommit(func(_ context.Context, _ storage.Tx, o engine.Outcome) error {
			asked = append(asked, fmt.Sprintf("hook %T %s", o.Result, o.Events[0].Type))
			return nil
		}),
		engine.WithInterceptor(func(ctx context.Context, call *engine.Call, next func(context.Context) error) error {
			err := next(ctx)
			asked = append(asked, fmt.Sprint("told ", call.Action, " ", call.Ref.ID != uuid.Nil))
			return err
		}),
	)
	id := uuid.New()
	for _, step := range []struct {
		key   engine.Key
		do    actions.Action
		event string
		told  bool
	}{
		{engine.Key{ID: id}, actions.LeadCreate, "lead.created", false},
		{engine.Key{ID: id}, actions.LeadEdit, "lead.edited", true},
		{engine.Key{SourceKey: "web-1"}, actions.LeadCapture, "lead.captured", false},
		{engine.Key{SourceKey: "web-1"}, actions.LeadEdit, "lead.edited", true},
	} {
		asked = nil
		if _, err := c.Leads().Upsert(t.Context(), step.key, map[string]any{"topic": uuid.NewString(), "last_name": "Roe"}); err != nil {
			t.Fatal(err)
		}
		want := []string{
			"may " + step.do.String(), "guard " + step.do.String(), "hook *record.Change[github.com/leadtocash/leadtocash.Lead] " + step.event,
			fmt.Sprint("told ", step.do, " ", step.told),
		}
		if !slices.Equal(asked, want) {
			t.Errorf("%+v: asked %q, want %q", step.key, asked, want)
		}
	}
}

func TestUpsertNeedsTheRightOfWhatItDoes(t *testing.T) {
	t.Parallel()
	store, asked := memory.New(), []string{}
	client := func(denied actions.Action) *engine.Client {
		c, err := engine.New(store, engine.WithAuthorizer(asks{denied: denied, asked: &asked}))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	key, fields := engine.Key{SourceKey: "web-1"}, map[string]any{"topic": "Desks", "last_name": "Roe"}
	if _, err := client(actions.LeadCapture).Leads().Upsert(t.Context(), key, fields); !errors.Is(err, codes.ErrDenied) {
		t.Errorf("creating: got %v", err)
	}
	if _, err := client(actions.LeadEdit).Leads().Upsert(t.Context(), key, fields); err != nil {
		t.Errorf("creating: got %v", err)
	}
	if _, err := client(actions.LeadEdit).Leads().Upsert(t.Context(), key, fields); !errors.Is(err, codes.ErrDenied) {
		t.Errorf("editing: got %v", err)
	}
	if _, err := client(actions.LeadCapture).Leads().Upsert(t.Context(), key, fields); err != nil {
		t.Errorf("editing: got %v", err)
	}
}

func TestUpsertDoesNotFindWhatTheActorMayNotSee(t *testing.T) {
	t.Parallel()
	store := memory.New()
	c := seed(t.Context(), t, store)
	captured, err := c.Leads().Upsert(t.Context(), engine.Key{SourceKey: "web-1"}, map[string]any{"topic": "Secret", "last_name": "Roe"})
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := engine.New(store, engine.WithAuthorizer(seesOwned{}))
	if err != nil {
		t.Fatal(err)
	}
	stranger = stranger.As(record.Actor{Kind: record.ActorUser, ID: uuid.New()})
	before := dumped(t, store)
	for key, want := range map[engine.Key]codes.Code{
		{ID: captured.Record.ID.UUID}: codes.ErrConflict, {SourceKey: "web-1"}: codes.ErrTaken,
	} {
		_, err := stranger.Leads().Upsert(t.Context(), key, map[string]any{"topic": "Mine", "last_name": "Roe"})
		if !errors.Is(err, want) || strings.Contains(fmt.Sprint(err), "Secret") {
			t.Errorf("%+v: got %v, want %s", key, err, want)
		}
	}
	if after := dumped(t, store); after != before {
		t.Error("something changed")
	}
}

// seesOwned lets everybody see his own.
type seesOwned struct{ engine.AllowAll }

func (seesOwned) Scope(_ context.Context, a record.Actor, _ kinds.Kind) ([]storage.Cond, error) {
	return []storage.Cond{{Field: storage.FieldOwner, Op: storage.OpEq, Values: []any{a.ID}}}, nil
}

func TestUpsertOfADeletedIDIsAConflict(t *testing.T) {
	t.Parallel()
	c, key := upsertClient(t), engine.Key{ID: uuid.New()}
	if _, err := c.Accounts().Upsert(t.Context(), key, map[string]any{"name": "Contoso"}); err != nil {
		t.Fatal(err)
	}
	if err := c.Accounts().Delete(t.Context(), record.AccountID{UUID: key.ID}, record.DeleteRecord{}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Accounts().Upsert(t.Context(), key, map[string]any{"name": "Contoso"}); !errors.Is(err, codes.ErrConflict) || reasonAt(err, "id") != codes.ErrConflict {
		t.Errorf("got %v", err)
	}
}

func TestUpsertIfVersion(t *testing.T) {
	eachUpsert(t, func(t *testing.T, k upsertKind) {
		for _, key := range k.keys() {
			c := upsertClient(t)
			if _, err := k.upsert(t.Context(), c, key, json.RawMessage(k.fresh), engine.IfVersion(1)); !errors.Is(err, codes.ErrNotFound) {
				t.Errorf("of none: got %v", err)
			}
			if out, err := k.upsert(t.Context(), c, key, json.RawMessage(k.fresh)); err != nil || !out.created {
				t.Fatalf("got %+v, %v", out, err)
			}
			if _, err := k.upsert(t.Context(), c, key, json.RawMessage(k.fresh), engine.IfVersion(2)); !errors.Is(err, codes.ErrConflict) {
				t.Errorf("of another: got %v", err)
			}
			if _, err := k.upsert(t.Context(), c, key, json.RawMessage(k.fresh), engine.IfVersion(1)); err != nil {
				t.Errorf("of this: got %v", err)
			}
		}
	})
}

func TestUpsertOncePreviewAtomic(t *testing.T) {
	eachUpsert(t, func(t *testing.T, k upsertKind) {
		for _, key := range k.keys() {
			c, other := upsertClient(t), `{"custom":{"n":1}}`
			preview, err := k.upsert(t.Context(), c.Preview(), key, json.RawMessage(k.fresh))
			if err != nil || !preview.created {
				t.Errorf("preview: got %+v, %v", preview, err)
			}
			first, err := k.upsert(t.Context(), c.Once("a"), key, json.RawMessage(k.fresh))
			if err != nil || !first.created {
				t.Fatalf("once: got %+v, %v", first, err)
			}
			if _, err := k.upsert(t.Context(), c, key, json.RawMessage(other)); err != nil {
				t.Fatal(err)
			}
			again, err := k.upsert(t.Context(), c.Once("a"), key, json.RawMessage(k.fresh))
			if err != nil || !again.created || !reflect.DeepEqual(first.record, again.record) {
				t.Errorf("once again: got %+v, %v, first %+v", again.record, err, first.record)
			}
			if _, err := k.upsert(t.Context(), c.Once("a"), key, json.RawMessage(other)); !errors.Is(err, codes.ErrKeyReused) {
				t.Errorf("once for something else: got %v", err)
			}
			edit, err := k.upsert(t.Context(), c.Once("b"), key, json.RawMessage(`{"custom":{"n":2}}`))
			if err != nil || edit.created {
				t.Errorf("once an edit: got %+v, %v", edit, err)
			}
			if again, err := k.upsert(t.Context(), c.Once("b"), key, json.RawMessage(`{"custom":{"n":2}}`)); err != nil || again.created || !reflect.DeepEqual(edit.record, again.record) {
				t.Errorf("once an edit again: got %+v, %v", again, err)
			}
		}
		for _, key := range k.keys() {
			c := upsertClient(t)
			err := c.Atomic(t.Context(), func(ctx context.Context, c *engine.Client) error {
				for n := range 3 {
					out, err := k.upsert(ctx, c, key, json.RawMessage(k.fresh))
					if err != nil || out.created != (n == 0) {
						t.Errorf("atomic %d: got %+v, %v", n, out, err)
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
}

// What the caller has and what is stored share no memory.
func TestUpsertSharesNothing(t *testing.T) {
	t.Parallel()
	store := memory.New()
	c, err := engine.New(store)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		out, err := c.Leads().Upsert(t.Context(), engine.Key{SourceKey: "web-1"}, json.RawMessage(`{"topic":"Desks","last_name":"Roe","address1":{"city":"Graz"},"custom":{"a":1}}`))
		if err != nil {
			t.Fatal(err)
		}
		out.Record.Address1.City, out.Record.Custom["a"] = "Linz", json.RawMessage("2")
		lead, err := c.Leads().Get(t.Context(), out.Record.ID)
		if err != nil || lead.Address1.City != "Graz" || string(lead.Custom["a"]) != "1" {
			t.Errorf("stored is %+v, %v", lead, err)
		}
	}
}
