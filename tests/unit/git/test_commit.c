#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/git/history.h>

#include "../../support/fixture_case.h"

static struct error error;

static void old_encodings_become_utf_8(void **state)
{
    (void)state;
    struct object_id first = fixture_commit(fixture, "a", "1\n", "One");
    struct object_id tree = builder_tree(build);
    struct strbuf text = STRBUF_INIT;
    char tree_hex[OBJECT_ID_HEX_SIZE], parent_hex[OBJECT_ID_HEX_SIZE];
    object_id_hex(&tree, tree_hex);
    object_id_hex(&first, parent_hex);
    fixture_open(fixture);
    strbuf_printf(&text,
                  "tree %s\nparent %s\nauthor J\xf6rg <j@example.org> 1735690000 +0530\n"
                  "committer J\xf6rg <j@example.org> 1735690001 -0800\n"
                  "encoding ISO-8859-1\n"
                  "gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n"
                  "\nGr\xfc\xdf\x65\n\nBody.\n",
                  tree_hex, parent_hex);
    struct object_id id = fixture_raw_commit(fixture, text.data, text.length);
    struct commit commit;
    struct arena *arena = arena_new();
    assert_true(history_read_commit(fixture_open(fixture), &id, arena, &commit, &error));
    assert_string_equal(commit.author_name, "J\303\266rg");
    assert_string_equal(commit.message->subject, "Gr\303\274\303\237e");
    assert_string_equal(commit.message->body, "Body.");
    assert_int_equal(commit.author_time, INT64_C(1735690000000));
    assert_int_equal(commit.committer_time, INT64_C(1735690001000));
    arena_free(&arena);
    strbuf_release(&text);
}

static void odd_signatures_are_read_as_far_as_they_go(void **state)
{
    (void)state;
    static const struct {
        const char *line, *name, *email;
        int64_t time;
    } cases[] = {
        {"A <a@example.org> 1735690000 +0000",               "A",                "a@example.org",     1735690000},
        { " <> 0 +0000",                                     "",                 "",                  0         },
        { "A B <a <b>@example.org> 5 +0000",                 "A B",              "a <b>@example.org", 5         },
        { "No Mail 17 +0000",                                "No Mail 17 +0000", "",                  0         },
        { "A <a@example.org>",                               "A",                "a@example.org",     0         },
        { "A <a@example.org> 99999999999999999999999 +0000", "A",                "a@example.org",     0         },
        { "A <a@example.org> -5 +0000",                      "A",                "a@example.org",     0         },
        { "\033[2J <\033@example.org> 7 +0000",              "\033[2J",          "\033@example.org",  7         },
    };
    struct arena *arena = arena_new();
    fixture_commit(fixture, "a", "1\n", "One");
    struct object_id tree = builder_tree(build);
    char hex[OBJECT_ID_HEX_SIZE];
    object_id_hex(&tree, hex);
    fixture_open(fixture);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct strbuf text = STRBUF_INIT;
        struct commit commit;
        strbuf_printf(&text, "tree %s\nauthor %s\ncommitter %s\n\nS\n", hex, cases[i].line,
                      cases[i].line);
        struct object_id id = fixture_raw_commit(fixture, text.data, text.length);
        assert_true(history_read_commit(fixture_open(fixture), &id, arena, &commit, &error));
        assert_string_equal(commit.author_name, cases[i].name);
        assert_string_equal(commit.author_email, cases[i].email);
        assert_int_equal(commit.committer_time, cases[i].time * 1000);
        strbuf_release(&text);
    }
    arena_free(&arena);
}

static void rubbish_is_no_commit(void **state)
{
    (void)state;
    static const char *const texts[] = { "", "tree zz\n", "tree 0123456789\nauthor x\n",
                                         "nothing at all" };
    struct commit commit;
    struct arena *arena = arena_new();
    fixture_open(fixture);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct object_id id = fixture_raw_commit(fixture, texts[i], strlen(texts[i]));
        assert_false(history_read_commit(fixture_open(fixture), &id, arena, &commit, &error));
        assert_int_equal(error.code, ERROR_CORRUPT);
    }
    arena_free(&arena);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_case_begin, fixture_case_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(old_encodings_become_utf_8),
        CASE(odd_signatures_are_read_as_far_as_they_go),
        CASE(rubbish_is_no_commit),
    };
    return cmocka_run_group_tests_name("git/commit", tests, fixture_library_start,
                                       fixture_library_stop);
}
