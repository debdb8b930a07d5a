CREATE TABLE customer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL COLLATE NOCASE,
    mail TEXT,
    score REAL DEFAULT (2 * 3) CONSTRAINT positive CHECK (score >= 0),
    "odd "" name" TEXT DEFAULT 'it''s',
    upper_name TEXT GENERATED ALWAYS AS (upper(name)) STORED,
    UNIQUE (mail, name)
);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INT NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    total NUMERIC DEFAULT 0,
    at TEXT DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE only_longer (id INTEGER PRIMARY KEY, a TEXT, b INT NOT NULL DEFAULT -1, c AS (a || 'x') VIRTUAL);
CREATE TABLE fresh (id INTEGER PRIMARY KEY, owner INT CONSTRAINT of_owner REFERENCES customer (id));
CREATE TABLE strict_one (k TEXT PRIMARY KEY, v TEXT) STRICT, WITHOUT ROWID;
CREATE INDEX orders_total ON orders (total DESC);
CREATE INDEX fresh_owner ON fresh (owner);
CREATE UNIQUE INDEX customer_lower ON customer (lower(name)) WHERE score > 1;
CREATE VIEW totals AS SELECT customer_id, max(total) AS total FROM orders GROUP BY customer_id;
CREATE VIEW untouched AS SELECT id, name FROM customer;
CREATE VIEW arriving AS SELECT id FROM fresh;
CREATE TRIGGER touch AFTER INSERT ON orders BEGIN UPDATE customer SET score = score + 2 WHERE id = NEW.customer_id; END;
CREATE TRIGGER watch AFTER UPDATE ON customer BEGIN SELECT 1; SELECT 2; END;
CREATE TRIGGER through INSTEAD OF INSERT ON arriving BEGIN INSERT INTO fresh (id) VALUES (NEW.id); END;
