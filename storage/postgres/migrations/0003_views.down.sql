DROP VIEW {s}{p}invoice_line;
DROP VIEW {s}{p}invoice;
DROP VIEW {s}{p}order_line;
DROP VIEW {s}{p}order;
DROP VIEW {s}{p}quote_line;
DROP VIEW {s}{p}quote;
DROP VIEW {s}{p}opportunity;
DROP VIEW {s}{p}lead;
