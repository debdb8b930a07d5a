#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/app/arguments.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct argument_spec file_argument[] = {
    {"file",  false, false, "the file to read"},
    { "more", true,  true,  "and others"      },
};

static const struct option_spec options[] = {
    {"format",  'f', "FORMAT", "text json", "how to print it"},
    { "output", 'o', "FILE",   NULL,        "where to"       },
    { "limit",  'n', "N",      NULL,        "rows at most"   },
    { "wide",   'w', NULL,     NULL,        "everything"     },
    { "save",   's', NULL,     NULL,        "keep it"        },
};

static const struct option_spec common[] = {
    {"json",  0,   NULL, NULL, "print JSON"},
    { "help", 'h', NULL, NULL, "say how"   },
};

struct line {
    struct arguments *arguments;
    struct error error;
};

/* Words end with NULL. */
static bool parse(struct line *line, const char *const *words)
{
    size_t count = 0;

    while (words[count] != NULL)
        count++;
    line->arguments = NULL;
    return arguments_parse(file_argument, COUNT(file_argument), options, COUNT(options), common,
                           COUNT(common), words, count, &line->arguments, &line->error);
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void must_parse(struct line *line, const char *const *words)
{
    if (!parse(line, words))
        fail_msg("%s", line->error.message);
}

static void assert_refused(const char *const *words, const char *message, const char *hint)
{
    struct line line;

    if (parse(&line, words))
        fail_msg("it was taken, where \"%s\" was expected", message);
    assert_int_equal(line.error.code, ERROR_USAGE);
    assert_string_equal(line.error.message, message);
    assert_string_equal(line.error.hint, hint);
    assert_null(line.arguments);
}

static void words_and_options_stand_in_any_order(void **state)
{
    struct line line;

    (void)state;
    must_parse(&line, WORDS("a", "--format", "json", "b", "--output=x=y", "-w", "c", "--json"));
    assert_int_equal(arguments_count(line.arguments), 3);
    assert_string_equal(arguments_at(line.arguments, 0), "a");
    assert_string_equal(arguments_at(line.arguments, 2), "c");
    assert_null(arguments_at(line.arguments, 3));
    assert_string_equal(arguments_option(line.arguments, "format"), "json");
    assert_string_equal(arguments_option(line.arguments, "output"), "x=y");
    assert_null(arguments_option(line.arguments, "limit"));
    assert_true(arguments_flag(line.arguments, "wide"));
    assert_true(arguments_flag(line.arguments, "json"));
    assert_false(arguments_flag(line.arguments, "save"));
    arguments_free(&line.arguments);
    assert_null(line.arguments);
    arguments_free(&line.arguments);
}

static void letters_may_stand_together(void **state)
{
    struct line line;

    (void)state;
    must_parse(&line, WORDS("a", "-ws", "-fjson", "-o", "-"));
    assert_true(arguments_flag(line.arguments, "wide"));
    assert_true(arguments_flag(line.arguments, "save"));
    assert_string_equal(arguments_option(line.arguments, "format"), "json");
    assert_string_equal(arguments_option(line.arguments, "output"), "-");
    arguments_free(&line.arguments);
    must_parse(&line, WORDS("a", "-wsofile"));
    assert_string_equal(arguments_option(line.arguments, "output"), "file");
    arguments_free(&line.arguments);
}

static void two_dashes_end_the_options(void **state)
{
    struct line line;

    (void)state;
    must_parse(&line, WORDS("-", "--", "--format", "-w"));
    assert_int_equal(arguments_count(line.arguments), 3);
    assert_string_equal(arguments_at(line.arguments, 0), "-");
    assert_string_equal(arguments_at(line.arguments, 1), "--format");
    assert_false(arguments_flag(line.arguments, "wide"));
    arguments_free(&line.arguments);
}

static void the_last_value_counts(void **state)
{
    struct line line;

    (void)state;
    must_parse(&line, WORDS("a", "-f", "text", "--format=json", "-w", "-w"));
    assert_string_equal(arguments_option(line.arguments, "format"), "json");
    arguments_free(&line.arguments);
}

static void an_option_takes_what_follows_whatever_it_looks_like(void **state)
{
    struct line line;

    (void)state;
    must_parse(&line, WORDS("a", "--output", "--wide"));
    assert_string_equal(arguments_option(line.arguments, "output"), "--wide");
    assert_false(arguments_flag(line.arguments, "wide"));
    arguments_free(&line.arguments);
}

static void slips_are_told_with_what_to_try(void **state)
{
    (void)state;
    assert_refused(WORDS("a", "--fromat", "json"), "there is no option --fromat",
                   "did you mean --format?");
    assert_refused(WORDS("a", "--jsn=yes"), "there is no option --jsn", "did you mean --json?");
    assert_refused(WORDS("a", "--quite-different"), "there is no option --quite-different",
                   "--help lists the options");
    assert_refused(WORDS("a", "-wx"), "there is no option -wx", "--help lists the options");
    assert_refused(WORDS("a", "--format"), "--format needs a value", "--format FORMAT");
    assert_refused(WORDS("a", "-o"), "-o needs a value", "-o FILE");
    assert_refused(WORDS("a", "--wide=1"), "--wide takes no value", "");
    assert_refused(WORDS("a", "--format=xml"), "--format cannot be 'xml'",
                   "it is one of: text json");
    assert_refused(WORDS("a", "--format", "html"), "--format cannot be 'html'",
                   "it is one of: text json. Release notes can be written so: "
                   "`pilab note export --format html`");
    assert_refused(WORDS("a", "--format="), "--format cannot be ''", "it is one of: text json");
    assert_refused(WORDS("--wide"), "file is missing", "file: the file to read");
}

static void a_word_too_many_is_named(void **state)
{
    struct arguments *arguments = NULL;
    struct error error;

    (void)state;
    assert_false(arguments_parse(file_argument, 1, NULL, 0, NULL, 0, WORDS("a", "b"), 2, &arguments,
                                 &error));
    assert_string_equal(error.message, "'b' is one word too many");
    assert_string_equal(error.hint, "--help shows what the command takes");
    assert_false(arguments_parse(NULL, 0, NULL, 0, NULL, 0, WORDS("a"), 1, &arguments, &error));
    assert_string_equal(error.message, "'a' is one word too many");
}

static void asking_for_help_is_never_wrong(void **state)
{
    struct line line;

    (void)state;
    must_parse(&line, WORDS("--help"));
    assert_true(arguments_flag(line.arguments, "help"));
    arguments_free(&line.arguments);
}

static void numbers_have_limits(void **state)
{
    static const char *const wrong[] = { "0",   "101", "-1", "1.5",
                                         "ten", "",    "5x", "99999999999999999999" };
    struct line line;
    int64_t number;

    (void)state;
    must_parse(&line, WORDS("a", "-n", "100"));
    assert_true(arguments_number(line.arguments, "limit", 50, 1, 100, &number, &line.error));
    assert_int_equal(number, 100);
    arguments_free(&line.arguments);
    must_parse(&line, WORDS("a"));
    assert_true(arguments_number(line.arguments, "limit", 50, 1, 100, &number, &line.error));
    assert_int_equal(number, 50);
    arguments_free(&line.arguments);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        must_parse(&line, WORDS("a", "-n", wrong[i]));
        assert_false(arguments_number(line.arguments, "limit", 50, 1, 100, &number, &line.error));
        assert_int_equal(line.error.code, ERROR_USAGE);
        arguments_free(&line.arguments);
    }
    assert_string_equal(line.error.message, "--limit is a whole number from 1 to 100, not "
                                            "'99999999999999999999'");
}

static void near_words_have_a_small_distance(void **state)
{
    static const char endless[] = "0123456789012345678901234567890123456789"
                                  "0123456789012345678901234567890123456789";

    (void)state;
    assert_int_equal(word_distance("", ""), 0);
    assert_int_equal(word_distance("drift", "drift"), 0);
    assert_int_equal(word_distance("drft", "drift"), 1);
    assert_int_equal(word_distance("dirft", "drift"), 2);
    assert_int_equal(word_distance("", "abc"), 3);
    assert_int_equal(word_distance("kitten", "sitting"), 3);
    assert_int_equal(word_distance(endless, endless), 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_options_stand_in_any_order),
        cmocka_unit_test(letters_may_stand_together),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(the_last_value_counts),
        cmocka_unit_test(an_option_takes_what_follows_whatever_it_looks_like),
        cmocka_unit_test(slips_are_told_with_what_to_try),
        cmocka_unit_test(a_word_too_many_is_named),
        cmocka_unit_test(asking_for_help_is_never_wrong),
        cmocka_unit_test(numbers_have_limits),
        cmocka_unit_test(near_words_have_a_small_distance),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
