-- What the fleet's pages count, kept by triggers: a row that is inserted or changed once is counted once, in the same
-- transaction, however often the queue brings the change that it shows.

-- Operations that somebody asked for (not the eIM's own questions), by status.
CREATE TABLE operation_counts (
  tenant TEXT NOT NULL,
  status TEXT NOT NULL,
  operations INTEGER NOT NULL,
  PRIMARY KEY (tenant, status)
) WITHOUT ROWID;

CREATE TRIGGER operation_counted AFTER INSERT ON operations WHEN NEW.origin = 'operator' BEGIN
  INSERT INTO operation_counts VALUES (NEW.tenant, NEW.status, 1)
    ON CONFLICT DO UPDATE SET operations = operations + 1;
END;

CREATE TRIGGER operation_moved AFTER UPDATE OF status ON operations
WHEN NEW.origin = 'operator' AND NEW.status <> OLD.status BEGIN
  UPDATE operation_counts SET operations = operations - 1 WHERE tenant = OLD.tenant AND status = OLD.status;
  INSERT INTO operation_counts VALUES (NEW.tenant, NEW.status, 1)
    ON CONFLICT DO UPDATE SET operations = operations + 1;
END;

CREATE TRIGGER operation_forgotten AFTER DELETE ON operations WHEN OLD.origin = 'operator' BEGIN
  UPDATE operation_counts SET operations = operations - 1 WHERE tenant = OLD.tenant AND status = OLD.status;
END;

INSERT INTO operation_counts
  SELECT tenant, status, count(*) FROM operations WHERE origin = 'operator' GROUP BY tenant, status;

-- eUICCs that hold a profile of a provider in a state, retired ones too; one that holds several such is one.
CREATE TABLE profile_counts (
  tenant TEXT NOT NULL,
  service_provider_name TEXT NOT NULL, -- '': the profile names none
  state TEXT NOT NULL,
  euiccs INTEGER NOT NULL,
  PRIMARY KEY (tenant, service_provider_name, state)
) WITHOUT ROWID;

CREATE TRIGGER profile_counted AFTER INSERT ON euicc_profiles WHEN NOT EXISTS (
  SELECT 1 FROM euicc_profiles AS other WHERE other.tenant = NEW.tenant AND other.eid = NEW.eid AND other.iccid <> NEW.iccid
    AND other.state = NEW.state AND other.service_provider_name IS NEW.service_provider_name)
BEGIN
  INSERT INTO profile_counts VALUES (NEW.tenant, coalesce(NEW.service_provider_name, ''), NEW.state, 1)
    ON CONFLICT DO UPDATE SET euiccs = euiccs + 1;
END;

CREATE TRIGGER profile_forgotten AFTER DELETE ON euicc_profiles WHEN NOT EXISTS (
  SELECT 1 FROM euicc_profiles AS other WHERE other.tenant = OLD.tenant AND other.eid = OLD.eid
    AND other.state = OLD.state AND other.service_provider_name IS OLD.service_provider_name)
BEGIN
  UPDATE profile_counts SET euiccs = euiccs - 1 WHERE tenant = OLD.tenant
    AND service_provider_name = coalesce(OLD.service_provider_name, '') AND state = OLD.state;
END;

INSERT INTO profile_counts
  SELECT tenant, coalesce(service_provider_name, ''), state, count(DISTINCT eid) FROM euicc_profiles GROUP BY 1, 2, 3;

-- What happened in an hour, by the group that the eUICC was in then. Kept 90 days.
CREATE TABLE fleet_hours (
  tenant TEXT NOT NULL,
  hour INTEGER NOT NULL, -- its first millisecond since the epoch
  group_name TEXT NOT NULL, -- '': in none
  seen INTEGER NOT NULL, -- wake-ups: contacts within five minutes are one
  succeeded INTEGER NOT NULL, -- operations that somebody asked for, by how they ended
  failed INTEGER NOT NULL,
  expired INTEGER NOT NULL,
  PRIMARY KEY (tenant, hour, group_name)
) WITHOUT ROWID;
CREATE INDEX fleet_hours_by_age ON fleet_hours (hour);

CREATE TRIGGER event_counted AFTER INSERT ON events
WHEN NEW.type = 'euicc.seen'
  OR NEW.type IN ('operation.succeeded', 'operation.failed', 'operation.expired') AND NEW.data ->> 'origin' = 'operator'
BEGIN
  INSERT INTO fleet_hours VALUES (
    NEW.tenant,
    NEW.at - NEW.at % 3600000,
    coalesce((SELECT group_name FROM euiccs WHERE tenant = NEW.tenant AND eid = NEW.subject), ''),
    NEW.type = 'euicc.seen',
    NEW.type = 'operation.succeeded',
    NEW.type = 'operation.failed',
    NEW.type = 'operation.expired'
  ) ON CONFLICT DO UPDATE SET seen = seen + excluded.seen, succeeded = succeeded + excluded.succeeded,
    failed = failed + excluded.failed, expired = expired + excluded.expired;
END;

-- Why operations ended without success in an hour. Kept 90 days.
CREATE TABLE fleet_failures (
  tenant TEXT NOT NULL,
  hour INTEGER NOT NULL,
  code TEXT NOT NULL,
  operations INTEGER NOT NULL,
  PRIMARY KEY (tenant, hour, code)
) WITHOUT ROWID;
CREATE INDEX fleet_failures_by_age ON fleet_failures (hour);

CREATE TRIGGER failure_counted AFTER INSERT ON events
WHEN NEW.type IN ('operation.failed', 'operation.expired') AND NEW.data ->> 'origin' = 'operator'
BEGIN
  INSERT INTO fleet_failures VALUES (NEW.tenant, NEW.at - NEW.at % 3600000, coalesce(NEW.data ->> '$.reason.code', 'unknown'), 1)
    ON CONFLICT DO UPDATE SET operations = operations + 1;
END;
