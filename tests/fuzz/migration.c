/*
 * Any bytes as a file of migrations: the first line is its path. Reading a set, comparing it with
 * itself and with nothing always ends, and a set does not differ from itself.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/schema/migration.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static void read_set(const char *path, const char *text, size_t length)
{
    struct arena *arena = arena_new();
    const struct migration_file files[] = {
        {.path = path,          .text = text,       .length = length},
        { .path = "db/2_b.sql", .text = "SELECT 1", .length = 8     },
    };
    struct migration_set set, empty = { 0 };
    size_t count;

    if (strcmp(path, files[1].path) == 0) { /* a tree has each path once */
        arena_free(&arena);
        return;
    }
    migration_set_read(files, 2, NULL, arena, &set);
    must(set.count >= 1);
    for (size_t i = 0; i < set.count; i++) {
        must(set.list[i].id != NULL && set.list[i].rollback_why != NULL);
        must(set.list[i].up_count == 0 || set.list[i].up[0].line > 0);
    }
    migration_read_operations(&set, NULL, arena);
    migration_set_compare(&set, &set, arena, &count);
    must(count == 0);
    migration_set_compare(&empty, &set, arena, &count);
    must(count == set.count);
    migration_set_compare(&set, &empty, arena, &count);
    must(count == set.count);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *newline = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t length;
    char *path, *text;

    if (newline == NULL || memchr(data, '\0', (size_t)(newline - data)) != NULL)
        return 0;
    length = (size_t)(newline - data);
    path = malloc(length + 1);
    text = malloc(size - length);
    must(path != NULL && text != NULL);
    memcpy(path, data, length);
    path[length] = '\0';
    memcpy(text, newline + 1, size - length - 1);
    text[size - length - 1] = '\0';
    read_set(path, text, size - length - 1);
    free(path);
    free(text);
    return 0;
}
