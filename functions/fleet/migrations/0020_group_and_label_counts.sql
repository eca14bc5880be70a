-- How many eUICCs that are not retired are in a group and have a label, kept by triggers as the counts of 0017 are.
CREATE TABLE group_counts (
  tenant TEXT NOT NULL,
  group_name TEXT NOT NULL, -- '': in none
  euiccs INTEGER NOT NULL,
  PRIMARY KEY (tenant, group_name)
) WITHOUT ROWID;

CREATE TABLE label_counts (
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  euiccs INTEGER NOT NULL,
  PRIMARY KEY (tenant, name, value)
) WITHOUT ROWID;

CREATE TRIGGER euicc_joined AFTER INSERT ON euiccs WHEN NEW.retired_at IS NULL BEGIN
  INSERT INTO group_counts VALUES (NEW.tenant, coalesce(NEW.group_name, ''), 1)
    ON CONFLICT DO UPDATE SET euiccs = euiccs + 1;
END;

CREATE TRIGGER euicc_moved AFTER UPDATE OF group_name, retired_at ON euiccs
WHEN NEW.group_name IS NOT OLD.group_name OR (NEW.retired_at IS NULL) <> (OLD.retired_at IS NULL) BEGIN
  UPDATE group_counts SET euiccs = euiccs - (OLD.retired_at IS NULL)
    WHERE tenant = OLD.tenant AND group_name = coalesce(OLD.group_name, '');
  INSERT INTO group_counts VALUES (NEW.tenant, coalesce(NEW.group_name, ''), NEW.retired_at IS NULL)
    ON CONFLICT DO UPDATE SET euiccs = euiccs + excluded.euiccs;
END;

CREATE TRIGGER euicc_left AFTER DELETE ON euiccs WHEN OLD.retired_at IS NULL BEGIN
  UPDATE group_counts SET euiccs = euiccs - 1
    WHERE tenant = OLD.tenant AND group_name = coalesce(OLD.group_name, '');
END;

CREATE TRIGGER label_counted AFTER INSERT ON euicc_labels BEGIN
  INSERT INTO label_counts VALUES (NEW.tenant, NEW.name, NEW.value, 1)
    ON CONFLICT DO UPDATE SET euiccs = euiccs + 1;
END;

CREATE TRIGGER label_forgotten AFTER DELETE ON euicc_labels BEGIN
  UPDATE label_counts SET euiccs = euiccs - 1
    WHERE tenant = OLD.tenant AND name = OLD.name AND value = OLD.value;
END;

INSERT INTO group_counts
  SELECT tenant, coalesce(group_name, ''), count(*) FROM euiccs WHERE retired_at IS NULL GROUP BY 1, 2;
INSERT INTO label_counts SELECT tenant, name, value, count(*) FROM euicc_labels GROUP BY 1, 2, 3;
