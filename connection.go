package leadtocash

import (
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// Connection says that two records have to do with each other, and as what: a
// contact is a stakeholder of an opportunity, a seller is on its sales team, a
// competitor bids for it. It is one record that is found from both ends;
// Dynamics 365 keeps a second row for the other direction, which Reciprocal
// returns.
type Connection struct {
	ID ConnectionID `json:"id" d365:"connectionid"`
	Head
	ConnectionFields
	Status ConnectionStatus `json:"status" d365:"statuscode"`
}

// ConnectionFields are the fields of a connection that people edit. A role is
// that of the record with its number.
type ConnectionFields struct {
	Record1        Ref            `json:"record1" d365:"record1id" need:"true"`
	Record2        Ref            `json:"record2" d365:"record2id" need:"true"`
	Role1          ConnectionRole `json:"role1,omitzero" d365:"record1roleid"`
	Role2          ConnectionRole `json:"role2,omitzero" d365:"record2roleid"`
	EffectiveStart value.Date     `json:"effective_start,omitzero" d365:"effectivestart"`
	EffectiveEnd   value.Date     `json:"effective_end,omitzero" d365:"effectiveend"` // not before EffectiveStart
	Description    string         `json:"description,omitzero" d365:"description" text:"2000"`
}

// ConnectionRole is what a record is to the one it is connected with.
type ConnectionRole = value.Choice[connectionRoleSet]

// The values of [ConnectionRole]: stakeholders, the sales team, competitors, and
// the default price list of a territory.
const (
	ConnectionRoleStakeholder ConnectionRole = iota + 1
	ConnectionRoleChampion
	ConnectionRoleDecisionMaker
	ConnectionRoleEndUser
	ConnectionRoleEconomicBuyer
	ConnectionRoleInfluencer
	ConnectionRoleTechnicalBuyer
	ConnectionRoleAccountManager
	ConnectionRoleDeliveryProfessional
	ConnectionRoleIndustryExpert
	ConnectionRoleServiceProfessional
	ConnectionRoleTechnicalSalesProfessional
	ConnectionRoleTerritoryManager
	ConnectionRoleCompetitor
	ConnectionRoleTerritoryDefaultPriceList
)

type connectionRoleSet struct{}

func (connectionRoleSet) Table() (string, []value.Option) {
	return "connection_role", connectionRoleTable
}

// Dynamics 365 knows roles by id; the numbers are ours.
var connectionRoleTable = value.Options(
	value.Option{Key: "stakeholder", Label: "Stakeholder", Code: 200000001},
	value.Option{Key: "champion", Label: "Champion", Code: 200000002},
	value.Option{Key: "decision_maker", Label: "Decision Maker", Code: 200000003},
	value.Option{Key: "end_user", Label: "End User", Code: 200000004},
	value.Option{Key: "economic_buyer", Label: "Economic Buyer", Code: 200000005},
	value.Option{Key: "influencer", Label: "Influencer", Code: 200000006},
	value.Option{Key: "technical_buyer", Label: "Technical Buyer", Code: 200000007},
	value.Option{Key: "account_manager", Label: "Account Manager", Code: 200000008},
	value.Option{Key: "delivery_professional", Label: "Delivery Professional", Code: 200000009},
	value.Option{Key: "industry_expert", Label: "Industry Expert", Code: 200000010},
	value.Option{Key: "service_professional", Label: "Service Professional", Code: 200000011},
	value.Option{Key: "technical_sales_professional", Label: "Technical Sales Professional", Code: 200000012},
	value.Option{Key: "territory_manager", Label: "Territory Manager", Code: 200000013},
	value.Option{Key: "competitor", Label: "Competitor", Code: 200000014},
	value.Option{Key: "territory_default_price_list", Label: "Territory Default Pricelist", Code: 200000015},
)

// CategoryOf returns the category of a role: stakeholder, sales team, sales for
// a competitor, or other; the zero RoleCategory without a role.
func CategoryOf(role ConnectionRole) RoleCategory {
	switch {
	case role == 0 || !role.Valid():
		return 0
	case role <= ConnectionRoleTechnicalBuyer:
		return RoleCategoryStakeholder
	case role <= ConnectionRoleTerritoryManager:
		return RoleCategorySalesTeam
	case role == ConnectionRoleCompetitor:
		return RoleCategorySales
	}
	return RoleCategoryOther
}

// fits reports whether a record may have the role towards the other one.
func fits(role ConnectionRole, holder, other Ref) bool {
	lead, opportunity := other.Kind == kinds.Lead, other.Kind == kinds.Opportunity
	switch CategoryOf(role) {
	case RoleCategoryStakeholder:
		return (holder.Kind == kinds.Contact || holder.Kind == kinds.Account) && (lead || opportunity)
	case RoleCategorySalesTeam:
		return holder.Kind == kinds.Seller && opportunity
	case RoleCategorySales:
		return holder.Kind == kinds.Competitor && (lead || opportunity)
	case RoleCategoryOther:
		return holder.Kind == kinds.PriceList && other.Kind == kinds.Territory
	}
	return role == 0
}

// ConnectionStatus is the status of a connection; its State is active or
// inactive.
type ConnectionStatus = value.Choice[connectionStatusSet]

// The statuses of a connection.
const (
	ConnectionStatusActive ConnectionStatus = iota + 1
	ConnectionStatusInactive
)

type connectionStatusSet struct{}

func (connectionStatusSet) Table() (string, []value.Option) { return "connection_status", activeTable }

// ConnectionFacts are what decisions about a connection depend on besides
// connection and command. Nothing in the zero value stands in the way.
type ConnectionFacts struct {
	Stamp
	BaseCurrency money.Currency // the organisation's
	OnTeam       bool           // another active connection has the seller on the opportunity's sales team
	InUse        []Ref          // records that refer to the connection
	Inactive     []Ref          // connected sellers that are inactive
}

type (
	connectionRule  = rule[*Connection, *ConnectionFacts, ConnectionStatus]
	connectionGuard = guard[*Connection, *ConnectionFacts]
)

var connectionFlow = newFlow(
	kinds.Connection,
	func(c *Connection) Ref { return c.ref() },
	func(c *Connection) ConnectionStatus { return c.Status },
	[]connectionRule{
		{do: actions.ConnectionEdit, from: in(ConnectionStatusActive), to: in(ConnectionStatusActive)},
		{do: actions.ConnectionDeactivate, from: in(ConnectionStatusActive), to: in(ConnectionStatusInactive)},
		{do: actions.ConnectionActivate, from: in(ConnectionStatusInactive), to: in(ConnectionStatusActive), needs: needs(connectionNotOnTeam, connectionSellerActive)},
		{do: actions.ConnectionDelete, from: value.Values[ConnectionStatus](), deletes: true, needs: needs(connectionNotInUse)},
	},
	[]refuse[ConnectionStatus]{
		{do(actions.ConnectionEdit), in(ConnectionStatusInactive), codes.ErrReadOnly},
	},
)

// ConnectionFlow is the table behind Connection.
func ConnectionFlow() *Flow[*Connection, *ConnectionFacts, ConnectionStatus] { return connectionFlow }

var (
	connectionNotOnTeam = connectionGuard{
		code: codes.ErrDuplicateSalesTeamMember, text: "the seller is not on the sales team already",
		holds: func(c *Connection, f *ConnectionFacts) bool { return !f.OnTeam || c.membership() == membership{} },
	}
	connectionSellerActive = connectionGuard{
		code: codes.ErrInactive, text: "the seller is active",
		holds: func(c *Connection, f *ConnectionFacts) bool {
			return !slices.Contains(f.Inactive, c.membership().seller)
		},
	}
	connectionNotInUse = connectionGuard{
		code: codes.ErrInUse, text: "no record refers to the connection",
		holds:  func(_ *Connection, f *ConnectionFacts) bool { return len(f.InUse) == 0 },
		detail: func(_ *Connection, f *ConnectionFacts) []Reason { return inUse(f.InUse) },
	}
)

func (*Connection) kind() kinds.Kind { return kinds.Connection }

func (c *Connection) ref() Ref { return c.ID.Ref() }

func (c *Connection) statusKey() string { return c.Status.String() }

// endLoop puts an active connection of a record with itself out of use, and
// reports whether it is one.
func (c *Connection) endLoop() bool {
	ends := c.Record1 == c.Record2 && c.Status == ConnectionStatusActive
	if ends {
		c.Status = ConnectionStatusInactive
	}
	return ends
}

// Reciprocal is the connection as seen from the other end: records and roles
// change places.
func (c Connection) Reciprocal() Connection {
	c.Record1, c.Record2 = c.Record2, c.Record1
	c.Role1, c.Role2 = c.Role2, c.Role1
	return c
}

// Clone returns a deep copy.
func (c Connection) Clone() Connection {
	c.Head.clone()
	return c
}

// MarshalJSON writes the published JSON form.
func (c Connection) MarshalJSON() ([]byte, error) {
	type plain Connection
	return encode((*plain)(&c))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (c *Connection) UnmarshalJSON(body []byte) error {
	type plain Connection
	return decode(body, (*plain)(c))
}

// membership is a seller's place on the sales team of an opportunity.
type membership struct{ seller, opportunity Ref }

// membership returns the place that the roles give, zero if they give none.
func (c *ConnectionFields) membership() membership {
	switch RoleCategorySalesTeam {
	case CategoryOf(c.Role1):
		return membership{c.Record1, c.Record2}
	case CategoryOf(c.Role2):
		return membership{c.Record2, c.Record1}
	}
	return membership{}
}

// defaultPriceListOf returns the price list that the connection makes a default
// of a territory, while it is in effect.
func (c Connection) defaultPriceListOf(territory uuid.UUID, today value.Date) PriceListID {
	if c.Record2.ID == territory && c.Record2.Kind == kinds.Territory {
		c = c.Reciprocal()
	}
	ended := !c.EffectiveEnd.IsZero() && today.After(c.EffectiveEnd)
	if c.Status != ConnectionStatusActive || c.Role2 != ConnectionRoleTerritoryDefaultPriceList || ended || today.Before(c.EffectiveStart) ||
		c.Record1 != (Ref{kinds.Territory, territory}) {
		return PriceListID{}
	}
	return PriceListID{c.Record2.ID}
}

// withDefaultRole makes a customer a stakeholder of the lead or opportunity
// that it is connected with, unless a role is given.
func (c ConnectionFields) withDefaultRole() ConnectionFields {
	switch {
	case c.Role1 != 0 || c.Role2 != 0:
	case fits(ConnectionRoleStakeholder, c.Record2, c.Record1):
		c.Role2 = ConnectionRoleStakeholder
	case fits(ConnectionRoleStakeholder, c.Record1, c.Record2):
		c.Role1 = ConnectionRoleStakeholder
	}
	return c
}

// faults are those that no single field shows.
func (c *ConnectionFields) faults(path string) (reasons []Reason) {
	fault := func(field, message string) {
		reasons = append(reasons, Reason{Code: codes.ErrInvalid, Field: path + field, Message: message})
	}
	if !c.EffectiveEnd.IsZero() && c.EffectiveEnd.Before(c.EffectiveStart) {
		fault("effective_end", "the end is before the start")
	}
	if c.Record1.IsZero() || c.Record2.IsZero() {
		return reasons
	}
	if incomplete(c.Record1) {
		fault("record1", "a reference has a kind and an id")
	}
	if incomplete(c.Record2) {
		fault("record2", "a reference has a kind and an id")
	}
	if c.Record1 == c.Record2 {
		fault("record2", "a record is not connected with itself")
	}
	if !fits(c.Role1, c.Record1, c.Record2) {
		fault("role1", "the role does not suit the connected kinds of records")
	}
	if !fits(c.Role2, c.Record2, c.Record1) {
		fault("role2", "the role does not suit the connected kinds of records")
	}
	return reasons
}

// incomplete reports whether a reference lacks its kind or its id.
func incomplete(r Ref) bool {
	return !r.IsZero() && (r.Kind == "" || r.ID == uuid.UUID{})
}

// CreateConnection is the command behind NewConnection.
type CreateConnection struct {
	ID ConnectionID `json:"id,omitzero"`
	Birth
	Fields ConnectionFields `json:"fields"`
}

// NewConnection creates an active connection. Any two records may be connected
// without roles; stakeholders are contacts and accounts of a lead or an
// opportunity, and Stakeholder is the default role of that pair; the sales team
// of an opportunity is made of sellers; competitors bid for a lead or an
// opportunity; a territory has default price lists. Codes: ErrMissingField,
// ErrTooLong, ErrInvalid, ErrDuplicateSalesTeamMember, ErrInactive for an
// inactive seller.
func NewConnection(cmd CreateConnection, f ConnectionFacts) (Change[Connection], error) {
	c := Connection{
		ID: cmd.ID, Head: cmd.head(f.Stamp, f.BaseCurrency), ConnectionFields: cmd.Fields.withDefaultRole(),
		Status: ConnectionStatusActive,
	}
	reasons := c.faults("fields.")
	for _, g := range []connectionGuard{connectionNotOnTeam, connectionSellerActive} {
		if !g.holds(&c, &f) {
			reasons = append(reasons, Reason{Code: g.code, Message: g.text})
		}
	}
	if err := refuseBirth(actions.ConnectionCreate, cmd.ID, &cmd, c.Currency, reasons...); err != nil {
		return Change[Connection]{}, err
	}
	return Change[Connection]{c, []Event{bornEvent(&c, actions.ConnectionCreate, f.Stamp, nil)}}, nil
}

// newStakeholder connects a contact with a record that it is a stakeholder of,
// as other actions do by the way; parent is that record's head.
func newStakeholder(id ConnectionID, of Ref, contact ContactID, s Stamp, parent Head) (Connection, Event) {
	c := Connection{
		ID: id, Head: parent.heir(s), Status: ConnectionStatusActive,
		ConnectionFields: ConnectionFields{
			Record1: of, Record2: Ref{kinds.Contact, contact.UUID}, Role2: ConnectionRoleStakeholder,
		},
	}
	return c, bornEvent(&c, actions.ConnectionCreate, s, nil)
}

// EditConnection replaces the editable fields; custom values given are set, a
// JSON null removes one.
type EditConnection struct {
	Fields ConnectionFields `json:"fields"`
	Custom Custom           `json:"custom,omitzero"`
}

type editConnectionCheck = check[*Connection, *EditConnection, *ConnectionFacts]

var editConnection = decide(
	connectionFlow, actions.ConnectionEdit,
	editConnectionCheck{
		code: codes.ErrInvalid, text: "the roles suit the connected records, which differ, and the end is not before the start",
		holds:  func(_ *Connection, c *EditConnection, _ *ConnectionFacts) bool { return c.Fields.faults("") == nil },
		detail: func(_ *Connection, c *EditConnection, _ *ConnectionFacts) []Reason { return c.Fields.faults("fields.") },
	},
	editConnectionCheck{
		code: codes.ErrDuplicateSalesTeamMember, text: "a seller that joins the sales team is not on it already",
		holds: func(was *Connection, c *EditConnection, f *ConnectionFacts) bool {
			return !f.OnTeam || !joins(was, c)
		},
	},
	editConnectionCheck{
		code: codes.ErrInactive, text: "a seller that joins the sales team is active",
		holds: func(was *Connection, c *EditConnection, f *ConnectionFacts) bool {
			return !joins(was, c) || !slices.Contains(f.Inactive, c.Fields.membership().seller)
		},
	},
)

// joins reports whether the edit puts a seller on a sales team.
func joins(was *Connection, c *EditConnection) bool {
	m := c.Fields.membership()
	return m != membership{} && m != was.membership()
}

// Edit changes fields of an active connection; equal values change nothing.
// Codes: ErrReadOnly and those of NewConnection.
func (c Connection) Edit(cmd EditConnection, f ConnectionFacts) (Change[Connection], error) {
	cmd.Fields = cmd.Fields.withDefaultRole()
	if err := editConnection.why(&c, &cmd, &f, c.Currency); err != nil {
		return Change[Connection]{}, err
	}
	if !edits(c.ConnectionFields, cmd.Fields, c.Custom, cmd.Custom) {
		return Change[Connection]{Record: c}, nil
	}
	c.ConnectionFields = cmd.Fields
	c.Custom = c.Custom.edited(cmd.Custom)
	return changed(&c, actions.ConnectionEdit, f.Stamp, nil), nil
}

var deactivateConnection = decide[*Deactivate](connectionFlow, actions.ConnectionDeactivate)

// Deactivate ends an active connection; a seller leaves the sales team. Code:
// ErrInvalidTransition.
func (c Connection) Deactivate(cmd Deactivate, f ConnectionFacts) (Change[Connection], error) {
	if err := deactivateConnection.why(&c, &cmd, &f, c.Currency); err != nil {
		return Change[Connection]{}, err
	}
	return moved(&c, &c.Status, ConnectionStatusInactive, actions.ConnectionDeactivate, f.Stamp, nil), nil
}

var activateConnection = decide[*Activate](connectionFlow, actions.ConnectionActivate)

// Activate brings an inactive connection back; a seller joins the sales team
// again. Codes: ErrInvalidTransition, ErrDuplicateSalesTeamMember, ErrInactive.
func (c Connection) Activate(cmd Activate, f ConnectionFacts) (Change[Connection], error) {
	if err := activateConnection.why(&c, &cmd, &f, c.Currency); err != nil {
		return Change[Connection]{}, err
	}
	return moved(&c, &c.Status, ConnectionStatusActive, actions.ConnectionActivate, f.Stamp, nil), nil
}

var deleteConnection = decide[*DeleteRecord](connectionFlow, actions.ConnectionDelete)

// Delete removes the connection, for both ends. Code: ErrInUse.
func (c Connection) Delete(cmd DeleteRecord, f ConnectionFacts) (Change[Connection], error) {
	if err := deleteConnection.why(&c, &cmd, &f, c.Currency); err != nil {
		return Change[Connection]{}, err
	}
	return Change[Connection]{c, []Event{deletedEvent(&c, actions.ConnectionDelete, f.Stamp, nil)}}, nil
}
