-- Without statistics the planner takes tenant and kind for nearly unique and would
-- walk all records of a kind in the order asked for rather than look up a key, an
-- id or a number. These are the proportions of a large store; ANALYZE replaces them
-- with those found.
ANALYZE {p}record;
DELETE FROM sqlite_stat1 WHERE tbl IN ('{p}record', '{p}key');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('{p}record', '{p}record', '1000000 100000 10000 1'),
  ('{p}record', '{p}record_created', '1000000 100000 10000 10 1'),
  ('{p}record', '{p}record_updated', '1000000 100000 10000 10 1'),
  ('{p}record', '{p}record_number', '1000000 100000 10000 2 1'),
  ('{p}record', '{p}record_due', '1000000 100000 10000 100 1'),
  ('{p}record', '{p}record_amount', '1000000 100000 10000 10 1'),
  ('{p}record', '{p}record_due_desc', '1000000 100000 10000 100 1'),
  ('{p}record', '{p}record_amount_desc', '1000000 100000 10000 10 1'),
  ('{p}record', '{p}record_state_due', '1000000 100000 10000 1000 10 1'),
  ('{p}record', '{p}record_status_due', '1000000 100000 10000 1000 10 1'),
  ('{p}record', '{p}record_state', '1000000 100000 10000 1000 10 1'),
  ('{p}record', '{p}record_status', '1000000 100000 10000 1000 10 1'),
  ('{p}record', '{p}record_name', '1000000 100000 10000 10 1'),
  ('{p}record', '{p}record_day1', '1000000 100000 10000 100 1'),
  ('{p}record', '{p}record_day1_desc', '1000000 100000 10000 100 1'),
  ('{p}record', '{p}record_state_day1', '1000000 100000 10000 1000 10 1'),
  ('{p}key', '{p}key', '1000000 100000 10000 5000 5 1');
ANALYZE sqlite_schema;
