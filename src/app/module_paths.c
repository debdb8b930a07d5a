#include <pilab/app/module_paths.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

const char *module_paths_of_words(struct arena *arena, const char *words)
{
    struct strbuf paths = STRBUF_INIT;
    const char *kept;

    if (words == NULL || strstr(words, ", ") == NULL)
        return arena_text(arena, words);
    for (; *words != '\0'; words++) {
        bool end = strncmp(words, ", ", 2) == 0;

        if (!end)
            strbuf_add_char(&paths, *words);
        else if (paths.length > 0 && paths.data[paths.length - 1] != '\n')
            strbuf_add_char(&paths, '\n');
        words += end;
    }
    kept = strbuf_to_arena(&paths, arena);
    strbuf_release(&paths);
    return kept;
}

void module_paths_words(struct strbuf *out, const char *paths)
{
    for (; paths != NULL && *paths != '\0'; paths++) {
        if (*paths == '\n')
            strbuf_add(out, ", ");
        else
            strbuf_add_char(out, *paths);
    }
}

static void add_clean(struct strbuf *out, const char *path)
{
    for (const char *part = path; *part != '\0';) {
        size_t length = strcspn(part, "/");

        if (length == 2 && strncmp(part, "..", 2) == 0) {
            const char *slash = out->length > 0 ? strrchr(out->data, '/') : NULL;

            strbuf_truncate(out, slash != NULL ? (size_t)(slash - out->data) : 0);
        } else if (length > 0 && !(length == 1 && *part == '.')) {
            if (out->length > 0)
                strbuf_add_char(out, '/');
            strbuf_add_bytes(out, part, length);
        }
        part += length;
        part += strspn(part, "/");
    }
}

char *module_paths_from(const char *home, const char *path)
{
    struct strbuf out = STRBUF_INIT;

    if (*path != '/')
        strbuf_add(&out, home);
    add_clean(&out, path);
    return strbuf_steal(&out);
}

static char *clean_line(const char *line, size_t length)
{
    char *copy = memory_copy_bytes(line, length), *clean = module_paths_from("", copy);

    free(copy);
    return clean;
}

char *module_paths_home(const char *paths)
{
    return paths != NULL ? clean_line(paths, strcspn(paths, "\n")) : memory_copy_text("");
}

char *module_paths_clean(const char *paths)
{
    struct strbuf out = STRBUF_INIT;
    bool all = paths == NULL;

    while (!all && *paths != '\0') {
        size_t length = strcspn(paths, "\n");
        char *one = clean_line(paths, length);

        all = length > 0 && *one == '\0';
        if (*one != '\0')
            strbuf_printf(&out, "%s%s", out.length > 0 ? "\n" : "", one);
        free(one);
        paths += length + (paths[length] == '\n');
    }
    if (all)
        strbuf_clear(&out);
    return strbuf_steal(&out);
}

bool module_paths_hold(const char *clean, const char *file)
{
    if (*clean == '\0')
        return true;
    while (*clean != '\0') {
        size_t length = strcspn(clean, "\n");

        if (strncmp(file, clean, length) == 0 && (file[length] == '/' || file[length] == '\0'))
            return true;
        clean += length + (clean[length] == '\n');
    }
    return false;
}
