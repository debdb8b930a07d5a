/*
 * requirements.txt (https://pip.pypa.io/en/stable/reference/requirements-file-format/), written by
 * hand or by pip-compile, whose comments ("# via flask") tell who asked.
 */
#include <config.h> /* strcasestr is a system extension */

#include "reader.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/glob.h>
#include <pilab/base/map.h>

#define INCLUDE_MAX 16
#define READ_MAX    200 /* included by one, and by those that it includes */

struct requirements {
    struct package_reader *reader;
    enum package_scope scope;
    const char *index, *more;       /* the registry, and those besides; NULL: not said */
    bool compiled;                  /* by a tool that says who asked */
    size_t last;                    /* the package that comments belong to; SIZE_MAX: none */
    const char *files[INCLUDE_MAX]; /* that are being read: a file may name itself */
    size_t depth;
    struct map *read; /* paths of those that were: once is enough, as for pip */
};

static void read_file(struct requirements *list, const char *path, const char *text, size_t length);

/* The names of such files tell what they are for: requirements-dev.txt, test/requirements.txt. */
static enum package_scope scope_of(const char *path)
{
    static const char *const words[] = { "dev", "test", "lint", "doc", "ci", "typing", "bench" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);

        for (const char *at = path; (at = strcasestr(at, words[i])) != NULL; at++) {
            const char *after = at + length;

            after += *after == 's';
            if ((at == path || !isalnum((unsigned char)at[-1])) && !isalnum((unsigned char)*after))
                return PACKAGE_DEV;
        }
    }
    return PACKAGE_RUNTIME;
}

/* Whom a comment of a compiled file names: what some file (-r requirements.in, pyproject.toml)
 * asks for is direct. */
static void read_via(struct requirements *list, const char *comment)
{
    struct package *package;

    if (!list->compiled || list->last == SIZE_MAX)
        return;
    package = package_reader_at(list->reader, list->last);
    comment += strspn(comment, "# \t");
    if (strncmp(comment, "via", 3) == 0)
        comment += 3 + strspn(comment + 3, " \t");
    if (*comment == '\0')
        return;
    if (strncmp(comment, "-r ", 3) == 0 || strncmp(comment, "-c ", 3) == 0 ||
        strstr(comment, "pyproject.toml") != NULL || strstr(comment, "setup.") != NULL ||
        strstr(comment, ".in") != NULL) {
        if (strncmp(comment, "-c ", 3) != 0)
            package->relation = PACKAGE_DIRECT;
    } else if (package->relation == PACKAGE_UNTOLD) {
        package->relation = PACKAGE_TRANSITIVE;
    }
}

/* -r other.txt: what has a name of its own as such a file is compared on its own. */
static void include(struct requirements *list, const char *path, const char *relative,
                    unsigned line)
{
    struct package_reader *reader = list->reader;
    const char *other = package_sibling_path(reader, path, relative), *text;
    size_t length;

    if (other == NULL || glob_match_fold(REQUIREMENTS_PATTERN, other, '/'))
        return;
    for (size_t i = 0; i < list->depth; i++) {
        if (strcmp(list->files[i], other) == 0)
            return;
    }
    if (map_has(list->read, other))
        return;
    map_put(list->read, other, list);
    text = list->depth < INCLUDE_MAX && map_count(list->read) <= READ_MAX
               ? package_sibling_text(reader, other, &length)
               : NULL;
    if (map_count(list->read) == READ_MAX + 1)
        package_reader_problem(reader, line, "it includes more than %d files", READ_MAX);
    else if (map_count(list->read) > READ_MAX)
        return;
    else if (text == NULL)
        package_reader_problem(reader, line, "%s, which it includes, cannot be read", other);
    else
        read_file(list, other, text, length);
}

/* What follows an option, in its short form or its long one; NULL: it is another. */
static const char *option_value(const char *text, const char *brief, const char *full)
{
    const char *const names[] = { brief, full };

    for (size_t i = 0; i < 2; i++) {
        size_t length = strlen(names[i]);

        if (strncmp(text, names[i], length) == 0 && text[length] != '\0' &&
            strchr(" =\t", text[length]) != NULL)
            return text + length + strspn(text + length, " =\t");
    }
    return NULL;
}

static void add_address(struct requirements *list, const char *text, unsigned line);

static void read_option(struct requirements *list, const char *path, const char *text,
                        unsigned line)
{
    struct arena *arena = list->reader->arena;
    struct package where = { .name = "" };
    const char *value;

    if ((value = option_value(text, "-r", "--requirement")) != NULL) {
        include(list, path, value, line);
    } else if ((value = option_value(text, "-e", "--editable")) != NULL) {
        add_address(list, value, line);
    } else if ((value = option_value(text, "-i", "--index-url")) != NULL) {
        package_repository(list->reader, &where, value, NULL);
        list->index = where.origin;
    } else if ((value = option_value(text, "--extra-index-url", "--extra-index-url")) != NULL) {
        package_repository(list->reader, &where, value, NULL);
        list->more =
            arena_printf(arena, "%s and %s", list->more != NULL ? list->more : "", where.origin);
    }
}

/* --- Addresses -------------------------------------------------------------------------------- */

/* What a package is called that only an address names: by "#egg=x", or by the last part of its
 * path, of a file up to its version. NULL: nobody can tell. */
static const char *name_of_address(struct arena *arena, const char *address)
{
    const char *egg = strstr(address, "egg="), *start, *end;
    const char *scheme = strstr(address, "://");

    if (egg != NULL) {
        egg += 4;
        return python_name(arena, egg, strcspn(egg, "&[ \t;"));
    }
    end = address + strcspn(address, "#? \t;");
    if (scheme == NULL || scheme > end)
        return NULL;
    for (const char *at = scheme + 3; at < end; at++) { /* "…/x.git@v1" */
        if (*at == '@' && memchr(scheme + 3, '/', (size_t)(at - scheme - 3)) != NULL)
            end = at;
    }
    while (end > scheme + 3 && end[-1] == '/')
        end--;
    for (start = end; start[-1] != '/';)
        start--;
    if (start <= scheme + 3 || start == end)
        return NULL;
    for (const char *at = start; at + 1 < end;
         at++) { /* "x-1.0.tar.gz", "x-1.0-py3-none-any.whl" */
        if (*at == '-' && isdigit((unsigned char)at[1]) && at > start) {
            end = at;
            break;
        }
    }
    if (end - start > 4 && strncmp(end - 4, ".git", 4) == 0)
        end -= 4;
    return python_name(arena, start, (size_t)(end - start));
}

/* A path is a part of the project. */
static void add_address(struct requirements *list, const char *text, unsigned line)
{
    struct package_reader *reader = list->reader;
    size_t length = strcspn(text, " \t;");
    const char *name;

    if (strstr(text, "://") == NULL || strncmp(text, "file:", 5) == 0)
        return;
    name = name_of_address(reader->arena, text);
    if (name == NULL || *name == '\0') {
        package_reader_problem(reader, line, "an address without a name: it is not compared");
        return;
    }
    list->last =
        package_reader_add(reader, &(struct package){
                                       .name = name,
                                       .version = arena_bytes(reader->arena, text, length),
                                       .scope = list->scope,
                                       .relation = list->compiled ? PACKAGE_UNTOLD : PACKAGE_DIRECT,
                                       .line = line });
}

/* "--hash=sha256:2ac5… --hash=…" */
static const char *hashes_of(struct arena *arena, const char *options)
{
    static const char mark[] = "--hash=sha256:";
    struct strbuf out = STRBUF_INIT;
    const char *result;

    for (const char *at = options; (at = strstr(at, mark)) != NULL;) {
        size_t length;

        at += sizeof mark - 1;
        length = strcspn(at, " \t");
        strbuf_printf(&out, "%ssha256-%.*s", out.length > 0 ? " " : "", (int)length, at);
    }
    result = strbuf_to_arena(&out, arena);
    strbuf_release(&out);
    return result;
}

/* One logical line, continuations joined. */
static void read_requirement(struct requirements *list, const char *path, char *text, unsigned line)
{
    struct package_reader *reader = list->reader;
    struct package package = { .scope = list->scope,
                               .relation = list->compiled ? PACKAGE_UNTOLD : PACKAGE_DIRECT,
                               .line = line };
    char *comment = NULL, *options;

    text += strspn(text, " \t");
    for (char *at = text; *at != '\0' && comment == NULL; at++) {
        if (*at == '#' && (at == text || at[-1] == ' ' || at[-1] == '\t'))
            comment = at;
    }
    if (comment == text) {
        if (strstr(text, "autogenerated by pip-compile") != NULL ||
            strstr(text, "autogenerated by uv") != NULL)
            list->compiled = true;
        read_via(list, text);
        return;
    }
    if (comment != NULL)
        *comment = '\0';
    for (size_t length = strlen(text); length > 0 && isspace((unsigned char)text[length - 1]);)
        text[--length] = '\0';
    if (*text == '\0')
        return;
    if (*text == '-') {
        read_option(list, path, text, line);
        return;
    }
    options = strstr(text, " --");
    if (options != NULL) {
        package.digest = hashes_of(reader->arena, options);
        *options = '\0';
    }
    /* A path is no package that anybody could compare. */
    if (python_requirement(reader->arena, text, &package))
        list->last = package_reader_add(reader, &package);
    else if (strstr(text, "://") != NULL)
        add_address(list, text, line);
    else if (strpbrk(text, "/\\:") == NULL)
        package_reader_problem(reader, line, "\"%s\" is no requirement", text);
    if (comment != NULL)
        read_via(list, comment + 1);
}

static void read_file(struct requirements *list, const char *path, const char *text, size_t length)
{
    struct arena *arena = list->reader->arena;
    const char *end = text + length, *next;
    struct strbuf logical = STRBUF_INIT;
    unsigned line = 0, first = 0;

    list->files[list->depth++] = path;
    for (const char *at = text; at < end; at = next) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t size = (size_t)((newline != NULL ? newline : end) - at);

        next = at + size + 1;
        line++;
        size -= size > 0 && at[size - 1] == '\r';
        if (logical.length == 0)
            first = line;
        strbuf_add_bytes(&logical, at, size);
        if (size > 0 && at[size - 1] == '\\') {
            strbuf_truncate(&logical, logical.length - 1);
            strbuf_add_char(&logical, ' ');
            continue;
        }
        read_requirement(list, path, arena_text(arena, logical.data), first);
        strbuf_clear(&logical);
    }
    if (logical.length > 0) {
        read_requirement(list, path, arena_text(arena, logical.data), first);
        package_reader_cut(list->reader, line, "a line is continued, but the text ends");
    }
    strbuf_release(&logical);
    list->depth--;
}

bool requirements_read(struct package_reader *reader)
{
    struct requirements list = {
        .reader = reader, .scope = scope_of(reader->name), .last = SIZE_MAX, .read = map_new()
    };
    const char *base = strrchr(reader->name, '/'), *origin;

    if (strncasecmp(base != NULL ? base + 1 : reader->name, "constraints", 11) == 0)
        list.scope = PACKAGE_MANAGED;
    read_file(&list, reader->name, reader->text, reader->length);
    map_free(&list.read);
    origin =
        arena_printf(reader->arena, "%s%s", list.index != NULL ? list.index : "pypi.org/simple",
                     list.more != NULL ? list.more : "");
    for (size_t i = 0; i < reader->packages.count; i++) {
        struct package *package = package_reader_at(reader, i);

        if (package->version == NULL || strstr(package->version, "://") == NULL)
            package->origin = origin;
    }
    return true;
}
