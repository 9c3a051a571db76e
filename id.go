package leadtocash

import (
	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/storage"
)

// ID identifies a record of the kind R. An order's id does not compile where a
// quote's belongs. The zero ID means none.
type ID[R any] struct{ uuid.UUID }

// IsZero reports whether the id is not set.
func (id ID[R]) IsZero() bool { return id.UUID == uuid.UUID{} }

// The ids of the kinds of records.
type (
	LeadID             = ID[Lead]
	AccountID          = ID[Account]
	ContactID          = ID[Contact]
	OpportunityID      = ID[Opportunity]
	OpportunityCloseID = ID[OpportunityClose]
	QuoteID            = ID[Quote]
	QuoteCloseID       = ID[QuoteClose]
	OrderID            = ID[Order]
	OrderCloseID       = ID[OrderClose]
	InvoiceID          = ID[Invoice]
	PaymentID          = ID[Payment]
	AllocationID       = ID[Allocation]
	CreditNoteID       = ID[CreditNote]
	RefundID           = ID[Refund]
	DunningEntryID     = ID[DunningEntry]
	SellerID           = ID[Seller]
	CompetitorID       = ID[Competitor]
	ConnectionID       = ID[Connection]
	NoteID             = ID[Note]
	AttachmentID       = ID[Attachment]
	TaskID             = ID[Task]
	PhoneCallID        = ID[PhoneCall]
	EmailID            = ID[Email]
	AppointmentID      = ID[Appointment]
	ProcessID          = ID[Process]

	ProcessDefinitionID = ID[ProcessDefinition]

	ProductID             = ID[Product]
	ProductRelationshipID = ID[ProductRelationship]
	UnitGroupID           = ID[UnitGroup]
	PriceListID           = ID[PriceList]
	PriceListItemID       = ID[PriceListItem]
	DiscountListID        = ID[DiscountList]
	TransactionCurrencyID = ID[TransactionCurrency]
)

// Ref names any record.
type Ref struct {
	Kind Kind      `json:"kind"`
	ID   uuid.UUID `json:"id"`
}

// Ref returns the reference itself, which can stand where an id does.
func (r Ref) Ref() Ref { return r }

// IsZero reports whether the reference is not set.
func (r Ref) IsZero() bool { return r == Ref{} }

// String returns "kind/id".
func (r Ref) String() string { return r.stored().String() }

func (r Ref) stored() storage.Ref { return storage.Ref{Kind: string(r.Kind), ID: r.ID} }

func refOf(r storage.Ref) Ref { return Ref{Kind(r.Kind), r.ID} }

// CustomerID names an account or a contact.
type CustomerID struct{ Ref }

// AccountCustomer is the account as a customer.
func AccountCustomer(id AccountID) CustomerID { return CustomerID{Ref{KindAccount, id.UUID}} }

// ContactCustomer is the contact as a customer.
func ContactCustomer(id ContactID) CustomerID { return CustomerID{Ref{KindContact, id.UUID}} }

// Account returns the account's id, zero if the customer is a contact.
func (c CustomerID) Account() AccountID {
	if c.Kind != KindAccount {
		return AccountID{}
	}
	return AccountID{c.ID}
}

// Contact returns the contact's id, zero if the customer is an account.
func (c CustomerID) Contact() ContactID {
	if c.Kind != KindContact {
		return ContactID{}
	}
	return ContactID{c.ID}
}

// ParseID reads an id in one of the forms of [uuid.Parse]; anything else is
// ErrInvalid.
func ParseID[R any](text string) (id ID[R], err error) {
	err = id.UnmarshalText([]byte(text))
	return id, err
}

// UnmarshalText accepts what [ParseID] does.
func (id *ID[R]) UnmarshalText(text []byte) error {
	v, err := uuid.ParseBytes(text)
	if err != nil {
		return ErrInvalid.Fault("not an id")
	}
	id.UUID = v
	return nil
}

// kindOf returns the kind whose records are of type R, empty if R is no record.
func kindOf[R any]() (kind Kind) {
	if r, ok := any((*R)(nil)).(interface{ kind() Kind }); ok {
		kind = r.kind()
	}
	return kind
}

// Ref names the record with its kind, as History, Timeline and Erase ask for it.
func (id ID[R]) Ref() Ref { return Ref{kindOf[R](), id.UUID} }
