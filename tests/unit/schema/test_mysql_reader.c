/*
 * DDL of MySQL and MariaDB as a schema.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>
#include <pilab/schema/mysql.h>

/* Objects and their parts, one a line: "table orders", "  column id: type=int, not null=true". */
static void tell(struct strbuf *out, const struct schema_object *object, const char *indent)
{
    strbuf_printf(out, "%s%s %s", indent, schema_kind_name(object->kind), object->name);
    for (unsigned i = 0; i < object->value_count; i++) {
        const struct schema_value *value = &object->values[i];

        if (schema_property_is_facet(value->property) && object->kind != SCHEMA_COLUMN &&
            object->kind != SCHEMA_TABLE)
            continue;
        strbuf_printf(out, "%s%s=%s", i > 0 ? ", " : ": ", schema_property_name(value->property),
                      value->text);
    }
    strbuf_add_char(out, '\n');
    for (const struct schema_object *part = object->parts; part != NULL; part = part->next)
        tell(out, part, "  ");
}

static void assert_schema(enum sql_dialect dialect, const char *sql, const char *expected)
{
    struct mysql_reader *reader = mysql_reader_new("test", dialect);
    struct strbuf told = STRBUF_INIT;
    struct schema *schema;

    assert_true(mysql_reader_add(reader, "a.sql", 1, sql, strlen(sql), NULL));
    schema = mysql_reader_finish(&reader);
    for (const struct schema_object *object = schema->first; object != NULL; object = object->next)
        tell(&told, object, "");
    for (size_t i = 0; i < schema->problem_count; i++)
        strbuf_printf(&told, "! %u: %s\n", schema->problems[i].place.line,
                      schema->problems[i].message);
    assert_string_equal(told.data, expected);
    schema_free(&schema);
    strbuf_release(&told);
}

static void columns_are_in_the_form_of_a_server(void **state)
{
    (void)state;
    assert_schema(
        DIALECT_MYSQL,
        "CREATE TABLE `shop`.`a` (\n"
        "  id INT(11) UNSIGNED NOT NULL AUTO_INCREMENT,\n"
        "  flag BOOLEAN DEFAULT TRUE, n NUMERIC(10, 2) DEFAULT '1.5' COMMENT 'it''s, b',\n"
        "  e ENUM('x', 'Y') CHARACTER SET utf8 NOT NULL DEFAULT 'x',\n"
        "  at TIMESTAMP NOT NULL DEFAULT NOW() ON UPDATE CURRENT_TIMESTAMP,\n"
        "  g int GENERATED ALWAYS AS (id + 1) STORED, m int DEFAULT -1 NOT NULL,\n"
        "  d date DEFAULT DATE '2020-01-01' NOT NULL, PRIMARY KEY (`id`)\n"
        ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='a table';",
        "table a: collation=utf8mb4_bin, character set=utf8mb4, comment=a table, engine=InnoDB\n"
        "  column id: type=int unsigned, not null=true, identity=auto_increment\n"
        "  column flag: type=tinyint(1), default=1\n"
        "  column n: type=decimal(10,2), default=1.5, comment=it's, b\n"
        "  column e: type=enum('x','Y'), not null=true, default='x', character set=utf8\n"
        "  column at: type=timestamp, not null=true, default=current_timestamp(), value on "
        "update=current_timestamp()\n"
        "  column g: type=int, generated=id + 1, kind of generated column=stored\n"
        "  column m: type=int, not null=true, default=-1\n"
        "  column d: type=date, not null=true, default=DATE '2020-01-01'\n"
        "  constraint PRIMARY: sort=primary key, definition=PRIMARY KEY (`id`)\n");
}

static void keys_have_the_names_that_a_server_gives(void **state)
{
    (void)state;
    assert_schema(DIALECT_MARIADB,
                  "CREATE TABLE a (x int, y varchar(9) UNIQUE, KEY (x), KEY (x, y(3) DESC), "
                  "FULLTEXT KEY f (y), CHECK (x > 0), FOREIGN KEY (x) REFERENCES b (id) ON DELETE "
                  "CASCADE, CONSTRAINT k FOREIGN KEY (y) REFERENCES c (n));",
                  "table a\n"
                  "  column x: type=int\n"
                  "  column y: type=varchar(9)\n"
                  "  constraint y: sort=unique, definition=UNIQUE (`y`)\n"
                  "  index x: definition=CREATE INDEX `x` ON `a` (`x`)\n"
                  "  index x_2: definition=CREATE INDEX `x_2` ON `a` (`x`, `y`(3) DESC)\n"
                  "  index f: definition=CREATE FULLTEXT INDEX `f` ON `a` (`y`)\n"
                  "  constraint CONSTRAINT_1: sort=check, definition=CHECK (x > 0)\n"
                  "  constraint a_ibfk_1: sort=foreign key, definition=FOREIGN KEY (`x`) "
                  "REFERENCES "
                  "`b` (`id`) ON DELETE CASCADE\n"
                  "  constraint k: sort=foreign key, definition=FOREIGN KEY (`y`) REFERENCES `c` "
                  "(`n`)\n");
}

static void texts_are_what_their_literals_stand_for(void **state)
{
    (void)state;
    assert_schema(DIALECT_MARIADB,
                  "CREATE TABLE t (\n"
                  "  e ENUM(\"a\", \"it's\", 'x\\\\') DEFAULT \"it's\" COMMENT 'a\\tb\\'c''d\\%',\n"
                  "  v varchar(9) CHARACTER SET UTF8MB4 COLLATE 'UTF8MB4_BIN' DEFAULT 'a\\nb',\n"
                  "  z int zerofill, w smallint(4) unsigned zerofill, n varchar(3) DEFAULT \"\",\n"
                  "  KEY k (v) USING BTREE COMMENT 'k\\\\'\n"
                  ") ENGINE=INNODB CHARSET='LATIN1' COMMENT='a''b\\\\c';\n"
                  "ALTER TABLE t ALTER n SET DEFAULT 'it\\'s';\n",
                  "table t: character set=latin1, comment=a'b\\c, engine=InnoDB\n"
                  "  column e: type=enum('a','it''s','x\\\\'), default='it''s', "
                  "comment=a\tb'c'd\\%\n"
                  "  column v: type=varchar(9), default='a\\nb', collation=utf8mb4_bin, character "
                  "set=utf8mb4\n"
                  "  column z: type=int(10) unsigned zerofill\n"
                  "  column w: type=smallint(4) unsigned zerofill\n"
                  "  column n: type=varchar(3), default='it''s'\n"
                  "  index k: comment=k\\, definition=CREATE INDEX `k` ON `t` (`v`)\n");
}

static void a_foreign_key_has_an_index_of_its_own_only_where_none_covers_it(void **state)
{
    (void)state;
    assert_schema(DIALECT_MARIADB,
                  "CREATE TABLE c (p int, q int, r int, CONSTRAINT k FOREIGN KEY (p) REFERENCES a "
                  "(id), FOREIGN KEY (q) REFERENCES a (id), CONSTRAINT l FOREIGN KEY (r) "
                  "REFERENCES a (id), UNIQUE KEY u (p, q));\n"
                  "CREATE INDEX i ON c (r, q);\n",
                  "table c\n"
                  "  column p: type=int\n"
                  "  column q: type=int\n"
                  "  column r: type=int\n"
                  "  constraint k: sort=foreign key, definition=FOREIGN KEY (`p`) REFERENCES `a` "
                  "(`id`)\n"
                  "  constraint c_ibfk_1: sort=foreign key, definition=FOREIGN KEY (`q`) "
                  "REFERENCES `a` (`id`)\n"
                  "  constraint l: sort=foreign key, definition=FOREIGN KEY (`r`) REFERENCES `a` "
                  "(`id`)\n"
                  "  constraint u: sort=unique, definition=UNIQUE (`p`, `q`)\n"
                  "  index q: definition=CREATE INDEX `q` ON `c` (`q`)\n"
                  "  index i: definition=CREATE INDEX `i` ON `c` (`r`, `q`)\n");
}

static void tables_are_altered_in_place(void **state)
{
    (void)state;
    assert_schema(DIALECT_MYSQL,
                  "CREATE TABLE a (x int, y int, z int, KEY i (x, y));\n"
                  "ALTER TABLE a ADD COLUMN w text NOT NULL AFTER x, DROP COLUMN z, CHANGE y v "
                  "bigint, ADD UNIQUE KEY u (v), ALTER x SET DEFAULT 5;\n"
                  "ALTER TABLE a MODIFY x int FIRST, RENAME INDEX i TO j, RENAME TO b;\n"
                  "CREATE INDEX k ON b (w(10));\nDROP INDEX u ON b;\nRENAME TABLE b TO c;\n",
                  "table c\n"
                  "  column x: type=int\n"
                  "  column w: type=text, not null=true\n"
                  "  column v: type=bigint\n"
                  "  index j: definition=CREATE INDEX `j` ON `c` (`x`, `v`)\n"
                  "  index k: definition=CREATE INDEX `k` ON `c` (`w`(10))\n");
}

static void views_routines_and_triggers_are_kept_as_they_are_written(void **state)
{
    (void)state;
    assert_schema(DIALECT_MYSQL,
                  "CREATE TABLE t (a int);\n"
                  "CREATE ALGORITHM=MERGE DEFINER=`x`@`%` SQL SECURITY DEFINER VIEW v AS SELECT a "
                  "FROM t;\nDELIMITER ;;\nCREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN "
                  "SET NEW.a = 1; END;;\nCREATE PROCEDURE p(IN n int) SELECT n;;\nDELIMITER ;\n"
                  "DROP PROCEDURE p; DROP FUNCTION IF EXISTS f;\n",
                  "table t\n"
                  "  column a: type=int\n"
                  "  trigger g: definition=CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN "
                  "SET NEW.a = 1; END\n"
                  "view v: definition=SELECT a FROM t\n");
}

/* As a dump of MariaDB writes it. */
static void frames_and_makers_are_no_part_of_a_program(void **state)
{
    (void)state;
    assert_schema(DIALECT_MARIADB,
                  "/*M!999999\\- enable the sandbox mode */ \n"
                  "CREATE TABLE t (a longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin CHECK "
                  "(json_valid(`a`)), b longtext CHECK (json_valid(`a`)));\nDELIMITER ;;\n"
                  "/*!50003 CREATE*/ /*!50017 DEFINER=`r`@`h`*/ /*!50003 TRIGGER g BEFORE INSERT "
                  "ON t FOR EACH ROW BEGIN SET NEW.b = 1; END */;;\n"
                  "CREATE DEFINER=`r`@`h` AGGREGATE FUNCTION f() RETURNS int RETURN 1;;\n",
                  "table t\n"
                  "  column a: type=json\n"
                  "  column b: type=longtext\n"
                  "  constraint b: sort=check, definition=CHECK (json_valid(`a`))\n"
                  "  trigger g: definition=CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN "
                  "SET NEW.b = 1; END\n"
                  "function f: definition=CREATE AGGREGATE FUNCTION f() RETURNS int RETURN 1\n");
    assert_schema(DIALECT_MYSQL, "CREATE TABLE t (a longtext CHECK (json_valid(a)));\n",
                  "table t\n"
                  "  column a: type=longtext\n"
                  "  constraint t_chk_1: sort=check, definition=CHECK (json_valid(a))\n");
}

static void code_that_runs_code_is_a_problem(void **state)
{
    (void)state;
    assert_schema(DIALECT_MYSQL,
                  "SET @s = 'CREATE TABLE a (x int)';\nPREPARE p FROM @s;\nEXECUTE p;\nCALL "
                  "q();\n",
                  "! 3: EXECUTE is a program, which is not run: what it makes is missing\n"
                  "! 4: CALL is a program, which is not run: what it makes is missing\n");
}

static void what_cannot_be_applied_is_a_problem(void **state)
{
    (void)state;
    assert_schema(DIALECT_MYSQL,
                  "CREATE TABLE a (x int);\nCREATE TABLE a (x int);\nALTER TABLE b ADD y int;\n"
                  "ALTER TABLE a DROP COLUMN y, ADD x int;\nDROP TABLE c;\nDROP TABLE IF EXISTS "
                  "c;\n"
                  "CREATE TABLE d (y int REFERENCES a (x));\n",
                  "table a\n  column x: type=int\ntable d\n  column y: type=int\n"
                  "! 2: there is a table a already\n"
                  "! 3: there is no table b\n"
                  "! 4: a has no column y\n"
                  "! 4: a has a column x already\n"
                  "! 5: there is no table c\n"
                  "! 7: MySQL ignores REFERENCES within the definition of a column (y)\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_in_the_form_of_a_server),
        cmocka_unit_test(keys_have_the_names_that_a_server_gives),
        cmocka_unit_test(texts_are_what_their_literals_stand_for),
        cmocka_unit_test(a_foreign_key_has_an_index_of_its_own_only_where_none_covers_it),
        cmocka_unit_test(tables_are_altered_in_place),
        cmocka_unit_test(views_routines_and_triggers_are_kept_as_they_are_written),
        cmocka_unit_test(frames_and_makers_are_no_part_of_a_program),
        cmocka_unit_test(code_that_runs_code_is_a_problem),
        cmocka_unit_test(what_cannot_be_applied_is_a_problem),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
