-- Who uses this eIM. Written with the root key only, kept for good.
CREATE TABLE tenants (
  id TEXT PRIMARY KEY, -- tnt_ + ULID
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL -- milliseconds since the epoch, as all instants
);

-- Access keys of the operator's API. The secret itself is not stored.
CREATE TABLE api_keys (
  id TEXT PRIMARY KEY, -- key_ + ULID
  tenant TEXT NOT NULL REFERENCES tenants (id),
  name TEXT NOT NULL,
  secret_hash TEXT NOT NULL, -- SHA-256, hex
  scopes TEXT NOT NULL, -- JSON list
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER -- to the hour
);
CREATE INDEX api_keys_of_tenant ON api_keys (tenant, id);

-- The enrolled eUICCs. The first part is the truth, by API and import; the second is told by the eUICCs' objects.
CREATE TABLE euiccs (
  tenant TEXT NOT NULL,
  eid TEXT NOT NULL, -- 32 digits
  eim_id TEXT NOT NULL,
  labels TEXT NOT NULL, -- JSON object
  group_name TEXT,
  expected_poll_seconds INTEGER,
  time_zone TEXT,
  enrolled_at INTEGER NOT NULL,
  retired_at INTEGER,
  --
  last_seen_at INTEGER,
  profiles_sequence INTEGER NOT NULL DEFAULT 0, -- sequence of the change that euicc_profiles shows
  PRIMARY KEY (tenant, eid)
) WITHOUT ROWID;
CREATE INDEX euiccs_by_group ON euiccs (tenant, group_name, eid);

-- Which eUICC holds which profile, as last proven.
CREATE TABLE euicc_profiles (
  tenant TEXT NOT NULL,
  iccid TEXT NOT NULL, -- printed digits
  eid TEXT NOT NULL,
  state TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (tenant, eid, iccid)
) WITHOUT ROWID;
CREATE INDEX euicc_profiles_by_iccid ON euicc_profiles (tenant, iccid, eid);

-- Index of operations over all eUICCs; the operations themselves live with their eUICC.
CREATE TABLE operations (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL, -- op_ + ULID + EID: sorts by age
  eid TEXT NOT NULL,
  type TEXT NOT NULL,
  status TEXT NOT NULL,
  outcome TEXT,
  reason TEXT, -- JSON
  origin TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  sequence INTEGER NOT NULL, -- of the change it shows: older ones are not applied
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX operations_by_status ON operations (tenant, status, id);
CREATE INDEX operations_by_type ON operations (tenant, type, id);
CREATE INDEX operations_of_euicc ON operations (tenant, eid, id);

-- Requests that carried an Idempotency-Key: claimed before the work, answered after it. Kept 8 days.
CREATE TABLE idempotency (
  tenant TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL, -- SHA-256 of method, path and body, hex
  claimed_at INTEGER NOT NULL,
  status INTEGER, -- of the answer; NULL while the work goes on
  headers TEXT, -- JSON object
  body TEXT,
  PRIMARY KEY (tenant, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (claimed_at);

-- What became of the rows of an import.
CREATE TABLE imports (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL, -- imp_ + ULID
  created_at INTEGER NOT NULL,
  report TEXT NOT NULL, -- JSON
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
