-- Coatcheck sessions in MySQL 8.0 (2018) or newer, or MariaDB 10.6 (2021) or newer.
-- expires is in milliseconds since 1970. The columns are the layout's version:
-- a new layout has other columns. id and subject are binary, since text is
-- compared by a collation: most don't tell "a" from "A", nor from "a ".

CREATE TABLE IF NOT EXISTS {table} (
	id      VARBINARY(128) NOT NULL PRIMARY KEY, -- a hash of the token
	version BIGINT         NOT NULL,
	expires BIGINT         NOT NULL,
	subject VARBINARY(255) NOT NULL, -- UTF-8
	data    LONGBLOB       NOT NULL,
	KEY {name}_expires (expires), -- for the sweep
	KEY {name}_subject (subject)  -- for "all sessions of this user"
) ENGINE = InnoDB;
