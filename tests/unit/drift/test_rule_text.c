#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/drift/rule_text.h>

static void a_rule_says_what_it_looks_at(void **state)
{
    const struct rule rule = { .category = "image",
                               .key = "tag",
                               .path = "**.image.tag",
                               .except = "test.**",
                               .previous = "v1*",
                               .current = "latest",
                               .words = "hotfix",
                               .environment = "PROD",
                               .change_types = 1u << CHANGE_TYPE_ADDED | 1u << CHANGE_TYPE_MODIFIED,
                               .details = 1u << DETAIL_REORDERED,
                               .marks = MARK_SECRET | MARK_EMPTY,
                               .lines_over = 500,
                               .fallback = true };
    struct strbuf text = STRBUF_INIT;

    (void)state;
    rule_conditions(&text, &rule);
    assert_string_equal(text.data,
                        "category image; key tag; path **.image.tag; not test.**; was v1*; "
                        "becomes latest; says hotfix; environment PROD; added or modified; "
                        "reordered; the value is a secret; an empty value came, went, or gave "
                        "way; more than 500 changed lines; no other rule fires");
    strbuf_release(&text);
}

static void a_rule_that_looks_at_everything_says_nothing(void **state)
{
    const struct rule rule = { .type = DRIFT_CODE };
    struct strbuf text = STRBUF_INIT;

    (void)state;
    strbuf_add(&text, "before: ");
    rule_conditions(&text, &rule);
    assert_string_equal(text.data, "before: ");
    strbuf_release(&text);
}

/* The page is written anew with PILAB_UPDATE_GOLDEN=1. */
static void the_page_of_the_guide_is_what_the_program_writes(void **state)
{
    const char *source = getenv("PILAB_SOURCE");
    char *path = path_join(source != NULL ? source : ".", "doc/guide/rules.md");
    struct strbuf written = STRBUF_INIT, kept = STRBUF_INIT;
    struct error error;

    (void)state;
    rules_render_markdown(&written);
    if (getenv("PILAB_UPDATE_GOLDEN") != NULL)
        assert_true(file_write_atomic(path, written.data, written.length, 0644, &error));
    assert_true(file_read(path, 1u << 20, false, &kept, &error));
    assert_string_equal(kept.data, written.data);
    for (size_t i = 0; rules_builtin_at(i) != NULL; i++)
        assert_non_null(strstr(kept.data, rules_builtin_at(i)->id));
    free(path);
    strbuf_release(&written);
    strbuf_release(&kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_says_what_it_looks_at),
        cmocka_unit_test(a_rule_that_looks_at_everything_says_nothing),
        cmocka_unit_test(the_page_of_the_guide_is_what_the_program_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
