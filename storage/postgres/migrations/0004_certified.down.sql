ALTER TABLE {s}{p}pending DROP COLUMN IF EXISTS certified;
