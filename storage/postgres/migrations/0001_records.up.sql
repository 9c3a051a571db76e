-- Missing values are NULL. Nothing here asks for the time, draws from a sequence or
-- crosses tenants: any table can be distributed by tenant_id.

CREATE TABLE {s}{p}record (
  tenant_id  text COLLATE "C" NOT NULL,
  kind       text COLLATE "C" NOT NULL,
  id         uuid NOT NULL,
  version    bigint NOT NULL CHECK (version > 0),
  number     text COLLATE "C" CHECK (number <> ''),
  state      text COLLATE "C" CHECK (state <> ''),
  status     text COLLATE "C" CHECK (status <> ''),
  owner_id   uuid,
  currency   text COLLATE "C" CHECK (currency <> ''),
  amount     numeric,
  due_on     date,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  format     integer NOT NULL,
  keys       text[] COLLATE "C" NOT NULL, -- name, value, name, value …
  claims     text[] COLLATE "C" NOT NULL,
  name       text COLLATE "C" CHECK (name <> ''), -- what names sort by
  -- What kinds are filtered, sorted and added up by besides: docs/fields.md says which
  -- field of which kind stands where.
  text1 text COLLATE "C", text2 text COLLATE "C", text3 text COLLATE "C",
  text4 text COLLATE "C", text5 text COLLATE "C", text6 text COLLATE "C",
  day1 date, day2 date, day3 date,
  num1 numeric, num2 numeric, num3 numeric, num4 numeric,
  ref1 uuid, ref2 uuid, ref3 uuid
);

-- The primary key comes last: among indexes that look alike to the planner, as they
-- do while a table is small, it takes the newest. Through any other it would read,
-- and so lock, all records of the kind.
CREATE INDEX {p}record_created ON {s}{p}record (tenant_id, kind, created_at, id);
CREATE INDEX {p}record_updated ON {s}{p}record (tenant_id, kind, updated_at, id);
ALTER TABLE {s}{p}record ADD PRIMARY KEY (tenant_id, kind, id);

-- The documents: one of each version, the newest being that of the record.
CREATE TABLE {s}{p}version (
  tenant_id text COLLATE "C" NOT NULL,
  kind      text COLLATE "C" NOT NULL,
  id        uuid NOT NULL,
  version   bigint NOT NULL CHECK (version > 0),
  body      jsonb, -- NULL when it has been erased
  PRIMARY KEY (tenant_id, kind, id, version)
);

CREATE TABLE {s}{p}key (
  tenant_id text COLLATE "C" NOT NULL,
  kind      text COLLATE "C" NOT NULL,
  name      text COLLATE "C" NOT NULL,
  value     text COLLATE "C" NOT NULL,
  id        uuid NOT NULL,
  PRIMARY KEY (tenant_id, kind, name, value, id)
);

CREATE TABLE {s}{p}claim (
  tenant_id text COLLATE "C" NOT NULL,
  kind      text COLLATE "C" NOT NULL,
  claim     text COLLATE "C" NOT NULL,
  id        uuid NOT NULL,
  PRIMARY KEY (tenant_id, kind, claim)
);

-- What happened to each version; rows are only ever inserted.
CREATE TABLE {s}{p}event (
  tenant_id text COLLATE "C" NOT NULL,
  kind      text COLLATE "C" NOT NULL,
  id        uuid NOT NULL,
  version   bigint NOT NULL CHECK (version > 0),
  ordinal   integer NOT NULL CHECK (ordinal >= 0),
  tx_id     uuid NOT NULL,
  place     integer NOT NULL CHECK (place > 0), -- among the events of the transaction
  type      text COLLATE "C" NOT NULL,
  at        timestamptz NOT NULL,
  actor     text COLLATE "C" NOT NULL,
  request   text COLLATE "C" NOT NULL,
  deleted   boolean NOT NULL,
  body      jsonb,
  PRIMARY KEY (tenant_id, kind, id, version, ordinal),
  UNIQUE (tenant_id, tx_id, place)
);

-- Transactions whose events the feed has not numbered yet.
CREATE TABLE {s}{p}pending (
  tenant_id text COLLATE "C" NOT NULL,
  tx_id     uuid NOT NULL,
  PRIMARY KEY (tenant_id, tx_id)
);

-- Transactions in the feed; position is that of the last event. Rows are only ever
-- inserted.
CREATE TABLE {s}{p}feed (
  tenant_id text COLLATE "C" NOT NULL,
  position  bigint NOT NULL CHECK (position > 0),
  events    integer NOT NULL CHECK (events > 0),
  tx_id     uuid NOT NULL,
  PRIMARY KEY (tenant_id, position),
  UNIQUE (tenant_id, tx_id)
);

-- The counter without a name is the end of the feed.
CREATE TABLE {s}{p}counter (
  tenant_id text COLLATE "C" NOT NULL,
  name      text COLLATE "C" NOT NULL,
  value     bigint NOT NULL CHECK (value >= 0),
  PRIMARY KEY (tenant_id, name)
);
