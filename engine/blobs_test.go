package engine_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

var errBlobs = errors.New("the object store is down")

// brittle blobs fail while told to, and count what is put.
type brittle struct {
	memory.Blobs
	down atomic.Bool
	puts atomic.Int32
}

func (b *brittle) Put(ctx context.Context, tenant storage.Tenant, key string, content []byte) error {
	if b.down.Load() {
		return errBlobs
	}
	b.puts.Add(1)
	return b.Blobs.Put(ctx, tenant, key, content)
}

func (b *brittle) Get(ctx context.Context, tenant storage.Tenant, key string) ([]byte, error) {
	if b.down.Load() {
		return nil, errBlobs
	}
	return b.Blobs.Get(ctx, tenant, key)
}

func (b *brittle) Delete(ctx context.Context, tenant storage.Tenant, key string) error {
	if b.down.Load() {
		return errBlobs
	}
	return b.Blobs.Delete(ctx, tenant, key)
}

// archive is a client that keeps files of more than ten bytes with the host.
type archive struct {
	*testing.T
	*engine.Client
	ctx   context.Context
	blobs *brittle
	about record.Ref
}

func newArchive(t *testing.T, store storage.Store, opts ...engine.ClientOption) *archive {
	t.Helper()
	a := &archive{T: t, ctx: t.Context(), blobs: &brittle{}}
	a.Client = testkit.Must(engine.New(store, append(opts, engine.WithBlobs(a.blobs), engine.WithAttachmentLimit(10))...))
	a.about = ref(kinds.Account, testkit.Must(a.Accounts().Create(a.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer"}})).ID)
	return a
}

// holds checks how much content the host keeps.
func (a *archive) holds(n int) {
	a.Helper()
	if keys := a.blobs.Keys(storage.Default); len(keys) != n {
		a.Errorf("the host keeps %v, want %d", keys, n)
	}
}

const film = "a film of more than ten bytes"

func TestBlobs(t *testing.T) {
	t.Parallel()
	a := newArchive(t, storagetest.Reencode(memory.New()))
	small := testkit.Must(a.Notes().CreateWithFile(a.ctx, planned(a.about), plan("ten bytes.")))
	a.holds(0)
	n := testkit.Must(a.Notes().CreateWithFile(a.ctx, planned(a.about), plan(film)))
	a.holds(1)
	if n.FileSize != int64(len(film)) || n.FileName != "plan.txt" || !n.IsDocument {
		t.Errorf("the note is %+v", n)
	}
	stored := testkit.Must(engine.Get[activity.Attachment](a.ctx, a.Client, n.AttachmentID))
	if len(stored.Content) != 0 || !strings.HasPrefix(stored.BlobKey, stored.SHA256+"/") || !strings.HasSuffix(stored.BlobKey, stored.ID.String()) {
		t.Errorf("the store keeps %+v", stored)
	}
	if file := testkit.Must(a.Notes().Content(a.ctx, n.ID)); string(file.Content) != film || file.Size != n.FileSize {
		t.Errorf("the file is %+v", file)
	}
	if file := testkit.Must(a.Notes().Content(a.ctx, small.ID)); string(file.Content) != "ten bytes." || file.BlobKey != "" {
		t.Errorf("the file is %+v", file)
	}
	n = testkit.Must(a.Notes().Attach(a.ctx, n.ID, plan(film)))
	a.holds(2) // equal content of another attachment, and the old one for the history
	if err := a.Notes().Delete(a.ctx, n.ID, record.DeleteRecord{}); err != nil {
		t.Fatal(err)
	}
	a.holds(0)
	testkit.Must(a.Notes().CreateWithFile(a.ctx, planned(a.about), plan(film)))
	if err := a.Accounts().Delete(a.ctx, record.AccountID{UUID: a.about.ID}, record.DeleteRecord{}); err != nil {
		t.Fatal(err)
	}
	a.holds(0) // notes go with what they are about
	if keys := a.blobs.Keys("elsewhere"); len(keys) != 0 {
		t.Errorf("another tenant has %v", keys)
	}
	if _, err := a.In("elsewhere").Notes().Content(a.ctx, n.ID); !errors.Is(err, codes.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// A refused call, a preview and blobs that fail leave nothing behind.
func TestBlobsAreKeptWithTheirRecordOnly(t *testing.T) {
	t.Parallel()
	a := newArchive(t, memory.New())
	n := testkit.Must(a.Notes().Create(a.ctx, planned(a.about)))
	nowhere := planned(ref(kinds.Account, testkit.IDOf[record.AccountID](9)))
	wrong := plan(film)
	wrong.SHA256 = strings.Repeat("0", 64)
	for want, err := range map[codes.Code]error{
		codes.ErrNotFound: errOf(a.Notes().CreateWithFile(a.ctx, nowhere, plan(film))),
		codes.ErrConflict: errOf(a.Notes().Attach(a.ctx, n.ID, plan(film), engine.IfVersion(7))),
		codes.ErrInvalid:  errOf(a.Notes().Attach(a.ctx, n.ID, wrong)),
	} {
		if !errors.Is(err, want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if would := testkit.Must(a.Preview().Notes().Attach(a.ctx, n.ID, plan(film))); would.FileSize != int64(len(film)) {
		t.Errorf("the preview is %+v", would)
	}
	a.holds(0)
	a.blobs.down.Store(true)
	if _, err := a.Notes().Attach(a.ctx, n.ID, plan(film)); !errors.Is(err, errBlobs) {
		t.Errorf("got %v", err)
	}
	if got := testkit.Must(a.Notes().Get(a.ctx, n.ID)); got.Version != n.Version {
		t.Errorf("the note refers to content that was not kept: %+v", got)
	}
	a.blobs.down.Store(false)
	n = testkit.Must(a.Notes().Attach(a.ctx, n.ID, plan(film)))
	a.blobs.down.Store(true)
	if _, err := a.Notes().Content(a.ctx, n.ID); !errors.Is(err, errBlobs) {
		t.Errorf("got %v", err)
	}
	a.blobs.down.Store(false)
	key := a.blobs.Keys(storage.Default)[0]
	if err := a.blobs.Put(a.ctx, storage.Default, key, []byte("something else")); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Notes().Content(a.ctx, n.ID); err == nil || strings.Contains(err.Error(), "something") {
		t.Errorf("content that was changed: %v", err)
	}
	if err := a.blobs.Delete(a.ctx, storage.Default, key); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Notes().Content(a.ctx, n.ID); !errors.Is(err, codes.ErrNotFound) {
		t.Errorf("content that is gone: %v", err)
	}
}

// What is stored keeps its content, whatever an interceptor makes of the answer.
func TestBlobsOfCallsAnsweredLate(t *testing.T) {
	t.Parallel()
	late, after := errors.New("too late"), false
	a := newArchive(t, memory.New(), engine.WithInterceptor(func(ctx context.Context, _ *engine.Call, next func(context.Context) error) error {
		if err := next(ctx); err != nil || !after {
			return err
		}
		return late
	}))
	n := testkit.Must(a.Notes().Create(a.ctx, planned(a.about)))
	after = true
	if _, err := a.Notes().Attach(a.ctx, n.ID, plan(film)); !errors.Is(err, late) {
		t.Errorf("got %v", err)
	}
	after = false
	a.holds(1)
	if file := testkit.Must(a.Notes().Content(a.ctx, n.ID)); !bytes.Equal(file.Content, []byte(film)) {
		t.Errorf("the file is %+v", file)
	}
}

// A call that is repeated with its key keeps the content once.
func TestBlobsOnce(t *testing.T) {
	t.Parallel()
	a := newArchive(t, memory.New())
	cmd := planned(a.about)
	first := testkit.Must(a.Once("film").Notes().CreateWithFile(a.ctx, cmd, plan(film)))
	again := testkit.Must(a.Once("film").Notes().CreateWithFile(a.ctx, cmd, plan(film)))
	if again.ID != first.ID || again.AttachmentID != first.AttachmentID {
		t.Errorf("the repeat made %+v", again)
	}
	a.holds(1)
	if file := testkit.Must(a.Notes().Content(a.ctx, first.ID)); !bytes.Equal(file.Content, []byte(film)) {
		t.Errorf("the file is %+v", file)
	}
	if _, err := a.Once("film").Notes().CreateWithFile(a.ctx, cmd, plan(film+"!")); !errors.Is(err, codes.ErrKeyReused) {
		t.Errorf("got %v", err)
	}
	a.holds(1)
}

// What a deletion cannot delete by itself, the sweep does.
func TestSweepBlobs(t *testing.T) {
	t.Parallel()
	a := newArchive(t, memory.New())
	n := testkit.Must(a.Notes().CreateWithFile(a.ctx, planned(a.about), plan(film)))
	m := testkit.Must(a.Notes().CreateWithFile(a.ctx, planned(a.about), plan(film)))
	err := a.Atomic(a.ctx, func(ctx context.Context, c *engine.Client) error {
		return c.Notes().Delete(ctx, n.ID, record.DeleteRecord{})
	})
	if err != nil {
		t.Fatal(err)
	}
	a.blobs.down.Store(true)
	if err := a.Notes().Delete(a.ctx, m.ID, record.DeleteRecord{}); err != nil {
		t.Errorf("a deletion waits for the blobs: %v", err)
	}
	if _, err := a.Notes().SweepBlobs(a.ctx, 0); !errors.Is(err, errBlobs) {
		t.Errorf("got %v", err)
	}
	a.holds(2)
	a.blobs.down.Store(false)
	kept := testkit.Must(a.Notes().CreateWithFile(a.ctx, planned(a.about), plan(film)))
	position := testkit.Must(a.Notes().SweepBlobs(a.ctx, 0))
	a.holds(1)
	if again := testkit.Must(a.Notes().SweepBlobs(a.ctx, position)); again != position {
		t.Errorf("from %d on the feed goes to %d", position, again)
	}
	if file := testkit.Must(a.Notes().Content(a.ctx, kept.ID)); string(file.Content) != film {
		t.Errorf("the file is %+v", file)
	}
	plain := testkit.Must(engine.New(memory.New()))
	if _, err := plain.Notes().SweepBlobs(a.ctx, 0); !errors.Is(err, codes.ErrUnsupported) {
		t.Errorf("got %v", err)
	}
}

// Every call to the store fails once, before or after its effect: there is a
// record with its content, or neither, but for a commit whose end is unknown.
func TestBlobsSurviveFaults(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(n int64) storagetest.Plan{
		"failed call":          func(n int64) storagetest.Plan { return storagetest.FailNth(n, errDown) },
		"lost acknowledgement": func(n int64) storagetest.Plan { return storagetest.LoseAck(n, errDown) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := int64(1); ; n++ {
				inner := memory.New()
				a := newArchive(t, inner)
				faulty := storagetest.Faulty(inner, fault(n))
				note, err := a.On(faulty).Notes().CreateWithFile(a.ctx, planned(a.about), plan(film))
				if err == nil {
					if file := testkit.Must(a.Notes().Content(a.ctx, note.ID)); string(file.Content) != film {
						t.Fatalf("call %d: the file is %+v", n, file)
					}
				}
				notes := testkit.Must(a.Notes().Count(a.ctx, engine.NoteQuery{}))
				content := int64(len(a.blobs.Keys(storage.Default)))
				if content != notes && !(errors.Is(err, codes.ErrCommitUnknown) && content > notes) {
					t.Fatalf("call %d: %d notes, %d contents after %v", n, notes, content, err)
				}
				if n > faulty.Calls() {
					return
				}
			}
		})
	}
}
