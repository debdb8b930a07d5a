#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>
#include <pilab/base/vector.h>

#include "form_internal.h"

#define NAMES_MAXIMUM 1000 /* of one folder; more say nothing to a person */

/* The folder that a name of a file begins with. The caller frees. */
static char *folder_of(const char *typed, size_t length)
{
    char *folder, *whole;

    if (length == 0)
        return memory_copy_text(".");
    folder = memory_copy_bytes(typed, length);
    whole = path_from_home(folder);
    free(folder);
    return whole;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Adds the names in a folder that begin so, folders with a slash. What is not text stays out: it
 * could not be typed either. */
static void collect_names(struct vector *names, const char *folder, const char *begun)
{
    DIR *directory = opendir(folder);
    const struct dirent *entry;

    if (directory == NULL)
        return;
    while ((entry = readdir(directory)) != NULL && names->count < NAMES_MAXIMUM) {
        const char *name = entry->d_name;
        char *path, *word;

        if (strncmp(name, begun, strlen(begun)) != 0 || strcmp(name, ".") == 0 ||
            strcmp(name, "..") == 0 || (name[0] == '.' && begun[0] != '.') ||
            !utf8_valid(name, strlen(name)) || strpbrk(name, "\n\t\r\033") != NULL)
            continue;
        path = path_join(folder, name);
        word = memory_printf("%s%s", name, file_is_directory(path) ? "/" : "");
        vector_push(names, &word);
        free(path);
    }
    closedir(directory);
    vector_sort(names, compare_names);
}

static const char *name_at(const struct vector *names, size_t index)
{
    return *(char **)vector_at(names, index);
}

/* The bytes that all begin with, never half a character. */
static size_t common_length(const struct vector *names)
{
    size_t length = strlen(name_at(names, 0));

    for (size_t i = 1; i < names->count; i++) {
        size_t same = 0;

        while (same < length && name_at(names, 0)[same] == name_at(names, i)[same])
            same++;
        length = same;
    }
    while (length > 0 && ((unsigned char)name_at(names, 0)[length] & 0xc0) == 0x80)
        length--;
    return length;
}

static void offer_names(const struct vector *names, struct strbuf *offers)
{
    strbuf_clear(offers);
    for (size_t i = 0; i < names->count; i++)
        strbuf_printf(offers, "%s%s", i > 0 ? "  " : "", name_at(names, i));
}

bool form_complete_path(struct line_editor *editor, struct strbuf *offers)
{
    size_t end = line_editor_cursor(editor);
    char *typed = memory_copy_bytes(line_editor_text(editor), end);
    char *slash = strrchr(typed, '/');
    size_t start = slash == NULL ? 0 : (size_t)(slash - typed) + 1;
    char *folder = folder_of(typed, start);
    bool offered = offers->length > 0;
    bool done = false;
    struct vector names;

    vector_init(&names, sizeof(char *));
    strbuf_clear(offers);
    if (end > 0)
        collect_names(&names, folder, typed + start);
    if (names.count > 0 && common_length(&names) > end - start) {
        char *common = memory_copy_bytes(name_at(&names, 0), common_length(&names));

        line_editor_replace(editor, start, end, common);
        free(common);
        done = true;
    } else if (names.count > 1 && !offered) {
        offer_names(&names, offers);
        done = true;
    }
    for (size_t i = 0; i < names.count; i++)
        free(*(char **)vector_at(&names, i));
    vector_release(&names);
    free(folder);
    free(typed);
    return done;
}
