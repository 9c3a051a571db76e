package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// door is the way to one action by its name: the method of a service, behind types
// that are the same for all.
type door struct {
	name             string
	action           actions.Action // that it is, or that it counts as
	birth            bool           // the id is that of the new record
	anonymous        bool           // it takes no id
	reads            bool           // it changes nothing
	optionless       bool           // it takes no options
	kept             bool           // the command is a record, whose unknown members are kept
	command, outcome reflect.Type
	do               func(ctx context.Context, c *Client, id uuid.UUID, cmd any, opts []CallOption) (any, error) // cmd points to the command
}

// does is the door to a method on a stored record.
func does[S, C, O any, K record.Kinded](a actions.Action, service func(*Client) S, method func(S, context.Context, record.ID[K], C, ...CallOption) (O, error)) door {
	return doorTo[C, O](a, func(ctx context.Context, c *Client, id uuid.UUID, cmd *C, opts []CallOption) (O, error) {
		return method(service(c), ctx, record.ID[K]{UUID: id}, *cmd, opts...)
	})
}

// makes is the door to a method that makes a record.
func makes[S, C, O any](a actions.Action, service func(*Client) S, method func(S, context.Context, C) (O, error)) door {
	d := doorTo[C, O](a, func(ctx context.Context, c *Client, id uuid.UUID, cmd *C, _ []CallOption) (out O, err error) {
		if err := wishID(cmd, id); err != nil {
			return out, err
		}
		return method(service(c), ctx, *cmd)
	})
	d.birth = true
	return d.plain()
}

// calls is the door to what is called by no record's id.
func calls[C, O any](name string, a actions.Action, method func(context.Context, *Client, C, ...CallOption) (O, error)) door {
	d := doorTo[C, O](a, func(ctx context.Context, c *Client, id uuid.UUID, cmd *C, opts []CallOption) (out O, err error) {
		if id != uuid.Nil {
			return out, record.Refusal(codes.ErrInvalid, "id", "it is called by no id")
		}
		return method(ctx, c, *cmd, opts...)
	})
	d.anonymous = true
	return d.named(name)
}

// imports is the door to the import of a kind.
func imports[R any]() door {
	d := doorTo[R, R](actions.ImportOf(record.KindOf[R]()), func(ctx context.Context, c *Client, id uuid.UUID, r *R, _ []CallOption) (R, error) {
		if err := wishID(r, id); err != nil {
			return *r, err
		}
		return Import(ctx, c, *r)
	})
	d.birth, d.kept = true, true
	return d.plain()
}

// removes is the door to the deletion of a kind.
func removes(kind kinds.Kind, remove func(context.Context, *Client, record.Ref, record.DeleteRecord, []CallOption) error) door {
	return doorTo[record.DeleteRecord, Deleted](actions.DeleteOf(kind), func(ctx context.Context, c *Client, id uuid.UUID, cmd *record.DeleteRecord, opts []CallOption) (Deleted, error) {
		return Deleted{}, remove(ctx, c, record.Ref{Kind: kind, ID: id}, *cmd, opts)
	})
}

// removing is the door to a method that deletes a record.
func removing[S any, C any, K record.Kinded](a actions.Action, service func(*Client) S, method func(S, context.Context, record.ID[K], C, ...CallOption) error) door {
	return does(a, service, func(s S, ctx context.Context, id record.ID[K], cmd C, opts ...CallOption) (Deleted, error) {
		return Deleted{}, method(s, ctx, id, cmd, opts...)
	})
}

// Deleted is the outcome of a deletion by name.
type Deleted struct{}

func doorTo[C, O any](a actions.Action, do func(context.Context, *Client, uuid.UUID, *C, []CallOption) (O, error)) door {
	return door{
		name: a.String(), action: a, command: reflect.TypeFor[C](), outcome: reflect.TypeFor[O](),
		do: func(ctx context.Context, c *Client, id uuid.UUID, cmd any, opts []CallOption) (any, error) {
			out, err := do(ctx, c, id, cmd.(*C), opts)
			if err != nil {
				return nil, err
			}
			return out, nil
		},
	}
}

func (d door) named(name string) door { d.name = name; return d }
func (d door) plain() door            { d.optionless = true; return d }
func (d door) reading() door          { d.reads = true; return d }

// kind is the kind of record that the door belongs to.
func (d *door) kind() kinds.Kind { return d.action.Kind() }

// wishID gives a command, or a record, the id that it is wished to have.
func wishID(cmd any, id uuid.UUID) error {
	given := reflect.ValueOf(cmd).Elem().FieldByName("ID").FieldByName("UUID").Addr().Interface().(*uuid.UUID)
	if id != uuid.Nil && *given != uuid.Nil && *given != id {
		return record.Refusal(codes.ErrInvalid, "id", "the command has another id")
	}
	if *given == uuid.Nil {
		*given = id
	}
	return nil
}

// doors are all of them, in the order of the actions, and by name.
var doors = sync.OnceValue(func() (all struct {
	list   []door
	byName map[string]*door
},
) {
	all.list = doorTable()
	for kind, info := range recordKinds {
		if info.remove != nil {
			all.list = append(all.list, removes(kind, info.remove))
		}
	}
	slices.SortFunc(all.list, func(a, b door) int {
		if a.action != b.action {
			return int(a.action) - int(b.action)
		}
		return strings.Compare(a.name, b.name)
	})
	all.byName = make(map[string]*door, len(all.list))
	for i := range all.list {
		all.byName[all.list[i].name] = &all.list[i]
	}
	return all
})

// Do carries out an action by its name, "quote.activate", as the method of the typed
// service does: it is that call. The id is that of the record; of a birth or an import
// it is the one wished for, or zero. The input is the JSON of the command, read as
// [Decode] does, nothing being the zero command; with [MergePatch] it is a patch. The
// answer is the JSON of what the method returns. What names there are, and what their
// input and output look like, is told by [Actions].
//
// An import takes a record, and keeps its members that are not known.
//
// Codes: ErrInvalid for a name that is none (field action), for options that the
// method does not take (field options), and those of Decode and of the method.
func (c *Client) Do(ctx context.Context, action string, id uuid.UUID, input json.RawMessage, opts ...CallOption) (json.RawMessage, error) {
	d, err := c.door(action, opts)
	if err != nil {
		return nil, err
	}
	cmd := reflect.New(d.command).Interface()
	if slices.ContainsFunc(opts, isMergePatch) {
		opts, err = d.patched(input, opts)
	} else {
		err = d.decode(input, cmd)
	}
	if err != nil {
		return nil, d.refused(id, err)
	}
	out, err := d.do(ctx, c, id, cmd, opts)
	if err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

// DoAny is Do for programs that have the command as a value, or a pointer to one; it
// returns what the method returns. Code: ErrInvalid for a command of another action
// (field command).
func (c *Client) DoAny(ctx context.Context, action string, id uuid.UUID, command any, opts ...CallOption) (any, error) {
	d, err := c.door(action, opts)
	if err != nil {
		return nil, err
	}
	cmd, given := reflect.New(d.command), reflect.ValueOf(command)
	if given.Kind() == reflect.Pointer && !given.IsNil() {
		given = given.Elem()
	}
	switch {
	case command == nil:
	case given.Type() != d.command || slices.ContainsFunc(opts, isMergePatch):
		return nil, d.refused(id, record.Refusal(codes.ErrInvalid, "command", fmt.Sprintf("the command of %s is a %s", d.name, d.command)))
	default:
		cmd.Elem().Set(given)
	}
	return d.do(ctx, c, id, cmd.Interface(), opts)
}

// door finds the door of a name.
func (c *Client) door(name string, opts []CallOption) (*door, error) {
	if err := c.identified(); err != nil {
		return nil, err
	}
	d := doors().byName[name]
	if d == nil {
		return nil, record.Refusal(codes.ErrInvalid, "action", "no action of this name can be called")
	}
	if d.optionless && len(opts) > 0 {
		return nil, d.refused(uuid.Nil, record.Refusal(codes.ErrInvalid, "options", "it takes no options"))
	}
	return d, nil
}

func (d *door) decode(input json.RawMessage, cmd any) error {
	if !d.kept {
		return decodeInto(input, cmd)
	}
	return keptInto(input, cmd)
}

// refused tells what a refusal before the call is about.
func (d *door) refused(id uuid.UUID, err error) error {
	reasons := record.ReasonsOf(err)
	return &record.Error{Code: reasons[0].Code, Kind: d.kind(), ID: id, Action: d.action, Reasons: reasons, Err: err}
}
