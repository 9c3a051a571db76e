DELETE FROM sqlite_stat1 WHERE tbl IN ('{p}record', '{p}key');
ANALYZE sqlite_schema;
