/* go.mod (https://go.dev/ref/mod#go-mod-file). go.sum lists checksums of more than is used, and so
 * is no list of versions. */
#include "reader.h"

#include <stdint.h>
#include <string.h>

struct go_mod {
    struct package_reader *reader;
    struct map *by_name; /* to the index + 1 */
    const char *block;   /* within "require (": the word; NULL: none */
    unsigned line;
};

#define WORD_MAX 8

/* A line in words; a comment is cut off, of which *comment is the text. */
static size_t split(struct arena *arena, const char *line, const char *words[WORD_MAX],
                    const char **comment)
{
    const char *slashes = strstr(line, "//");
    size_t length = slashes != NULL ? (size_t)(slashes - line) : strlen(line), count, used;
    const char **found = arena_words(arena, arena_bytes(arena, line, length), " \t\r", &count);

    *comment = slashes != NULL ? slashes + 2 : "";
    used = count < WORD_MAX ? count : WORD_MAX;
    for (size_t i = 0; i < used; i++) {
        size_t size = strlen(found[i]);
        bool quoted = size > 2 && strchr("\"`", *found[i]) != NULL;

        words[i] = quoted ? arena_bytes(arena, found[i] + 1, size - 2) : found[i];
    }
    return used;
}

static void require(struct go_mod *mod, const char *const *words, size_t count, const char *comment)
{
    bool indirect;
    size_t index;

    if (count < 2) {
        package_reader_problem(mod->reader, mod->line, "a module without a version");
        return;
    }
    comment += strspn(comment, " \t");
    indirect = strncmp(comment, "indirect", 8) == 0;
    index =
        package_reader_add(mod->reader, &(struct package){ .name = words[0],
                                                           .version = words[1],
                                                           .origin = words[0],
                                                           .scope = PACKAGE_RUNTIME,
                                                           .relation = indirect ? PACKAGE_TRANSITIVE
                                                                                : PACKAGE_DIRECT,
                                                           .line = mod->line });
    if (index != SIZE_MAX)
        map_put(mod->by_name, words[0], (void *)(uintptr_t)(index + 1));
}

/* "old [v1] => new [v2]": what is built is the new one. Replacements follow what they replace, or
 * come before it: they are applied at the end. */
struct replacement {
    const char *old, *old_version, *by, *version;
};

static void replace(struct go_mod *mod, struct vector *replacements, const char *const *words,
                    size_t count)
{
    struct replacement *one;
    size_t arrow = 0;

    while (arrow < count && strcmp(words[arrow], "=>") != 0)
        arrow++;
    if (arrow == 0 || arrow > 2 || arrow + 1 >= count) {
        package_reader_problem(mod->reader, mod->line, "a replacement that cannot be understood");
        return;
    }
    one = vector_add(replacements);
    one->old = words[0];
    one->old_version = arrow == 2 ? words[1] : NULL;
    one->by = words[arrow + 1];
    one->version = arrow + 2 < count ? words[arrow + 2] : NULL;
}

static void apply(struct go_mod *mod, const struct vector *replacements)
{
    struct arena *arena = mod->reader->arena;

    for (size_t i = 0; i < replacements->count; i++) {
        const struct replacement *one = vector_at(replacements, i);
        uintptr_t found = (uintptr_t)map_get(mod->by_name, one->old);
        struct package *package;

        if (found == 0)
            continue;
        package = package_reader_at(mod->reader, found - 1);
        if (one->old_version != NULL && package->version != NULL &&
            strcmp(one->old_version, package->version) != 0)
            continue;
        package->origin = one->by; /* a module's path says where it is fetched from */
        if (strcmp(one->by, one->old) == 0 && one->version != NULL)
            package->version = one->version;
        else
            package->version =
                arena_printf(arena, "%s%s%s", one->by, one->version != NULL ? "@" : "",
                             one->version != NULL ? one->version : "");
    }
}

static void read_line(struct go_mod *mod, struct vector *replacements, const char *line)
{
    const char *words[WORD_MAX], *comment, *verb;
    const char *const *rest = words;
    size_t count = split(mod->reader->arena, line, words, &comment);

    if (count == 0)
        return;
    if (mod->block != NULL && strcmp(words[0], ")") == 0) {
        mod->block = NULL;
        return;
    }
    verb = mod->block;
    if (verb == NULL) {
        verb = words[0];
        rest++, count--;
        if (count == 1 && strcmp(rest[0], "(") == 0) {
            mod->block = verb;
            return;
        }
    }
    if (strcmp(verb, "require") == 0)
        require(mod, rest, count, comment);
    else if (strcmp(verb, "replace") == 0)
        replace(mod, replacements, rest, count);
}

bool go_mod_read(struct package_reader *reader)
{
    struct go_mod mod = { .reader = reader, .by_name = map_new() };
    const char *end = reader->text + reader->length, *next;
    struct vector replacements;

    vector_init(&replacements, sizeof(struct replacement));
    for (const char *at = reader->text; at < end; at = next) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((newline != NULL ? newline : end) - at);

        next = at + length + 1;
        mod.line++;
        read_line(&mod, &replacements, arena_bytes(reader->arena, at, length));
    }
    if (mod.block != NULL)
        package_reader_cut(reader, mod.line, "a block has no end");
    apply(&mod, &replacements);
    vector_release(&replacements);
    map_free(&mod.by_name);
    return true;
}
