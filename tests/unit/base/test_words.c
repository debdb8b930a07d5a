#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/base/words.h>

/* The words are those that sh(1) would make, with a bar behind each. */
static void assert_words(const char *text, const char *expected)
{
    struct strbuf seen = STRBUF_INIT;
    struct error error = { 0 };
    struct vector words;

    vector_init(&words, sizeof(char *));
    if (!words_split(text, &words, &error))
        fail_msg("%s", error.message);
    for (size_t i = 0; i < words.count; i++)
        strbuf_printf(&seen, "%s|", *(char **)vector_at(&words, i));
    assert_string_equal(seen.length > 0 ? seen.data : "", expected);
    strbuf_release(&seen);
    words_release(&words);
}

static void words_are_split_and_quoted_as_a_shell_would(void **state)
{
    (void)state;
    assert_words("", "");
    assert_words("  ssh \t-v\n", "ssh|-v|");
    assert_words("ssh -i '/keys/my key' -o \"User=a b\"", "ssh|-i|/keys/my key|-o|User=a b|");
    assert_words("a\\ b ''", "a b||");
    assert_words("\"\\\"\\\\\\$\\`\\n\"", "\"\\$`\\n|");
    assert_words("'\\'x", "\\x|");
    assert_words("-o'Port'=22", "-oPort=22|");
}

static void a_quote_without_an_end_is_refused(void **state)
{
    struct error error = { 0 };
    struct vector words;

    (void)state;
    vector_init(&words, sizeof(char *));
    assert_false(words_split("ssh 'x", &words, &error));
    assert_int_equal(error.code, ERROR_INVALID);
    assert_non_null(strstr(error.message, "a quote does not end"));
    words_release(&words);
}

static void what_only_a_shell_could_do_is_known(void **state)
{
    static const char *const for_shell[] = {
        "ssh -i $HOME/k", "ssh \"$X\"", "ssh `id`", "ssh; id",    "ssh | tee x", "ssh >log",
        "ssh && id",      "(ssh)",      "A=b ssh",  "  _x1= ssh", "a\nb",        "\"`id`\""
    };
    static const char *const plain[] = { "ssh -i '$HOME'", "ssh -o A=b",    "ssh -i ~/k",
                                         "ssh \\;",        "'a;b' \"c|d\"", "",
                                         "1=2 x",          "ssh \\$x",      "\"\\$x\"" };

    (void)state;
    for (size_t i = 0; i < sizeof for_shell / sizeof *for_shell; i++)
        if (!words_need_shell(for_shell[i]))
            fail_msg("%s", for_shell[i]);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (words_need_shell(plain[i]))
            fail_msg("%s", plain[i]);
}

static void the_home_folder_stands_for_its_sign(void **state)
{
    struct vector words;

    (void)state;
    vector_init(&words, sizeof(char *));
    assert_true(words_split("~/bin/ssh ~/k a~/b ~", &words, NULL));
    setenv("HOME", "/home/carla", 1);
    words_expand_home(&words, 1);
    assert_string_equal(*(char **)vector_at(&words, 0), "~/bin/ssh");
    assert_string_equal(*(char **)vector_at(&words, 1), "/home/carla/k");
    assert_string_equal(*(char **)vector_at(&words, 2), "a~/b");
    assert_string_equal(*(char **)vector_at(&words, 3), "~");
    words_release(&words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_split_and_quoted_as_a_shell_would),
        cmocka_unit_test(a_quote_without_an_end_is_refused),
        cmocka_unit_test(what_only_a_shell_could_do_is_known),
        cmocka_unit_test(the_home_folder_stands_for_its_sign),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
