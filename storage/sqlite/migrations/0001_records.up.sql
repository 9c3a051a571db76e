-- Missing values are NULL. Instants are UTC in fixed width, ids and amounts texts;
-- amount_key and num1 to num4 sort as the numbers do.

CREATE TABLE {p}record (
  tenant_id  TEXT NOT NULL,
  kind       TEXT NOT NULL,
  id         TEXT NOT NULL,
  version    INTEGER NOT NULL CHECK (version > 0),
  number     TEXT,
  state      TEXT,
  status     TEXT,
  owner_id   TEXT,
  currency   TEXT,
  amount     TEXT,
  amount_key TEXT,
  due_on     INTEGER, -- YYYYMMDD
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  format     INTEGER NOT NULL,
  keys       TEXT NOT NULL, -- JSON: name, value, name, value …
  claims     TEXT NOT NULL, -- JSON
  name       TEXT, -- what names sort by
  -- What kinds are filtered, sorted and added up by besides: docs/fields.md says which
  -- field of which kind stands where.
  text1 TEXT, text2 TEXT, text3 TEXT, text4 TEXT, text5 TEXT, text6 TEXT,
  day1 INTEGER, day2 INTEGER, day3 INTEGER, -- YYYYMMDD
  num1 TEXT, num2 TEXT, num3 TEXT, num4 TEXT,
  ref1 TEXT, ref2 TEXT, ref3 TEXT,
  PRIMARY KEY (tenant_id, kind, id),
  CHECK ((amount IS NULL) = (amount_key IS NULL))
) STRICT, WITHOUT ROWID;

-- The documents: one of each version, the newest being that of the record.
CREATE TABLE {p}version (
  tenant_id TEXT NOT NULL,
  kind      TEXT NOT NULL,
  id        TEXT NOT NULL,
  version   INTEGER NOT NULL CHECK (version > 0),
  body      TEXT, -- JSON; NULL when it has been erased
  PRIMARY KEY (tenant_id, kind, id, version)
) STRICT;

CREATE TABLE {p}key (
  tenant_id TEXT NOT NULL,
  kind      TEXT NOT NULL,
  name      TEXT NOT NULL,
  value     TEXT NOT NULL,
  id        TEXT NOT NULL,
  PRIMARY KEY (tenant_id, kind, name, value, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE {p}claim (
  tenant_id TEXT NOT NULL,
  kind      TEXT NOT NULL,
  claim     TEXT NOT NULL,
  id        TEXT NOT NULL,
  PRIMARY KEY (tenant_id, kind, claim)
) STRICT, WITHOUT ROWID;

-- What happened to each version. Positions are those of the feed.
CREATE TABLE {p}event (
  tenant_id TEXT NOT NULL,
  kind      TEXT NOT NULL,
  id        TEXT NOT NULL,
  version   INTEGER NOT NULL CHECK (version > 0),
  ordinal   INTEGER NOT NULL CHECK (ordinal >= 0),
  position  INTEGER NOT NULL CHECK (position > 0),
  type      TEXT NOT NULL,
  at        TEXT NOT NULL,
  actor     TEXT NOT NULL,
  request   TEXT NOT NULL,
  deleted   INTEGER NOT NULL CHECK (deleted IN (0, 1)),
  body      TEXT, -- JSON
  PRIMARY KEY (tenant_id, kind, id, version, ordinal),
  UNIQUE (tenant_id, position)
) STRICT;

CREATE TABLE {p}counter (
  tenant_id TEXT NOT NULL,
  name      TEXT NOT NULL,
  value     INTEGER NOT NULL CHECK (value >= 0),
  PRIMARY KEY (tenant_id, name)
) STRICT, WITHOUT ROWID;
