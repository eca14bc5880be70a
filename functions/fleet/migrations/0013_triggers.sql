-- Webhooks in: what an operator's own systems may set off.
CREATE TABLE triggers (
  id TEXT PRIMARY KEY, -- trg_ + ULID: a part of the address that others call
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  authentication TEXT NOT NULL, -- JSON; secrets are kept apart, sealed
  condition TEXT NOT NULL, -- CEL
  action TEXT NOT NULL, -- JSON template
  fan_out INTEGER NOT NULL,
  calls_per_minute INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX triggers_by_tenant ON triggers (tenant, id);

-- Calls that were believed, each with what came of it.
CREATE TABLE trigger_calls (
  trigger_id TEXT NOT NULL,
  id TEXT NOT NULL, -- the caller's own id of the message, or ours
  received_at INTEGER NOT NULL,
  body TEXT NOT NULL,
  status INTEGER, -- of the answer; NULL while it runs
  answer TEXT,
  PRIMARY KEY (trigger_id, id)
) WITHOUT ROWID;
CREATE INDEX trigger_calls_by_time ON trigger_calls (trigger_id, received_at);
