/*
 * Defaults of MySQL and MariaDB: what is written is told beside what a server keeps of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>

#include <pilab/schema/diff.h>

static struct schema *with_default(const char *type, const char *value)
{
    struct schema *schema = schema_new(SCHEMA_MYSQL, value);
    struct schema_object *table = schema_add(schema, SCHEMA_TABLE, "", "t", NULL, NULL);
    struct schema_object *column = schema_add_part(schema, table, SCHEMA_COLUMN, "a", NULL);

    schema_set(schema, column, SCHEMA_TYPE, type);
    schema_set(schema, column, SCHEMA_DEFAULT, value);
    return schema;
}

static size_t count_changes(const char *type, const char *before, const char *other_type,
                            const char *after)
{
    struct schema *previous = with_default(type, before),
                  *current = with_default(other_type, after);
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    size_t count = diff->count > 0 ? diff->changes[0].property_count : 0;

    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
    return count;
}

/* As MariaDB 10.11 keeps them. */
static void a_default_is_what_the_column_holds(void **state)
{
    static const struct {
        const char *type, *written, *kept;
    } same[] = {
        {"decimal(10,2)",             "0",                               "0.00"                            },
        { "decimal(10,3)",            "1.5",                             "1.500"                           },
        { "decimal(10,2)",            "'1'",                             "1.00"                            },
        { "decimal(10,2)",            "1.005",                           "1.01"                            },
        { "decimal(10,2)",            "9.995",                           "10.00"                           },
        { "decimal(5,0)",             "1.0",                             "1"                               },
        { "decimal(10,2)",            "-0",                              "0.00"                            },
        { "decimal(10,2)",            "+5",                              "5.00"                            },
        { "decimal(12,4)",            "1e2",                             "100.0000"                        },
        { "decimal(65,30)",           ".000000000000000000000000000001", "0.000000000000000000000000000001"},
        { "float",                    "0.0",                             "0"                               },
        { "float",                    "1.50",                            "1.5"                             },
        { "double",                   "1e3",                             "1000"                            },
        { "double",                   "'1.0'",                           "1"                               },
        { "float(7,2)",               "0",                               "0.00"                            },
        { "double",                   ".5",                              "0.5"                             },
        { "double",                   "12345678901234567890",            "1.2345678901234567e19"           },
        { "year",                     "20",                              "2020"                            },
        { "year",                     "0",                               "0000"                            },
        { "year",                     "'0'",                             "2000"                            },
        { "year",                     "'1999'",                          "1999"                            },
        { "time",                     "'10:00'",                         "'10:00:00'"                      },
        { "time(3)",                  "'10:00:00'",                      "'10:00:00.000'"                  },
        { "time",                     "0",                               "'00:00:00'"                      },
        { "time",                     "'-01:02:03'",                     "'-01:02:03'"                     },
        { "datetime",                 "'2020-01-01'",                    "'2020-01-01 00:00:00'"           },
        { "datetime(3)",              "'2020-01-01 10:00:00'",           "'2020-01-01 10:00:00.000'"       },
        { "datetime",                 "0",                               "'0000-00-00 00:00:00'"           },
        { "datetime",                 "TIMESTAMP'2020-01-01 01:02:03'",  "'2020-01-01 01:02:03'"           },
        { "timestamp(2)",             "'2020-01-01 00:00:01.555'",       "'2020-01-01 00:00:01.55'"        },
        { "timestamp",                "20200102030405",                  "'2020-01-02 03:04:05'"           },
        { "date",                     "'2020-1-1'",                      "'2020-01-01'"                    },
        { "date",                     "20200101",                        "'2020-01-01'"                    },
        { "date",                     "DATE '2020-01-01'",               "'2020-01-01'"                    },
        { "int",                      "1.6",                             "2"                               },
        { "int",                      "0x10",                            "16"                              },
        { "int",                      "'-01'",                           "-1"                              },
        { "int(5) unsigned zerofill", "7",                               "00007"                           },
        { "bigint unsigned",          "18446744073709551615",            "18446744073709551615"            },
        { "bit(8)",                   "5",                               "b'101'"                          },
        { "bit(4)",                   "b'0101'",                         "b'101'"                          },
        { "varchar(9)",               "1.50",                            "'1.50'"                          },
        { "char(3)",                  "'a '",                            "'a'"                             },
        { "set('a','b')",             "'b,a'",                           "'a,b'"                           },
        { "varbinary(4)",             "x'4142'",                         "'AB'"                            },
        { "binary(3)",                "'a'",                             "'a\\0\\0'"                       },
        { "varchar(4)",               "0x4142",                          "'AB'"                            },
        { "enum('a','b')",            "'A'",                             "'a'"                             },
        { "enum('aa','AA','it''s')",  "'IT''S'",                         "'it''s'"                         },
        { "set('a','A','b')",         "'B,A'",                           "'A,b'"                           },
    };
    static const struct {
        const char *type, *written, *kept;
    } others[] = {
        {"decimal(10,2)",        "0.01",                "0.00"                 },
        { "decimal(10,2)",       "-1",                  "1.00"                 },
        { "int",                 "1.4",                 "2"                    },
        { "double",              "1.1",                 "1.10001"              },
        { "year",                "'0'",                 "0000"                 },
        { "time",                "'10:00'",             "'00:10:00'"           },
        { "time(3)",             "'10:00:00.5'",        "'10:00:00.05'"        },
        { "datetime",            "'2020-01-01'",        "'2020-01-01 00:00:01'"},
        { "datetime",            "current_timestamp()", "'2020-01-01 00:00:01'"},
        { "date",                "'2020-10-1'",         "'2020-1-01'"          },
        { "bit(8)",              "5",                   "b'111'"               },
        { "varchar(9)",          "1.50",                "'1.5'"                },
        { "varchar(9)",          "'a '",                "'a'"                  },
        { "varchar(9)",          "'A'",                 "'a'"                  },
        { "int",                 "(1 + 1)",             "2"                    },
        { "enum('aa','AA')",     "'aa'",                "'AA'"                 },
        { "enum('x''y','x''Y')", "'x''y'",              "'x''Y'"               },
        { "set('a','A')",        "'a'",                 "'A'"                  },
        { "set('a','A','b')",    "'a,b'",               "'A,b'"                },
    };

    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        if (count_changes(same[i].type, same[i].written, same[i].type, same[i].kept) != 0)
            fail_msg("%s: %s is not %s", same[i].type, same[i].written, same[i].kept);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (count_changes(others[i].type, others[i].written, others[i].type, others[i].kept) != 1)
            fail_msg("%s: %s is %s", others[i].type, others[i].written, others[i].kept);
    }
}

/* No server takes the type: a text may have it. */
static void digits_that_no_type_has_are_bounded(void **state)
{
    static const char *const types[] = { "decimal(10,99999999999999999999)",
                                         "double(10,9223372036854775807)",
                                         "float(10,9223372036854775800)" };

    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        assert_int_equal(count_changes(types[i], "1.5", types[i], "1.50"), 0);
        assert_int_equal(count_changes(types[i], "100.5", types[i], "100.7"), 1);
    }
    assert_int_equal(count_changes("decimal(10,-99999999999999999999)", "1",
                                   "decimal(10,-99999999999999999999)", "2"),
                     1);
}

/* What stands behind a point counts also where people write a comma. */
static void a_default_is_the_same_in_all_locales(void **state)
{
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL)
        skip();
    a_default_is_what_the_column_holds(state);
    assert_int_equal(count_changes("double", "1.5", "double", "1.7"), 1);
    assert_int_equal(count_changes("float", "0.25", "float", "0.75"), 1);
    assert_int_equal(count_changes("double", "1.50", "double", "1.5"), 0);
    setlocale(LC_ALL, "C");
}

/* One that changes with its type alone is no change of its own. */
static void a_default_follows_its_type(void **state)
{
    (void)state;
    assert_int_equal(count_changes("decimal(10,2)", "0.00", "decimal(10,3)", "0.000"), 1);
    assert_int_equal(count_changes("decimal(10,2)", "0.01", "decimal(10,1)", "0.0"), 2);
    assert_int_equal(count_changes("int", "1", "varchar(9)", "'1'"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_default_is_what_the_column_holds),
        cmocka_unit_test(a_default_is_the_same_in_all_locales),
        cmocka_unit_test(digits_that_no_type_has_are_bounded),
        cmocka_unit_test(a_default_follows_its_type),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
