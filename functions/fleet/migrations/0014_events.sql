-- What happened, as told to others: kept for thirty days, in the order in which it became known here.
CREATE TABLE events (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL, -- evt_ + subject + sequence: the same change told twice is one event
  type TEXT NOT NULL,
  subject TEXT NOT NULL, -- EID, or the id of a campaign, an eIM identity, a webhook endpoint
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL, -- milliseconds since the epoch
  data TEXT NOT NULL -- JSON
);
CREATE UNIQUE INDEX events_by_id ON events (tenant, id);
CREATE INDEX events_by_tenant ON events (tenant, position);

CREATE TABLE webhook_endpoints (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL, -- whe_ + ULID
  url TEXT NOT NULL,
  types TEXT NOT NULL, -- JSON: patterns such as operation.*
  format TEXT NOT NULL, -- cloudevents | standard
  description TEXT NOT NULL,
  disabled TEXT, -- why nothing is sent; NULL: enabled
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
