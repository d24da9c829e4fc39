package pgbus

import (
	"encoding/hex"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/nearcache"
)

// rows is the channel of the triggers: its payloads are keys in hexadecimal digits,
// or all.
func (b *Bus) rows() string { return b.channel + "_rows" }

const all = "all"

// tell tells the listener what has come.
func (b *Bus) tell(l nearcache.Listener, channel, payload string) {
	if channel == b.channel {
		l.Receive(payload)
		return
	}
	key, err := hex.DecodeString(payload)
	if err != nil { // all, or nothing that we know
		l.ChangedAll()
		return
	}
	l.Changed(session.Key(key))
}

// trigger tells of rows that were live. A payload may have 8000 bytes.
const trigger = `CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'TRUNCATE' THEN
		PERFORM pg_notify('{channel}', '{all}');
	ELSIF octet_length(OLD.id) > 3900 THEN
		PERFORM pg_notify('{channel}', '{all}');
	ELSE
		PERFORM pg_notify('{channel}', encode(OLD.id, 'hex'));
	END IF;
	RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS {channel} ON {table};
CREATE TRIGGER {channel} AFTER UPDATE OR DELETE ON {table} FOR EACH ROW
	WHEN (OLD.expires > extract(epoch FROM clock_timestamp()) * 1000)
	EXECUTE PROCEDURE {function}();

DROP TRIGGER IF EXISTS {channel}_all ON {table};
CREATE TRIGGER {channel}_all AFTER TRUNCATE ON {table} FOR EACH STATEMENT
	EXECUTE PROCEDURE {function}();
`

// Trigger returns SQL that lets the database tell the near caches of every change of
// a live row in table (perhaps after its schema and a dot), whoever makes it: an
// administrator, a program without a near cache. They hear of it after it is
// committed, typically within a millisecond, and the one who made it doesn't wait for
// that.
//
// Without such writers it isn't needed, and costs: each write of a session sends
// a notification more, for which the commits of the whole server queue up.
func (b *Bus) Trigger(table string) string {
	names := pgx.Identifier(strings.Split(table, "."))
	function := append(names[:len(names)-1:len(names)-1], b.rows())
	return strings.NewReplacer(
		"{table}", names.Sanitize(),
		"{function}", function.Sanitize(),
		"{channel}", b.rows(),
		"{all}", all,
	).Replace(trigger)
}
