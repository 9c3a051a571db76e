package migrate

import (
	"iter"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// allKinds are numbered in the order that most references go back in: catalogue and
// people, deals, documents, money, what is told about them.
var allKinds = []kinds.Kind{
	kinds.TransactionCurrency, kinds.Organization, kinds.Seller, kinds.GoalMetric, kinds.Goal, kinds.ForecastAdjustment,
	kinds.ProcessDefinition, kinds.UnitGroup, kinds.DiscountList, kinds.PriceList, kinds.Product,
	kinds.ProductRelationship, kinds.PriceListItem, kinds.Competitor, kinds.Account, kinds.Contact, kinds.Opportunity, kinds.Lead,
	kinds.Quote, kinds.Order, kinds.Invoice, kinds.Payment, kinds.CreditNote, kinds.Allocation, kinds.Refund, kinds.DunningEntry, kinds.Approval,
	kinds.OpportunityClose, kinds.QuoteClose, kinds.OrderClose, kinds.Process, kinds.Connection, kinds.Attachment, kinds.Note,
	kinds.Task, kinds.PhoneCall, kinds.Email, kinds.Appointment,
}

// key is a reference in little space.
type key struct {
	kind uint8
	id   uuid.UUID
}

func keyOf(ref record.Ref) key {
	return key{uint8(slices.Index(allKinds, ref.Kind)), ref.ID}
}

func (k key) ref() record.Ref { return record.Ref{Kind: allKinds[k.kind], ID: k.id} }

// entry is a record that is to be imported, and where its text is.
type entry struct {
	key    key
	table  uint16
	row    int32
	size   int32
	offset int64
}

// index knows the records of an import and which of them refer to which.
type index struct {
	entries []entry
	at      map[key]int32
	from    []int32 // for each entry, where its references begin in to
	to      []int32 // entries
	pending []forward
}

// forward is a reference to a record that was not there yet.
type forward struct {
	from int32
	to   key
}

func newIndex() *index { return &index{at: map[key]int32{}} }

// add takes a record in; false if it is there already, and then which one it is.
func (x *index) add(e entry, refs iter.Seq2[string, record.Ref]) (first int32, added bool) {
	if first, has := x.at[e.key]; has {
		return first, false
	}
	n := int32(len(x.entries))
	x.at[e.key] = n
	x.entries = append(x.entries, e)
	x.from = append(x.from, int32(len(x.to)))
	for _, ref := range refs {
		k := keyOf(ref)
		if to, has := x.at[k]; has {
			x.to = append(x.to, to)
		} else {
			x.pending = append(x.pending, forward{n, k})
		}
	}
	return n, true
}

// groups are the records in an order in which each one comes behind those that it
// refers to; those that refer to each other in a circle are one group. What refers to
// nothing that follows keeps its place.
func (x *index) groups(yield func([]int32) bool) {
	g := x.resolved()
	// Tarjan's algorithm, without recursion.
	n := len(x.entries)
	number, low := make([]int32, n), make([]int32, n)
	onStack := make([]bool, n)
	var stack, path, next []int32
	count := int32(0)
	visit := func(v int32) {
		count++
		number[v], low[v] = count, count
		stack, onStack[v] = append(stack, v), true
		path, next = append(path, v), append(next, 0)
	}
	for root := range int32(n) {
		if number[root] != 0 {
			continue
		}
		for visit(root); len(path) > 0; {
			top := len(path) - 1
			v := path[top]
			if w, more := g.reference(v, next[top]); more {
				next[top]++
				if number[w] == 0 {
					visit(w)
				} else if onStack[w] {
					low[v] = min(low[v], number[w])
				}
				continue
			}
			path, next = path[:top], next[:top]
			if top > 0 {
				low[path[top-1]] = min(low[path[top-1]], low[v])
			}
			if low[v] != number[v] {
				continue
			}
			begin := len(stack) - 1
			for stack[begin] != v {
				begin--
			}
			group := stack[begin:]
			stack = stack[:begin]
			for _, w := range group {
				onStack[w] = false
			}
			slices.Sort(group)
			if !yield(group) {
				return
			}
		}
	}
}

// graph is an index whose references are all known.
type graph struct {
	x      *index
	begin  []int32 // in forward, by entry
	behind []int32 // entries
}

func (x *index) resolved() *graph {
	g := &graph{x: x, begin: make([]int32, len(x.entries)+1)}
	i := 0
	for n := range x.entries {
		g.begin[n] = int32(len(g.behind))
		for ; i < len(x.pending) && x.pending[i].from == int32(n); i++ {
			if to, has := x.at[x.pending[i].to]; has {
				g.behind = append(g.behind, to)
			}
		}
	}
	g.begin[len(x.entries)] = int32(len(g.behind))
	return g
}

// reference is the i-th reference of an entry.
func (g *graph) reference(v, i int32) (int32, bool) {
	end := int32(len(g.x.to))
	if int(v) < len(g.x.entries)-1 {
		end = g.x.from[v+1]
	}
	if back := end - g.x.from[v]; i < back {
		return g.x.to[g.x.from[v]+i], true
	} else if i -= back; i < g.begin[v+1]-g.begin[v] {
		return g.behind[g.begin[v]+i], true
	}
	return 0, false
}
