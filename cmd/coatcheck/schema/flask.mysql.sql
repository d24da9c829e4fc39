-- As Flask-Session makes it with SESSION_TYPE = "sqlalchemy", but for the collation: the usual
-- ones take two session IDs for the same that differ in upper and lower case alone.
CREATE TABLE IF NOT EXISTS sessions (
    id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
    session_id VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin UNIQUE,
    data BLOB,
    expiry DATETIME
);
