#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

#include "accuracy.h"

#define FILE_LIMIT (64u << 20)

struct explanation {
    const char *line, *why;
};

struct accuracy {
    struct arena *arena;
    struct vector expected, told; /* const char *: of the pair at hand */
    struct vector explanations;   /* struct explanation */
    size_t found, missed, wrong, explained;
};

__attribute__((format(printf, 3, 0))) static void
add_line(struct accuracy *accuracy, struct vector *lines, const char *format, va_list arguments)
{
    struct strbuf text = STRBUF_INIT;
    const char *line;

    strbuf_vprintf(&text, format, arguments);
    line = arena_bytes(accuracy->arena, text.data, text.length);
    vector_push(lines, &line);
    strbuf_release(&text);
}

void accuracy_expect(struct accuracy *accuracy, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add_line(accuracy, &accuracy->expected, format, arguments);
    va_end(arguments);
}

void accuracy_tell(struct accuracy *accuracy, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add_line(accuracy, &accuracy->told, format, arguments);
    va_end(arguments);
}

void accuracy_explain(struct accuracy *accuracy, const char *line, const char *why)
{
    vector_push(&accuracy->explanations,
                &(struct explanation){ arena_text(accuracy->arena, line), why });
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *line_at(const struct vector *lines, size_t index)
{
    return index < lines->count ? *(const char **)vector_at(lines, index) : NULL;
}

/* A difference that only one side has: `sign` says which. */
static void note_exception(struct accuracy *accuracy, const char *where, char sign,
                           const char *line, size_t *count)
{
    for (size_t i = 0; i < accuracy->explanations.count; i++) {
        const struct explanation *one = vector_at(&accuracy->explanations, i);

        if (strcmp(one->line, line) == 0) {
            printf("# %s: %c %s\n#     explained: %s\n", where, sign, line, one->why);
            accuracy->explained++;
            return;
        }
    }
    printf("# %s: %c %s\n", where, sign, line);
    ++*count;
}

void accuracy_settle(struct accuracy *accuracy, const char *where)
{
    size_t i = 0, j = 0;
    const char *theirs, *ours;

    vector_sort(&accuracy->expected, by_text);
    vector_sort(&accuracy->told, by_text);
    while (theirs = line_at(&accuracy->expected, i), ours = line_at(&accuracy->told, j),
           theirs != NULL || ours != NULL) {
        int order = theirs == NULL ? 1 : ours == NULL ? -1 : strcmp(theirs, ours);

        if (order == 0)
            accuracy->found++;
        else if (order < 0)
            note_exception(accuracy, where, '-', theirs, &accuracy->missed);
        else
            note_exception(accuracy, where, '+', ours, &accuracy->wrong);
        i += order <= 0;
        j += order >= 0;
    }
    vector_clear(&accuracy->expected);
    vector_clear(&accuracy->told);
    vector_clear(&accuracy->explanations);
}

void accuracy_read(const char *data, const char *path, struct strbuf *text)
{
    char *whole = path_join(data, path);
    struct error error;

    if (!file_read(whole, FILE_LIMIT, true, text, &error))
        fail_msg("%s", error.message);
    free(whole);
}

/* The folder with the data, or NULL; the caller frees. */
static char *data_folder(void)
{
    const char *data = getenv("PILAB_TEST_DATA"), *source = getenv("PILAB_SOURCE");
    char *folder = data != NULL && *data != '\0'
                       ? memory_copy_text(data)
                       : path_join(source != NULL ? source : ".", "../shared/data");

    if (file_is_directory(folder))
        return folder;
    free(folder);
    return NULL;
}

/* Everything is found, and nothing told that is not so. */
static void measure(const char *type, void (*of_type)(struct accuracy *, const char *))
{
    struct accuracy accuracy = { .arena = arena_new() };
    char *data = data_folder();
    size_t bad;

    if (data == NULL) {
        arena_free(&accuracy.arena);
        skip();
    }
    vector_init(&accuracy.expected, sizeof(const char *));
    vector_init(&accuracy.told, sizeof(const char *));
    vector_init(&accuracy.explanations, sizeof(struct explanation));
    of_type(&accuracy, data);
    printf("# accuracy: %-14s %6zu found %6zu missed %6zu false %6zu explained\n", type,
           accuracy.found, accuracy.missed, accuracy.wrong, accuracy.explained);
    bad = accuracy.missed + accuracy.wrong;
    assert_true(accuracy.found > 0);
    vector_release(&accuracy.expected);
    vector_release(&accuracy.told);
    vector_release(&accuracy.explanations);
    arena_free(&accuracy.arena);
    free(data);
    assert_int_equal(bad, 0);
}

static void every_difference_of_configuration_is_found(void **state)
{
    (void)state;
    measure("config", accuracy_of_config);
}

static void every_difference_of_dependencies_is_found(void **state)
{
    (void)state;
    measure("dependency", accuracy_of_dependency);
}

static void every_difference_of_infrastructure_is_found(void **state)
{
    (void)state;
    measure("infrastructure", accuracy_of_infrastructure);
}

static void every_difference_of_schemas_is_found(void **state)
{
    (void)state;
    measure("schema", accuracy_of_schema);
}

static void every_statement_of_migrations_is_found(void **state)
{
    (void)state;
    measure("migration", accuracy_of_migration);
}

static void every_difference_of_images_is_found(void **state)
{
    (void)state;
    measure("image", accuracy_of_image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_difference_of_configuration_is_found),
        cmocka_unit_test(every_difference_of_schemas_is_found),
        cmocka_unit_test(every_statement_of_migrations_is_found),
        cmocka_unit_test(every_difference_of_dependencies_is_found),
        cmocka_unit_test(every_difference_of_infrastructure_is_found),
        cmocka_unit_test(every_difference_of_images_is_found),
    };

    return cmocka_run_group_tests_name("accuracy", tests, NULL, NULL);
}
