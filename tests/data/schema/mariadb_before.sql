CREATE TABLE parent (id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
 name varchar(20) DEFAULT 'x''y' COLLATE utf8mb4_bin, nothing int, going int,
 code char(3) NOT NULL, UNIQUE KEY nm (name(10)), KEY code_ix (code))
 ENGINE=InnoDB ROW_FORMAT=DYNAMIC COMMENT='people';
CREATE TABLE child (id bigint PRIMARY KEY, parent_id int unsigned, doc json,
 at datetime(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
 stamp timestamp NULL, flag boolean DEFAULT true,
 total decimal(10,2) AS (id * 2) STORED, v int AS (id + 1) VIRTUAL,
 n int CHECK (n > 5), m int CHECK (m > 5), note text COMMENT 'it''s',
 CONSTRAINT up FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE,
 CONSTRAINT pos CHECK (id > 0), KEY ix (at DESC, parent_id), FULLTEXT KEY ft (note));
CREATE TABLE gone (id int PRIMARY KEY, child_id bigint,
 CONSTRAINT of_child FOREIGN KEY (child_id) REFERENCES child (id));
CREATE TABLE keyless (a int, b int);
CREATE TABLE converted (id int PRIMARY KEY, t varchar(10)) DEFAULT CHARACTER SET latin1;
CREATE VIEW a_view AS SELECT p.id, c.at FROM parent p JOIN child c ON c.parent_id = p.id;
CREATE VIEW leaving AS SELECT id FROM gone;
CREATE TRIGGER tr BEFORE INSERT ON child FOR EACH ROW SET NEW.flag = 0;
CREATE SEQUENCE sq START WITH 5 INCREMENT BY 2;
CREATE SEQUENCE sq_gone;
CREATE FUNCTION twice(n int) RETURNS int DETERMINISTIC SQL SECURITY INVOKER RETURN n * 2;
CREATE PROCEDURE going(IN a int, OUT b varchar(10)) SET b = a;
CREATE FUNCTION told(n int) RETURNS int COMMENT 'before' RETURN n;
CREATE FUNCTION untold(n int) RETURNS int COMMENT 'gone' RETURN n;
CREATE FUNCTION again(n int) RETURNS int COMMENT 'stays' RETURN n;
