DROP INDEX {p}record_status;
DROP INDEX {p}record_state;
DROP INDEX {p}record_amount;
DROP INDEX {p}record_due;
DROP INDEX {p}record_number;
DROP INDEX {p}record_updated;
DROP INDEX {p}record_created;
