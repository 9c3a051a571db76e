package leadtocash

import (
	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/storage"
)

// Kind names a kind of record in JSON, errors, columns and actions.
type Kind string

// The kinds of records.
const (
	KindLead             Kind = "lead"
	KindAccount          Kind = "account"
	KindContact          Kind = "contact"
	KindOpportunity      Kind = "opportunity"
	KindOpportunityClose Kind = "opportunity_close"
	KindQuote            Kind = "quote"
	KindQuoteClose       Kind = "quote_close"
	KindOrder            Kind = "order"
	KindOrderClose       Kind = "order_close"
	KindInvoice          Kind = "invoice"
	KindPayment          Kind = "payment"
	KindAllocation       Kind = "allocation"
	KindCreditNote       Kind = "credit_note"
	KindRefund           Kind = "refund"
	KindDunningEntry     Kind = "dunning_entry"
	KindSeller           Kind = "seller"
	KindCompetitor       Kind = "competitor"
	KindConnection       Kind = "connection"
	KindNote             Kind = "note"
	KindAttachment       Kind = "attachment"
	KindTask             Kind = "task"
	KindPhoneCall        Kind = "phone_call"
	KindEmail            Kind = "email"
	KindAppointment      Kind = "appointment"
	KindProcess          Kind = "process"

	KindProcessDefinition Kind = "process_definition"

	KindProduct             Kind = "product"
	KindProductRelationship Kind = "product_relationship"
	KindUnitGroup           Kind = "unit_group"
	KindPriceList           Kind = "price_list"
	KindPriceListItem       Kind = "price_list_item"
	KindDiscountList        Kind = "discount_list"
	KindTransactionCurrency Kind = "transaction_currency"
)

// KindTerritory is the kind of sales territories, which a [Connection] can refer
// to. They are the host's: none is stored here, and a Resolver knows which there
// are.
const KindTerritory Kind = "territory"

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
		return refusal(ErrInvalid, "", "not an id")
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

// Entity names the record as processes do. See Ref.Entity.
func (id ID[R]) Entity() bpf.Ref { return Ref{kindOf[R](), id.UUID}.Entity() }
