package record

import (
	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
)

// ID identifies a record of one kind, which its parameter tells: an order's id does
// not compile where a quote's belongs. The zero ID means none.
type ID[K Kinded] struct{ uuid.UUID }

// Kinded is the parameter of an ID: a type without values that tells the kind.
type Kinded interface{ Kind() kinds.Kind }

// AnyID is an id of whatever kind.
type AnyID interface {
	~struct{ uuid.UUID }
	IsZero() bool
	Ref() Ref
}

// The ids of the kinds of records, and of units.
type (
	LeadID                = ID[leadKind]
	AccountID             = ID[accountKind]
	ContactID             = ID[contactKind]
	OpportunityID         = ID[opportunityKind]
	OpportunityCloseID    = ID[opportunityCloseKind]
	QuoteID               = ID[quoteKind]
	QuoteCloseID          = ID[quoteCloseKind]
	OrderID               = ID[orderKind]
	OrderCloseID          = ID[orderCloseKind]
	InvoiceID             = ID[invoiceKind]
	PaymentID             = ID[paymentKind]
	AllocationID          = ID[allocationKind]
	CreditNoteID          = ID[creditNoteKind]
	RefundID              = ID[refundKind]
	DunningEntryID        = ID[dunningEntryKind]
	ApprovalID            = ID[approvalKind]
	SellerID              = ID[sellerKind]
	OrganizationID        = ID[organizationKind]
	CompetitorID          = ID[competitorKind]
	ConnectionID          = ID[connectionKind]
	NoteID                = ID[noteKind]
	AttachmentID          = ID[attachmentKind]
	TaskID                = ID[taskKind]
	PhoneCallID           = ID[phoneCallKind]
	EmailID               = ID[emailKind]
	AppointmentID         = ID[appointmentKind]
	ProcessID             = ID[processKind]
	ProcessDefinitionID   = ID[processDefinitionKind]
	ProductID             = ID[productKind]
	ProductRelationshipID = ID[productRelationshipKind]
	UnitGroupID           = ID[unitGroupKind]
	PriceListID           = ID[priceListKind]
	PriceListItemID       = ID[priceListItemKind]
	DiscountListID        = ID[discountListKind]
	TransactionCurrencyID = ID[transactionCurrencyKind]
	GoalID                = ID[goalKind]
	GoalMetricID          = ID[goalMetricKind]
	ForecastAdjustmentID  = ID[forecastAdjustmentKind]
	UnitID                = ID[unitKind]
)

// The kinds as parameters of ids.
type (
	leadKind                struct{}
	accountKind             struct{}
	contactKind             struct{}
	opportunityKind         struct{}
	opportunityCloseKind    struct{}
	quoteKind               struct{}
	quoteCloseKind          struct{}
	orderKind               struct{}
	orderCloseKind          struct{}
	invoiceKind             struct{}
	paymentKind             struct{}
	allocationKind          struct{}
	creditNoteKind          struct{}
	refundKind              struct{}
	dunningEntryKind        struct{}
	approvalKind            struct{}
	sellerKind              struct{}
	organizationKind        struct{}
	competitorKind          struct{}
	connectionKind          struct{}
	noteKind                struct{}
	attachmentKind          struct{}
	taskKind                struct{}
	phoneCallKind           struct{}
	emailKind               struct{}
	appointmentKind         struct{}
	processKind             struct{}
	processDefinitionKind   struct{}
	productKind             struct{}
	productRelationshipKind struct{}
	unitGroupKind           struct{}
	priceListKind           struct{}
	priceListItemKind       struct{}
	discountListKind        struct{}
	transactionCurrencyKind struct{}
	goalKind                struct{}
	goalMetricKind          struct{}
	forecastAdjustmentKind  struct{}
	unitKind                struct{}
)

func (leadKind) Kind() kinds.Kind { return kinds.Lead }

func (accountKind) Kind() kinds.Kind { return kinds.Account }

func (contactKind) Kind() kinds.Kind { return kinds.Contact }

func (opportunityKind) Kind() kinds.Kind { return kinds.Opportunity }

func (opportunityCloseKind) Kind() kinds.Kind { return kinds.OpportunityClose }

func (quoteKind) Kind() kinds.Kind { return kinds.Quote }

func (quoteCloseKind) Kind() kinds.Kind { return kinds.QuoteClose }

func (orderKind) Kind() kinds.Kind { return kinds.Order }

func (orderCloseKind) Kind() kinds.Kind { return kinds.OrderClose }

func (invoiceKind) Kind() kinds.Kind { return kinds.Invoice }

func (paymentKind) Kind() kinds.Kind { return kinds.Payment }

func (allocationKind) Kind() kinds.Kind { return kinds.Allocation }

func (creditNoteKind) Kind() kinds.Kind { return kinds.CreditNote }

func (refundKind) Kind() kinds.Kind { return kinds.Refund }

func (dunningEntryKind) Kind() kinds.Kind { return kinds.DunningEntry }

func (approvalKind) Kind() kinds.Kind { return kinds.Approval }

func (sellerKind) Kind() kinds.Kind { return kinds.Seller }

func (organizationKind) Kind() kinds.Kind { return kinds.Organization }

func (competitorKind) Kind() kinds.Kind { return kinds.Competitor }

func (connectionKind) Kind() kinds.Kind { return kinds.Connection }

func (noteKind) Kind() kinds.Kind { return kinds.Note }

func (attachmentKind) Kind() kinds.Kind { return kinds.Attachment }

func (taskKind) Kind() kinds.Kind { return kinds.Task }

func (phoneCallKind) Kind() kinds.Kind { return kinds.PhoneCall }

func (emailKind) Kind() kinds.Kind { return kinds.Email }

func (appointmentKind) Kind() kinds.Kind { return kinds.Appointment }

func (processKind) Kind() kinds.Kind { return kinds.Process }

func (processDefinitionKind) Kind() kinds.Kind { return kinds.ProcessDefinition }

func (productKind) Kind() kinds.Kind { return kinds.Product }

func (productRelationshipKind) Kind() kinds.Kind { return kinds.ProductRelationship }

func (unitGroupKind) Kind() kinds.Kind { return kinds.UnitGroup }

func (priceListKind) Kind() kinds.Kind { return kinds.PriceList }

func (priceListItemKind) Kind() kinds.Kind { return kinds.PriceListItem }

func (discountListKind) Kind() kinds.Kind { return kinds.DiscountList }

func (transactionCurrencyKind) Kind() kinds.Kind { return kinds.TransactionCurrency }

func (goalKind) Kind() kinds.Kind { return kinds.Goal }

func (goalMetricKind) Kind() kinds.Kind { return kinds.GoalMetric }

func (forecastAdjustmentKind) Kind() kinds.Kind { return kinds.ForecastAdjustment }

// Units are no records of their own, but of their group.
func (unitKind) Kind() kinds.Kind { return "" }

// ParseID reads an id in one of the forms of [uuid.Parse]; anything else is
// ErrInvalid.
func ParseID[I AnyID](text string) (I, error) {
	id, err := parseUUID([]byte(text))
	return I{id}, err
}

func parseUUID(text []byte) (uuid.UUID, error) {
	id, err := uuid.ParseBytes(text)
	if err != nil {
		return uuid.Nil, codes.ErrInvalid.Fault("not an id")
	}
	return id, nil
}

// IsZero reports whether the id is not set.
func (id ID[K]) IsZero() bool { return id.UUID == uuid.UUID{} }

// Ref names the record with its kind, as History, Timeline and Erase ask for it.
func (id ID[K]) Ref() Ref {
	var of K
	return Ref{of.Kind(), id.UUID}
}

// UnmarshalText accepts what [ParseID] does.
func (id *ID[K]) UnmarshalText(text []byte) (err error) {
	id.UUID, err = parseUUID(text)
	return err
}

// Ref names any record.
type Ref struct {
	Kind kinds.Kind `json:"kind"`
	ID   uuid.UUID  `json:"id"`
}

// Ref returns the reference itself, which can stand where an id does.
func (r Ref) Ref() Ref { return r }

// IsZero reports whether the reference is not set.
func (r Ref) IsZero() bool { return r == Ref{} }

// String returns "kind/id".
func (r Ref) String() string { return string(r.Kind) + "/" + r.ID.String() }

// CustomerID names an account or a contact.
type CustomerID struct{ Ref }

// AccountCustomer is the account as a customer.
func AccountCustomer(id AccountID) CustomerID { return CustomerID{Ref{kinds.Account, id.UUID}} }

// ContactCustomer is the contact as a customer.
func ContactCustomer(id ContactID) CustomerID { return CustomerID{Ref{kinds.Contact, id.UUID}} }

// Account returns the account's id, zero if the customer is a contact.
func (c CustomerID) Account() AccountID {
	if c.Kind != kinds.Account {
		return AccountID{}
	}
	return AccountID{c.ID}
}

// Contact returns the contact's id, zero if the customer is an account.
func (c CustomerID) Contact() ContactID {
	if c.Kind != kinds.Contact {
		return ContactID{}
	}
	return ContactID{c.ID}
}

// KindOf returns the kind whose records are of type R, empty if R is no record.
func KindOf[R any]() (kind kinds.Kind) {
	if r, ok := any((*R)(nil)).(interface{ RecordKind() kinds.Kind }); ok {
		kind = r.RecordKind()
	}
	return kind
}
