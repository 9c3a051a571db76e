DROP INDEX {s}{p}record_status;
DROP INDEX {s}{p}record_state;
DROP INDEX {s}{p}record_amount_desc;
DROP INDEX {s}{p}record_due_desc;
DROP INDEX {s}{p}record_amount;
DROP INDEX {s}{p}record_due;
DROP INDEX {s}{p}record_number;
