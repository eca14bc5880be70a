-- A label of an eUICC that is not retired; kept by triggers from the labels that stand with the eUICC.
CREATE TABLE euicc_labels (
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  eid TEXT NOT NULL,
  PRIMARY KEY (tenant, name, value, eid)
) WITHOUT ROWID;

INSERT INTO euicc_labels
  SELECT tenant, key, value, eid FROM euiccs, json_each(euiccs.labels) WHERE retired_at IS NULL;

CREATE TRIGGER euicc_labelled AFTER INSERT ON euiccs WHEN NEW.labels <> '{}' AND NEW.retired_at IS NULL BEGIN
  INSERT INTO euicc_labels SELECT NEW.tenant, key, value, NEW.eid FROM json_each(NEW.labels);
END;

CREATE TRIGGER euicc_relabelled AFTER UPDATE OF labels, retired_at ON euiccs
WHEN NEW.labels <> OLD.labels OR (NEW.retired_at IS NULL) <> (OLD.retired_at IS NULL) BEGIN
  DELETE FROM euicc_labels WHERE tenant = OLD.tenant AND eid = OLD.eid
    AND (name, value) IN (SELECT key, value FROM json_each(OLD.labels));
  INSERT INTO euicc_labels
    SELECT NEW.tenant, key, value, NEW.eid FROM json_each(NEW.labels) WHERE NEW.retired_at IS NULL;
END;

CREATE TRIGGER euicc_forgotten AFTER DELETE ON euiccs BEGIN
  DELETE FROM euicc_labels WHERE tenant = OLD.tenant AND eid = OLD.eid
    AND (name, value) IN (SELECT key, value FROM json_each(OLD.labels));
END;

-- 0 instead of NULL, so that those never seen have their place in the order of contacts.
ALTER TABLE euiccs ADD COLUMN heard_at INTEGER AS (coalesce(last_seen_at, 0));

-- Those in the field are found together: retired_at IS NULL.
DROP INDEX euiccs_by_group;
CREATE INDEX euiccs_by_group ON euiccs (tenant, retired_at, group_name, eid);
CREATE INDEX euiccs_by_contact ON euiccs (tenant, retired_at, heard_at, eid, last_seen_at, expected_poll_seconds);
CREATE INDEX euiccs_by_rhythm ON euiccs (tenant, retired_at, expected_poll_seconds);
CREATE INDEX euicc_profiles_by_provider ON euicc_profiles (tenant, service_provider_name, eid, state);
CREATE INDEX euicc_profiles_by_state ON euicc_profiles (tenant, state, eid);
