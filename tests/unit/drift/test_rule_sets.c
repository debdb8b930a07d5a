/* Sets of rules: what a project changes of them and adds, and how their patterns match. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/glob.h>
#include <pilab/drift/rules.h>

static struct rule_subject config(const char *key)
{
    return (struct rule_subject){ .type = DRIFT_CONFIG,
                                  .category = "values",
                                  .path = key,
                                  .key = key,
                                  .change_type = CHANGE_TYPE_MODIFIED };
}

static struct rule_subject code(const char *path)
{
    const char *slash = strrchr(path, '/');

    return (struct rule_subject){ .type = DRIFT_CODE,
                                  .category = "file",
                                  .path = path,
                                  .key = slash ? slash + 1 : path,
                                  .change_type = CHANGE_TYPE_MODIFIED };
}

static bool fires_in(struct rule_set *set, const struct rule_subject *subject, const char *id)
{
    struct vector hits;
    bool found = false;

    vector_init(&hits, sizeof(const struct rule *));
    rule_set_match(set, subject, &hits);
    for (size_t i = 0; i < hits.count; i++) {
        const struct rule *rule = *(const struct rule *const *)vector_at(&hits, i);
        found = found || strcmp(rule->id, id) == 0;
    }
    vector_release(&hits);
    return found;
}

/* Whether a row alone matches. */
static bool matches(const struct rule *rule, const struct rule_subject *subject)
{
    struct rule row = *rule;
    struct rule_set *set;
    bool found;

    row.id = "test.row";
    set = rule_set_new(&row, 1);
    found = fires_in(set, subject, row.id);
    rule_set_free(&set);
    return found;
}

static bool fires(const struct rule_subject *subject, const char *id)
{
    struct rule_set *set = rule_set_new(NULL, 0);
    bool found = fires_in(set, subject, id);

    rule_set_free(&set);
    return found;
}

/* What the built-in rows find in a text. */
static const uint64_t *said_in(const char *text)
{
    struct rule_set *set = rule_set_new(NULL, 0);
    static uint64_t said[4];

    memset(said, 0, sizeof said);
    assert_in_range(word_lists_size(rule_set_words(set)), 1, sizeof said / sizeof *said);
    word_lists_find(rule_set_words(set), text, said);
    rule_set_free(&set);
    return said;
}

static enum severity severity_of(const struct rule_subject *subject)
{
    struct rule_set *set = rule_set_new(NULL, 0);
    enum severity severity = SEVERITY_INFO;
    struct vector hits;

    vector_init(&hits, sizeof(const struct rule *));
    rule_set_match(set, subject, &hits);
    assert_true(hits.count > 0);
    for (size_t i = 0; i < hits.count; i++) {
        const struct rule *rule = *(const struct rule *const *)vector_at(&hits, i);
        if (rule->severity > severity)
            severity = rule->severity;
    }
    vector_release(&hits);
    rule_set_free(&set);
    return severity;
}

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void the_maximum_wins_and_all_rules_are_listed(void **state)
{
    struct rule_subject subject = code("src/login.c");

    (void)state;
    subject.said = said_in("Fix bug MB-1: a vulnerability");
    subject.marks = MARK_TICKET;
    subject.lines = 501;
    assert_true(fires(&subject, "code.bug"));
    assert_true(fires(&subject, "code.large"));
    assert_true(fires(&subject, "code.security"));
    assert_int_equal(severity_of(&subject), SEVERITY_CRITICAL);
    subject.lines = 500;
    assert_false(fires(&subject, "code.large"));
    subject.marks = 0;
    assert_false(fires(&subject, "code.bug"));
}

static void every_builtin_rule_is_complete_and_has_an_id_of_its_own(void **state)
{
    const struct rule *rule;
    size_t count = 0;

    (void)state;
    for (; (rule = rules_builtin_at(count)) != NULL; count++) {
        assert_non_null(rule->id);
        assert_non_null(rule->sentence);
        assert_true(strlen(rule->sentence) <= 80);
        assert_ptr_equal(rules_builtin_find(rule->id), rule);
        for (size_t k = 0; k < count; k++)
            assert_string_not_equal(rule->id, rules_builtin_at(k)->id);
    }
    assert_true(count > 40);
    assert_null(rules_builtin_find("code.nothing"));
}

static void whatever_no_rule_speaks_of_is_low(void **state)
{
    const struct rule_subject values = config("anything"), file = code("src/anything.c");
    const struct rule_subject tag = config("tag"), text = code("README.md");

    (void)state;
    assert_int_equal(severity_of(&values), SEVERITY_LOW);
    assert_true(fires(&values, "config.value"));
    assert_int_equal(severity_of(&file), SEVERITY_LOW);
    assert_true(fires(&file, "code.change"));
    assert_false(fires(&tag, "config.value"));
    assert_false(fires(&text, "code.change"));
}

static void a_project_changes_columns_of_a_builtin_rule(void **state)
{
    const struct rule own[] = {
        {.id = "config.image",     .severity = SEVERITY_LOW, .columns = COLUMN_SEVERITY},
        { .id = "config.replicas", .off = true,              .columns = COLUMN_OFF     },
    };
    struct rule_set *set = rule_set_new(own, 2);
    struct rule_subject tag = config("tag"), replicas = config("replicas");
    struct vector hits;

    (void)state;
    assert_true(fires_in(set, &tag, "config.image"));
    assert_false(fires_in(set, &replicas, "config.replicas"));
    vector_init(&hits, sizeof(const struct rule *));
    rule_set_match(set, &tag, &hits);
    for (size_t i = 0; i < hits.count; i++)
        assert_int_equal((*(const struct rule *const *)vector_at(&hits, i))->severity,
                         SEVERITY_LOW);
    vector_release(&hits);
    rule_set_free(&set);
}

static void a_project_adds_rules_of_its_own(void **state)
{
    const struct rule own = { .id = "shop.limits",
                              .type = DRIFT_CONFIG,
                              .path = "limits.**",
                              .severity = SEVERITY_CRITICAL,
                              .sentence = "the daily limit" };
    struct rule_set *set = rule_set_new(&own, 1);
    struct rule_subject subject = config("daily");

    (void)state;
    subject.path = "limits.transfer.daily";
    assert_true(fires_in(set, &subject, "shop.limits"));
    subject.path = "other.limits.daily";
    assert_false(fires_in(set, &subject, "shop.limits"));
    rule_set_free(&set);
}

static void patterns_choose_exclude_and_name_the_empty_text(void **state)
{
    struct rule rule = { .type = DRIFT_CONFIG, .key = "a* *b *c* !abc d?e \"\"" };
    struct rule_subject subject = config("");

    (void)state;
    assert_true(matches(&rule, &subject));
    subject.key = "Axx";
    assert_true(matches(&rule, &subject));
    subject.key = "xxB";
    assert_true(matches(&rule, &subject));
    subject.key = "xcx";
    assert_true(matches(&rule, &subject));
    subject.key = "dxe";
    assert_true(matches(&rule, &subject));
    subject.key = "ABC";
    assert_false(matches(&rule, &subject));
    subject.key = "xx";
    assert_false(matches(&rule, &subject));
    subject.key = NULL;
    assert_false(matches(&rule, &subject));
}

static void a_list_of_exceptions_takes_everything_else(void **state)
{
    const struct rule rule = { .type = DRIFT_CONFIG, .key = "!a !b*" };
    struct rule_subject subject = config("c");

    (void)state;
    assert_true(matches(&rule, &subject));
    subject.key = "a";
    assert_false(matches(&rule, &subject));
    subject.key = "bb";
    assert_false(matches(&rule, &subject));
}

/* What a list says of a text when there is no other way than to try each pattern as a glob. */
static bool slow_match(const char *key, const char *text)
{
    char copy[200], *rest = copy;
    bool wants = false, found = false, excluded = false;

    snprintf(copy, sizeof copy, "%s", key);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        bool excludes = word[0] == '!' && word[1] != '\0';
        bool fits = glob_match_fold(word + excludes, text, '\0');

        wants = wants || !excludes;
        found = found || (!excludes && fits);
        excluded = excluded || (excludes && fits);
    }
    return !excluded && (found || !wants);
}

static void patterns_say_what_globs_say(void **state)
{
    static const char *const keys[] = {
        "*",        "**",           "***",        "!*",          "a",      "a*",       "*a",
        "*a*",      "a*b",          "a*b*",       "*a*b",        "*a*b*",  "a**b",     "*ab*ba*",
        "ab*ba",    "a*a",          "*aa*aa*",    "a*aa*a",      "!a* *b", "a*b !*ab", "!",
        "*ABA*",    "*\xc3\xa9*",   "a*\xc3\xa9", "\xc3\xa9*a*", "?*b",    "[ab]*b",   "{a,b}*a",
        "test_*.*", "values*.yaml", "*b*a*b*a*",  "a b ab",      "*aab*",  "*abab",    "*a !b* !ab",
    };
    static const char *const texts[] = {
        "",
        "a",
        "b",
        "ab",
        "ba",
        "aa",
        "aba",
        "abab",
        "aab",
        "aaab",
        "abba",
        "AbBa",
        "aabb",
        "baab",
        "aaa",
        "aaaa",
        "xax",
        "axb",
        "abxba",
        "\xc3\xa9",
        "a\xc3\xa9",
        "\xc3\xa9xa",
        "\xc3",
        "a\377b",
        "é",
        "aé",
        "test_.x",
        "test_a.b.c",
        "test_a",
        "values.yaml",
        "VALUES-1.YAML",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(keys); i++) {
        const struct rule rule = { .type = DRIFT_CONFIG, .key = keys[i] };

        for (size_t k = 0; k < COUNT(texts); k++) {
            const struct rule_subject subject = config(texts[k]);

            if (matches(&rule, &subject) != slow_match(keys[i], texts[k]))
                fail_msg("\"%s\" and \"%s\"", keys[i], texts[k]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_maximum_wins_and_all_rules_are_listed),
        cmocka_unit_test(every_builtin_rule_is_complete_and_has_an_id_of_its_own),
        cmocka_unit_test(whatever_no_rule_speaks_of_is_low),
        cmocka_unit_test(a_project_changes_columns_of_a_builtin_rule),
        cmocka_unit_test(a_project_adds_rules_of_its_own),
        cmocka_unit_test(patterns_choose_exclude_and_name_the_empty_text),
        cmocka_unit_test(a_list_of_exceptions_takes_everything_else),
        cmocka_unit_test(patterns_say_what_globs_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
