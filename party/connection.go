package party

import (
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Connection says that two records have to do with each other, and as what: a
// contact is a stakeholder of an opportunity, a seller is on its sales team, a
// competitor bids for it. It is one record that is found from both ends;
// Dynamics 365 keeps a second row for the other direction, which Reciprocal
// returns.
type Connection struct {
	ID record.ConnectionID `json:"id" d365:"connectionid"`
	record.Head
	ConnectionFields
	Status ConnectionStatus `json:"status" d365:"statuscode"`
}

// ConnectionFields are the fields of a connection that people edit. A role is
// that of the record with its number.
type ConnectionFields struct {
	Record1        record.Ref     `json:"record1" d365:"record1id" need:"true"`
	Record2        record.Ref     `json:"record2" d365:"record2id" need:"true"`
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
func fits(role ConnectionRole, holder, other record.Ref) bool {
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

func (connectionStatusSet) Table() (string, []value.Option) { return "connection_status", ActiveTable }

// ConnectionFacts are what decisions about a connection depend on besides
// connection and command. Nothing in the zero value stands in the way.
type ConnectionFacts struct {
	record.Stamp
	BaseCurrency money.Currency // the organisation's
	OnTeam       bool           // another active connection has the seller on the opportunity's sales team
	InUse        []record.Ref   // records that refer to the connection
	Inactive     []record.Ref   // connected sellers that are inactive
}

type (
	connectionRule  = flow.Rule[*Connection, *ConnectionFacts, ConnectionStatus]
	connectionGuard = flow.Guard[*Connection, *ConnectionFacts]
)

var connectionFlow = flow.New(
	kinds.Connection,
	func(c *Connection) record.Ref { return c.Ref() },
	func(c *Connection) ConnectionStatus { return c.Status },
	[]connectionRule{
		{Do: actions.ConnectionEdit, From: flow.In(ConnectionStatusActive), To: flow.In(ConnectionStatusActive)},
		{Do: actions.ConnectionDeactivate, From: flow.In(ConnectionStatusActive), To: flow.In(ConnectionStatusInactive)},
		{Do: actions.ConnectionActivate, From: flow.In(ConnectionStatusInactive), To: flow.In(ConnectionStatusActive), Needs: flow.Needs(connectionNotOnTeam, connectionSellerActive)},
		{Do: actions.ConnectionDelete, From: value.Values[ConnectionStatus](), Deletes: true, Needs: flow.Needs(connectionNotInUse)},
	},
	[]flow.Refuse[ConnectionStatus]{
		{Do: flow.Do(actions.ConnectionEdit), From: flow.In(ConnectionStatusInactive), Code: codes.ErrReadOnly},
	},
)

// ConnectionFlow is the table behind Connection.
func ConnectionFlow() *flow.Flow[*Connection, *ConnectionFacts, ConnectionStatus] {
	return connectionFlow
}

var (
	connectionNotOnTeam = connectionGuard{
		Code: codes.ErrDuplicateSalesTeamMember, Text: "the seller is not on the sales team already",
		Holds: func(c *Connection, f *ConnectionFacts) bool { return !f.OnTeam || c.Membership() == Membership{} },
	}
	connectionSellerActive = connectionGuard{
		Code: codes.ErrInactive, Text: "the seller is active",
		Holds: func(c *Connection, f *ConnectionFacts) bool {
			return !slices.Contains(f.Inactive, c.Membership().Seller)
		},
	}
	connectionNotInUse = connectionGuard{
		Code: codes.ErrInUse, Text: "no record refers to the connection",
		Holds:  func(_ *Connection, f *ConnectionFacts) bool { return len(f.InUse) == 0 },
		Detail: func(_ *Connection, f *ConnectionFacts) []record.Reason { return flow.InUse(f.InUse) },
	}
)

// RecordKind tells the kind of record.
func (*Connection) RecordKind() kinds.Kind { return kinds.Connection }

// Ref names the record with its kind.
func (c *Connection) Ref() record.Ref { return c.ID.Ref() }

// StatusKey is the key of the status.
func (c *Connection) StatusKey() string { return c.Status.String() }

// EndLoop puts an active connection of a record with itself out of use, and
// reports whether it is one.
func (c *Connection) EndLoop() bool {
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
	c.Head.Detach()
	return c
}

// MarshalJSON writes the published JSON form.
func (c Connection) MarshalJSON() ([]byte, error) {
	type plain Connection
	return record.Encode((*plain)(&c))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (c *Connection) UnmarshalJSON(body []byte) error {
	type plain Connection
	return record.Decode(body, (*plain)(c))
}

// Membership is a seller's place on the sales team of an opportunity.
type Membership struct{ Seller, Opportunity record.Ref }

// Membership returns the place that the roles give, zero if they give none.
func (c *ConnectionFields) Membership() Membership {
	switch RoleCategorySalesTeam {
	case CategoryOf(c.Role1):
		return Membership{c.Record1, c.Record2}
	case CategoryOf(c.Role2):
		return Membership{c.Record2, c.Record1}
	}
	return Membership{}
}

// DefaultPriceListOf returns the price list that the connection makes a default
// of a territory, while it is in effect.
func (c Connection) DefaultPriceListOf(territory uuid.UUID, today value.Date) record.PriceListID {
	if c.Record2.ID == territory && c.Record2.Kind == kinds.Territory {
		c = c.Reciprocal()
	}
	ended := !c.EffectiveEnd.IsZero() && today.After(c.EffectiveEnd)
	if c.Status != ConnectionStatusActive || c.Role2 != ConnectionRoleTerritoryDefaultPriceList || ended || today.Before(c.EffectiveStart) ||
		c.Record1 != (record.Ref{Kind: kinds.Territory, ID: territory}) {
		return record.PriceListID{}
	}
	return record.PriceListID{UUID: c.Record2.ID}
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

// Faults are those that no single field shows.
func (c *ConnectionFields) Faults(path string) (reasons []record.Reason) {
	fault := func(field, message string) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: path + field, Message: message})
	}
	if !c.EffectiveEnd.IsZero() && c.EffectiveEnd.Before(c.EffectiveStart) {
		fault("effective_end", "the end is before the start")
	}
	if c.Record1.IsZero() || c.Record2.IsZero() {
		return reasons
	}
	if Incomplete(c.Record1) {
		fault("record1", "a reference has a kind and an id")
	}
	if Incomplete(c.Record2) {
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

// Incomplete reports whether a reference lacks its kind or its id.
func Incomplete(r record.Ref) bool {
	return !r.IsZero() && (r.Kind == "" || r.ID == uuid.UUID{})
}

// CreateConnection is the command behind NewConnection.
type CreateConnection struct {
	ID record.ConnectionID `json:"id,omitzero"`
	record.Origin
	Fields ConnectionFields `json:"fields"`
}

// NewConnection creates an active connection. Any two records may be connected
// without roles; stakeholders are contacts and accounts of a lead or an
// opportunity, and Stakeholder is the default role of that pair; the sales team
// of an opportunity is made of sellers; competitors bid for a lead or an
// opportunity; a territory has default price lists. Codes: ErrMissingField,
// ErrTooLong, ErrInvalid, ErrDuplicateSalesTeamMember, ErrInactive for an
// inactive seller.
func NewConnection(cmd CreateConnection, f ConnectionFacts) (record.Change[Connection], error) {
	c := Connection{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), ConnectionFields: cmd.Fields.withDefaultRole(),
		Status: ConnectionStatusActive,
	}
	reasons := c.Faults("fields.")
	for _, g := range []connectionGuard{connectionNotOnTeam, connectionSellerActive} {
		if !g.Holds(&c, &f) {
			reasons = append(reasons, record.Reason{Code: g.Code, Message: g.Text})
		}
	}
	if err := flow.RefuseBirth(actions.ConnectionCreate, cmd.ID, &cmd, c.Currency, reasons...); err != nil {
		return record.Change[Connection]{}, err
	}
	return record.Change[Connection]{Record: c, Events: []record.Event{record.BornEvent(&c, actions.ConnectionCreate, f.Stamp, nil)}}, nil
}

// NewStakeholder connects a contact with a record that it is a stakeholder of,
// as other actions do by the way; parent is that record's head.
func NewStakeholder(id record.ConnectionID, of record.Ref, contact record.ContactID, s record.Stamp, parent record.Head) (Connection, record.Event) {
	c := Connection{
		ID: id, Head: parent.Child(s), Status: ConnectionStatusActive,
		ConnectionFields: ConnectionFields{
			Record1: of, Record2: record.Ref{Kind: kinds.Contact, ID: contact.UUID}, Role2: ConnectionRoleStakeholder,
		},
	}
	return c, record.BornEvent(&c, actions.ConnectionCreate, s, nil)
}

// EditConnection replaces the editable fields; custom values given are set, a
// JSON null removes one.
type EditConnection struct {
	Fields ConnectionFields `json:"fields"`
	Custom record.Custom    `json:"custom,omitzero"`
}

type editConnectionCheck = flow.Check[*Connection, *EditConnection, *ConnectionFacts]

var editConnection = flow.Decide(
	connectionFlow, actions.ConnectionEdit,
	editConnectionCheck{
		Code: codes.ErrInvalid, Text: "the roles suit the connected records, which differ, and the end is not before the start",
		Holds: func(_ *Connection, c *EditConnection, _ *ConnectionFacts) bool { return c.Fields.Faults("") == nil },
		Detail: func(_ *Connection, c *EditConnection, _ *ConnectionFacts) []record.Reason {
			return c.Fields.Faults("fields.")
		},
	},
	editConnectionCheck{
		Code: codes.ErrDuplicateSalesTeamMember, Text: "a seller that joins the sales team is not on it already",
		Holds: func(was *Connection, c *EditConnection, f *ConnectionFacts) bool {
			return !f.OnTeam || !joins(was, c)
		},
	},
	editConnectionCheck{
		Code: codes.ErrInactive, Text: "a seller that joins the sales team is active",
		Holds: func(was *Connection, c *EditConnection, f *ConnectionFacts) bool {
			return !joins(was, c) || !slices.Contains(f.Inactive, c.Fields.Membership().Seller)
		},
	},
)

// joins reports whether the edit puts a seller on a sales team.
func joins(was *Connection, c *EditConnection) bool {
	m := c.Fields.Membership()
	return m != Membership{} && m != was.Membership()
}

// Edit changes fields of an active connection; equal values change nothing.
// Codes: ErrReadOnly and those of NewConnection.
func (c Connection) Edit(cmd EditConnection, f ConnectionFacts) (record.Change[Connection], error) {
	cmd.Fields = cmd.Fields.withDefaultRole()
	if err := editConnection.Why(&c, &cmd, &f, c.Currency); err != nil {
		return record.Change[Connection]{}, err
	}
	if !Edits(c.ConnectionFields, cmd.Fields, c.Custom, cmd.Custom) {
		return record.Change[Connection]{Record: c}, nil
	}
	c.ConnectionFields = cmd.Fields
	c.Custom = c.Custom.Edited(cmd.Custom)
	return record.Changed(&c, actions.ConnectionEdit, f.Stamp, nil), nil
}

var deactivateConnection = flow.Decide[*Deactivate](connectionFlow, actions.ConnectionDeactivate)

// Deactivate ends an active connection; a seller leaves the sales team. Code:
// ErrInvalidTransition.
func (c Connection) Deactivate(cmd Deactivate, f ConnectionFacts) (record.Change[Connection], error) {
	if err := deactivateConnection.Why(&c, &cmd, &f, c.Currency); err != nil {
		return record.Change[Connection]{}, err
	}
	return record.Moved(&c, &c.Status, ConnectionStatusInactive, actions.ConnectionDeactivate, f.Stamp, nil), nil
}

var activateConnection = flow.Decide[*Activate](connectionFlow, actions.ConnectionActivate)

// Activate brings an inactive connection back; a seller joins the sales team
// again. Codes: ErrInvalidTransition, ErrDuplicateSalesTeamMember, ErrInactive.
func (c Connection) Activate(cmd Activate, f ConnectionFacts) (record.Change[Connection], error) {
	if err := activateConnection.Why(&c, &cmd, &f, c.Currency); err != nil {
		return record.Change[Connection]{}, err
	}
	return record.Moved(&c, &c.Status, ConnectionStatusActive, actions.ConnectionActivate, f.Stamp, nil), nil
}

var deleteConnection = flow.Decide[*record.DeleteRecord](connectionFlow, actions.ConnectionDelete)

// Delete removes the connection, for both ends. Code: ErrInUse.
func (c Connection) Delete(cmd record.DeleteRecord, f ConnectionFacts) (record.Change[Connection], error) {
	if err := deleteConnection.Why(&c, &cmd, &f, c.Currency); err != nil {
		return record.Change[Connection]{}, err
	}
	return record.Change[Connection]{Record: c, Events: []record.Event{record.DeletedEvent(&c, actions.ConnectionDelete, f.Stamp, nil)}}, nil
}
