/*
 * The words of names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pilab/base/name_words.h>
#include <pilab/base/strbuf.h>

static void words_end_at_signs_digits_and_changes_of_case(void **state)
{
    static const struct {
        const char *name, *words;
    } rows[] = {
        {"trg_users_audit",        "trg|users|audit|" },
        { "trgUsersAudit",         "trg|Users|Audit|" },
        { "TRG-USERS.AUDIT",       "TRG|USERS|AUDIT|" },
        { "SQLLog",                "SQL|Log|"         },
        { "usersLOG",              "users|LOG|"       },
        { "/web/0/db1_http~1cidr", "web|db|http|cidr|"},
        { "",                      ""                 },
        { "_1_",                   ""                 },
        { "A",                     "A|"               },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct strbuf told = STRBUF_INIT;
        const char *at = rows[i].name;
        size_t length;

        for (; (length = name_word(&at)) > 0; at += length)
            strbuf_printf(&told, "%.*s|", (int)length, at);
        assert_string_equal(told.length > 0 ? told.data : "", rows[i].words);
        strbuf_release(&told);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_end_at_signs_digits_and_changes_of_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
