#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pilab/base/strbuf.h>
#include <pilab/drift/ticket_count.h>

/* "MB=2 UTF=1? ": '?' marks the suspicious. */
static void assert_counts(const char *const *messages, size_t count, const char *expected)
{
    struct arena *arena = arena_new();
    struct map *counts = map_new();
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < count; i++)
        ticket_count_message(counts, arena, messages[i]);
    for (size_t i = 0; i < map_count(counts); i++) {
        const struct ticket_count *key = map_value_at(counts, i);

        strbuf_printf(&text, "%s=%zu%s ", key->key, key->count, key->suspicious ? "?" : "");
    }
    assert_string_equal(text.data, expected);
    strbuf_release(&text);
    map_free(&counts);
    arena_free(&arena);
}

#define COUNTS(expected, ...)                                                                      \
    assert_counts((const char *const[]){ __VA_ARGS__ },                                            \
                  sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *), expected)

static void a_key_counts_once_a_message(void **state)
{
    (void)state;
    COUNTS("MB=2 PAY=1 ", "[MB-1] One, see MB-2 and PAY-7", "MB-3: two");
}

static void look_alikes_are_suspicious(void **state)
{
    (void)state;
    COUNTS("UTF=1? SHA=1? ISO=1? CVE=1? ", "UTF-8 SHA-256 ISO-8859-1 CVE-2024-3094");
}

static void what_is_no_key_is_not_counted(void **state)
{
    (void)state;
    COUNTS("", "", "mb-1 M-1 MB- MB-x xMB-1 x_MB-1 - A-1 VERYLONGPROJECTKEYS-1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_counts_once_a_message),
        cmocka_unit_test(look_alikes_are_suspicious),
        cmocka_unit_test(what_is_no_key_is_not_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
