#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/drift/subject.h>
#include <pilab/drift/tickets.h>

static const char *const bank_keys[] = { "MB", "OPS" };
static const struct ticket_options bank = { bank_keys, 2 };

/* All tickets of a message, one blank between them. */
static void expect(const char *message, const struct ticket_options *options, const char *expected)
{
    struct arena *arena = arena_new();
    struct commit_message *parsed = commit_message_parse(arena, message, strlen(message));
    struct strbuf found = STRBUF_INIT;
    struct subject subject;
    struct ticket_set tickets;
    size_t i;

    subject_read(arena, parsed, strncmp(message, "Merge", 5) == 0, options, &subject);
    tickets_find(arena, parsed, &subject, options, &tickets);
    for (i = 0; i < tickets.count; i++) {
        strbuf_add(&found, i > 0 ? " " : "");
        strbuf_add(&found, tickets.tickets[i].id);
    }
    assert_string_equal(found.data, expected);
    strbuf_release(&found);
    arena_free(&arena);
}

struct row {
    const char *message, *expected;
};

static void expect_rows(const struct row *rows, size_t count, const struct ticket_options *options)
{
    size_t i;

    for (i = 0; i < count; i++)
        expect(rows[i].message, options, rows[i].expected);
}

#define ROWS(rows) rows, sizeof(rows) / sizeof(rows)[0]

static void keys_are_found_wherever_a_title_has_them(void **state)
{
    static const struct row rows[] = {
        {"[MB-234] Add biometric authentication",       "MB-234"            },
        { "MB-234: Add biometric authentication",       "MB-234"            },
        { "Add biometric authentication (MB-234)",      "MB-234"            },
        { "feat(MB-234): add biometric authentication", "MB-234"            },
        { "MB-1, MB-2 and OPS-9: three at once",        "MB-1 MB-2 OPS-9"   },
        { "KAFKA-13328 (2): Add validation (#12345)",   "KAFKA-13328 #12345"},
        { "MB-7 MB-7 again MB-7",                       "MB-7"              },
        { "MB-234-biometric is a branch",               "MB-234"            },
        { "Add biometric authentication",               ""                  },
        { "see MB-234.",                                "MB-234"            },
    };

    (void)state;
    expect_rows(ROWS(rows), NULL);
}

static void what_only_looks_like_a_key_is_left_out(void **state)
{
    static const struct row rows[] = {
        {"Read UTF-8 with SHA-256 and AES-128",        ""},
        { "Follow RFC-2616 and ISO-8859-1",            ""},
        { "KIP-848, JDK-17, PR-12, COVID-19, BASE-64", ""},
        { "deploy to US-EAST-1",                       ""},
        { "Fix CWE-79",                                ""},
        { "X-1 and ABC-0 and ABC-007",                 ""},
        { "FOO-1.2.3 and FOO-1-2",                     ""},
        { "MB-234x, xMB-234",                          ""},
        { "ABC-20240101",                              ""},
        { "AVERYLONGWORDTHATISNOKEY-1",                ""},
    };

    (void)state;
    expect_rows(ROWS(rows), NULL);
}

static void known_keys_are_the_only_ones(void **state)
{
    static const struct row rows[] = {
        {"MB-234 and FOO-12 and UTF-8",                          "MB-234"},
        { "mb-234: small letters will do in a title",            "MB-234"},
        { "Title\n\nIn prose mb-234 is a host, MB-235 a ticket", "MB-235"},
        { "Title\n\nTicket: ops-3",                              "OPS-3" },
        { "MB-234.5 and MB-234-2",                               "MB-234"},
    };

    (void)state;
    expect_rows(ROWS(rows), &bank);
}

static void keys_of_a_project_may_be_odd(void **state)
{
    static const char *const odd[] = { "MY_APP", "a.b" };
    static const struct ticket_options options = { odd, 2 };
    static const struct row rows[] = {
        {"MY_APP-12: log in",                        "MY_APP-12"     },
        { "Log in\n\nMY_APP-3 and xMY_APP-4, a.b-5", "MY_APP-3 A.B-5"},
        { "MY-12, APP-12 and CVE-2024-3094",         "CVE-2024-3094" },
    };

    (void)state;
    expect_rows(ROWS(rows), &options);
}

/* What may begin a reference only begins one at the start of a word. */
static void references_begin_where_words_do(void **state)
{
    static const struct row rows[] = {
        {"aMB-1 1MB-2 _MB-3 -MB-4 (MB-5) MB-6",                   "MB-3 MB-4 MB-5 MB-6"},
        { "x\n\nsee https:/MB-1 xhttps://a/MB-2 http:MB-3",       "MB-1 MB-2 MB-3"     },
        { "x\n\nhttps://example.org/browse/MB-1MB-2 MB-3",        "MB-3"               },
        { "x\n\nhttps://example.org/browse/MB-1 httpMB-2 http-3", "MB-1"               },
        { "fix #1, #2x #3 GH-4 xGH-5",                            "#1 #3 #4"           },
        { "MB-1-MB-2 MB-3MB-4 MB-",                               "MB-1"               },
        { "\xc3\xa9MB-1 \xffMB-2",                                "MB-1 MB-2"          },
    };

    (void)state;
    expect_rows(ROWS(rows), NULL);
}

static void advisories_are_kept_apart_and_come_last(void **state)
{
    static const struct row rows[] = {
        {"Fix CVE-2024-3094 in MB-9 (#3)",                            "MB-9 #3 CVE-2024-3094"},
        { "cve-2024-3094",                                            "CVE-2024-3094"        },
        { "Bump x\n\nSee GHSA-JF85-cpcp-J695 and RUSTSEC-2021-0001.",
         "GHSA-jf85-cpcp-j695 RUSTSEC-2021-0001"                                             },
        { "CVE-24-1, CVE-2024-12, GHSA-1234",                         ""                     },
    };

    (void)state;
    expect_rows(ROWS(rows), NULL);
}

static void numbers_are_found_in_every_form_of_the_forges(void **state)
{
    static const struct row rows[] = {
        {"Fix login (#123)",                                                               "#123"         },
        { "Fix #45: log in",                                                               "#45"          },
        { "Fix login (!77)",                                                               "!77"          },
        { "gh-99: fix login",                                                              "#99"          },
        { "Merged PR 123: Fix login",                                                      "!123"         },
        { "AB#456 Fix login",                                                              "AB#456"       },
        { "Fix owner/repo#12",                                                             "owner/repo#12"},
        { "Merge branch 'fix' into 'main'\n\nFix login\n\nSee merge request bank/auth!45", "!45"          },
        { "&#123; a#b #12ab #0 ##7 #012",                                                  ""             },
        { "Merged PR 123: MB-6 Fix login",                                                 "MB-6 !123"    },
    };

    (void)state;
    expect_rows(ROWS(rows), NULL);
}

static void addresses_lead_to_tickets(void **state)
{
    static const struct row rows[] = {
        {"Fix https://git.example.org/o/r/issues/12",                     "#12"  },
        { "Title\n\nFixes https://git.example.org/g/p/-/issues/7#note_1", "#7"   },
        { "Title\n\nSee https://git.example.org/g/p/-/merge_requests/8.", "!8"   },
        { "Title\n\nhttps://tracker.example.org/browse/MB-12?focused=1",  "MB-12"},
        { "Title\n\nMore at https://git.example.org/o/r/issues/12",       ""     },
        { "Title https://example.org/UTF-8/MB-1/x",                       ""     },
    };

    (void)state;
    expect_rows(ROWS(rows), NULL);
}

static void numbers_in_prose_count_only_behind_a_word_that_says_so(void **state)
{
    static const struct row rows[] = {
        {"Title\n\nThis fixes #1, #2 and #3 but the 5 of #4x stay.",        "#1 #2 #3"},
        { "Title\n\nlodash changelog: [#4523] [#4524] #99",                 ""        },
        { "Title\n\n* Add login (#12)\n* Fix logout (#13)\nnot (#14) here", "#12 #13" },
        { "Title\n\nPart of issue #8",                                      "#8"      },
    };

    (void)state;
    expect_rows(ROWS(rows), NULL);
}

static void trailers_come_before_the_body_and_only_those_that_refer(void **state)
{
    static const struct row rows[] = {
        {"Title\n\nbody MB-3\n\nJira: MB-2\nSigned-off-by: A <MB-9@example.org>", "MB-2 MB-3"     },
        { "Title\n\nIssue: 12\nCloses: #13\nChange-Id: I99\nReviewed-on: #14",    "#12 #13"       },
        { "MB-1 title\n\nMB-3\n\nRefs: MB-2, MB-1",                               "MB-1 MB-2 MB-3"},
    };

    (void)state;
    expect_rows(ROWS(rows), NULL);
}

static void a_merge_speaks_for_what_it_merges_not_for_where_to(void **state)
{
    static const struct row rows[] = {
        {"Merge branch 'feature/MB-234-x' into feature/MB-100", "MB-234"       },
        { "Merge branch 'main' into feature/MB-100",            ""             },
        { "Merge branch 'feature/mb-234-x'",                    "MB-234"       },
        { "Merge branch 'release-2' into utf-8",                ""             },
        { "Merge pull request #12 from dev/MB-5\n\nMB-6 Title", "MB-6 MB-5 #12"},
        { "Merged in feature/MB-7 (pull request #3)\n\nTitle",  "MB-7 #3"      },
    };

    (void)state;
    expect_rows(ROWS(rows), NULL);
}

static const char *closes(struct arena *arena, const char *message)
{
    struct commit_message *parsed = commit_message_parse(arena, message, strlen(message));
    struct subject subject;
    struct ticket_set tickets;

    subject_read(arena, parsed, false, NULL, &subject);
    tickets_find(arena, parsed, &subject, NULL, &tickets);
    return tickets.closes ? tickets.closes : "";
}

static void what_a_commit_closes_is_not_its_request(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(closes(arena, "Fix login (#12)\n\nFixes #7"), "#7");
    assert_string_equal(closes(arena, "Fix login (#12)\n\nPart of #7"), "");
    assert_string_equal(closes(arena, "Fix #8 for good (#12)"), "#8");
    assert_string_equal(closes(arena, "Fix login\n\nRefs: #9\nCloses: #10"), "#10");
    arena_free(&arena);
}

static void tickets_are_ordered_as_people_count(void **state)
{
    (void)state;
    assert_true(ticket_compare("MB-9", "MB-10") < 0);
    assert_true(ticket_compare("MB-10", "MB-9") > 0);
    assert_int_equal(ticket_compare("MB-9", "MB-9"), 0);
    assert_true(ticket_compare("AB-99", "MB-1") < 0);
    assert_true(ticket_compare("MB-1", "#1") < 0);
    assert_true(ticket_compare("#2", "#11") < 0);
    assert_true(ticket_compare("#2", NULL) < 0);
    assert_true(ticket_compare("MB", "MB-1") < 0);
    assert_int_equal(ticket_compare(NULL, NULL), 0);
}

static void a_huge_message_is_read_in_no_time(void **state)
{
    struct arena *arena = arena_new();
    struct strbuf text = STRBUF_INIT;
    struct commit_message *message;
    struct subject subject;
    struct ticket_set tickets;

    (void)state;
    strbuf_add(&text, "MB-1 ");
    strbuf_add_repeat(&text, "A-", 2000000);
    strbuf_add(&text, "\n\n");
    strbuf_add_repeat(&text, "#!/[", 1000000);
    message = commit_message_parse(arena, text.data, text.length);
    subject_read(arena, message, false, NULL, &subject);
    tickets_find(arena, message, &subject, NULL, &tickets);
    assert_int_equal(tickets.count, 1);
    assert_string_equal(tickets.key, "MB-1");
    strbuf_release(&text);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_found_wherever_a_title_has_them),
        cmocka_unit_test(what_only_looks_like_a_key_is_left_out),
        cmocka_unit_test(known_keys_are_the_only_ones),
        cmocka_unit_test(keys_of_a_project_may_be_odd),
        cmocka_unit_test(references_begin_where_words_do),
        cmocka_unit_test(advisories_are_kept_apart_and_come_last),
        cmocka_unit_test(numbers_are_found_in_every_form_of_the_forges),
        cmocka_unit_test(addresses_lead_to_tickets),
        cmocka_unit_test(numbers_in_prose_count_only_behind_a_word_that_says_so),
        cmocka_unit_test(trailers_come_before_the_body_and_only_those_that_refer),
        cmocka_unit_test(a_merge_speaks_for_what_it_merges_not_for_where_to),
        cmocka_unit_test(what_a_commit_closes_is_not_its_request),
        cmocka_unit_test(tickets_are_ordered_as_people_count),
        cmocka_unit_test(a_huge_message_is_read_in_no_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
