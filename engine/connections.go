package engine

import (
	"context"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Connections is what a Client does with connections. Delete removes one for both
// ends.
type Connections struct {
	Managed[party.Connection, record.ConnectionID, ConnectionQuery]
}

// Connections returns the service for connections.
func (c *Client) Connections() (s Connections) { s.c = c; return s }

// ConnectionQuery asks for connections.
type ConnectionQuery struct {
	List
	Status party.ConnectionStatus
	Of     record.Ref           // either end
	Role   party.ConnectionRole // of either end
}

func (q ConnectionQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).ref(connectionEnd, q.Of.ID).text(connectionRole, q.Role.String())
}

// The look-ups of a connection whatever its direction.
const (
	connectionEnd  = "record"
	connectionRole = "role"
)

// indexConnection makes a connection found from both ends and by its roles.
func indexConnection(c *party.Connection, rec *storage.Record) {
	rec.State = c.Status.State().Key
	rec.Keys = append(rec.Keys, storage.Key{Name: connectionEnd, Value: c.Record1.ID.String()})
	if c.Record2.ID != c.Record1.ID { // records of different kinds may have one id
		rec.Keys = append(rec.Keys, storage.Key{Name: connectionEnd, Value: c.Record2.ID.String()})
	}
	if c.Role1 != 0 {
		rec.Keys = append(rec.Keys, storage.Key{Name: connectionRole, Value: c.Role1.String()})
	}
	if c.Role2 != 0 && c.Role2 != c.Role1 {
		rec.Keys = append(rec.Keys, storage.Key{Name: connectionRole, Value: c.Role2.String()})
	}
}

// connectionFacts say whether a seller that the fields put on a sales team is
// on it already, by another connection than id, or inactive.
func (s *session) connectionFacts(ctx context.Context, id record.ConnectionID, fields party.ConnectionFields) (f party.ConnectionFacts, err error) {
	f = party.ConnectionFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
	m := fields.Membership()
	if m == (party.Membership{}) {
		return f, nil
	}
	if f.Inactive, err = s.inactiveOf(ctx, m.Seller); err != nil {
		return f, err
	}
	for rec, err := range s.find(ctx, kinds.Connection, connectionEnd, m.Opportunity.ID) {
		if err != nil {
			return f, err
		}
		c, err := shared[party.Connection](rec.Image)
		if err != nil {
			return f, err
		}
		if c.ID != id && c.Status == party.ConnectionStatusActive && c.Membership() == m {
			f.OnTeam = true
		}
	}
	return f, nil
}

// Create creates an active connection. See NewConnection.
func (s Connections) Create(ctx context.Context, cmd party.CreateConnection) (party.Connection, error) {
	return recordOf(create(ctx, s.c, actions.ConnectionCreate, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, s *session, cmd *party.CreateConnection) (party.ConnectionFacts, error) {
			return s.connectionFacts(ctx, cmd.ID, cmd.Fields)
		}, party.NewConnection))
}

// Edit changes fields of an active connection. See Connection.Edit.
func (s Connections) Edit(ctx context.Context, id record.ConnectionID, cmd party.EditConnection, opts ...CallOption) (party.Connection, error) {
	return recordOf(apply(ctx, s.c, actions.ConnectionEdit, id, cmd,
		func(ctx context.Context, s *session, c *party.Connection, cmd *party.EditConnection) (party.ConnectionFacts, error) {
			return s.connectionFacts(ctx, c.ID, cmd.Fields)
		}, party.Connection.Edit, opts))
}

func teamFacts(ctx context.Context, s *session, c *party.Connection) (party.ConnectionFacts, error) {
	return s.connectionFacts(ctx, c.ID, c.ConnectionFields)
}

// Deactivate ends a connection. See Connection.Deactivate.
func (s Connections) Deactivate(ctx context.Context, id record.ConnectionID, cmd party.Deactivate, opts ...CallOption) (party.Connection, error) {
	return recordOf(apply(ctx, s.c, actions.ConnectionDeactivate, id, cmd, using[party.Deactivate](teamFacts), party.Connection.Deactivate, opts))
}

// Activate brings a connection back. See Connection.Activate.
func (s Connections) Activate(ctx context.Context, id record.ConnectionID, cmd party.Activate, opts ...CallOption) (party.Connection, error) {
	return recordOf(apply(ctx, s.c, actions.ConnectionActivate, id, cmd, using[party.Activate](teamFacts), party.Connection.Activate, opts))
}

// connectionUse adds what stands in the way of deleting a connection.
func connectionUse(ctx context.Context, s *session, c *party.Connection) (party.ConnectionFacts, error) {
	f, err := teamFacts(ctx, s, c)
	if err != nil {
		return f, err
	}
	f.InUse, err = s.inUse(ctx, c.Ref())
	return f, err
}

// Stakeholders lists the active connections of a lead or an opportunity with
// its stakeholders, oldest first. Each is turned so that Record2 is the
// stakeholder and Role2 its role.
func (s Connections) Stakeholders(ctx context.Context, of record.Ref) ([]party.Connection, error) {
	return s.inCategory(ctx, of, party.RoleCategoryStakeholder)
}

// SalesTeam lists the active connections of an opportunity with the sellers on
// its sales team, oldest first. Each is turned so that Record2 is the seller
// and Role2 its role.
func (s Connections) SalesTeam(ctx context.Context, of record.OpportunityID) ([]party.Connection, error) {
	return s.inCategory(ctx, record.Ref{Kind: kinds.Opportunity, ID: of.UUID}, party.RoleCategorySalesTeam)
}

// Competitors lists the active connections of a lead or an opportunity with
// its competitors, oldest first. Each is turned so that Record2 is the
// competitor.
func (s Connections) Competitors(ctx context.Context, of record.Ref) ([]party.Connection, error) {
	return s.inCategory(ctx, of, party.RoleCategorySales)
}

// inCategory lists the connections of a record with those that have a role of
// the category towards it.
func (s Connections) inCategory(ctx context.Context, of record.Ref, category party.RoleCategory) (list []party.Connection, err error) {
	if err := s.c.see(ctx, of); err != nil {
		return nil, err
	}
	for c, err := range s.All(ctx, ConnectionQuery{Of: of, Status: party.ConnectionStatusActive}) {
		if err != nil {
			return nil, err
		}
		if c.Record2 == of {
			c = c.Reciprocal()
		}
		if party.CategoryOf(c.Role2) == category {
			list = append(list, c)
		}
	}
	return list, nil
}
