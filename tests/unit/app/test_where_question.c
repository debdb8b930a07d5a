#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "../../../src/app/where_question.h"

/* What a person types is taken for, by its form alone. */

static const char *const keys[] = { "MB", "OPS" };
static const struct ticket_options tickets = { keys, 2 };

struct asked {
    const char *text, *kind, *subject;
};

static void assert_asked(const struct asked *asked, const char *forced)
{
    struct arena *arena = arena_new();
    struct where_question question;
    struct error error = { 0 };

    if (!where_question_read(asked->text, forced, &tickets, arena, &question, &error))
        fail_msg("%s: %s", asked->text, error.message);
    if (strcmp(where_kind_name(question.kind), asked->kind) != 0)
        fail_msg("%s is taken for a %s", asked->text, where_kind_name(question.kind));
    assert_string_equal(question.subject, asked->subject);
    arena_free(&arena);
}

static void the_form_says_what_is_asked_for(void **state)
{
    static const struct asked questions[] = {
        {"MB-234",                                    "ticket",    "MB-234"                      },
        { "mb-234",                                   "ticket",    "MB-234"                      },
        { "#45",                                      "ticket",    "#45"                         },
        { "!45",                                      "ticket",    "!45"                         },
        { "https://tracker.example.org/browse/OPS-7", "ticket",    "OPS-7"                       },
        { "https://github.com/owner/repo/issues/45",  "ticket",    "#45"                         },
        { "CVE-2024-3094",                            "advisory",  "CVE-2024-3094"               },
        { "cve-2024-3094",                            "advisory",  "CVE-2024-3094"               },
        { "9f8e7d6",                                  "commit",    "9f8e7d6"                     },
        { "V43__add_upi.sql",                         "migration", "V43__add_upi.sql"            },
        { "db/migrations/0043_upi.sql",               "migration", "db/migrations/0043_upi.sql"  },
        { "0043_upi",                                 "migration", "0043_upi"                    },
        { "2.0.7",                                    "version",   "2.0.7"                       },
        { "v2.0.8-rc.1",                              "version",   "v2.0.8-rc.1"                 },
        { "SESSION_TIMEOUT",                          "key",       "SESSION_TIMEOUT"             },
        { "env.service_auth.UPI_ENABLED",             "key",       "env.service_auth.UPI_ENABLED"},
        { "deploy/values.yaml",                       "key",       "deploy/values.yaml"          },
        { "XY-12",                                    "key",       "XY-12"                       }, /* no ticket of this project */
    };

    (void)state;
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        assert_asked(&questions[i], NULL);
}

static void a_kind_that_is_said_counts(void **state)
{
    (void)state;
    assert_asked(&(struct asked){ "9f8e7d6", "key", "9f8e7d6" }, "key");
    assert_asked(&(struct asked){ "43", "migration", "43" }, "migration");
    assert_asked(&(struct asked){ "45", "ticket", "#45" }, "ticket");
    assert_asked(&(struct asked){ "mb-1", "ticket", "MB-1" }, "ticket");
}

static void what_cannot_be_meant_is_refused(void **state)
{
    struct arena *arena = arena_new();
    struct where_question question;
    struct error error = { 0 };

    (void)state;
    assert_false(where_question_read("", NULL, &tickets, arena, &question, &error));
    assert_int_equal(error.code, ERROR_USAGE);
    assert_false(where_question_read("main", "commit", &tickets, arena, &question, &error));
    assert_int_equal(error.code, ERROR_USAGE);
    assert_false(where_question_read("main", "moon", &tickets, arena, &question, &error));
    assert_int_equal(error.code, ERROR_USAGE);
    arena_free(&arena);
}

static void a_migration_has_the_number_that_its_file_begins_with(void **state)
{
    static const struct {
        const char *name, *number;
    } names[] = {
        {"V43__add_upi.sql",      "43"          },
        { "db/0043_upi.sql",      "43"          },
        { "43",                   "43"          },
        { "20250122_001_upi.sql", "20250122_001"},
        { "V1.2__x.sql",          "1.2"         },
        { "0",                    "0"           },
        { "README.md",            NULL          },
        { "12factor.sql",         NULL          },
    };
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *number = where_migration_number(names[i].name, arena);

        if (names[i].number == NULL)
            assert_null(number);
        else
            assert_string_equal(number, names[i].number);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_form_says_what_is_asked_for),
        cmocka_unit_test(a_kind_that_is_said_counts),
        cmocka_unit_test(what_cannot_be_meant_is_refused),
        cmocka_unit_test(a_migration_has_the_number_that_its_file_begins_with),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
