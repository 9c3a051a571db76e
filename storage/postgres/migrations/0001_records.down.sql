DROP TABLE {s}{p}counter;
DROP TABLE {s}{p}feed;
DROP TABLE {s}{p}pending;
DROP TABLE {s}{p}event;
DROP TABLE {s}{p}claim;
DROP TABLE {s}{p}key;
DROP TABLE {s}{p}version;
DROP TABLE {s}{p}record;
