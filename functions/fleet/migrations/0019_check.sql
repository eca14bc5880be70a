-- The rebuilding of a tenant's index from the objects: the last one, or the one that is going on.
CREATE TABLE fleet_rebuilds (
  tenant TEXT PRIMARY KEY,
  id TEXT NOT NULL, -- rbd_ + ULID
  after TEXT NOT NULL, -- EID up to which it has come
  checked INTEGER NOT NULL, -- eUICCs looked at
  repaired INTEGER NOT NULL, -- and found different
  started_at INTEGER NOT NULL,
  ended_at INTEGER
) WITHOUT ROWID;

-- What the last scheduled sample of a tenant found. The next one goes on after it, so that in time everyone is looked at.
CREATE TABLE fleet_drift (
  tenant TEXT PRIMARY KEY,
  after TEXT NOT NULL, -- the last EID looked at; '' when it was the tenant's last
  checked_at INTEGER NOT NULL,
  checked INTEGER NOT NULL,
  in_motion INTEGER NOT NULL, -- changed a moment ago, hence not compared
  drifted TEXT NOT NULL -- JSON: EIDs and their differences
) WITHOUT ROWID;
