#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/app/command.h>

/* --- The table is sane ------------------------------------------------------------------------ */

static bool sentence_without_stop(const char *text)
{
    return text != NULL && *text != '\0' && text[strlen(text) - 1] != '.' &&
           strchr(text, '\n') == NULL;
}

static void check_options(const char *verb, const struct option_spec *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct option_spec *option = &options[i];

        if (!sentence_without_stop(option->help))
            fail_msg("%s --%s: the help is one line without a full stop", verb, option->name);
        if (strspn(option->name, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(option->name))
            fail_msg("%s --%s: not in small letters", verb, option->name);
        if (option->choices != NULL && option->value == NULL)
            fail_msg("%s --%s: choices without a value", verb, option->name);
    }
}

static void check_unique(const char *verb, const struct option_spec *a, size_t a_count,
                         const struct option_spec *b, size_t b_count)
{
    for (size_t i = 0; i < a_count; i++) {
        for (size_t j = 0; j < b_count; j++) {
            if (&a[i] == &b[j])
                continue;
            if (strcmp(a[i].name, b[j].name) == 0)
                fail_msg("%s: --%s is there twice", verb, a[i].name);
            if (a[i].letter != '\0' && a[i].letter == b[j].letter)
                fail_msg("%s: -%c is --%s and --%s", verb, a[i].letter, a[i].name, b[j].name);
        }
    }
}

static void check_arguments(const struct command *row)
{
    for (size_t i = 0; i < row->argument_count; i++) {
        const struct argument_spec *argument = &row->arguments[i];

        if (!sentence_without_stop(argument->help))
            fail_msg("%s %s: the help is one line without a full stop", row->verb, argument->name);
        if (argument->many && i + 1 != row->argument_count)
            fail_msg("%s: only the last word may stand for many", row->verb);
        if (i > 0 && argument[-1].optional && !argument->optional)
            fail_msg("%s: %s is needed behind an optional word", row->verb, argument->name);
    }
}

static void every_row_is_complete(void **state)
{
    size_t count = command_count();

    (void)state;
    assert_true(count > 10);
    for (size_t i = 0; i < count; i++) {
        const struct command *row = command_at(i);

        if (!sentence_without_stop(row->summary))
            fail_msg("%s: the summary is one line without a full stop", row->verb);
        assert_non_null(row->run);
        assert_true(row->permission < PERMISSION_ACTION_COUNT);
        assert_non_null(permission_row(row->permission)->name);
        check_arguments(row);
        check_options(row->verb, row->options, row->option_count);
        if (row->durable && row->permission == PERMISSION_READ)
            fail_msg("%s writes, and whoever reads may do it", row->verb);
    }
}

static void names_and_letters_are_unique_within_a_command(void **state)
{
    size_t count = command_count(), common_count;
    const struct option_spec *common = command_common_options(&common_count);

    (void)state;
    check_options("common", common, common_count);
    check_unique("common", common, common_count, common, common_count);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(command_at(i)->verb, command_at(j)->verb);
        check_unique(command_at(i)->verb, command_at(i)->options, command_at(i)->option_count,
                     command_at(i)->options, command_at(i)->option_count);
        check_unique(command_at(i)->verb, command_at(i)->options, command_at(i)->option_count,
                     common, common_count);
    }
}

static void the_verbs_of_a_noun_stand_together_and_one_is_usual(void **state)
{
    size_t count = command_count();

    (void)state;
    for (size_t i = 0; i < count; i++) {
        size_t length = strcspn(command_at(i)->verb, " "), usual = 0, places = 0;

        if (command_at(i)->verb[length] == '\0') {
            assert_false(command_at(i)->noun_default);
            continue;
        }
        for (size_t j = 0; j < count; j++) {
            bool same = strncmp(command_at(j)->verb, command_at(i)->verb, length + 1) == 0;
            bool before =
                j > 0 && strncmp(command_at(j - 1)->verb, command_at(i)->verb, length + 1) == 0;

            usual += same && command_at(j)->noun_default;
            places += same && !before;
        }
        if (usual != 1 || places != 1)
            fail_msg("%.*s: %zu usual verbs in %zu places", (int)length, command_at(i)->verb, usual,
                     places);
    }
}

/* --- Finding ---------------------------------------------------------------------------------- */

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static size_t count_words(const char *const *words)
{
    size_t count = 0;

    while (words[count] != NULL)
        count++;
    return count;
}

static void assert_found(const char *const *words, const char *verb, size_t used)
{
    struct error error;
    size_t taken;
    const struct command *command = command_find(words, count_words(words), &taken, &error);

    if (command == NULL)
        fail_msg("%s", error.message);
    else
        assert_string_equal(command->verb, verb);
    assert_int_equal(taken, used);
}

static void assert_unknown(const char *const *words, const char *message, const char *hint)
{
    struct error error;
    size_t used;

    assert_null(command_find(words, count_words(words), &used, &error));
    assert_int_equal(error.code, ERROR_USAGE);
    assert_string_equal(error.message, message);
    assert_string_equal(error.hint, hint);
}

static void rows_are_found_by_one_word_or_two(void **state)
{
    (void)state;
    assert_found(WORDS("drift"), "drift", 1);
    assert_found(WORDS("drift", "v1..v2"), "drift", 1);
    assert_found(WORDS("report", "show", "42"), "report show", 2);
    assert_found(WORDS("report"), "report list", 1);
    assert_found(WORDS("report", "--json"), "report list", 1);
    assert_found(WORDS("manifest"), "manifest show", 1);
    assert_found(WORDS("manifest", "set", "a", "UAT", "1"), "manifest set", 2);
}

static void slips_name_what_is_near(void **state)
{
    (void)state;
    assert_unknown(WORDS("drfit"), "there is no command 'drfit'", "did you mean `pilab drift`?");
    assert_unknown(WORDS("baseline"), "there is no command 'baseline'",
                   "did you mean `pilab manifest baseline`?");
    assert_unknown(WORDS("foo"), "there is no command 'foo'", "`pilab help` lists the commands");
    assert_unknown(WORDS("quite-different"), "there is no command 'quite-different'",
                   "`pilab help` lists the commands");
    assert_unknown(WORDS("report", "shwo"), "'shwo' cannot be done with 'report'",
                   "there is: report list, report show, report export, report diff, report history");
    assert_unknown((const char *const[]){ NULL }, "no command was given",
                   "`pilab help` lists the commands");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_complete),
        cmocka_unit_test(names_and_letters_are_unique_within_a_command),
        cmocka_unit_test(the_verbs_of_a_noun_stand_together_and_one_is_usual),
        cmocka_unit_test(rows_are_found_by_one_word_or_two),
        cmocka_unit_test(slips_name_what_is_near),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
