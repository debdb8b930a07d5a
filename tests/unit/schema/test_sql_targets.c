/*
 * Which tables DELETE and UPDATE write where they name several.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../support/migrations.h"

/* What a join chooses is not all, an alias is no table, and each table that is written is told. */
static void what_is_joined_chooses_among_the_rows(void **state)
{
    static const struct {
        const char *dialect, *text, *told;
    } cases[] = {
  /* '*': all rows */
        {"mysql",       "DELETE a FROM audit a JOIN invoices i ON i.id = a.id",                "DELETE audit\n"        },
        { "mysql",      "DELETE FROM a USING audit AS a INNER JOIN b ON a.id = b.id",          "DELETE audit\n"        },
        { "mysql",      "DELETE a FROM audit a LEFT JOIN b ON b.id = a.id WHERE b.id IS NULL",
         "DELETE audit\n"                                                                                              },
        { "mysql",      "DELETE a FROM audit a LEFT JOIN b USING (id)",                        "*DELETE audit\n"       },
        { "mysql",      "DELETE b FROM audit a LEFT JOIN b ON LEFT(b.id, 2) = a.id",           "DELETE b\n"            },
        { "mysql",      "DELETE b FROM audit a RIGHT OUTER JOIN b ON b.id = a.id",             "*DELETE b\n"           },
        { "mariadb",    "DELETE QUICK IGNORE a.*, s.b.* FROM a, s.b WHERE a.x = 1",
         "DELETE a\nDELETE s.b\n"                                                                                      },
        { "mariadb",    "DELETE a, b FROM a CROSS JOIN b",                                     "*DELETE a\n*DELETE b\n"},
        { "mysql",      "DELETE a FROM (audit a NATURAL JOIN b)",                              "DELETE audit\n"        },
        { "mysql",      "DELETE q FROM s.q JOIN (SELECT 1 AS id) x ON x.id = q.id",            "DELETE s.q\n"          },
        { "mysql",      "DELETE FROM audit a",                                                 "*DELETE audit\n"       },
        { "mysql",      "DELETE a FROM audit AS a",                                            "*DELETE audit\n"       },
        { "mssql",      "DELETE a FROM audit a JOIN b ON b.id = a.id",                         "DELETE audit\n"        },
        { "mssql",      "DELETE FROM a FROM audit a JOIN b ON b.id = a.id",                    "DELETE audit\n"        },
        { "mssql",      "UPDATE a SET x = 1 FROM audit a JOIN b ON b.id = a.id",               "UPDATE audit\n"        },
        { "mysql",      "UPDATE audit a JOIN i ON a.id = i.id SET a.x = 1",                    "UPDATE audit\n"        },
        { "mysql",      "UPDATE audit a, i SET i.y = 2, a.x = 1, a.z = 3",
         "*UPDATE i\n*UPDATE audit\n"                                                                                  },
        { "mysql",      "UPDATE audit a LEFT JOIN i USING (id) SET x = 1",                     "*UPDATE audit\n"       },
        { "postgresql", "DELETE FROM a USING b WHERE a.id = b.id",                             "DELETE a\n"            },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf expected = STRBUF_INIT;

        for (const char *at = cases[i].told; *at != '\0'; at += strcspn(at, "\n") + 1) {
            bool all = *at == '*', deletes = at[all] == 'D';

            strbuf_add_bytes(&expected, at + all, strcspn(at + all, "\n"));
            strbuf_printf(&expected, "%s !changes-data%s\n", all && deletes ? " !loses-data" : "",
                          all && !deletes ? " !locks" : "");
        }
        assert_told(statement_told(cases[i].dialect, cases[i].text), expected.data);
        strbuf_release(&expected);
    }
}

static void a_delete_from_nothing_is_not_understood(void **state)
{
    (void)state;
    assert_told(statement_told("mysql", "DELETE FORM a"),
                "DELETE FORM !loses-data !changes-data !unread\n");
    assert_told(statement_told("sqlite", "DELETE a WHERE b = 1"),
                "DELETE a !changes-data !unread\n");
    assert_told(statement_told("oracle", "DELETE a WHERE b = 1"), "DELETE a !changes-data\n");
}

/* With so many brackets around the table. */
static char *told_of_brackets(const char *before, size_t depth, const char *behind)
{
    struct strbuf text = STRBUF_INIT;
    char *told;

    strbuf_add(&text, before);
    strbuf_add_repeat(&text, "(", depth);
    strbuf_add(&text, "audit a");
    strbuf_add_repeat(&text, ")", depth);
    strbuf_add(&text, behind);
    told = statement_told("mysql", text.data);
    strbuf_release(&text);
    return told;
}

/* However many there are, they are read in no more time and room than the text has. */
static void brackets_that_are_too_deep_are_not_understood(void **state)
{
    static const char deleted[] = "DELETE a !loses-data !changes-data !unread\n";

    (void)state;
    assert_told(told_of_brackets("DELETE a FROM ", 60, ""),
                "DELETE audit !loses-data !changes-data\n");
    assert_told(told_of_brackets("DELETE a FROM ", 70, ""), deleted);
    assert_told(told_of_brackets("DELETE a FROM ", 60000, ""), deleted);
    assert_told(told_of_brackets("UPDATE ", 60, " JOIN i ON i.id = a.id SET a.x = 1"),
                "UPDATE audit !changes-data\n");
    for (size_t depth = 70; depth < 100000; depth += 60000) {
        char *told = told_of_brackets("UPDATE ", depth, ", i SET a.x = 1");

        assert_non_null(strstr(told, "!unread"));
        free(told);
    }
}

/* What nobody knows is told, and what is a statement is not: a gate stops at each. */
static void only_what_is_no_statement_is_not_understood(void **state)
{
    static const struct {
        const char *dialect, *text;
        bool refused;
    } rows[] = {
        {"mysql",    "CREATE TABEL user (a int)",                                                     true },
        { "sqlite",  "CREATE TABEL x AS TABLE y",                                                     true },
        { "mysql",   "DROP TABEL a",                                                                  true },
        { "mysql",   "DROP PREPARE p",                                                                false},
        { "mysql",   "ALTER INSTANCE RELOAD TLS",                                                     false},
        { "mysql",   "ALTER ALGORITHM = MERGE DEFINER = a@b SQL SECURITY INVOKER VIEW v AS SELECT 2",
         false                                                                                             },
        { "mysql",   "ALTER DEFINER=`a`@`%` EVENT e ENABLE",                                          false},
        { "mysql",   "ALTER IGNORE TABLE t ADD x INT",                                                false},
        { "mysql",   "CREATE OR REPLACE DEFINER=a@b AGGREGATE FUNCTION f() RETURNS INT RETURN 1",
         false                                                                                             },
        { "mysql",   "CREATE FULLTEXT INDEX i ON t (a)",                                              false},
        { "mysql",   "CREATE SPATIAL REFERENCE SYSTEM 4120 NAME 'x' DEFINITION 'y'",                  false},
        { "mariadb", "CREATE OR REPLACE TEMPORARY TABLE z (a int)",                                   false},
        { "sqlite",  ".headers on\nCREATE TABLE t (a)",                                               false},
        { "sqlite",  ".read other.sql",                                                               true },
        { "sqlite",  "CREATE VIRTUAL TABLE f USING fts5(a)",                                          false},
        { "sqlite",  "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END",                   false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *told = statement_told(rows[i].dialect, rows[i].text);

        if ((strstr(told, "!unread") != NULL) != rows[i].refused)
            fail_msg("%s: %s", rows[i].text, told);
        free(told);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_joined_chooses_among_the_rows),
        cmocka_unit_test(a_delete_from_nothing_is_not_understood),
        cmocka_unit_test(brackets_that_are_too_deep_are_not_understood),
        cmocka_unit_test(only_what_is_no_statement_is_not_understood),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
