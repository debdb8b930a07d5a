/* What a change of a column's type puts at risk, in each dialect. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/schema/diff.h>

static struct schema *of_one_column(enum schema_dialect dialect, const char *type)
{
    struct schema *schema = schema_new(dialect, type);
    struct schema_object *table = schema_add(schema, SCHEMA_TABLE, "", "t", NULL, NULL);
    schema_set(schema, schema_add_part(schema, table, SCHEMA_COLUMN, "a", NULL), SCHEMA_TYPE, type);
    return schema;
}

/* Of a column whose type changes; "" without any. */
static void expect_hazards(enum schema_dialect dialect, const char *from, const char *to,
                           const char *expected)
{
    struct schema *previous = of_one_column(dialect, from), *current = of_one_column(dialect, to);
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct strbuf out = STRBUF_INIT;
    assert_int_equal(diff->count, 1);
    for (size_t i = 0; i < diff->changes[0].hazard_count; i++)
        strbuf_printf(&out, "%s%s", i ? " " : "", diff->changes[0].hazards[i].id);
    if (strcmp(out.data ? out.data : "", expected) != 0)
        fail_msg("%s to %s: %s", from, to, out.data);
    strbuf_release(&out);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
}

struct type_row {
    const char *from, *to, *hazards;
};

static void expect_rows(enum schema_dialect dialect, const struct type_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_hazards(dialect, rows[i].from, rows[i].to, rows[i].hazards);
}

static void types_of_postgresql_are_told_by_what_they_hold(void **state)
{
    static const struct type_row rows[] = {
        {"bigint",                          "numeric(5,2)",                   "narrow-type"          },
        { "bigint",                         "numeric(21,2)",                  "rewrite-type"         },
        { "bigint",                         "numeric",                        "rewrite-type"         },
        { "smallint",                       "numeric(5,0)",                   "rewrite-type"         },
        { "numeric(9,0)",                   "integer",                        "rewrite-type"         },
        { "numeric(10,0)",                  "integer",                        "narrow-type"          },
        { "numeric(6,2)",                   "integer",                        "narrow-type"          },
        { "integer",                        "double precision",               "rewrite-type"         },
        { "bigint",                         "double precision",               "narrow-type"          },
        { "double precision",               "real",                           "narrow-type"          },
        { "text[]",                         "text",                           "narrow-type"          },
        { "text",                           "text[]",                         "narrow-type"          },
        { "integer[]",                      "bigint[]",                       "rewrite-type"         },
        { "bigint[]",                       "integer[]",                      "narrow-type"          },
        { "character varying(20)[]",        "character varying(50)[]",        "rewrite-type"         },
        { "character varying(20)",          "character varying(50)",          ""                     },
        { "character varying(50)",          "character varying(20)",          "narrow-type"          },
        { "character(5)",                   "text",                           "rewrite-type"         },
        { "integer",                        "character varying(11)",          "rewrite-type"         },
        { "integer",                        "character varying(10)",          "narrow-type"          },
        { "text",                           "integer",                        "narrow-type"          },
        { "timestamp(6) without time zone", "timestamp(3) without time zone", "narrow-type"          },
        { "timestamp without time zone",    "timestamp(3) without time zone", "narrow-type"          },
        { "timestamp(3) without time zone", "timestamp without time zone",    ""                     },
        { "timestamp without time zone",    "timestamp with time zone",       "time-zone"            },
        { "timestamp with time zone",       "timestamp(0) without time zone", "time-zone narrow-type"},
        { "date",                           "timestamp with time zone",       "time-zone"            },
        { "date",                           "timestamp without time zone",    "rewrite-type"         },
        { "timestamp without time zone",    "date",                           "narrow-type"          },
        { "public.mood",                    "text",                           "rewrite-type"         },
        { "json",                           "jsonb",                          "narrow-type"          },
    };
    (void)state;
    expect_rows(SCHEMA_POSTGRESQL, rows, sizeof rows / sizeof *rows);
}

static void types_of_mysql_are_told_by_what_they_hold(void **state)
{
    static const struct type_row rows[] = {
        {"varchar(20)",    "varchar(50)",       ""                     },
        { "varchar(50)",   "varchar(20)",       "narrow-type"          },
        { "varchar(50)",   "text",              "rewrite-type"         },
        { "text",          "varchar(50)",       "narrow-type"          },
        { "longtext",      "text",              "narrow-type"          },
        { "int",           "bigint",            "rewrite-type"         },
        { "bigint",        "int",               "narrow-type"          },
        { "int",           "int unsigned",      "narrow-type"          },
        { "int unsigned",  "bigint",            "rewrite-type"         },
        { "tinyint(1)",    "tinyint",           "rewrite-type"         },
        { "decimal(10,2)", "decimal(12,2)",     "rewrite-type"         },
        { "decimal(10,2)", "decimal(10,4)",     "narrow-type"          },
        { "enum('a','b')", "enum('a','b','c')", ""                     },
        { "enum('a','b')", "enum('a')",         "narrow-type"          },
        { "enum('a','b')", "enum('a','bc')",    "narrow-type"          },
        { "datetime",      "timestamp",         "time-zone narrow-type"},
        { "timestamp",     "datetime",          "time-zone"            },
        { "datetime(6)",   "datetime",          "narrow-type"          },
        { "blob",          "longblob",          "rewrite-type"         },
    };
    (void)state;
    expect_rows(SCHEMA_MYSQL, rows, sizeof rows / sizeof *rows);
}

static void types_of_sqlite_are_told_by_their_affinity(void **state)
{
    static const struct type_row rows[] = {
        {"INT",          "bigint",       "rewrite-type"},
        { "varchar(20)", "varchar(50)",  "rewrite-type"},
        { "TEXT",        "varchar(50)",  "rewrite-type"},
        { "varchar(50)", "varchar(20)",  "rewrite-type"},
        { "INTEGER",     "TEXT",         "rewrite-type"},
        { "TEXT",        "INTEGER",      "narrow-type" },
        { "TEXT",        "DECIMAL(5,2)", "narrow-type" },
        { "INTEGER",     "REAL",         "narrow-type" },
        { "REAL",        "NUMERIC",      "rewrite-type"},
        { "BLOB",        "TEXT",         "rewrite-type"},
    };
    (void)state;
    expect_rows(SCHEMA_SQLITE, rows, sizeof rows / sizeof *rows);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_of_postgresql_are_told_by_what_they_hold),
        cmocka_unit_test(types_of_mysql_are_told_by_what_they_hold),
        cmocka_unit_test(types_of_sqlite_are_told_by_their_affinity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
