-- Updates are certified from here on. A release that knows nothing of it, and would
-- not be kept apart from those that do, cannot write any more: its rows lack this.
ALTER TABLE {s}{p}pending ADD COLUMN certified boolean;
UPDATE {s}{p}pending SET certified = false;
ALTER TABLE {s}{p}pending ALTER COLUMN certified SET NOT NULL;
