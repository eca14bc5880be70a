-- Secrets shared with others, sealed under KEY_ENCRYPTION_KEY: those of webhooks, in and out.
CREATE TABLE secrets (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL, -- of the thing it belongs to
  sealed BLOB NOT NULL, -- IV (12) || text under AES-256-GCM || tag (16)
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
