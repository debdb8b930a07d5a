#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>

static void an_empty_buffer_is_an_empty_text(void **state)
{
    struct strbuf buffer = STRBUF_INIT;

    (void)state;
    assert_string_equal(buffer.data, "");
    assert_int_equal(buffer.length, 0);
    strbuf_clear(&buffer);
    strbuf_truncate(&buffer, 0);
    strbuf_add(&buffer, "");
    assert_ptr_equal(buffer.data, strbuf_empty);
    strbuf_release(&buffer);
}

static void what_is_added_stands_in_order(void **state)
{
    struct strbuf buffer = STRBUF_INIT;

    (void)state;
    strbuf_add(&buffer, "v");
    strbuf_add_char(&buffer, '2');
    strbuf_add_bytes(&buffer, ".0xxx", 2);
    strbuf_printf(&buffer, ".%d", 7);
    strbuf_add_repeat(&buffer, "-=", 3);
    strbuf_add_codepoint(&buffer, 0x20ac);
    assert_string_equal(buffer.data, "v2.0.7-=-=-=\xe2\x82\xac");
    assert_int_equal(buffer.length, 15);
    strbuf_release(&buffer);
}

static void the_content_may_hold_nul_bytes(void **state)
{
    struct strbuf buffer = STRBUF_INIT;

    (void)state;
    strbuf_add_bytes(&buffer, "a\0b", 3);
    strbuf_add_char(&buffer, '\0');
    assert_int_equal(buffer.length, 4);
    assert_memory_equal(buffer.data, "a\0b\0", 5);
    strbuf_release(&buffer);
}

static void a_large_buffer_stays_terminated(void **state)
{
    struct strbuf buffer = STRBUF_INIT;

    (void)state;
    for (size_t i = 0; i < 100000; i++) {
        strbuf_add_char(&buffer, (char)('a' + i % 26));
        assert_int_equal(buffer.data[buffer.length], '\0');
    }
    assert_int_equal(buffer.length, 100000);
    assert_int_equal(buffer.data[99999], 'a' + 99999 % 26);
    strbuf_release(&buffer);
}

static void what_is_no_character_becomes_the_replacement(void **state)
{
    struct strbuf buffer = STRBUF_INIT;

    (void)state;
    strbuf_add_codepoint(&buffer, 0xd800);
    strbuf_add_codepoint(&buffer, 0x110000);
    assert_string_equal(buffer.data, "\xef\xbf\xbd\xef\xbf\xbd");
    strbuf_release(&buffer);
}

static void reserving_spares_growing(void **state)
{
    struct strbuf buffer = STRBUF_INIT;
    const char *before;

    (void)state;
    strbuf_reserve(&buffer, 1000);
    assert_string_equal(buffer.data, "");
    before = buffer.data;
    strbuf_add_repeat(&buffer, "x", 1000);
    assert_ptr_equal(buffer.data, before);
    strbuf_release(&buffer);
}

static void truncating_only_shortens(void **state)
{
    struct strbuf buffer = STRBUF_INIT;

    (void)state;
    strbuf_add(&buffer, "abcdef");
    strbuf_truncate(&buffer, 10);
    assert_string_equal(buffer.data, "abcdef");
    strbuf_truncate(&buffer, 3);
    assert_string_equal(buffer.data, "abc");
    assert_int_equal(buffer.length, 3);
    strbuf_clear(&buffer);
    assert_string_equal(buffer.data, "");
    assert_true(buffer.capacity > 0);
    strbuf_release(&buffer);
}

static void a_released_buffer_can_be_used_again(void **state)
{
    struct strbuf buffer = STRBUF_INIT;

    (void)state;
    strbuf_add(&buffer, "once");
    strbuf_release(&buffer);
    assert_string_equal(buffer.data, "");
    strbuf_add(&buffer, "twice");
    assert_string_equal(buffer.data, "twice");
    strbuf_release(&buffer);
}

static void the_memory_can_be_taken_out(void **state)
{
    struct strbuf buffer = STRBUF_INIT;
    char *text, *empty;

    (void)state;
    strbuf_add(&buffer, "taken");
    text = strbuf_steal(&buffer);
    empty = strbuf_steal(&buffer);
    assert_string_equal(text, "taken");
    assert_string_equal(empty, "");
    assert_int_equal(buffer.length, 0);
    assert_int_equal(buffer.capacity, 0);
    free(text);
    free(empty);
}

static void the_content_can_go_into_an_arena(void **state)
{
    struct arena *arena = arena_new();
    struct strbuf buffer = STRBUF_INIT;

    (void)state;
    assert_string_equal(strbuf_to_arena(&buffer, arena), "");
    strbuf_add(&buffer, "kept");
    char *kept = strbuf_to_arena(&buffer, arena);
    strbuf_release(&buffer);
    assert_string_equal(kept, "kept");
    arena_free(&arena);
}

static void formatting_nothing_adds_nothing(void **state)
{
    struct strbuf buffer = STRBUF_INIT;

    (void)state;
    strbuf_printf(&buffer, "%s", "");
    assert_int_equal(buffer.length, 0);
    strbuf_printf(&buffer, "%2000d", 1);
    assert_int_equal(buffer.length, 2000);
    strbuf_release(&buffer);
}

static void a_text_of_another_system_becomes_one_of_this(void **state)
{
    struct strbuf text = STRBUF_INIT;

    (void)state;
    strbuf_unix_text(&text);
    assert_int_equal(text.length, 0);
    strbuf_add(&text, "\xEF\xBB\xBFone\r\n\r\ntwo\rthree\r\r\n\r");
    strbuf_unix_text(&text);
    assert_string_equal(text.data, "one\n\ntwo\rthree\r\n\r");
    assert_int_equal(text.length, strlen(text.data));
    strbuf_clear(&text);
    strbuf_add(&text, "\xEF\xBB\xBF");
    strbuf_unix_text(&text);
    assert_string_equal(text.data, "");
    strbuf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_buffer_is_an_empty_text),
        cmocka_unit_test(what_is_added_stands_in_order),
        cmocka_unit_test(the_content_may_hold_nul_bytes),
        cmocka_unit_test(a_large_buffer_stays_terminated),
        cmocka_unit_test(what_is_no_character_becomes_the_replacement),
        cmocka_unit_test(reserving_spares_growing),
        cmocka_unit_test(truncating_only_shortens),
        cmocka_unit_test(a_released_buffer_can_be_used_again),
        cmocka_unit_test(a_text_of_another_system_becomes_one_of_this),
        cmocka_unit_test(the_memory_can_be_taken_out),
        cmocka_unit_test(the_content_can_go_into_an_arena),
        cmocka_unit_test(formatting_nothing_adds_nothing),
    };

    return cmocka_run_group_tests_name("base/strbuf", tests, NULL, NULL);
}
