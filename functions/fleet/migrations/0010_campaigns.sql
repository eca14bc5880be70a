-- Campaigns as lists show them; each lives in a Durable Object of its own, which writes its row when its state changes.
CREATE TABLE campaigns (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL, -- cmp_ + ULID
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  pause TEXT, -- JSON: why it is paused
  total TEXT NOT NULL, -- JSON: eUICCs by status, when the state last changed
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX campaigns_by_state ON campaigns (tenant, state, id);

-- As the profile itself says; an eUICC's profile may be asked for by it.
ALTER TABLE euicc_profiles ADD COLUMN service_provider_name TEXT;
