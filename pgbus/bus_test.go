package pgbus

import (
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/coatcheck-go/session"
)

// What needs a server is tested in lab/nearcache.

func TestNewRefuses(t *testing.T) {
	pool, err := pgxpool.New(t.Context(), "postgres://nobody@127.0.0.1:1/nowhere")
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	for name, o := range map[string]Options{
		"no name":   {Channel: `a"b`},
		"long name": {Channel: strings.Repeat("x", 41)},
		"negative":  {Timeout: -1},
	} {
		if b, err := New(pool, o); err == nil || b != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(nil, Options{}); err == nil {
		t.Error("no pool, and no error")
	}
	b, err := New(pool, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Post(t.Context(), "hello"); err == nil || !strings.HasPrefix(err.Error(), "pgbus: post: ") {
		t.Errorf("Post without a server: %v", err)
	}
	if err := b.Listen(t.Context(), &notes{}); err == nil || !strings.HasPrefix(err.Error(), "pgbus: listen: ") {
		t.Errorf("Listen without a server: %v", err)
	}
}

// notes keeps what a listener is told.
type notes []string

func (n *notes) Listening()              { *n = append(*n, "listening") }
func (n *notes) Receive(message string)  { *n = append(*n, "received "+message) }
func (n *notes) Changed(key session.Key) { *n = append(*n, "changed "+string(key)) }
func (n *notes) ChangedAll()             { *n = append(*n, "changed all") }

func TestTell(t *testing.T) {
	b, n := &Bus{channel: "bus"}, &notes{}
	b.tell(n, "bus", "616263")
	b.tell(n, "bus_rows", "616263")
	b.tell(n, "bus_rows", "all")
	b.tell(n, "bus_rows", "what?")
	if want := (notes{"received 616263", "changed abc", "changed all", "changed all"}); !slices.Equal(*n, want) {
		t.Errorf("%q, want %q", *n, want)
	}
}
