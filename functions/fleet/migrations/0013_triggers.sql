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
  id TEXT NOT NULL, -- call_ + ULID
  message_id TEXT, -- the caller's own name for it: the same is done once
  digest TEXT NOT NULL, -- SHA-256 of the body
  body TEXT, -- NULL once it is none of the last 100
  replay_of TEXT,
  received_at INTEGER NOT NULL,
  claimed_at INTEGER NOT NULL, -- by the try that runs, or ran; 0 after one that failed
  status INTEGER, -- of the answer; NULL while it runs
  answer TEXT,
  PRIMARY KEY (trigger_id, id),
  UNIQUE (trigger_id, message_id)
) WITHOUT ROWID;
CREATE INDEX trigger_calls_by_time ON trigger_calls (trigger_id, received_at);
CREATE INDEX trigger_calls_with_body ON trigger_calls (trigger_id, id) WHERE body IS NOT NULL;
