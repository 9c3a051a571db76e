// Package insight has the measures of sales: pipeline, win rate, forecast,
// funnel, time in stage, cycle, velocity, waterfall, goals, quotes, sales and
// receivables, as pure functions of plain values.
//
// Owns: what each measure means, [Definitions]; [Params], which every measure
// takes; [Adjustment] of a forecast, [Goal].
//
// Does not own: reading the records. Package engine gathers them; a host that has
// them elsewhere calls the functions itself.
//
// Promises: sums and quotients are exact and rounded once, half away from zero:
// money to the decimals of its currency, rates (0 to 1) to 4, percentages and days
// to 2. Rows and totals are rounded apart. What is undefined is null, never 0. An
// amount that cannot be converted is refused with the record's id, never taken as
// it is. Memory grows with the groups of a figure, not with the records, the
// percentiles aside. Ids are texts of any form; they only need to be equal.
package insight
