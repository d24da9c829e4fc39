-- As Flask-Session makes it with SESSION_TYPE = "sqlalchemy".
CREATE TABLE IF NOT EXISTS sessions (
    id SERIAL NOT NULL PRIMARY KEY,
    session_id VARCHAR(255) UNIQUE,
    data BYTEA,
    expiry TIMESTAMP WITHOUT TIME ZONE
);
