#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/drift/merge_wording.h>
#include <pilab/drift/subject.h>

static struct subject read_message(struct arena *arena, const char *message, bool merge)
{
    struct subject subject;

    subject_read(arena, commit_message_parse(arena, message, strlen(message)), merge, NULL,
                 &subject);
    return subject;
}

static const char *or_none(const char *text)
{
    return text ? text : "-";
}

struct title_row {
    const char *message, *title, *type, *label, *request;
};

static void decoration_is_taken_off_a_title(void **state)
{
    static const struct title_row rows[] = {
        {"[MB-234] Add login",                      "Add login",              "-",      "-",      "-"  },
        { "MB-234: Add login.",                     "Add login",              "-",      "-",      "-"  },
        { "MB-234 - Add login (#12)",               "Add login",              "-",      "-",      "#12"},
        { "KAFKA-1 (2): Add login (#9)",            "Add login",              "-",      "-",      "#9" },
        { "KAFKA-1; [4/4] Add login",               "Add login",              "-",      "-",      "-"  },
        { "feat(auth)!: add login",                 "add login",              "feat",   "-",      "-"  },
        { "fix: MB-234 log in (fixes #3) (#12)",    "log in",                 "fix",    "-",      "#12"},
        { "[BUGFIX] UI: keep the table",            "UI: keep the table",     "-",      "bugfix", "-"  },
        { "BUGFIX: keep the table",                 "keep the table",         "bugfix", "-",      "-"  },
        { "MINOR: keep the table",                  "keep the table",         "minor",  "-",      "-"  },
        { "[UI] keep the table",                    "[UI] keep the table",    "-",      "-",      "-"  },
        { "promql: keep the table",                 "promql: keep the table", "-",      "-",      "-"  },
        { "[release-2.1] Add login (#12) (#15)",    "Add login",              "-",      "-",      "#15"},
        { "[2.1] [backport] Add login",             "Add login",              "-",      "-",      "-"  },
        { "Fixes #6127 : Add a button",             "Add a button",           "-",      "-",      "-"  },
        { "Fix #12 in the parser",                  "Fix #12 in the parser",  "-",      "-",      "-"  },
        { "✨ Add login",                          "Add login",              "-",      "✨",    "-"  },
        { ":bug: Log in",                           "Log in",                 "-",      ":bug:",  "-"  },
        { "Title with (brackets)",                  "Title with (brackets)",  "-",      "-",      "-"  },
        { "Wait...",                                "Wait...",                "-",      "-",      "-"  },
        { "MB-234",                                 "MB-234",                 "-",      "-",      "-"  },
        { "(#12)",                                  "(#12)",                  "-",      "-",      "-"  },
        { "fix:",                                   "fix:",                   "-",      "-",      "-"  },
        { "feat(never closed: add",                 "feat(never closed: add", "-",      "-",      "-"  },
        { "Revert \"feat: add login (#12)\" (#13)", "Revert \"add login\"",   "-",      "-",      "#13"},
        { "",                                       "",                       "-",      "-",      "-"  },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct subject subject = read_message(arena, rows[i].message, false);

        assert_string_equal(subject.title, rows[i].title);
        assert_string_equal(or_none(subject.type), rows[i].type);
        assert_string_equal(or_none(subject.label), rows[i].label);
        assert_string_equal(or_none(subject.request), rows[i].request);
        arena_free(&arena);
    }
}

static void drafts_and_backports_are_marked(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    assert_true(read_message(arena, "WIP: log in", false).draft);
    assert_true(read_message(arena, "[Draft] log in", false).draft);
    assert_true(read_message(arena, "fixup! log in", false).draft);
    assert_false(read_message(arena, "log in", false).draft);
    assert_true(read_message(arena, "[release-2.1] log in", false).backport);
    assert_true(read_message(arena, "backport: log in", false).backport);
    assert_true(read_message(arena, "refactor(api)!: log in", false).bang);
    assert_true(read_message(arena, "api!: log in", false).bang);
    arena_free(&arena);
}

struct merge_row {
    const char *message;
    bool several; /* parents */
    const char *title, *request, *branch;
};

static void every_forge_words_its_merges_in_its_own_way(void **state)
{
    static const struct merge_row rows[] = {
        {"Merge pull request #12 from dev/feature/x\n\nAdd login",                          true,  "Add login", "#12",
         "feature/x"                                                                                                                 },
        { "Merge pull request #12 from dev/x\n\nfeat: add login",                           true,  "add login", "#12",  "x"          },
        { "Merge pull request #12 from dev/x\n\nCloses: #3",                                true,  "-",         "#12",  "x"          },
        { "Merge pull request #7 in PRJ/repo from fix/y to main\n\n* commit 'abc':\n  Fix", true,
         "-",                                                                                                   "#7",   "fix/y"      },
        { "Merge pull request 'Add login' (#5) from dev/x into main",                       true,  "Add login", "#5",
         "x"                                                                                                                         },
        { "Merged in feature/x (pull request #3)\n\nAdd login\n\nApproved-by: Dev",         true,
         "Add login",                                                                                           "#3",   "feature/x"  },
        { "Pull request #4: Add login",                                                     false, "Add login", "#4",   "-"          },
        { "Merged PR 123: Add login",                                                       false, "Add login", "!123", "-"          },
        { "Merge branch 'x' into 'main'\n\nAdd login\n\nSee merge request bank/auth!45",    true,
         "Add login",                                                                                           "!45",  "x"          },
        { "Merge branch 'x'",                                                               true,  "-",         "-",    "x"          },
        { "Merge branch 'x' of git.example.org:bank/auth",                                  true,  "-",         "-",    "x"          },
        { "Merge remote-tracking branch 'origin/x' into y",                                 true,  "-",         "-",    "x"          },
        { "Merge branches 'x' and 'y'",                                                     true,  "-",         "-",    "-"          },
        { "Merge tag 'v1' into x",                                                          true,  "-",         "-",    "-"          },
        { "Merge \"Add login\" into main",                                                  true,  "Add login", "-",    "-"          },
        { "Merge #12 #13\n\n12: Add login r=alice a=bob\n\ntext",                           true,  "Add login", "#12",  "-"          },
        { "Auto merge of #12 - dev:x, r=alice\n\nAdd login",                                true,  "Add login", "#12",  "x"          },
        { "Merge release-2.1 into main",                                                    true,  "-",         "-",    "release-2.1"},
        { "Merge commit from fork\n\n* feat: add login\n\nMore",                            false, "add login", "-",    "-"          },
        { "Merge commit from fork",                                                         true,  "-",         "-",    "-"          },
        { "Merge x",                                                                        true,  "-",         "-",    "-"          },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct subject subject = read_message(arena, rows[i].message, rows[i].several);

        assert_true(subject.merge);
        assert_string_equal(subject.request_title ? subject.title : "-", rows[i].title);
        assert_string_equal(or_none(subject.request), rows[i].request);
        assert_string_equal(or_none(subject.branch), rows[i].branch);
        arena_free(&arena);
    }
}

static void an_ordinary_commit_may_merge_things_too(void **state)
{
    struct arena *arena = arena_new();
    struct subject subject = read_message(arena, "Merge duplicate rows into one", false);

    (void)state;
    assert_false(subject.merge);
    assert_string_equal(subject.title, "Merge duplicate rows into one");
    subject = read_message(arena, "Merge pull request #x", false);
    assert_false(subject.merge);
    subject = read_message(arena, "Merged PR abc", false);
    assert_false(subject.merge);
    subject = read_message(arena, "Merge pull request 'x", false);
    assert_false(subject.merge);
    arena_free(&arena);
}

static void branches_that_many_work_on_are_known(void **state)
{
    static const char *const shared[] = { "main", "Develop", "release/2.1", "release-2.1",
                                          "v2",   "2.1.x",   "2-stable",    "support/1.x" };
    static const char *const own[] = { "feature/x", "fix-login",    "release/MB-12",
                                       "main-menu", "12-fix-login", "v" };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof shared / sizeof shared[0]; i++)
        assert_true(branch_is_shared(shared[i], NULL));
    for (i = 0; i < sizeof own / sizeof own[0]; i++)
        assert_false(branch_is_shared(own[i], NULL));
}

static void subjects_that_say_the_same_compare_equal(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(subject_same(arena, "Fix  Login. (#12)"), "fix login");
    assert_string_equal(subject_same(arena, "[release-2.1] Fix login (#12) (!3)"), "fix login");
    assert_string_equal(subject_same(arena, "[MB-1] Fix login"), "[mb-1] fix login");
    assert_string_equal(subject_same(arena, "[release-2.1"), "[release-2.1");
    arena_free(&arena);
}

static void titles_are_written_for_people(void **state)
{
    struct arena *arena = arena_new();
    struct strbuf text = STRBUF_INIT;
    struct subject subject = read_message(arena, "feat(auth): add login", false);
    const char *title;

    (void)state;
    assert_string_equal(subject_title(arena, &subject, "mb-auth-service"), "Add login");
    assert_string_equal(subject_title(arena, &subject, "mb-web"), "auth: add login");
    subject = read_message(arena, "fix: iOS build", false);
    assert_string_equal(subject_title(arena, &subject, "x"), "iOS build");
    subject = read_message(arena, "fix(deps): update x", false);
    assert_string_equal(subject_title(arena, &subject, "x"), "Update x");
    subject = read_message(arena, "small letters stay", false);
    assert_string_equal(subject_title(arena, &subject, "x"), "small letters stay");
    subject = read_message(arena, "[mb-web] Log in", false);
    assert_string_equal(subject_title(arena, &subject, "bank/MB-Web"), "Log in");
    assert_string_equal(subject_title(arena, &subject, "web"), "[mb-web] Log in");
    subject = read_message(arena, "mb-web: log in", false);
    assert_string_equal(subject_title(arena, &subject, "mb-web"), "log in");
    assert_string_equal(subject_title(arena, &subject, "mb"), "mb-web: log in");
    strbuf_add_repeat(&text, "é", 4000);
    subject = read_message(arena, text.data, false);
    title = subject_title(arena, &subject, "x");
    assert_int_equal(strlen(title), 300 + strlen("…"));
    assert_string_equal(title + 300, "…");
    strbuf_release(&text);
    arena_free(&arena);
}

static void expect_description(const char *message, const char *expected)
{
    struct arena *arena = arena_new();
    struct commit_message *parsed = commit_message_parse(arena, message, strlen(message));
    struct subject subject;

    subject_read(arena, parsed, false, NULL, &subject);
    assert_string_equal(message_description(arena, parsed, &subject), expected);
    arena_free(&arena);
}

static void the_ticket_of_a_title_stands_beside_it(void **state)
{
    static const struct {
        const char *title, *expected;
    } rows[] = {
        {"config: [OPS-46] wait for it", "config: wait for it"},
        { "[OPS-46] OPS-46: wait",       "wait"               },
        { "(ops-46) config: wait",       "config: wait"       },
        { "OPS-461: wait",               "OPS-461: wait"      },
        { "[OPS-47] wait",               "[OPS-47] wait"      },
        { "Wait for OPS-46",             "Wait for OPS-46"    },
        { "OPS-46",                      "OPS-46"             },
    };
    struct arena *arena = arena_new();
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(subject_without_ticket(arena, rows[i].title, "OPS-46"),
                            rows[i].expected);
    assert_string_equal(subject_without_ticket(arena, "Wait", NULL), "Wait");
    arena_free(&arena);
}

static void the_first_prose_describes_a_change(void **state)
{
    struct strbuf text = STRBUF_INIT;
    struct strbuf expected = STRBUF_INIT;

    (void)state;
    expect_description("T\n\nFirst line,\n  second line.\n\nMore.", "First line, second line.");
    expect_description("T\n\n* one\n* two\n\nProse.", "Prose.");
    expect_description("T\n\n## What\n<!-- a template\n\nthat goes on -->\nhttps://example.org\n\n"
                       "```\ncode\n\nmore code\n```\n\n1. list\n\nProse.",
                       "Prose.");
    expect_description("T\n\nIt is slow. Here is why:\n\n* a\n", "It is slow.");
    expect_description("T\n\nChanges:\n\n* a\n", "");
    expect_description("T", "");
    expect_description("Merge pull request #1 from a/b\n\nTitle\n\nProse.", "Prose.");
    expect_description("T\n\nThis reverts commit 1234567.\n\nIt broke.", "It broke.");
    strbuf_add(&text, "T\n\n");
    strbuf_add_repeat(&text, "words ", 100);
    strbuf_add_repeat(&expected, "words ", 66);
    strbuf_truncate(&expected, expected.length - 1);
    strbuf_add(&expected, "…");
    expect_description(text.data, expected.data);
    strbuf_release(&text);
    strbuf_release(&expected);
}

static void what_to_use_instead_is_found(void **state)
{
    static const char *const messages[] = {
        "T\n\nOld.\n\nUse /v2/login instead.",
        "T\n\nOld.\n\nMigration: use /v2/login",
        "T\n\nOld.",
    };
    static const char *const expected[] = { "Use /v2/login instead.", "use /v2/login", "-" };
    struct arena *arena = arena_new();
    size_t i;

    (void)state;
    for (i = 0; i < 3; i++) {
        struct commit_message *message =
            commit_message_parse(arena, messages[i], strlen(messages[i]));

        assert_string_equal(or_none(message_migration(arena, message)), expected[i]);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decoration_is_taken_off_a_title),
        cmocka_unit_test(drafts_and_backports_are_marked),
        cmocka_unit_test(every_forge_words_its_merges_in_its_own_way),
        cmocka_unit_test(an_ordinary_commit_may_merge_things_too),
        cmocka_unit_test(branches_that_many_work_on_are_known),
        cmocka_unit_test(subjects_that_say_the_same_compare_equal),
        cmocka_unit_test(titles_are_written_for_people),
        cmocka_unit_test(the_ticket_of_a_title_stands_beside_it),
        cmocka_unit_test(the_first_prose_describes_a_change),
        cmocka_unit_test(what_to_use_instead_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
