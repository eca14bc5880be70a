-- Sessions of the console. They end with their key; the cookie's token itself is not stored.
CREATE TABLE sessions (
  id TEXT PRIMARY KEY, -- ses_ + ULID
  token_hash TEXT NOT NULL, -- SHA-256, hex
  tenant TEXT NOT NULL REFERENCES tenants (id),
  key_id TEXT NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL -- never after the key's own
);
CREATE INDEX sessions_of_key ON sessions (key_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);
