/* Schemas: pairs of SQL texts against set differences over two servers' catalogs, made without us
 * (schema/make_truth.py beside the data). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>
#include <pilab/schema/postgresql.h>

#include "accuracy.h"
#include "schema_facts.h"

typedef void say(struct accuracy *accuracy, const char *format, ...);

static const char *const lists[] = { "added", "removed", "changed" };

static struct schema *read_schema(const char *data, const char *path)
{
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    struct schema *schema;

    accuracy_read(data, path, &text);
    schema = schema_read_postgresql(path, text.data, text.length, &error);
    if (schema == NULL && error.code == ERROR_UNSUPPORTED)
        skip();
    if (schema == NULL)
        fail_msg("%s: %s", path, error.message);
    strbuf_release(&text);
    return schema;
}

static json_t *read_answer(const char *data, const char *path)
{
    struct strbuf text = STRBUF_INIT;
    json_error_t reason;
    json_t *answer;

    accuracy_read(data, path, &text);
    answer = json_loadb(text.data, text.length, 0, &reason);
    if (answer == NULL)
        fail_msg("%s:%d: %s", path, reason.line, reason.text);
    strbuf_release(&text);
    return answer;
}

/* One line for each object that is on one side only, for each property that changed, and for what
 * a kind of object adds up to. */
static void say_differences(struct accuracy *accuracy, const json_t *answer, say *line)
{
    const char *kind;
    json_t *value;

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        json_object_foreach(json_object_get(answer, lists[i]), kind, value)
        {
            for (size_t k = 0; k < json_array_size(value); k++) {
                char *item = json_dumps(json_array_get(value, k), JSON_SORT_KEYS | JSON_COMPACT);

                line(accuracy, "%s %s %s", lists[i], kind, item);
                free(item);
            }
        }
    }
    json_object_foreach(json_object_get(answer, "summary"), kind, value)
    {
        char *sums = json_dumps(value, JSON_SORT_KEYS | JSON_COMPACT);

        line(accuracy, "summary %s %s", kind, sums);
        free(sums);
    }
}

/* How much a catalog says of the whole schema. Beside what we hold, a server has the extension
 * plpgsql and a sequence for each identity. */
static long long count_facts(const struct schema *schema)
{
    json_t *facts = schema_facts(schema), *objects, *values;
    const char *kind, *key;
    size_t count = 1;

    json_object_foreach(facts, kind, objects)
    {
        json_object_foreach(objects, key, values) count += json_object_size(values);
    }
    for (const struct schema_object *table = schema->first; table; table = table->next)
        for (const struct schema_object *part = table->parts; part; part = part->next)
            count += schema_get(part, SCHEMA_IDENTITY) != NULL;
    json_decref(facts);
    return (long long)count;
}

/* What could not be read would be missed silently otherwise. */
static void say_trouble(struct accuracy *accuracy, const struct schema *schema)
{
    for (size_t i = 0; i < schema->problem_count; i++)
        accuracy_tell(accuracy, "problem %s:%u %s", schema->name, schema->problems[i].place.line,
                      schema->problems[i].message);
    for (size_t i = 0; i < schema->gap_count; i++)
        accuracy_tell(accuracy, "gap %s %s", schema->name, schema->gaps[i].what);
}

static void compare_pair(struct accuracy *accuracy, const char *data, const char *name)
{
    char *before = memory_printf("schema/pairs/%s/v1.sql", name);
    char *after = memory_printf("schema/pairs/%s/v2.sql", name);
    char *expected = memory_printf("schema/pairs/%s/expected.json", name);
    struct schema *previous = read_schema(data, before), *current = read_schema(data, after);
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    json_t *answer = read_answer(data, expected), *ours = schema_diff_facts(diff);

    say_differences(accuracy, answer, accuracy_expect);
    say_differences(accuracy, ours, accuracy_tell);
    accuracy_expect(accuracy, "facts of the first %lld",
                    (long long)json_integer_value(json_object_get(answer, "v1_facts")));
    accuracy_expect(accuracy, "facts of the second %lld",
                    (long long)json_integer_value(json_object_get(answer, "v2_facts")));
    accuracy_tell(accuracy, "facts of the first %lld", count_facts(previous));
    accuracy_tell(accuracy, "facts of the second %lld", count_facts(current));
    say_trouble(accuracy, previous);
    say_trouble(accuracy, current);
    accuracy_settle(accuracy, expected);
    json_decref(answer);
    json_decref(ours);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
    free(before);
    free(after);
    free(expected);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Every folder with a pair that is there: a new one is measured without a change here. */
void accuracy_of_schema(struct accuracy *accuracy, const char *data)
{
    char *folder = path_join(data, "schema/pairs");
    DIR *directory = opendir(folder);
    struct dirent *entry;
    struct vector names;

    assert_non_null(directory);
    vector_init(&names, sizeof(char *));
    while ((entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] != '.') {
            char *name = memory_copy_text(entry->d_name);

            vector_push(&names, &name);
        }
    }
    closedir(directory);
    vector_sort(&names, by_text);
    for (size_t i = 0; i < names.count; i++) {
        char *name = *(char **)vector_at(&names, i);

        compare_pair(accuracy, data, name);
        free(name);
    }
    vector_release(&names);
    free(folder);
}
