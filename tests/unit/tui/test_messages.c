#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include <pilab/tui/messages.h>

static void say(struct message_log *log, enum message_kind kind, int64_t now, const char *text)
{
    message_log_add(log, kind, 1000 + now, now, text, NULL);
}

/* Everything that is on the screen was drawn. */
static void see(struct message_log *log, int64_t now)
{
    const struct message *message;

    for (size_t i = 0; (message = message_log_shown(log, i, now)) != NULL; i++)
        message_log_see(log, message);
}

static void a_message_leaves_the_screen_by_itself(void **state)
{
    struct message_log *log = message_log_new();

    (void)state;
    say(log, MESSAGE_INFO, 100, "one");
    assert_string_equal(message_log_shown(log, 0, 100)->text, "one");
    assert_int_equal(message_log_deadline(log, 100), 100 + MESSAGE_SHOWN_FOR);
    assert_null(message_log_shown(log, 0, 100 + MESSAGE_SHOWN_FOR));
    assert_int_equal(message_log_deadline(log, 100 + MESSAGE_SHOWN_FOR), -1);
    assert_int_equal(message_log_count(log), 1);
    message_log_free(&log);
}

static void an_error_stays_until_it_is_dismissed(void **state)
{
    struct message_log *log = message_log_new();

    (void)state;
    say(log, MESSAGE_ERROR, 0, "first");
    say(log, MESSAGE_ERROR, 1, "second");
    say(log, MESSAGE_INFO, 2, "and by the way");
    assert_string_equal(message_log_shown(log, 0, 3)->text, "and by the way");
    assert_string_equal(message_log_shown(log, 1, 1000000)->text, "first");
    see(log, 3);
    assert_true(message_log_dismiss(log, 3));
    assert_string_equal(message_log_shown(log, 0, 3)->text, "first");
    assert_null(message_log_shown(log, 1, 3));
    assert_true(message_log_dismiss(log, 3));
    assert_null(message_log_shown(log, 0, 3));
    assert_false(message_log_dismiss(log, 3));
    assert_int_equal(message_log_count(log), 3);
    message_log_free(&log);
}

static void an_error_that_nobody_has_seen_stays(void **state)
{
    struct message_log *log = message_log_new();
    char text[32];

    (void)state;
    say(log, MESSAGE_ERROR, 0, "had no room");
    say(log, MESSAGE_ERROR, 1, "seen");
    message_log_see(log, message_log_shown(log, 0, 2));
    assert_true(message_log_dismiss(log, 2));
    assert_string_equal(message_log_shown(log, 0, 2)->text, "had no room");
    assert_false(message_log_dismiss(log, 2));
    for (int i = 0; i < MESSAGES_MAXIMUM + 10; i++) {
        snprintf(text, sizeof text, "message %d", i);
        say(log, MESSAGE_INFO, 3, text);
    }
    assert_int_equal(message_log_count(log), MESSAGES_MAXIMUM);
    assert_string_equal(message_log_at(log, 0)->text, "had no room");
    assert_string_equal(message_log_shown(log, 0, 100000)->text, "had no room");
    see(log, 100000);
    assert_true(message_log_dismiss(log, 100000));
    assert_null(message_log_shown(log, 0, 100000));
    message_log_free(&log);
}

static void a_repetition_is_not_shown_twice(void **state)
{
    struct message_log *log = message_log_new();

    (void)state;
    say(log, MESSAGE_INFO, 0, "not found: x");
    say(log, MESSAGE_INFO, 10, "not found: x");
    assert_int_equal(message_log_count(log), 1);
    assert_int_equal(message_log_at(log, 0)->at, 1010);
    say(log, MESSAGE_WARNING, 11, "not found: x");
    assert_int_equal(message_log_count(log), 2);
    message_log_free(&log);
}

static void seen_infos_leave_with_the_next_key(void **state)
{
    struct message_log *log = message_log_new();

    (void)state;
    message_log_add(log, MESSAGE_INFO, 1, 1, "seen", NULL);
    message_log_add(log, MESSAGE_SUCCESS, 2, 2, "kept", NULL);
    message_log_add(log, MESSAGE_ERROR, 3, 3, "wrong", NULL);
    see(log, 4);
    message_log_add(log, MESSAGE_INFO, 5, 5, "not drawn yet", NULL);
    assert_true(message_log_pass(log, 6));
    assert_string_equal(message_log_shown(log, 0, 6)->text, "not drawn yet");
    assert_string_equal(message_log_shown(log, 1, 6)->text, "wrong");
    assert_string_equal(message_log_shown(log, 2, 6)->text, "kept");
    assert_null(message_log_shown(log, 3, 6));
    assert_false(message_log_pass(log, 7));
    message_log_free(&log);
}

static void what_was_seen_leaves_with_its_view(void **state)
{
    struct message_log *log = message_log_new();

    (void)state;
    say(log, MESSAGE_INFO, 0, "cancelling");
    say(log, MESSAGE_ERROR, 1, "no such tag");
    see(log, 2);
    say(log, MESSAGE_SUCCESS, 3, "saved as report 4");
    message_log_leave(log, 4);
    assert_string_equal(message_log_shown(log, 0, 4)->text, "saved as report 4");
    assert_string_equal(message_log_shown(log, 1, 4)->text, "no such tag");
    assert_null(message_log_shown(log, 2, 4));
    see(log, 5);
    message_log_leave(log, 6);
    assert_string_equal(message_log_shown(log, 0, 6)->text, "no such tag");
    assert_null(message_log_shown(log, 1, 6));
    message_log_free(&log);
}

static void an_error_that_a_page_tells_leaves_with_it(void **state)
{
    struct message_log *log = message_log_new();

    (void)state;
    say(log, MESSAGE_ERROR, 0, "no such tag");
    say(log, MESSAGE_ERROR, 1, "nobody to ask");
    message_log_tell(log, "nobody to ask");
    message_log_tell(log, "never said");
    message_log_leave(log, 2);
    assert_string_equal(message_log_shown(log, 0, 2)->text, "nobody to ask");
    see(log, 3);
    assert_false(message_log_pass(log, 4));
    assert_string_equal(message_log_shown(log, 0, 4)->text, "nobody to ask");
    message_log_leave(log, 5);
    assert_string_equal(message_log_shown(log, 0, 5)->text, "no such tag");
    assert_null(message_log_shown(log, 1, 5));
    assert_int_equal(message_log_count(log), 2);
    /* Said anew elsewhere it stays. */
    say(log, MESSAGE_ERROR, 6, "nobody to ask");
    see(log, 7);
    message_log_leave(log, 8);
    assert_string_equal(message_log_shown(log, 0, 8)->text, "nobody to ask");
    message_log_free(&log);
}

static void the_log_forgets_the_oldest(void **state)
{
    struct message_log *log = message_log_new();
    char text[32];

    (void)state;
    for (int i = 0; i < MESSAGES_MAXIMUM + 10; i++) {
        snprintf(text, sizeof text, "message %d", i);
        say(log, MESSAGE_INFO, i, text);
    }
    assert_int_equal(message_log_count(log), MESSAGES_MAXIMUM);
    assert_string_equal(message_log_at(log, 0)->text, "message 10");
    message_log_free(&log);
}

static void every_kind_has_a_word_and_a_look(void **state)
{
    (void)state;
    assert_string_equal(message_kind_name(MESSAGE_ERROR), "error");
    assert_string_equal(message_kind_name(MESSAGE_SUCCESS), "done");
    assert_int_equal(message_role(MESSAGE_WARNING), ROLE_WARNING);
    assert_int_equal(message_role(MESSAGE_INFO), ROLE_INFO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_leaves_the_screen_by_itself),
        cmocka_unit_test(an_error_stays_until_it_is_dismissed),
        cmocka_unit_test(an_error_that_nobody_has_seen_stays),
        cmocka_unit_test(a_repetition_is_not_shown_twice),
        cmocka_unit_test(seen_infos_leave_with_the_next_key),
        cmocka_unit_test(what_was_seen_leaves_with_its_view),
        cmocka_unit_test(an_error_that_a_page_tells_leaves_with_it),
        cmocka_unit_test(the_log_forgets_the_oldest),
        cmocka_unit_test(every_kind_has_a_word_and_a_look),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
