-- Coatcheck sessions in PostgreSQL 9.6 (2016) or newer.
-- expires is in milliseconds since 1970. The columns are the layout's version:
-- a new layout has other columns.

CREATE TABLE IF NOT EXISTS {table} (
	id      bytea            NOT NULL PRIMARY KEY, -- a hash of the token
	version bigint           NOT NULL,
	expires bigint           NOT NULL,
	subject text COLLATE "C" NOT NULL, -- compared byte by byte
	data    bytea            NOT NULL
);

-- for the sweep
CREATE INDEX IF NOT EXISTS {name}_expires ON {table} (expires);

-- for "all sessions of this user"; most sessions have none
CREATE INDEX IF NOT EXISTS {name}_subject ON {table} (subject) WHERE subject <> '';
