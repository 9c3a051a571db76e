package actions

import (
	"slices"
	"strings"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
)

// Action is something that can be done to a record: "<record>.<verb>" in
// tables, processes, errors and logs alike. The zero Action is none. Numbers
// are not stable, names are.
type Action uint16

// String returns the name: "quote.win_to_order".
func (a Action) String() string { return a.row().name }

// Event returns the type of the event that the action appends: "quote.won".
func (a Action) Event() string { return a.row().event }

// Kind returns the kind of record the action belongs to.
func (a Action) Kind() kinds.Kind { return a.row().kind }

// Verb is the name without its kind: "win_to_order".
func (a Action) Verb() string { return a.row().verb }

// Callable reports whether callers can ask for the action. Some only happen by
// themselves when another document changes (order.rederive, invoice.settle,
// opportunity_close.cancel, payment.release_refund, account.hold_credit and
// their like), or to the subordinate of a merge (merge_into).
func (a Action) Callable() bool {
	switch a {
	case OrderRederive, InvoiceSettle, OpportunityCloseCancel, ProcessOffer, ProcessCut,
		PaymentReleaseRefund, CreditNoteReleaseRefund,
		AccountHoldCredit, AccountReleaseCredit, ContactHoldCredit, ContactReleaseCredit,
		LeadMergeInto, AccountMergeInto, ContactMergeInto:
		return false
	}
	return true
}

// IsZero reports whether a is no action.
func (a Action) IsZero() bool { return a == 0 }

// MarshalText returns the name.
func (a Action) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText accepts a name; an unknown one is ErrInvalid.
func (a *Action) UnmarshalText(text []byte) (err error) {
	*a, err = ParseAction(string(text))
	return err
}

// ParseAction returns the action with the name; the empty name is none, an
// unknown one is ErrInvalid.
func ParseAction(name string) (Action, error) {
	i := slices.IndexFunc(actionRows, func(row actionRow) bool { return row.name == name })
	if i < 0 {
		return 0, codes.ErrInvalid.Fault("not an action")
	}
	return Action(i), nil
}

// Actions lists every action, kind by kind.
func Actions() []Action {
	all := make([]Action, len(actionRows)-1)
	for i := range all {
		all[i] = Action(i + 1)
	}
	return all
}

type actionRow struct {
	kind              kinds.Kind
	verb, name, event string
}

// actionRows are the actions by number; the first is none.
var actionRows = func() []actionRow {
	rows := []actionRow{{}}
	for _, of := range verbs {
		for verb := range strings.FieldsSeq(of.list) {
			past, ok := pastTense[verb]
			if !ok {
				panic("action: no past tense of " + verb)
			}
			rows = append(rows, actionRow{of.kind, verb, string(of.kind) + "." + verb, string(of.kind) + "." + past})
		}
	}
	return rows
}()

func (a Action) row() *actionRow {
	if int(a) < len(actionRows) {
		return &actionRows[a]
	}
	return &actionRows[0]
}

// verbs are what can be done to each kind of record, an action each, of which
// go generate makes the constant.
var verbs = []struct {
	kind kinds.Kind
	list string
}{
	{kinds.Lead, `create capture edit change_currency set_status qualify disqualify reactivate assign merge merge_into
		unmerge score ignore_duplicates delete import`},
	{kinds.Account, `create edit change_currency deactivate activate assign hold_credit release_credit merge merge_into
		unmerge delete import`},
	{kinds.Contact, `create edit change_currency deactivate activate assign hold_credit release_credit merge merge_into
		unmerge delete import`},
	{kinds.Opportunity, `create edit edit_lines change_currency recalculate hold resume win lose reopen
		calculate_actual_value generate_quote generate_order generate_invoice edit_competitors assign score
		delete import`},
	{kinds.OpportunityClose, `create edit cancel delete import`},
	{kinds.Quote, `create edit edit_lines get_products recalculate change_currency activate set_status
		request_approval revise_quote close win win_to_order assign delete import`},
	{kinds.QuoteClose, `create edit cancel delete import`},
	{kinds.Order, `create edit edit_lines get_products recalculate change_currency set_status lock_pricing
		unlock_pricing request_approval submit fulfill_partial fulfill cancel cancel_remaining invoice rederive reactivate
		assign delete import`},
	{kinds.OrderClose, `create edit cancel delete import`},
	{kinds.Invoice, `create edit edit_lines get_products recalculate change_currency lock_pricing
		unlock_pricing set_status request_approval issue mark_paid mark_paid_partial allocate deallocate settle credit
		write_off reverse_write_off dispute resolve_dispute promise_payment withdraw_promise dun cancel
		reactivate assign delete import`},
	{kinds.Payment, `create change_currency post allocate auto_allocate deallocate refund release_refund void bounce write_off_reclaim
		delete import`},
	{kinds.Allocation, `create reverse import`},
	{kinds.CreditNote, `create edit edit_lines change_currency issue apply unapply refund release_refund void import`},
	{kinds.Refund, `create confirm fail cancel retry import`},
	{kinds.DunningEntry, `create import`},
	{kinds.Approval, `request approve reject withdraw delete import`},
	{kinds.Seller, `create edit activate deactivate delete import`},
	{kinds.Organization, `create edit activate deactivate delete import`},
	{kinds.Competitor, `create edit change_currency delete import`},
	{kinds.Connection, `create edit activate deactivate delete import`},
	{kinds.Note, `create edit delete import`},
	{kinds.Attachment, `create delete import`},
	{kinds.Task, `create edit set_status complete cancel reopen delete import`},
	{kinds.PhoneCall, `create edit complete cancel delete import`},
	{kinds.Email, `create edit complete cancel delete import`},
	{kinds.Appointment, `create edit schedule complete cancel delete import`},
	{kinds.Process, `start next previous set_active finish abort reactivate switch run_step rebind offer cut
		migrate delete import`},
	{kinds.ProcessDefinition, `create save activate deactivate delete import`},
	{kinds.Product, `create edit publish revise revert retire activate set_default_price_list delete import`},
	{kinds.ProductRelationship, `create edit delete import`},
	{kinds.UnitGroup, `create edit delete import`},
	{kinds.PriceList, `create edit deactivate activate delete import`},
	{kinds.PriceListItem, `create edit delete import`},
	{kinds.DiscountList, `create edit deactivate activate delete import`},
	{kinds.TransactionCurrency, `create edit deactivate activate delete import`},
	{kinds.Goal, `create edit assign close discard reopen delete import`},
	{kinds.GoalMetric, `create edit deactivate activate delete import`},
	{kinds.ForecastAdjustment, `create import`},
}

// pastTense is what events call a verb.
var pastTense = map[string]string{
	"abort":                  "aborted",
	"activate":               "activated",
	"allocate":               "allocated",
	"apply":                  "applied",
	"approve":                "approved",
	"assign":                 "assigned",
	"auto_allocate":          "auto_allocated",
	"bounce":                 "bounced",
	"calculate_actual_value": "actual_value_calculated",
	"cancel":                 "canceled",
	"cancel_remaining":       "remaining_canceled",
	"capture":                "captured",
	"change_currency":        "currency_changed",
	"close":                  "closed",
	"complete":               "completed",
	"confirm":                "confirmed",
	"create":                 "created",
	"credit":                 "credited",
	"cut":                    "cut",
	"deactivate":             "deactivated",
	"deallocate":             "deallocated",
	"delete":                 "deleted",
	"discard":                "discarded",
	"dispute":                "disputed",
	"disqualify":             "disqualified",
	"dun":                    "dunned",
	"edit":                   "edited",
	"edit_competitors":       "competitors_edited",
	"edit_lines":             "lines_edited",
	"fail":                   "failed",
	"finish":                 "finished",
	"fulfill":                "fulfilled",
	"fulfill_partial":        "partly_fulfilled",
	"generate_invoice":       "invoice_generated",
	"generate_order":         "order_generated",
	"generate_quote":         "quote_generated",
	"get_products":           "products_added",
	"hold":                   "held",
	"hold_credit":            "credit_held",
	"ignore_duplicates":      "duplicates_ignored",
	"import":                 "imported",
	"invoice":                "invoiced",
	"issue":                  "issued",
	"lock_pricing":           "pricing_locked",
	"lose":                   "lost",
	"mark_paid":              "paid",
	"mark_paid_partial":      "part_paid",
	"merge":                  "merged",
	"merge_into":             "merged_into",
	"migrate":                "migrated",
	"next":                   "advanced",
	"offer":                  "offered",
	"post":                   "posted",
	"previous":               "returned",
	"promise_payment":        "payment_promised",
	"publish":                "published",
	"qualify":                "qualified",
	"reactivate":             "reactivated",
	"rebind":                 "rebound",
	"recalculate":            "recalculated",
	"rederive":               "rederived",
	"refund":                 "refunded",
	"reject":                 "rejected",
	"release_credit":         "credit_released",
	"release_refund":         "refund_released",
	"reopen":                 "reopened",
	"request":                "requested",
	"request_approval":       "approval_requested",
	"resolve_dispute":        "dispute_resolved",
	"resume":                 "resumed",
	"retire":                 "retired",
	"retry":                  "retried",
	"reverse":                "reversed",
	"reverse_write_off":      "write_off_reversed",
	"revert":                 "reverted",
	"revise":                 "revised",
	"revise_quote":           "revised",
	"run_step":               "step_run",
	"save":                   "saved",
	"schedule":               "scheduled",
	"score":                  "scored",
	"set_active":             "stage_set",
	"set_default_price_list": "default_price_list_set",
	"set_status":             "status_changed",
	"settle":                 "settled",
	"start":                  "started",
	"submit":                 "submitted",
	"switch":                 "switched",
	"unapply":                "unapplied",
	"unlock_pricing":         "pricing_unlocked",
	"unmerge":                "unmerged",
	"void":                   "voided",
	"win":                    "won",
	"win_to_order":           "won_to_order",
	"withdraw":               "withdrawn",
	"withdraw_promise":       "promise_withdrawn",
	"write_off":              "written_off",
	"write_off_reclaim":      "reclaim_written_off",
}
