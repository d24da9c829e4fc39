-- Coatcheck sessions in SQLite 3.37 (2021) or newer; STRICT needs that.
-- expires is in milliseconds since 1970. The columns are the layout's version:
-- a new layout has other columns.

CREATE TABLE IF NOT EXISTS {table} (
	id      BLOB    NOT NULL PRIMARY KEY, -- a hash of the token
	version INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	subject TEXT    NOT NULL,
	data    BLOB    NOT NULL
) WITHOUT ROWID, STRICT;

-- for the sweep
CREATE INDEX IF NOT EXISTS {table}_expires ON {name} (expires);

-- for "all sessions of this user"; most sessions have none
CREATE INDEX IF NOT EXISTS {table}_subject ON {name} (subject) WHERE subject <> '';
