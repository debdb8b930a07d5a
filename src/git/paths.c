#include "paths.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

char *path_clean(const char *path)
{
    char *clean = memory_copy_text(path);
    char *end = clean;
    for (const char *part = clean; *part;) {
        size_t length = strcspn(part, "/");
        const char *next = part + length + (part[length] == '/');
        if (length > 0 && !(length == 1 && part[0] == '.')) {
            if (end != clean)
                *end++ = '/';
            memmove(end, part, length);
            end += length;
        }
        part = next;
    }
    *end = '\0';
    return clean;
}

bool paths_are_several(const char *paths)
{
    return strchr(paths, '\n') != NULL;
}

bool paths_next(const char **cursor, struct strbuf *one)
{
    if (!*cursor)
        return false;
    size_t length = strcspn(*cursor, "\n");
    strbuf_clear(one);
    strbuf_add_bytes(one, *cursor, length);
    *cursor = (*cursor)[length] ? *cursor + length + 1 : NULL;
    return true;
}

/* As if each ended in a slash, so that what lies within a folder follows it at once. */
static int compare_paths(const void *left, const void *right)
{
    const char *a = *(const char *const *)left, *b = *(const char *const *)right;
    while (*a && *a == *b) {
        a++;
        b++;
    }
    int order = (*a ? (unsigned char)*a : '/') - (*b ? (unsigned char)*b : '/');
    return order ? order : (*a != '\0') - (*b != '\0');
}

static bool lies_within(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return length == 0 ||
           (strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0'));
}

static char *join(const struct vector *paths)
{
    struct strbuf joined = STRBUF_INIT;
    const char *last = NULL;
    for (size_t i = 0; i < paths->count; i++) {
        const char *path = *(const char *const *)vector_at(paths, i);
        if (last && lies_within(path, last))
            continue;
        strbuf_printf(&joined, "%s%s", last ? "\n" : "", path);
        last = path;
    }
    char *copy = memory_copy_text(joined.data);
    strbuf_release(&joined);
    return copy;
}

char *paths_clean(const char *paths)
{
    if (!paths || !paths_are_several(paths))
        return path_clean(paths ? paths : "");
    struct vector list;
    struct strbuf one = STRBUF_INIT;
    vector_init(&list, sizeof(char *));
    while (paths_next(&paths, &one)) {
        char *clean = one.length > 0 ? path_clean(one.data) : NULL;
        if (clean)
            vector_push(&list, &clean);
    }
    /* "" sorts like a slash, behind "-x": everything goes first. */
    vector_sort(&list, compare_paths);
    for (size_t i = 0; i < list.count; i++) {
        char **path = vector_at(&list, i);
        if (**path == '\0') {
            char **first = vector_at(&list, 0);
            char *all = *path;
            *path = *first;
            *first = all;
        }
    }
    char *joined = join(&list);
    for (size_t i = 0; i < list.count; i++)
        free(*(char **)vector_at(&list, i));
    vector_release(&list);
    strbuf_release(&one);
    return joined;
}
