package faults

import (
	"database/sql"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/coatcheck-go/session/lab/internal/servers"
)

// fill makes the sessions' file larger than any that PostgreSQL needs besides (a segment
// of its log has 16 MiB), with rows that expired long ago and stay, four of which fill a page.
const fill = `
	ALTER TABLE coatcheck_sessions SET (autovacuum_enabled = false);
	INSERT INTO coatcheck_sessions (id, version, expires, subject, data)
		SELECT decode(md5(i::text), 'hex'), i, 1, '', decode(repeat(md5(i::text), 122), 'hex') FROM generate_series(1, 10000) AS i`

// TestMB05_DiskFull: PostgreSQL can't make its table's file any larger, as on a full
// disk: the kernel refuses it by a limit of its processes. Visitors can read; who needs
// room gets 503; and when there is room, all is well without a restart.
func TestMB05_DiskFull(t *testing.T) {
	p := newPlace(t, backends["postgres"])
	v := p.site.signIn(t, "visitor")
	must(t, p.server.LimitFiles(p.fill(t)))
	got := page{status: http.StatusOK}
	for i := 0; got.status == http.StatusOK && i < 1000; i++ { // the last page has some room
		got = p.site.ask(t, visitor{}, fmt.Sprint("/login?as=newcomer-", i))
	}
	if got.status != http.StatusServiceUnavailable || got.retryAfter == "" || got.token != "" {
		t.Errorf("a newcomer is answered %d, %+v", got.status, got)
	}
	if !p.site.toldOf("could not extend file") {
		t.Error("it isn't the disk")
	}
	if got := p.site.ask(t, v, "/show"); got.status != http.StatusOK || got.Subject != v.name || got.Count != 1 {
		t.Errorf("a reader sees %d, %+v", got.status, got)
	}
	must(t, p.server.LimitFiles(servers.NoLimit))
	p.site.signIn(t, "newcomer")
	if got := p.site.ask(t, v, "/count"); got.Subject != v.name || got.Count != 2 {
		t.Errorf("afterwards the visitor sees %+v", got)
	}
}

// fill returns the size of the table's file.
func (p *place) fill(t *testing.T) (size string) {
	t.Helper()
	db, err := sql.Open("pgx", p.server.PostgresURL("coatcheck"))
	must(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), fill)
	must(t, err)
	must(t, db.QueryRowContext(t.Context(), `SELECT pg_relation_size('coatcheck_sessions')`).Scan(&size))
	return size
}

// toldOf tells whether there was an event with these words in its error.
func (s *site) toldOf(words string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		if e.Err != nil && strings.Contains(e.Err.Error(), words) {
			return true
		}
	}
	return false
}
