-- As Flask-Session makes it with SESSION_TYPE = "sqlalchemy".
CREATE TABLE IF NOT EXISTS sessions (
    id INTEGER NOT NULL PRIMARY KEY,
    session_id VARCHAR(255) UNIQUE,
    data BLOB,
    expiry DATETIME
);
