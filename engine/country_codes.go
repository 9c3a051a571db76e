package engine

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
)

// FilledCountries is what [Client.FillCountryCodes] has done.
type FilledCountries struct {
	Filled int `json:"filled"` // codes that were set
	// Unresolved are the texts that name no country, and how often each is there.
	Unresolved map[string]int `json:"unresolved,omitzero"`
	// Contradicting are codes of another country than the text beside them names. They
	// stay: a code that was given wins.
	Contradicting []ContradictingCountry `json:"contradicting,omitzero"`
}

// ContradictingCountry is an address whose text and code name two countries.
type ContradictingCountry struct {
	Ref         record.Ref `json:"ref"`
	Field       string     `json:"field"` // bill_to.country_code
	Country     string     `json:"country"`
	CountryCode string     `json:"country_code"`
}

// addressed are the kinds whose records have addresses.
var addressed = []kinds.Kind{
	kinds.Account, kinds.Contact, kinds.Lead, kinds.Organization, kinds.Opportunity, kinds.Quote, kinds.Order, kinds.Invoice, kinds.CreditNote,
}

// FillCountryCodes sets the country codes that are empty where the text beside them
// names a country, see [party.CountryCodeOf]; names are the host's own, from name to
// code. It goes through accounts, contacts, leads, organizations and documents that are
// not issued, as far as the actor sees them and they can be edited; each that changes is
// edited, with its event. A code that is there is never overwritten. Doing it again does
// nothing more; what is done stays done if it fails on the way. Codes: those of the
// edits but for records that cannot be edited as they are, ErrUnsupported for a preview.
func (c *Client) FillCountryCodes(ctx context.Context, names map[string]string) (done FilledCountries, err error) {
	if err := c.identified(); err != nil {
		return done, err
	}
	if c.preview {
		return done, record.Refusal(codes.ErrUnsupported, "", "a walk over all records has no preview")
	}
	done.Unresolved = map[string]int{}
	each := *c
	each.key = "" // a key is one call, and this is many
	for _, kind := range addressed {
		q := AnyQuery{List: List{Limit: reindexPage}}
		for {
			page, err := each.Kind(kind).Page(ctx, q)
			if err != nil {
				return done, err
			}
			for _, body := range page.Items {
				if err := each.fillCountryCode(ctx, kind, body, names, &done); err != nil {
					return done, err
				}
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
	}
	if len(done.Unresolved) == 0 {
		done.Unresolved = nil
	}
	return done, nil
}

func (c *Client) fillCountryCode(ctx context.Context, kind kinds.Kind, body json.RawMessage, names map[string]string, done *FilledCountries) error {
	var d map[string]any
	if err := json.Unmarshal(body, &d); err != nil {
		return err
	}
	if _, issued := d["issue_date"]; issued {
		return nil // is what was sent
	}
	text, _ := d["id"].(string)
	id, err := uuid.Parse(text)
	if err != nil {
		return err
	}
	w := countryWalk{ref: record.Ref{Kind: kind, ID: id}, names: names, done: done}
	patch := w.patch(d, "")
	if w.found == 0 {
		return nil
	}
	input, err := json.Marshal(patch)
	if err != nil {
		return err
	}
	version, _ := d["version"].(float64)
	_, err = c.Do(ctx, string(kind)+".edit", id, input, MergePatch(), IfVersion(int64(version)))
	var refusal *record.Error
	switch {
	case err == nil:
		done.Filled += w.found
		return nil
	case errors.As(err, &refusal) && (refusal.Code.Class() == codes.ClassState || refusal.Code.Class() == codes.ClassConflict):
		return nil // closed, or just changed by somebody: the next walk comes by again
	default:
		return err
	}
}

// countryWalk goes through the groups of a record.
type countryWalk struct {
	ref   record.Ref
	names map[string]string
	done  *FilledCountries
	found int
}

// patch is the merge patch that sets the codes, nil if there are none to set.
func (w *countryWalk) patch(group map[string]any, path string) map[string]any {
	patch := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(group)) {
		if below, is := group[name].(map[string]any); is {
			if inner := w.patch(below, path+name+"."); inner != nil {
				patch[name] = inner
			}
		}
	}
	country, _ := group["country"].(string)
	code, _ := group["country_code"].(string)
	if country != "" {
		switch named := party.CountryCodeOf(country, w.names); {
		case named == "" && code == "":
			w.done.Unresolved[country]++
		case code == "":
			patch["country_code"] = named
			w.found++
		case named != "" && named != code:
			w.done.Contradicting = append(w.done.Contradicting, ContradictingCountry{w.ref, path + "country_code", country, code})
		}
	}
	if len(patch) == 0 {
		return nil
	}
	return patch
}
