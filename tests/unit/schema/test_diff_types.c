/* What a change of a column's type puts at risk, in each dialect. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/schema/diff.h>
#include <pilab/schema/sync.h>

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
    bool loses = strstr(expected, "cut-type") != NULL || strstr(expected, "enum-labels") != NULL;
    assert_int_equal(diff->count, 1);
    for (size_t i = 0; i < diff->changes[0].hazard_count; i++)
        strbuf_printf(&out, "%s%s", i ? " " : "", diff->changes[0].hazards[i].id);
    if (strcmp(out.data ? out.data : "", expected) != 0)
        fail_msg("%s to %s: %s", from, to, out.data);
    /* What fails on a row loses nothing. */
    assert_int_equal((diff->risks & SCHEMA_RISK_DATA) != 0, loses);
    assert_int_equal(schema_change_is_destructive(&diff->changes[0]), loses);
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
        {"bigint",                          "numeric(5,2)",                   "narrow-type"       },
        { "bigint",                         "numeric(21,2)",                  "rewrite-type"      },
        { "bigint",                         "numeric",                        "rewrite-type"      },
        { "smallint",                       "numeric(5,0)",                   "rewrite-type"      },
        { "numeric(9,0)",                   "integer",                        "rewrite-type"      },
        { "numeric(10,0)",                  "integer",                        "narrow-type"       },
        { "numeric(6,2)",                   "integer",                        "cut-type"          },
        { "integer",                        "double precision",               "rewrite-type"      },
        { "bigint",                         "double precision",               "cut-type"          },
        { "double precision",               "real",                           "cut-type"          },
        { "text[]",                         "text",                           "narrow-type"       },
        { "text",                           "text[]",                         "narrow-type"       },
        { "integer[]",                      "bigint[]",                       "rewrite-type"      },
        { "bigint[]",                       "integer[]",                      "narrow-type"       },
        { "character varying(20)[]",        "character varying(50)[]",        "rewrite-type"      },
        { "character varying(20)",          "character varying(50)",          ""                  },
        { "character varying(50)",          "character varying(20)",          "narrow-type"       },
        { "character(5)",                   "text",                           "rewrite-type"      },
        { "integer",                        "character varying(11)",          "rewrite-type"      },
        { "integer",                        "character varying(10)",          "narrow-type"       },
        { "text",                           "integer",                        "narrow-type"       },
        { "timestamp(6) without time zone", "timestamp(3) without time zone", "cut-type"          },
        { "timestamp without time zone",    "timestamp(3) without time zone", "cut-type"          },
        { "timestamp(3) without time zone", "timestamp without time zone",    ""                  },
        { "timestamp without time zone",    "timestamp with time zone",       "time-zone"         },
        { "timestamp with time zone",       "timestamp(0) without time zone", "time-zone cut-type"},
        { "date",                           "timestamp with time zone",       "time-zone"         },
        { "date",                           "timestamp without time zone",    "rewrite-type"      },
        { "timestamp without time zone",    "date",                           "cut-type"          },
        { "public.mood",                    "text",                           "rewrite-type"      },
        { "json",                           "jsonb",                          "rewrite-type"      },
        { "text",                           "citext",                         "rewrite-type"      },
        { "text",                           "public.citext",                  "rewrite-type"      },
        { "text",                           "uuid",                           "narrow-type"       },
        { "character varying(50)",          "inet",                           "narrow-type"       },
        { "text",                           "public.d",                       "cut-type"          },
        { "inet",                           "cidr",                           "cut-type"          },
        { "boolean",                        "integer",                        "narrow-type"       },
        { "integer",                        "boolean",                        "cut-type"          },
        { "bigint",                         "integer",                        "narrow-type"       },
        { "text",                           "character varying(100)",         "narrow-type"       },
        { "numeric(12,4)",                  "numeric(12,2)",                  "cut-type"          },
        { "numeric(12,2)",                  "numeric(10,2)",                  "narrow-type"       },
        { "numeric(12,2)",                  "numeric(12,4)",                  "narrow-type"       },
        { "numeric",                        "numeric(12,2)",                  "cut-type"          },
        { "numeric(12,2)",                  "numeric",                        ""                  },
        { "double precision",               "integer",                        "cut-type"          },
        { "real",                           "double precision",               "rewrite-type"      },
        { "real",                           "numeric",                        "cut-type"          },
        { "timestamp without time zone",    "time without time zone",         "cut-type"          },
        { "text",                           "date",                           "cut-type"          },
        { "text",                           "timestamp with time zone",       "narrow-type"       },
        { "text",                           "numeric(12,2)",                  "cut-type"          },
        { "text",                           "character varying(5)[]",         "cut-type"          },
        { "interval",                       "time without time zone",         "cut-type"          },
    };
    (void)state;
    expect_rows(SCHEMA_POSTGRESQL, rows, sizeof rows / sizeof *rows);
}

/* A type that the schema names: a label fails or is one, a domain cuts what it is cast from. */
static void a_text_that_becomes_a_label_is_whole_or_fails(void **state)
{
    (void)state;
    for (int is_enum = 0; is_enum < 2; is_enum++) {
        struct schema *previous = of_one_column(SCHEMA_POSTGRESQL, "text");
        struct schema *current = of_one_column(SCHEMA_POSTGRESQL, "app.mood");
        struct schema_object *type =
            schema_add(current, is_enum ? SCHEMA_ENUM : SCHEMA_DOMAIN, "app", "mood", NULL, NULL);
        schema_set(current, type, SCHEMA_TYPE, is_enum ? NULL : "character varying(3)");
        struct schema_diff *diff = schema_compare(previous, current, NULL);
        const struct schema_change *changed = NULL;
        for (size_t i = 0; i < diff->count; i++)
            if (diff->changes[i].kind == SCHEMA_CHANGED)
                changed = &diff->changes[i];
        assert_non_null(changed);
        assert_string_equal(changed->hazards[0].id, is_enum ? "narrow-type" : "cut-type");
        schema_diff_free(&diff);
        schema_free(&previous);
        schema_free(&current);
    }
}

static char *enum_of(size_t count, size_t first, size_t step)
{
    struct strbuf out = STRBUF_INIT;
    for (size_t i = 0; i < count; i++)
        strbuf_printf(&out, "%s'label %zu'", i ? "," : "enum(", (first + i * step) % count);
    strbuf_add(&out, ")");
    return strbuf_steal(&out);
}

/* As many as a text may have: each with each would take a minute. */
static void labels_that_only_move_stay(void **state)
{
    enum { MANY = 60000 };
    char *labels = enum_of(MANY, 0, 1), *reversed = enum_of(MANY, MANY - 1, MANY - 1),
         *fewer = enum_of(MANY - 1, MANY - 2, MANY - 2);
    (void)state;
    expect_hazards(SCHEMA_MYSQL, labels, reversed, "rewrite-type");
    expect_hazards(SCHEMA_MYSQL, labels, fewer, "enum-labels");
    free(labels);
    free(reversed);
    free(fewer);
}

/* No server takes them: a text may have them. */
static void digits_that_no_type_has_are_bounded(void **state)
{
    (void)state;
    expect_hazards(SCHEMA_MYSQL, "decimal(10,-99999999999999999999)",
                   "decimal(9223372036854775807,2)", "narrow-type");
    expect_hazards(SCHEMA_MYSQL, "decimal(99999999999999999999,2)", "varchar(50)", "narrow-type");
}

static void types_of_mysql_are_told_by_what_they_hold(void **state)
{
    static const struct type_row rows[] = {
        {"varchar(20)",        "varchar(50)",       ""                     },
        { "varchar(50)",       "varchar(20)",       "narrow-type"          },
        { "varchar(50)",       "text",              "rewrite-type"         },
        { "text",              "varchar(50)",       "narrow-type"          },
        { "longtext",          "text",              "narrow-type"          },
        { "int",               "bigint",            "rewrite-type"         },
        { "bigint",            "int",               "narrow-type"          },
        { "int",               "int unsigned",      "narrow-type"          },
        { "int unsigned",      "bigint",            "rewrite-type"         },
        { "tinyint(1)",        "tinyint",           "rewrite-type"         },
        { "decimal(10,2)",     "decimal(12,2)",     "rewrite-type"         },
        { "decimal(10,2)",     "decimal(10,4)",     "narrow-type"          },
        { "enum('a','b')",     "enum('a','b','c')", ""                     },
        { "enum('a','b')",     "enum('a')",         "enum-labels"          },
        { "enum('a','b')",     "enum('a','bc')",    "enum-labels"          },
        { "enum('a','b')",     "enum('b','c')",     "enum-labels"          },
        { "set('a','b')",      "set('b')",          "enum-labels"          },
        { "set('a','b')",      "enum('a','b')",     "enum-labels"          },
        { "enum('a','b')",     "enum('c','b','a')", "rewrite-type"         },
        { "enum('a,b''','c')", "enum('c','a,b''')", "rewrite-type"         },
        { "datetime",          "timestamp",         "time-zone narrow-type"},
        { "timestamp",         "datetime",          "time-zone"            },
        { "datetime(6)",       "datetime",          "cut-type"             },
        { "decimal(12,2)",     "decimal(10,2)",     "narrow-type"          },
        { "decimal(12,4)",     "decimal(12,2)",     "cut-type"             },
        { "datetime",          "date",              "cut-type"             },
        { "double",            "int",               "cut-type"             },
        { "double",            "varchar(5)",        "cut-type"             },
        { "varchar(50)",       "int",               "cut-type"             },
        { "blob",              "longblob",          "rewrite-type"         },
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
        { "TEXT",        "INTEGER",      "cut-type"    },
        { "TEXT",        "DECIMAL(5,2)", "cut-type"    },
        { "INTEGER",     "REAL",         "cut-type"    },
        { "REAL",        "NUMERIC",      "rewrite-type"},
        { "BLOB",        "TEXT",         "rewrite-type"},
        { "",            "INTEGER",      "cut-type"    },
        { "BLOB",        "REAL",         "cut-type"    },
        { "NUMERIC",     "REAL",         "cut-type"    },
        { "REAL",        "TEXT",         "cut-type"    },
        { "NUMERIC",     "BLOB",         "rewrite-type"},
        { "TEXT",        "ANY",          "cut-type"    },
    };
    (void)state;
    expect_rows(SCHEMA_SQLITE, rows, sizeof rows / sizeof *rows);
}

/* A table of one column, both with a character set; NULL: it says none. */
static struct schema *of_sets(const char *table_set, const char *column_set, const char *type)
{
    struct schema *schema = of_one_column(SCHEMA_MYSQL, type);
    struct schema_object *table = schema->first;
    schema_set(schema, table, SCHEMA_CHARACTER_SET, table_set);
    schema_set(schema, table->parts, SCHEMA_CHARACTER_SET, column_set);
    return schema;
}

/* clang-format off */
static const struct sets_row {
    const char *table, *column, *type, *to_table, *to_column, *to_type, *hazards;
} sets_rows[] = {
    {"utf8mb4", NULL,      "varchar(9)",   "latin1",  NULL,      "varchar(9)", "narrow-character-set"},
    {"utf8mb4", NULL,      "int",          "latin1",  NULL,      "int",        ""                    },
    {"utf8mb4", NULL,      "varchar(9)",   "latin1",  "utf8mb4", "varchar(9)", ""                    },
    {"utf8mb4", NULL,      "text",         "utf8mb4", "utf8mb3", "text",       "narrow-character-set"},
    {"utf8mb3", NULL,      "enum('a')",    "ascii",   NULL,      "enum('a')",  "narrow-character-set"},
    {"latin1",  NULL,      "varchar(9)",   "utf8mb4", NULL,      "varchar(9)", ""                    },
    {"utf8",    NULL,      "varchar(9)",   "utf8mb3", NULL,      "varchar(9)", ""                    },
    {"ascii",   NULL,      "varchar(9)",   "latin1",  NULL,      "varchar(9)", ""                    },
    {"utf8mb4", NULL,      "varchar(255)", "utf8mb4", NULL,      "tinytext",   "rewrite-type narrow-type"},
    {"latin1",  NULL,      "varchar(255)", "latin1",  NULL,      "tinytext",   "rewrite-type"        },
    {NULL,      NULL,      "varchar(63)",  NULL,      NULL,      "tinytext",   "rewrite-type"        },
};
/* clang-format on */

static void characters_that_a_set_does_not_have_are_lost(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sets_rows / sizeof *sets_rows; i++) {
        const struct sets_row *row = &sets_rows[i];
        struct schema *previous = of_sets(row->table, row->column, row->type);
        struct schema *current = of_sets(row->to_table, row->to_column, row->to_type);
        struct schema_diff *diff = schema_compare(previous, current, NULL);
        struct strbuf out = STRBUF_INIT;
        for (size_t k = 0; k < diff->count; k++)
            for (size_t n = 0; n < diff->changes[k].hazard_count; n++)
                strbuf_printf(&out, "%s%s", out.length ? " " : "", diff->changes[k].hazards[n].id);
        if (strcmp(out.length ? out.data : "", row->hazards) != 0)
            fail_msg("%zu: %s", i, out.data);
        assert_int_equal(!(diff->risks & SCHEMA_RISK_DATA),
                         !strstr(row->hazards, "narrow-character-set"));
        strbuf_release(&out);
        schema_diff_free(&diff);
        schema_free(&previous);
        schema_free(&current);
    }
}

/* clang-format off */
static const struct engine_row {
    const char *engine, *to, *hazard, *script;
} engine_rows[] = {
    {"InnoDB", "MyISAM",    "engine-without-transactions", "\n-- destroys: transactions and foreign keys, "},
    {NULL,     "MEMORY",    "engine-without-transactions", "\n-- destroys: transactions and foreign keys, "},
    {"InnoDB", "BLACKHOLE", "engine-without-transactions", "\n--     ENGINE=BLACKHOLE"},
    {"MyISAM", "InnoDB",    "engine",                      "\n    ENGINE=InnoDB"},
    {"MyISAM", "Aria",      "engine",                      "\n    ENGINE=Aria"},
};
/* clang-format on */

static void an_engine_without_transactions_loses_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof engine_rows / sizeof *engine_rows; i++) {
        const struct engine_row *row = &engine_rows[i];
        struct schema *previous = of_one_column(SCHEMA_MYSQL, "int");
        struct schema *current = of_one_column(SCHEMA_MYSQL, "int");
        struct schema_diff *diff;
        struct schema_sync *sync;
        bool loses = row->hazard[6] != '\0';
        schema_set(previous, previous->first, SCHEMA_ENGINE, row->engine);
        schema_set(current, current->first, SCHEMA_ENGINE, row->to);
        diff = schema_compare(previous, current, NULL);
        sync = schema_sync(diff, NULL);
        assert_int_equal(diff->changes[0].hazard_count, 1);
        assert_string_equal(diff->changes[0].hazards[0].id, row->hazard);
        assert_int_equal(!(diff->risks & SCHEMA_RISK_BREAKING), !loses);
        assert_int_equal(sync->destructive_count, loses);
        assert_non_null(strstr(sync->script, row->script));
        schema_sync_free(&sync);
        schema_diff_free(&diff);
        schema_free(&previous);
        schema_free(&current);
    }
}

/* A word of one database's SQL is none of another's. */
static void hazards_are_told_in_the_words_of_the_dialect(void **state)
{
    (void)state;
    for (int dialect = SCHEMA_MYSQL; dialect <= SCHEMA_SQLITE; dialect++) {
        struct schema *none = of_one_column((enum schema_dialect)dialect, "int");
        struct schema *one = of_one_column((enum schema_dialect)dialect, "int");
        struct schema_object *table = one->first;
        struct schema_object *column = schema_add_part(one, table, SCHEMA_COLUMN, "b", NULL);
        struct schema_object *index = schema_add_part(one, table, SCHEMA_INDEX, "i", NULL);
        struct schema_diff *diffs[2];
        schema_set_flag(one, column, SCHEMA_NOT_NULL, true);
        schema_set(one, index, SCHEMA_COLUMNS, "b");
        diffs[0] = schema_compare(none, one, NULL);
        diffs[1] = schema_compare(one, none, NULL);
        for (size_t side = 0; side < 2; side++) {
            assert_int_equal(diffs[side]->count, 2);
            for (size_t i = 0; i < 2; i++)
                for (size_t k = 0; k < diffs[side]->changes[i].hazard_count; k++)
                    assert_null(strstr(diffs[side]->changes[i].hazards[k].reason, "CONCURRENTLY"));
        }
        /* MySQL adds it to a table with rows. */
        assert_int_equal((diffs[0]->risks & SCHEMA_RISK_FAILS) != 0, dialect == SCHEMA_SQLITE);
        schema_diff_free(&diffs[0]);
        schema_diff_free(&diffs[1]);
        schema_free(&none);
        schema_free(&one);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_of_postgresql_are_told_by_what_they_hold),
        cmocka_unit_test(a_text_that_becomes_a_label_is_whole_or_fails),
        cmocka_unit_test(labels_that_only_move_stay),
        cmocka_unit_test(digits_that_no_type_has_are_bounded),
        cmocka_unit_test(types_of_mysql_are_told_by_what_they_hold),
        cmocka_unit_test(types_of_sqlite_are_told_by_their_affinity),
        cmocka_unit_test(characters_that_a_set_does_not_have_are_lost),
        cmocka_unit_test(an_engine_without_transactions_loses_them),
        cmocka_unit_test(hazards_are_told_in_the_words_of_the_dialect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
