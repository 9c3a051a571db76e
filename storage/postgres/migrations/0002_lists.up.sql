CREATE INDEX {p}record_number ON {s}{p}record (tenant_id, kind, number, id) WHERE number IS NOT NULL;
CREATE INDEX {p}record_due ON {s}{p}record (tenant_id, kind, due_on, id) WHERE due_on IS NOT NULL;
CREATE INDEX {p}record_amount ON {s}{p}record (tenant_id, kind, amount, id) WHERE amount IS NOT NULL;
-- The highest first, and among those as high in the order of ids: many have the
-- same day or amount.
CREATE INDEX {p}record_due_desc ON {s}{p}record (tenant_id, kind, due_on DESC, id) WHERE due_on IS NOT NULL;
CREATE INDEX {p}record_amount_desc ON {s}{p}record (tenant_id, kind, amount DESC, id) WHERE amount IS NOT NULL;
CREATE INDEX {p}record_state_due ON {s}{p}record (tenant_id, kind, state, due_on, id) WHERE due_on IS NOT NULL;
CREATE INDEX {p}record_status_due ON {s}{p}record (tenant_id, kind, status, due_on, id) WHERE due_on IS NOT NULL;
CREATE INDEX {p}record_state ON {s}{p}record (tenant_id, kind, state, created_at, id) WHERE state IS NOT NULL;
CREATE INDEX {p}record_status ON {s}{p}record (tenant_id, kind, status, created_at, id) WHERE status IS NOT NULL;
-- What is gone, for figures of a day before.
CREATE INDEX {p}event_deleted ON {s}{p}event (tenant_id, kind, at) WHERE deleted;
CREATE INDEX {p}record_name ON {s}{p}record (tenant_id, kind, name, id) WHERE name IS NOT NULL;
CREATE INDEX {p}record_day1 ON {s}{p}record (tenant_id, kind, day1, id) WHERE day1 IS NOT NULL;
CREATE INDEX {p}record_day1_desc ON {s}{p}record (tenant_id, kind, day1 DESC, id) WHERE day1 IS NOT NULL;
CREATE INDEX {p}record_state_day1 ON {s}{p}record (tenant_id, kind, state, day1, id) WHERE day1 IS NOT NULL;
