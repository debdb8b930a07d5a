#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/drift/category.h>
#include <pilab/drift/category_rules.h>

static struct category_judgement judge(struct arena *arena, const char *text,
                                       const struct file_change_list *files)
{
    struct category_book *book = category_book_new();
    struct commit_message *message = commit_message_parse(arena, text, strlen(text));
    struct category_judgement judgement;
    struct subject subject;
    struct ticket_set tickets;

    subject_read(arena, message, false, NULL, &subject);
    tickets_find(arena, message, &subject, NULL, &tickets);
    category_judge(arena, book,
                   &(struct category_input){ .message = message,
                                             .subject = &subject,
                                             .tickets = &tickets,
                                             .files = files },
                   &judgement);
    category_book_free(&book);
    assert_null(book);
    category_book_free(&book);
    return judgement;
}

struct row {
    const char *message;
    enum change_category category;
};

static void expect_rows(const struct row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        struct arena *arena = arena_new();
        struct category_judgement judgement = judge(arena, rows[i].message, NULL);

        if (judgement.category != rows[i].category)
            print_error("%s: %s because of %s\n", rows[i].message,
                        change_category_name(judgement.category), judgement.basis);
        assert_int_equal(judgement.category, rows[i].category);
        arena_free(&arena);
    }
}

#define ROWS(rows) rows, sizeof(rows) / sizeof(rows)[0]

static void a_plain_title_tells_its_category(void **state)
{
    static const struct row rows[] = {
        {"[MB-234] Add biometric authentication", CATEGORY_FEATURES     },
        { "Introduce push notifications",         CATEGORY_FEATURES     },
        { "Fix transaction history pagination",   CATEGORY_BUG_FIXES    },
        { "Don't crash on an empty list",         CATEGORY_BUG_FIXES    },
        { "Improve the login page",               CATEGORY_IMPROVEMENTS },
        { "Add a label to the login page",        CATEGORY_IMPROVEMENTS },
        { "Speed up the ledger query",            CATEGORY_PERFORMANCE  },
        { "Reduce memory usage of the cache",     CATEGORY_PERFORMANCE  },
        { "Remove the old /v1 endpoint",          CATEGORY_CHANGED      },
        { "Make TLS the default",                 CATEGORY_IMPROVEMENTS },
        { "Deprecate the legacy login endpoint",  CATEGORY_DEPRECATED   },
        { "Document the login endpoint",          CATEGORY_DOCUMENTATION},
        { "Fix typo in README",                   CATEGORY_DOCUMENTATION},
        { "Refactor the login controller",        CATEGORY_INTERNAL     },
        { "Biometric authentication",             CATEGORY_IMPROVEMENTS },
        { "",                                     CATEGORY_IMPROVEMENTS },
    };

    (void)state;
    expect_rows(ROWS(rows));
}

static void a_prefix_is_evidence_and_not_truth(void **state)
{
    static const struct row rows[] = {
        {"feat: add biometric login",                   CATEGORY_FEATURES     },
        { "feat(auth): support fingerprints",           CATEGORY_FEATURES     },
        { "feat: fix crash in the parser",              CATEGORY_BUG_FIXES    },
        { "fix: add missing index",                     CATEGORY_BUG_FIXES    },
        { "fix(deps): update x to 2.1",                 CATEGORY_IMPROVEMENTS },
        { "chore(deps): update x to 2.1",               CATEGORY_IMPROVEMENTS },
        { "chore: tidy up",                             CATEGORY_INTERNAL     },
        { "chore: fix crash on start",                  CATEGORY_BUG_FIXES    },
        { "perf: avoid allocations",                    CATEGORY_PERFORMANCE  },
        { "docs: explain login",                        CATEGORY_DOCUMENTATION},
        { "security: check the token",                  CATEGORY_SECURITY     },
        { "[BUGFIX] UI: keep the table",                CATEGORY_BUG_FIXES    },
        { "[ENHANCEMENT] Add x",                        CATEGORY_IMPROVEMENTS },
        { "[maven-release-plugin] prepare release 2.1", CATEGORY_INTERNAL     },
        { "🐛 Keep the table",                        CATEGORY_BUG_FIXES    },
        { "♻️ Split the controller",                CATEGORY_INTERNAL     },
        { ":sparkles: Fingerprints",                    CATEGORY_FEATURES     },
        { "Revert \"Fix crash on start\"",              CATEGORY_CHANGED      },
    };

    (void)state;
    expect_rows(ROWS(rows));
}

static void what_nobody_outside_notices_is_internal(void **state)
{
    static const struct row rows[] = {
        {"Bump version to 2.1.0",                CATEGORY_INTERNAL    },
        { "Release v2.1.0",                      CATEGORY_INTERNAL    },
        { "v2.1.0-rc1",                          CATEGORY_INTERNAL    },
        { "Prepare for 2.2.0",                   CATEGORY_INTERNAL    },
        { "Bump lodash from 4.17.20 to 4.17.21", CATEGORY_IMPROVEMENTS},
        { "build(deps-dev): bump x from 1 to 2", CATEGORY_INTERNAL    },
        { "Update changelog",                    CATEGORY_INTERNAL    },
        { "Merge release-2.1 back to main",      CATEGORY_INTERNAL    },
        { "Fix flaky test",                      CATEGORY_INTERNAL    },
        { "Address review comments",             CATEGORY_INTERNAL    },
        { "ci: fix the pipeline",                CATEGORY_INTERNAL    },
        { "test: cover the parser",              CATEGORY_INTERNAL    },
        { "Add unit tests for login",            CATEGORY_INTERNAL    },
    };

    (void)state;
    expect_rows(ROWS(rows));
}

static void what_the_program_runs_with_is_no_internal_matter(void **state)
{
    static const struct row rows[] = {
        {"chore: bump chromium to 150.0.7871.46 (43-x-y)",          CATEGORY_IMPROVEMENTS},
        { "chore: bump node to v24.17.0 (main) (#52067)",           CATEGORY_IMPROVEMENTS},
        { "chore: bump chromium in DEPS to 150.0.7871.46",          CATEGORY_IMPROVEMENTS},
        { "chore: bump node in DEPS (main)",                        CATEGORY_IMPROVEMENTS},
        { "chore: cherry-pick 9 changes from chromium (#52116)",    CATEGORY_IMPROVEMENTS},
        { "build(deps): bump lodash from 4.17.20 to 4.17.21",       CATEGORY_IMPROVEMENTS},
        { "chore: cherry-pick two changes from main",               CATEGORY_INTERNAL    },
        { "chore: bump version to 2.1.0",                           CATEGORY_INTERNAL    },
        { "chore: bump to 2.1.0",                                   CATEGORY_INTERNAL    },
        { "chore(deps-dev): bump x from 1 to 2",                    CATEGORY_INTERNAL    },
        { "chore(deps): bump eslint-plugin-import from 2.1 to 2.2", CATEGORY_INTERNAL    },
        { "build(deps): bump actions/checkout from 3 to 4",         CATEGORY_INTERNAL    },
        { "build: bump node-gyp to 12.3.0",                         CATEGORY_INTERNAL    },
        { "ci: bump node to 22",                                    CATEGORY_INTERNAL    },
    };

    (void)state;
    expect_rows(ROWS(rows));
}

static void words_of_security_count_whole_and_not_in_names(void **state)
{
    static const struct {
        const char *message;
        bool security;
        enum change_category category;
    } rows[] = {
        {"Fix XSS in the login page",                      true,  CATEGORY_SECURITY    },
        { "Fix SQL injection in search",                   true,  CATEGORY_SECURITY    },
        { "fix: UAF in the utility process",               true,  CATEGORY_SECURITY    },
        { "fix: use-after-free on close",                  true,  CATEGORY_SECURITY    },
        { "fix: heap buffer overflow in the parser",       true,  CATEGORY_SECURITY    },
        { "chore: patch two CVEs",                         true,  CATEGORY_SECURITY    },
        { "Fix overflow of the title in the side bar",     false, CATEGORY_BUG_FIXES   },
        { "Release 2.1.1 with security fixes",             true,  CATEGORY_SECURITY    },
        { "Bump x (CVE-2024-3094)",                        true,  CATEGORY_SECURITY    },
        { "Bump x\n\nSee GHSA-jf85-cpcp-j695",             true,  CATEGORY_SECURITY    },
        { "Updated login flow for better security",        true,  CATEGORY_IMPROVEMENTS},
        { "mb-security-service: faster login",             false, CATEGORY_PERFORMANCE },
        { "security/tokens: rename a field",               false, CATEGORY_IMPROVEMENTS},
        { "fix(security): log in",                         false, CATEGORY_BUG_FIXES   },
        { "Open a port in the security group",             false, CATEGORY_IMPROVEMENTS},
        { "No security impact, just words",                false, CATEGORY_IMPROVEMENTS},
        { "Add insecurity",                                false, CATEGORY_FEATURES    },
        { "chore: resolve dependabot security alerts",     true,  CATEGORY_SECURITY    },
        { "Add login\n\nThis is about security in prose.", false, CATEGORY_FEATURES    },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct category_judgement judgement = judge(arena, rows[i].message, NULL);

        if (judgement.security != rows[i].security || judgement.category != rows[i].category)
            print_error("%s\n", rows[i].message);
        assert_int_equal(judgement.security, rows[i].security);
        assert_int_equal(judgement.category, rows[i].category);
        arena_free(&arena);
    }
}

static void breaking_changes_are_said_in_four_ways(void **state)
{
    static const struct {
        const char *message, *note;
        bool breaking;
    } rows[] = {
        {"feat!: drop v1",                                         NULL,                  true },
        { "feat: drop v1\n\nBREAKING CHANGE: clients must use v2", "clients must use v2", true },
        { "feat: x\n\nBREAKING-CHANGE: y",                         "y",                   true },
        { "[BREAKING] Drop v1",                                    NULL,                  true },
        { "💥 Drop v1",                                          NULL,                  true },
        { "Breaking change: drop v1",                              NULL,                  true },
        { "Drop v1, a breaking change",                            NULL,                  true },
        { "Not a breaking change",                                 NULL,                  false},
        { "docs: correct the breaking change to 42",               NULL,                  false},
        { "docs: fix crash in breaking change",                    NULL,                  false},
        { "docs!: move the manual",                                NULL,                  true },
        { "docs: x\n\nBREAKING CHANGE: y",                         "y",                   true },
        { "No breaking change here",                               NULL,                  false},
        { "feat: x\n\nBREAKING CHANGE: none.",                     NULL,                  false},
        { "feat: x\n\nBREAKING CHANGE: N/A",                       NULL,                  false},
        { "feat: x\n\n- [ ] breaking change",                      NULL,                  false},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct category_judgement judgement = judge(arena, rows[i].message, NULL);

        if (judgement.breaking != rows[i].breaking)
            print_error("%s\n", rows[i].message);
        assert_int_equal(judgement.breaking, rows[i].breaking);
        if (rows[i].note)
            assert_string_equal(judgement.breaking_note, rows[i].note);
        else
            assert_null(judgement.breaking_note);
        arena_free(&arena);
    }
}

static struct file_change_list files_of(struct file_change *changes, const char *first,
                                        const char *second)
{
    changes[0] = (struct file_change){ .path = first };
    changes[1] = (struct file_change){ .path = second };
    return (struct file_change_list){ .changes = changes, .count = second ? 2 : first ? 1 : 0 };
}

static void the_files_of_a_commit_tell_too(void **state)
{
    static const struct {
        const char *message, *first, *second;
        enum change_category category;
        const char *basis;
    } rows[] = {
        {"Say more",            "docs/login.md",               "README.md",      CATEGORY_DOCUMENTATION,
         "only documentation files"                                                                                          },
        { "Fix it",             "src/login_test.go",           "test/data.json", CATEGORY_INTERNAL,      "only test files"   },
        { "Update",             ".github/workflows/build.yml", NULL,             CATEGORY_INTERNAL,      "only tooling files"},
        { "Harden security",    ".github/workflows/build.yml", NULL,             CATEGORY_INTERNAL,
         "only tooling files"                                                                                                },
        { "Test CVE-2024-3094", "src/login_test.go",           NULL,             CATEGORY_SECURITY,      "CVE-2024-3094"     },
        { "Fix crash",          "src/login.c",                 "docs/login.md",  CATEGORY_BUG_FIXES,     "first word fix"    },
        { "Say more",           "docs/login.md",               "test/data.json", CATEGORY_IMPROVEMENTS,  "its wording"       },
        { "Trigger the build",  NULL,                          NULL,             CATEGORY_INTERNAL,      "no files"          },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct file_change changes[2];
        struct file_change_list files = files_of(changes, rows[i].first, rows[i].second);
        struct category_judgement judgement = judge(arena, rows[i].message, &files);

        assert_int_equal(judgement.category, rows[i].category);
        assert_string_equal(judgement.basis, rows[i].basis);
        arena_free(&arena);
    }
}

static void a_removal_is_seen_by_its_first_word(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    assert_true(judge(arena, "Remove the v1 endpoint", NULL).removal);
    assert_true(judge(arena, "feat: drop v1", NULL).removal);
    assert_false(judge(arena, "Rename the v1 endpoint", NULL).removal);
    assert_false(judge(arena, "Fix removal of v1", NULL).removal);
    arena_free(&arena);
}

static void every_judgement_has_its_reason(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(judge(arena, "feat: x", NULL).basis, "type feat");
    assert_string_equal(judge(arena, "[BUGFIX] x", NULL).basis, "label bugfix");
    assert_string_equal(judge(arena, "Add x", NULL).basis, "first word add");
    assert_string_equal(judge(arena, "Infinite loop in x", NULL).basis, "word infinite loop");
    assert_string_equal(judge(arena, "x CVE-2024-3094", NULL).basis, "CVE-2024-3094");
    assert_string_equal(judge(arena, "Login", NULL).basis, "nothing says more");
    assert_string_equal(judge(arena, "Release 2.1", NULL).basis, "a version");
    arena_free(&arena);
}

/* A pattern twice for the same evidence would hide one of them. */
static void no_pattern_stands_twice_in_the_table(void **state)
{
    struct map *seen[EVIDENCE_COUNT];
    const struct category_rule *rules;
    size_t count, i;

    (void)state;
    for (i = 0; i < EVIDENCE_COUNT; i++)
        seen[i] = map_new();
    rules = category_rules(&count);
    for (i = 0; i < count; i++) {
        const char *at = rules[i].patterns;

        while (*at != '\0') {
            size_t length = strcspn(at, "|");

            assert_true(length > 0);
            assert_false(map_has_bytes(seen[rules[i].evidence], at, length));
            map_put_bytes(seen[rules[i].evidence], at, length, seen);
            at += length + (at[length] == '|');
        }
    }
    for (i = 0; i < EVIDENCE_COUNT; i++)
        map_free(&seen[i]);
}

/* What the table says of the words of a title, looked for row by row. */
static void add_points(int points[CATEGORY_COUNT], const char *phrase, size_t length)
{
    const struct category_rule *rules;
    size_t count, i;

    rules = category_rules(&count);
    for (i = 0; i < count; i++) {
        struct span rest = span_of(rules[i].patterns), pattern;

        if (rules[i].evidence != EVIDENCE_WORD && rules[i].evidence != EVIDENCE_SECURITY)
            continue;
        while (category_next_pattern(&rest, &pattern)) {
            if (pattern.length == length && memcmp(pattern.at, phrase, length) == 0)
                points[rules[i].category] += rules[i].points;
        }
    }
}

static void expect_points(const char *title)
{
    struct arena *arena = arena_new();
    struct category_judgement judgement = judge(arena, title, NULL);
    int points[CATEGORY_COUNT] = { 0 };
    const char *start, *end;

    for (start = title; start; start = strchr(start, ' ')) {
        size_t words = 0;

        start += *start == ' ';
        for (end = start; *end != '\0' && words < CATEGORY_PHRASE_WORDS; words++) {
            end += *end == ' ';
            end += strcspn(end, " ");
            add_points(points, start, (size_t)(end - start));
        }
    }
    if (memcmp(points, judgement.points, sizeof points) != 0)
        fail_msg("\"%s\"", title);
    arena_free(&arena);
}

/* With other words before and behind, and with the beginnings of other phrases. */
static void every_phrase_of_the_table_is_found(void **state)
{
    const struct category_rule *rules;
    size_t count, i;
    char title[200];

    (void)state;
    rules = category_rules(&count);
    for (i = 0; i < count; i++) {
        struct span rest = span_of(rules[i].patterns), pattern;

        if (rules[i].evidence != EVIDENCE_WORD && rules[i].evidence != EVIDENCE_SECURITY)
            continue;
        while (category_next_pattern(&rest, &pattern)) {
            snprintf(title, sizeof title, "zzz %.*s yyy", (int)pattern.length, pattern.at);
            expect_points(title);
            snprintf(title, sizeof title, "zzz double fix merge %.*s dark", (int)pattern.length,
                     pattern.at);
            expect_points(title);
        }
    }
}

/* Only titles that begin so are looked up at all. */
static void marks_begin_with_a_colon_or_are_no_ascii(void **state)
{
    const struct category_rule *rules;
    size_t count, i;

    (void)state;
    rules = category_rules(&count);
    for (i = 0; i < count; i++) {
        struct span rest = span_of(rules[i].patterns), pattern;

        while (rules[i].evidence == EVIDENCE_MARK && category_next_pattern(&rest, &pattern)) {
            assert_true(pattern.at[0] == ':' || (unsigned char)pattern.at[0] >= 0x80);
            assert_int_equal(category_mark_length(pattern), pattern.length);
        }
    }
    assert_int_equal(category_mark_length(span_of("")), 0);
    assert_int_equal(category_mark_length(span_of("fix it")), 0);
    assert_int_equal(category_mark_length(span_of(":nothing: fix it")), 0);
}

static void of_several_kinds_a_path_is_of_the_weightiest(void **state)
{
    (void)state;
    assert_int_equal(path_classify("docs/test/x.c"), PATH_TEST);
    assert_int_equal(path_classify("test/docs/README.md"), PATH_TEST);
    assert_int_equal(path_classify("docs/.github/x_test.go"), PATH_TOOLING);
    assert_int_equal(path_classify("docs/CODEOWNERS"), PATH_TOOLING);
    assert_int_equal(path_classify("src/README"), PATH_DOCUMENTATION);
    assert_int_equal(path_classify("test"), PATH_SOURCE);
    assert_int_equal(path_classify("a/README/b.c"), PATH_SOURCE);
    assert_int_equal(path_classify("/doc/"), PATH_DOCUMENTATION);
    assert_int_equal(path_classify(""), PATH_SOURCE);
}

static void paths_are_of_a_kind(void **state)
{
    (void)state;
    assert_int_equal(path_classify("src/main.c"), PATH_SOURCE);
    assert_int_equal(path_classify("doc.c"), PATH_SOURCE);
    assert_int_equal(path_classify("latest/x.c"), PATH_SOURCE);
    assert_int_equal(path_classify("a/tests/x.c"), PATH_TEST);
    assert_int_equal(path_classify("web/login.spec.ts"), PATH_TEST);
    assert_int_equal(path_classify("doc/x.c"), PATH_DOCUMENTATION);
    assert_int_equal(path_classify(".gitlab-ci.yml"), PATH_TOOLING);
    assert_int_equal(path_classify("Jenkinsfile"), PATH_TOOLING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_title_tells_its_category),
        cmocka_unit_test(a_prefix_is_evidence_and_not_truth),
        cmocka_unit_test(what_nobody_outside_notices_is_internal),
        cmocka_unit_test(what_the_program_runs_with_is_no_internal_matter),
        cmocka_unit_test(words_of_security_count_whole_and_not_in_names),
        cmocka_unit_test(breaking_changes_are_said_in_four_ways),
        cmocka_unit_test(the_files_of_a_commit_tell_too),
        cmocka_unit_test(a_removal_is_seen_by_its_first_word),
        cmocka_unit_test(every_judgement_has_its_reason),
        cmocka_unit_test(no_pattern_stands_twice_in_the_table),
        cmocka_unit_test(every_phrase_of_the_table_is_found),
        cmocka_unit_test(marks_begin_with_a_colon_or_are_no_ascii),
        cmocka_unit_test(of_several_kinds_a_path_is_of_the_weightiest),
        cmocka_unit_test(paths_are_of_a_kind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
