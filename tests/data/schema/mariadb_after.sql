CREATE TABLE parent (id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
 name varchar(40) DEFAULT 'a\\b', nothing int NOT NULL DEFAULT 3,
 code char(3) NOT NULL, added timestamp NOT NULL DEFAULT current_timestamp(),
 `odd ``name` enum('a','b''c') DEFAULT 'a' COMMENT 'q''q',
 UNIQUE KEY nm (name(10), code), KEY code_ix (code DESC))
 ENGINE=InnoDB ROW_FORMAT=COMPRESSED COMMENT='it''s \\ people';
CREATE TABLE child (id bigint PRIMARY KEY, parent_id bigint unsigned, doc json,
 at datetime(3) DEFAULT CURRENT_TIMESTAMP(3), stamp timestamp NULL,
 flag boolean DEFAULT false, total decimal(10,2) AS (id * 3) STORED, v int AS (id + 1) VIRTUAL,
 n int CHECK (n > 7), m int, note text,
 CONSTRAINT up FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE SET NULL,
 CONSTRAINT pos CHECK (id > 1), CONSTRAINT low CHECK (id < 1000000), KEY ix (parent_id, at));
CREATE TABLE fresh (id int AUTO_INCREMENT, parent_id bigint unsigned, label varchar(10) NOT NULL,
 PRIMARY KEY (id), UNIQUE KEY (label), FULLTEXT KEY words (label),
 CONSTRAINT of_parent FOREIGN KEY (parent_id) REFERENCES parent (id));
CREATE TABLE parts (y int) PARTITION BY RANGE (y) (PARTITION p0 VALUES LESS THAN (2020),
 PARTITION p1 VALUES LESS THAN MAXVALUE);
CREATE TABLE keyless (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE converted (id int PRIMARY KEY, t varchar(10)) DEFAULT CHARACTER SET utf8mb4;
CREATE VIEW z_view AS SELECT id FROM parent WITH LOCAL CHECK OPTION;
CREATE SQL SECURITY INVOKER VIEW a_view AS SELECT id FROM z_view;
CREATE SEQUENCE sq START WITH 5 INCREMENT BY 3 CYCLE;
CREATE FUNCTION twice(n int) RETURNS int DETERMINISTIC SQL SECURITY INVOKER RETURN n * 3;
DELIMITER //
CREATE TRIGGER tr BEFORE INSERT ON child FOR EACH ROW BEGIN SET NEW.flag = 0; SET NEW.n = 8; END//
CREATE PROCEDURE coming(IN a int, OUT b varchar(10)) BEGIN SET b = a; SET b = 'x;y'; END//
DELIMITER ;
CREATE FUNCTION told(n int) RETURNS int COMMENT 'it''s \\ here' RETURN n;
CREATE FUNCTION untold(n int) RETURNS int RETURN n;
CREATE FUNCTION again(n int) RETURNS int COMMENT 'stays' RETURN n + 1;
CREATE PROCEDURE fresh() COMMENT 'new' SET @a = 1;
