package engine_test

import (
	"context"
	"fmt"
	"log"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// Large files are kept by the host; the note and its history hold the reference.
func ExampleWithBlobs() {
	ctx := context.Background()
	blobs := &memory.Blobs{}
	client, err := engine.New(memory.New(), engine.WithBlobs(blobs), engine.WithAttachmentLimit(1<<20))
	if err != nil {
		log.Fatal(err)
	}
	lead, err := client.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Ten desks", LastName: "Meyer"}})
	if err != nil {
		log.Fatal(err)
	}
	note, err := client.Notes().CreateWithFile(ctx,
		activity.CreateNote{RegardingID: record.Ref{Kind: kinds.Lead, ID: lead.ID.UUID}, Fields: activity.NoteFields{Subject: "Floor plan"}},
		engine.AttachFile{FileName: "plan.pdf", Content: make([]byte, 2<<20)})
	if err != nil {
		log.Fatal(err)
	}
	file, err := client.Notes().Content(ctx, note.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(note.FileSize, len(file.Content), len(blobs.Keys(storage.Default)))
	err = client.Notes().Delete(ctx, note.ID, record.DeleteRecord{})
	fmt.Println(len(blobs.Keys(storage.Default)), err)
	// Output:
	// 2097152 2097152 1
	// 0 <nil>
}
