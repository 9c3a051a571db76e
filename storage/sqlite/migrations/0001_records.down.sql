DROP TABLE {p}counter;
DROP TABLE {p}event;
DROP TABLE {p}claim;
DROP TABLE {p}key;
DROP TABLE {p}version;
DROP TABLE {p}record;
