package engine

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// defaultMatchers compare by the rules of DefaultDuplicateRules.
var defaultMatchers = func() map[kinds.Kind]match.Matcher {
	m := map[kinds.Kind]match.Matcher{}
	for _, kind := range kinds.Kinds() {
		rules := match.DefaultDuplicateRules(kind)
		if rules == nil {
			continue
		}
		matcher, err := match.MatchRules(kind, rules...)
		if err != nil {
			panic(err)
		}
		m[kind] = matcher
	}
	return m
}()

// WithMatcher decides which leads, accounts or contacts count as the same, in
// place of DefaultDuplicateRules. What records are found by is stored with
// them: Reindex the kind afterwards. ErrInvalid for another kind.
func WithMatcher(kind kinds.Kind, m match.Matcher) ClientOption {
	return func(e *engine) error {
		if match.DefaultDuplicateRules(kind) == nil || m == nil {
			return record.Refusal(codes.ErrInvalid, "kind", "only leads, accounts and contacts have duplicates, and a matcher is needed")
		}
		e.matchers[kind] = m
		return nil
	}
}

// matchKey is the look-up that a record is found by as a duplicate.
const matchKey = "match"

// matchKeys appends the look-ups of a record as a duplicate to keys; none for
// kinds that have none. Those that the version before had are kept as they are.
func (e *engine) matchKeys(d record.Record, keys, before []storage.Key) []storage.Key {
	m := e.matchers[d.Ref().Kind]
	if m == nil {
		return keys
	}
	var room, roomBefore [8]string
	texts, was := room[:0], roomBefore[:0]
	for _, k := range before {
		if k.Name == matchKey {
			was = append(was, k.Value)
		}
	}
	switch m := m.(type) {
	case match.RulesMatcher:
		texts = m.AddKeys(d, texts, was)
	case match.PointMatcher:
		texts = m.Block.AddKeys(d, texts, was)
	default:
		texts = m.Keys(d)
	}
	for _, text := range texts {
		if k := (storage.Key{Name: matchKey, Value: schema.Lookup(text)}); text != "" && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys
}

// FindDuplicates says where to look for duplicates.
type FindDuplicates struct {
	// Closed takes in records that are inactive, qualified or disqualified, merged
	// ones excepted.
	Closed bool `json:"closed,omitzero"`
}

// candidatesPerKey is how many records one key finds at most.
const candidatesPerKey = 100

// candidates finds the records that may be the same as d, which need not be
// stored: the most alike first, then the oldest. Those that the actor may not see
// are told apart.
func (s *session) candidates(ctx context.Context, d record.Record, in FindDuplicates) (found, hidden []match.Candidate, err error) {
	kind := d.Ref().Kind
	keys := s.c.matchKeys(d, s.room.keys[:0], nil)
	if len(keys) == 0 {
		return nil, nil, nil
	}
	scope, err := s.scope(ctx, kind)
	if err != nil {
		return nil, nil, err
	}
	var state string // that they have to be in
	switch {
	case in.Closed:
	case kind == kinds.Lead:
		state = leadtocash.LeadOpen.Key
	default:
		state = party.StateActive.Key
	}
	var seen []*storage.Record
	for _, key := range keys {
		recs, err := s.matching(ctx, kind, key, state)
		if err != nil {
			return nil, nil, err
		}
		for _, rec := range recs {
			if rec.Ref == storeRef(d.Ref()) || slices.Contains(seen, rec) {
				continue
			}
			seen = append(seen, rec)
			other, err := recordKinds[kind].decode(rec.Image)
			if err != nil {
				return nil, nil, err
			}
			if l := s.c.matchers[kind].Match(d, other); l.Score > 0 && !isMerged(other) {
				list := &found
				if !meets(scope, rec) {
					list = &hidden
				}
				*list = append(*list, match.Candidate{Ref: other.Ref(), Version: rec.Version, Status: other.StatusKey(), Name: match.NameOf(other), Likeness: l})
			}
		}
	}
	created := func(c match.Candidate) time.Time {
		return seen[slices.IndexFunc(seen, func(rec *storage.Record) bool { return rec.ID == c.Ref.ID })].CreatedAt
	}
	for _, list := range [][]match.Candidate{found, hidden} {
		slices.SortFunc(list, func(a, b match.Candidate) int {
			return cmp.Or(cmp.Compare(b.Likeness.Score, a.Likeness.Score), created(a).Compare(created(b)), bytes.Compare(a.Ref.ID[:], b.Ref.ID[:]))
		})
	}
	return found, hidden, nil
}

// matching lists up to candidatesPerKey records of a kind that have a key and are
// in the state, if one is given.
func (s *session) matching(ctx context.Context, kind kinds.Kind, key storage.Key, state string) ([]*storage.Record, error) {
	recs, ok, err := s.byKey(ctx, kind, key.Name, key.Value)
	if err != nil {
		return nil, err
	}
	if !ok {
		q := storage.Query{Kind: string(kind), Where: []storage.Cond{keyIs(key.Name, key.Value)}, Limit: candidatesPerKey}
		if state != "" {
			q.Where = append(q.Where, storage.Cond{Field: storage.FieldState, Op: storage.OpEq, Values: []any{state}})
		}
		return s.search(ctx, q)
	}
	recs = slices.DeleteFunc(recs, func(rec *storage.Record) bool {
		return state != "" && rec.State != state
	})
	return recs[:min(len(recs), candidatesPerKey)], nil
}

func isMerged(d record.Record) bool {
	_, merged := match.MergeOf(d)
	return merged
}

// duplicatesOf finds the duplicates of a stored record.
func duplicatesOf[K record.Kinded](ctx context.Context, c *Client, id record.ID[K], in FindDuplicates) (found []match.Candidate, err error) {
	err = c.view(ctx, func(ctx context.Context, s *session) error {
		ref := id.Ref()
		if err := s.mustSee(ctx, ref); err != nil {
			return err
		}
		d, err := s.load(ctx, ref)
		if err != nil {
			return err
		}
		found, err = s.shown(ctx, d, in)
		return err
	})
	return found, err
}

// shown are the candidates that the actor may see; that there are others is a
// notice.
func (s *session) shown(ctx context.Context, d record.Record, in FindDuplicates) ([]match.Candidate, error) {
	found, hidden, err := s.candidates(ctx, d, in)
	if len(hidden) > 0 && err == nil {
		noticed(ctx, leadtocash.HiddenDuplicatesFound())
	}
	return found, err
}

// likenesses finds the duplicates of a record that is not stored yet.
func likenesses(ctx context.Context, c *Client, d record.Record, in FindDuplicates) (found []match.Candidate, err error) {
	err = c.view(ctx, func(ctx context.Context, s *session) (err error) {
		found, err = s.shown(ctx, d, in)
		return err
	})
	return found, err
}

// duplicateReport searches all records of a kind that the actor may see.
func duplicateReport[R any, I record.AnyID, Q query](ctx context.Context, rs Records[R, I, Q], q Q) (match.DuplicateReport, error) {
	search := match.DuplicateSearch{Matcher: rs.c.matchers[record.KindOf[R]()], ByKey: map[string][]int{}}
	for r, err := range rs.All(ctx, q) {
		if err != nil {
			return match.DuplicateReport{}, err
		}
		if d := any(&r).(record.Record); !isMerged(d) {
			search.Add(d)
		}
	}
	return search.Report(), nil
}

// FindDuplicates lists the leads that may be the same as one, the most alike
// first, as far as the actor may see them: open ones, unless asked for more. That
// there are others he may not see is a notice ErrDuplicatesFound, see WithNotices.
// It looks up what leads are found by and costs the same however many there
// are. Code: ErrNotFound.
func (s Leads) FindDuplicates(ctx context.Context, id record.LeadID, in FindDuplicates) ([]match.Candidate, error) {
	return duplicatesOf(ctx, s.c, id, in)
}

// FindDuplicatesOf is FindDuplicates for a lead that is not stored yet.
func (s Leads) FindDuplicatesOf(ctx context.Context, fields leadtocash.LeadFields, in FindDuplicates) ([]match.Candidate, error) {
	return likenesses(ctx, s.c, &leadtocash.Lead{LeadFields: fields}, in)
}

// DuplicateReport compares all leads that the query finds with each other. It
// holds them in memory while it does.
func (s Leads) DuplicateReport(ctx context.Context, q LeadQuery) (match.DuplicateReport, error) {
	return duplicateReport(ctx, s.Records, q)
}

// FindDuplicates lists the accounts that may be the same as one, the most alike
// first, as far as the actor may see them: active ones, unless asked for more. That
// there are others he may not see is a notice ErrDuplicatesFound, see WithNotices.
// It looks up what accounts are found by and costs the same however many there
// are. Code: ErrNotFound.
func (s Accounts) FindDuplicates(ctx context.Context, id record.AccountID, in FindDuplicates) ([]match.Candidate, error) {
	return duplicatesOf(ctx, s.c, id, in)
}

// FindDuplicatesOf is FindDuplicates for an account that is not stored yet.
func (s Accounts) FindDuplicatesOf(ctx context.Context, fields party.AccountFields, in FindDuplicates) ([]match.Candidate, error) {
	return likenesses(ctx, s.c, &party.Account{AccountFields: fields}, in)
}

// DuplicateReport compares all accounts that the query finds with each other.
// It holds them in memory while it does.
func (s Accounts) DuplicateReport(ctx context.Context, q AccountQuery) (match.DuplicateReport, error) {
	return duplicateReport(ctx, s.Records, q)
}

// FindDuplicates lists the contacts that may be the same as one, the most alike
// first, as far as the actor may see them: active ones, unless asked for more. That
// there are others he may not see is a notice ErrDuplicatesFound, see WithNotices.
// It looks up what contacts are found by and costs the same however many there
// are. Code: ErrNotFound.
func (s Contacts) FindDuplicates(ctx context.Context, id record.ContactID, in FindDuplicates) ([]match.Candidate, error) {
	return duplicatesOf(ctx, s.c, id, in)
}

// FindDuplicatesOf is FindDuplicates for a contact that is not stored yet.
func (s Contacts) FindDuplicatesOf(ctx context.Context, fields party.ContactFields, in FindDuplicates) ([]match.Candidate, error) {
	return likenesses(ctx, s.c, &party.Contact{ContactFields: fields}, in)
}

// DuplicateReport compares all contacts that the query finds with each other.
// It holds them in memory while it does.
func (s Contacts) DuplicateReport(ctx context.Context, q ContactQuery) (match.DuplicateReport, error) {
	return duplicateReport(ctx, s.Records, q)
}
