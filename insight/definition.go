package insight

import "slices"

// Definition says what a measure means. A formula that changes is another version.
type Definition struct {
	ID     string `json:"id"` // name and version: win_rate/1
	Text   string `json:"text"`
	Date   string `json:"date"`             // what the period is of
	Unit   string `json:"unit"`             // of its figures
	Source string `json:"source,omitempty"` // where Dynamics 365 describes it
}

// Ids of the definitions.
const (
	pipelineDefinition     = "pipeline/1"
	winRateDefinition      = "win_rate/1"
	forecastDefinition     = "forecast/1"
	funnelDefinition       = "funnel/1"
	timeInStageDefinition  = "time_in_stage/1"
	salesCycleDefinition   = "sales_cycle/1"
	velocityDefinition     = "velocity/1"
	waterfallDefinition    = "waterfall/1"
	goalDefinition         = "goal/1"
	quotesDefinition       = "quotes/1"
	salesDefinition        = "sales/1"
	ageingDefinition       = "ageing/1"
	dsoDefinition          = "dso/1"
	promisesDefinition     = "promises/1"
	cashForecastDefinition = "cash_forecast/1"
)

var definitions = []Definition{
	{pipelineDefinition, "Open deals: value is the sum of estimated values, unset counts 0; weighted is the sum of value × probability ÷ 100, where an unset probability is that of the stage, else 0.", "estimated close date", "money", ""},
	{winRateDefinition, "Won ÷ (won + lost), by count, and by value: actual of won ÷ (actual of won + estimated of lost). Open deals are in no denominator. By close: deals closed in the period. By cohort: deals born in it, with those still open and yield = won ÷ all.", "actual close date, or birth", "rate", ""},
	{forecastDefinition, "Deals by forecast category over a hierarchy of owners: open by estimated value and close date (no category: pipeline), won by actual value and close date, lost by estimated value and actual close date. An adjustment takes the place of a cell and rolls up. Commit forecast = won + committed; best case forecast adds best case; pipeline forecast adds pipeline. Omitted and lost are in no total.", "estimated close date of open deals, actual close date of closed ones", "money", "sales/choose-layout-and-columns-forecast.md, sales/adjust-values-in-forecast.md"},
	{funnelDefinition, "Leads born in the period, followed to opportunity (birth), quote (activated), order (birth), invoice (issued) and cash (first day with nothing open). A later step counts for those before it.", "birth of the lead", "records, money, days", ""},
	{timeInStageDefinition, "Visits of a stage that are over: median and 90th percentile by the nearest rank, and mean. Visits that are not over are counted with the age of the oldest.", "", "seconds", ""},
	{salesCycleDefinition, "Days from birth to the actual close date of deals won in the period: median and 90th percentile by the nearest rank, and mean. The survival median is the least day by which half of all deals, won, lost or open, are closed, by the product limit.", "actual close date", "days", ""},
	{velocityDefinition, "Open deals × win rate by count × mean won value ÷ mean cycle days of the deals closed in the period, no factor rounded.", "actual close date", "money a day", ""},
	{waterfallDefinition, "The pipeline at one instant and at a later one, and what lies between: created, reopened, pulled in, increased, decreased, pushed out, won, lost, removed. Opening + parts + rounding = closing.", "estimated close date", "money", ""},
	{goalDefinition, "Actual = own records in the period of the root + actual of children, or the given value. Expected today = target × days that are over ÷ days of the period. Amounts are in the base currency.", "that of the metric", "money or records", "sales/developer/create-goal-hierarchy-goals-targets.md"},
	{quotesDefinition, "Revisions won in the period: mean revision number, discount ÷ price before discount, median days from activation. Win rate by number: won ÷ (won + numbers whose last revision was lost or canceled in the period). Expiry share: of revisions activated in the period, those still active after their last day.", "closing day; day of activation", "rate, days, money", ""},
	{salesDefinition, "Lines of documents of the period at their amount after all discounts, without tax and freight, less lines of credit notes at their own issue date.", "issue date of invoices and credit notes, birth of orders", "money", ""},
	{ageingDefinition, "Balance of each invoice on a day by days overdue: not, 1–30, 31–60, 61–90, more than 90.", "", "money", ""},
	{dsoDefinition, "Receivable at the end of the period ÷ credit sales × days of the period; credit sales are totals of invoices issued in it and not canceled by its end, less credit notes. Count back takes whole months of sales off the receivable, from the end back, at most 24. CEI = (opening + sales − closing) ÷ (opening + sales − closing not overdue) × 100.", "issue date", "days, percentage", ""},
	{promisesDefinition, "Promises to pay kept ÷ (kept + broken), by count and amount.", "day of the promise", "rate", ""},
	{cashForecastDefinition, "What is open on a day, by the day on which it is to come in: of an open promise min(amount, balance) on its day, the rest on the due date and the customer's average days late. What lies before the day is overdue; disputed invoices are on no day.", "", "money", ""},
}

// Definitions lists all measures.
func Definitions() []Definition { return slices.Clone(definitions) }
