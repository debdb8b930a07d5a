/*
 * How often the category rules agree with people: titles of commits and pull requests with the
 * category that their project's change log gave them. The data is not ours; without it the case is
 * skipped.
 *
 * The change log's words are mapped like this: FEATURE is features; ENHANCEMENT is improvements or
 * performance (it had no word for performance before its third major version); BUGFIX is bug_fixes;
 * CHANGE is changed or deprecated; PERF is performance; SECURITY is security. Only the title is
 * read: no message, no files, no labels.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/drift/category.h>

/* The rules were tuned on the lines with even numbers; the others tell how they do elsewhere. */
#define FLOOR_TUNED 0.61
#define FLOOR_OTHER 0.63

struct score {
    size_t right, all;
};

static bool agrees(struct span expected, enum change_category category)
{
    static const struct {
        const char *word;
        enum change_category category;
    } pairs[] = {
        {"FEATURE",      CATEGORY_FEATURES    },
        { "ENHANCEMENT", CATEGORY_IMPROVEMENTS},
        { "ENHANCEMENT", CATEGORY_PERFORMANCE },
        { "BUGFIX",      CATEGORY_BUG_FIXES   },
        { "CHANGE",      CATEGORY_CHANGED     },
        { "CHANGE",      CATEGORY_DEPRECATED  },
        { "PERF",        CATEGORY_PERFORMANCE },
        { "SECURITY",    CATEGORY_SECURITY    },
    };

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (span_equal(expected, pairs[i].word) && pairs[i].category == category)
            return true;
    }
    return false;
}

static enum change_category judge_title(const struct category_book *book, struct span title)
{
    struct arena *arena = arena_new();
    const char *text = span_to_arena(title, arena);
    struct commit_message *message = commit_message_parse(arena, text, strlen(text));
    struct subject subject;
    struct ticket_set tickets;
    struct category_judgement judgement;

    subject_read(arena, message, false, NULL, &subject);
    tickets_find(arena, message, &subject, NULL, &tickets);
    category_judge(arena, book,
                   &(struct category_input){
                       .message = message, .subject = &subject, .tickets = &tickets },
                   &judgement);
    arena_free(&arena);
    return judgement.category;
}

static char *data_path(void)
{
    const char *folder = getenv("PILAB_TEST_DATA");

    return path_join(folder ? folder : "../shared/data", "notes/dev_prometheus_v2.tsv");
}

static void titles_get_the_category_that_people_gave_them(void **state)
{
    struct strbuf text = STRBUF_INIT;
    struct category_book *book = category_book_new();
    struct score scores[2] = { 0 };
    char *path = data_path();
    struct span rest, line;
    size_t number;

    (void)state;
    if (!file_read(path, 16 << 20, true, &text, NULL)) {
        print_message("no test data at %s\n", path);
        free(path);
        category_book_free(&book);
        skip();
    }
    rest = (struct span){ text.data, text.length };
    span_next_line(&rest, &line);
    for (number = 0; span_next_line(&rest, &line); number++) {
        size_t tab = span_find_char(line, '\t');
        struct span expected = span_from(line, tab + 1);

        expected = span_slice(expected, 0, span_find_char(expected, '\t'));
        scores[number % 2].all++;
        scores[number % 2].right += agrees(expected, judge_title(book, span_slice(line, 0, tab)));
    }
    for (size_t i = 0; i < 2; i++)
        print_message("%s: %zu of %zu titles, %.1f %%\n", i == 0 ? "tuned on" : "held out",
                      scores[i].right, scores[i].all,
                      100.0 * (double)scores[i].right / (double)scores[i].all);
    assert_true((double)scores[0].right >= FLOOR_TUNED * (double)scores[0].all);
    assert_true((double)scores[1].right >= FLOOR_OTHER * (double)scores[1].all);
    strbuf_release(&text);
    category_book_free(&book);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(titles_get_the_category_that_people_gave_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
