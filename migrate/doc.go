// Package migrate brings records in and takes them out: as CSV, for people,
// spreadsheets and other systems, and as JSON Lines, for a move without loss.
//
//	manifest, err := migrate.Export(ctx, client, file, migrate.ExportOptions{})   // all of a tenant
//	report, err := migrate.Import(ctx, other, file, migrate.RunOptions{})         // and, from its beginning, into another one
//
//	report, err := migrate.Plan(ctx, client, os.DirFS("export"), migrate.HubSpot(), migrate.RunOptions{}) // what would happen
//	report, err = migrate.Run(ctx, client, os.DirFS("export"), migrate.HubSpot(), migrate.RunOptions{})   // and it happens
//
// It owns the forms of files, profiles, which say how the tables of another system
// become records, the order of an import, and its report. It does not own the rules:
// every record comes in by an import of package engine, which refuses what is not sound,
// and every one goes out as the actor of the client may see it. It keeps nothing of its
// own in a store.
//
// It promises:
//   - What is exported and imported elsewhere is equal there, versions aside.
//   - An import stores a record only behind those that it refers to, or together with
//     them, so that one that is interrupted or has refusals leaves nothing that dangles.
//     What sums over several records, such as what of an invoice is paid, agrees once all
//     have come.
//   - It can be repeated: records that are there are left alone, and the rest follows.
//   - Nothing is dropped in silence: columns and values without a place, rows that are
//     refused, and records that became other than they were given are reported.
//   - Exports take the memory of a page, imports that of an index: id, place and
//     references of each record, whatever a record's size.
package migrate
