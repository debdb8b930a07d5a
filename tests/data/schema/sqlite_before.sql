CREATE TABLE customer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    mail TEXT UNIQUE,
    old_note TEXT,
    score INT DEFAULT 5 CHECK (score > 0)
);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INT REFERENCES customer (id),
    total NUMERIC DEFAULT 0,
    at TEXT DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE only_longer (id INTEGER PRIMARY KEY, a TEXT);
CREATE TABLE gone (id INTEGER PRIMARY KEY);
CREATE TABLE strict_one (k TEXT PRIMARY KEY, v TEXT);
CREATE INDEX orders_at ON orders (at);
CREATE INDEX orders_total ON orders (total);
CREATE UNIQUE INDEX customer_lower ON customer (lower(name)) WHERE score > 1;
CREATE VIEW totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id;
CREATE VIEW untouched AS SELECT id, name FROM customer;
CREATE VIEW leaving AS SELECT id FROM gone;
CREATE TRIGGER touch AFTER INSERT ON orders BEGIN UPDATE customer SET score = score + 1 WHERE id = NEW.customer_id; END;
CREATE TRIGGER watch AFTER UPDATE ON customer BEGIN SELECT 1; SELECT 2; END;
