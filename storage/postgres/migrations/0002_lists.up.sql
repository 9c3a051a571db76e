CREATE INDEX {p}record_number ON {s}{p}record (tenant_id, kind, number, id) WHERE number IS NOT NULL;
CREATE INDEX {p}record_due ON {s}{p}record (tenant_id, kind, due_on, id) WHERE due_on IS NOT NULL;
CREATE INDEX {p}record_amount ON {s}{p}record (tenant_id, kind, amount, id) WHERE amount IS NOT NULL;
CREATE INDEX {p}record_state ON {s}{p}record (tenant_id, kind, state, created_at, id) WHERE state IS NOT NULL;
CREATE INDEX {p}record_status ON {s}{p}record (tenant_id, kind, status, created_at, id) WHERE status IS NOT NULL;
