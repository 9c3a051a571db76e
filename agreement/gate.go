package agreement

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Basis is what the approval of a document depends on besides the document. Nil says
// that nothing is known: nothing is approved then.
type Basis struct {
	Approvals []Approval       // of the document, and of those that it was made of: other revisions, the quote, the order
	Catalog   *catalog.Catalog // with products and prices of the lines, for rules about margin and price lists
	From, To  value.Date       // in which the quote of an order can be accepted
}

func (b *Basis) approvals() []Approval {
	if b == nil {
		return nil
	}
	return b.Approvals
}

func (b *Basis) catalog() *catalog.Catalog {
	if b == nil {
		return nil
	}
	return b.Catalog
}

// missing is a rule that wants more approvals of a content than there are.
type missing struct {
	rule  *Rule
	kind  kinds.Kind // of the document that they are wanted of
	hash  string
	state string
	given int // approvals, each by somebody else
	live  int // given ones and requested ones
}

// An Asked is a content that rules are asked about.
type Asked struct {
	Content *Content
	Only    func(*Rule) bool // rules that are not asked are left out; nil: all are
}

// missingOf lists the rules that want more approvals, of the first content that they
// are asked about.
func missingOf(rules []Rule, b *Basis, asked []Asked) (list []missing) {
	for n := range rules {
		for _, a := range asked {
			if a.Only != nil && !a.Only(&rules[n]) {
				continue
			}
			if rules[n].matches(a.Content, b.catalog()) {
				if m := missingFor(&rules[n], a.Content, b.approvals()); m.given < m.rule.needed() {
					list = append(list, m)
				}
			}
			break
		}
	}
	return list
}

func missingFor(r *Rule, c *Content, approvals []Approval) missing {
	m := missing{rule: r, kind: c.Kind, hash: c.Hash(), state: "none"}
	signed := map[uuid.UUID]bool{}
	requested, rejected, other := false, false, false
	for n := range approvals {
		a := &approvals[n]
		switch {
		case a.Rule != r.Name:
		case a.ContentHash != m.hash:
			other = other || a.Status != ApprovalStatusWithdrawn
		case a.Status == ApprovalStatusApproved:
			if !signed[a.DecidedBy] {
				m.given++
				m.live++
			}
			signed[a.DecidedBy] = true
		case a.Status == ApprovalStatusRequested:
			m.live++
			requested = true
		case a.Status == ApprovalStatusRejected:
			rejected = true
		}
	}
	switch {
	case requested:
		m.state = "requested"
	case rejected:
		m.state = "rejected"
	case other:
		m.state = "stale"
	}
	return m
}

// Unapproved lists the rules that want an approval of a document which is not given:
// ErrApprovalRequired, with the rule, its level, how it stands with it (none,
// requested, rejected, stale), how many are given and wanted, who may give it, and by
// which action it is asked for.
func Unapproved(rules []Rule, b *Basis, asked ...Asked) (reasons []record.Reason) {
	for _, m := range missingOf(rules, b, asked) {
		reasons = append(reasons, record.Reason{
			Code: codes.ErrApprovalRequired, Message: fmt.Sprintf("rule %q wants %d approvals of this content, %d are given", m.rule.Name, m.rule.needed(), m.given),
		}.With("rule", m.rule.Name, "level", m.rule.Level, "state", m.state, "given", m.given, "count", m.rule.needed(), "action", string(m.kind)+".request_approval").
			With(m.rule.By.params()...))
	}
	return reasons
}

// Request asks for the approvals that rules want of a document and that are neither
// given nor asked for. Those of a document that this one was made of are asked for
// there.
func Request(cmd RequestApproval, document record.Record, rules []Rule, b *Basis, s record.Stamp, asked ...Asked) RequestedApprovals {
	var own []missing
	for _, m := range missingOf(rules, b, asked) {
		if m.kind == document.Ref().Kind && m.live < m.rule.needed() {
			own = append(own, m)
		}
	}
	return request(cmd, document, own, b.approvals(), s)
}
