#include <pilab/git/submodules.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/file.h>
#include <pilab/base/map.h>
#include <pilab/base/vector.h>

#include "internal.h"

#define FILE_NAME  ".gitmodules"
#define FILE_LIMIT ((size_t)16 << 20)
#define BLANKS     " \t\r"

/* --- git's configuration syntax (git-config(1)), as far as .gitmodules needs it -------------- */

struct parser {
    struct arena *arena;
    const char *at, *end;
    struct vector list;  /* struct submodule */
    struct map *by_name; /* name → its place in the list, from 1 */
    struct strbuf word;  /* what is being read */
    size_t current;      /* the section's place in the list, from 1; 0: it is another's */
};

static bool more(const struct parser *parser)
{
    return parser->at < parser->end && *parser->at != '\0';
}

static void skip_blanks(struct parser *parser)
{
    while (more(parser) && strchr(BLANKS, *parser->at))
        parser->at++;
}

static void skip_line(struct parser *parser)
{
    while (more(parser) && *parser->at != '\n')
        parser->at++;
}

static struct submodule *submodule_named(struct parser *parser, const char *name)
{
    size_t place = (size_t)(uintptr_t)map_get(parser->by_name, name);
    if (place == 0) {
        struct submodule *added = vector_add(&parser->list);
        added->name = arena_text(parser->arena, name);
        place = parser->list.count;
        map_put(parser->by_name, name, (void *)(uintptr_t)place);
    }
    parser->current = place;
    return vector_at(&parser->list, place - 1);
}

/* What stands between quotes; a backslash takes the next character as it is. False at the end of
 * the line. */
static bool read_quoted(struct parser *parser)
{
    for (parser->at++; more(parser) && *parser->at != '\n'; parser->at++) {
        if (*parser->at == '"') {
            parser->at++;
            return true;
        }
        if (*parser->at == '\\' && parser->at + 1 < parser->end && parser->at[1] != '\n')
            parser->at++;
        strbuf_add_char(&parser->word, *parser->at);
    }
    return false;
}

/* [submodule "name"], or [submodule.name] as it was written long ago. */
static void read_section(struct parser *parser)
{
    bool ok = true;
    parser->current = 0;
    strbuf_clear(&parser->word);
    for (parser->at++; more(parser) && !strchr("] \t\n\"", *parser->at); parser->at++)
        strbuf_add_char(&parser->word, *parser->at);
    bool old_form = strncasecmp(parser->word.data, "submodule.", 10) == 0;
    bool of_submodule = strcasecmp(parser->word.data, "submodule") == 0;
    skip_blanks(parser);
    if (more(parser) && *parser->at == '"') {
        strbuf_clear(&parser->word);
        ok = read_quoted(parser) && of_submodule;
    } else {
        ok = old_form;
    }
    skip_blanks(parser);
    if (!ok || !more(parser) || *parser->at != ']') {
        skip_line(parser);
        return;
    }
    parser->at++;
    submodule_named(parser, parser->word.data + (old_form ? 10 : 0));
}

static char unescaped(char letter)
{
    return letter == 'n' ? '\n' : letter == 't' ? '\t' : letter == 'b' ? '\b' : letter;
}

/* Up to the end of the line or a comment; blanks at the end do not count unless they are quoted. */
static void read_value(struct parser *parser)
{
    bool quoted = false;
    size_t keep = 0;
    strbuf_clear(&parser->word);
    skip_blanks(parser);
    for (; more(parser) && *parser->at != '\n'; parser->at++) {
        char letter = *parser->at;
        if (!quoted && (letter == '#' || letter == ';')) {
            skip_line(parser);
            break;
        }
        if (letter == '"') {
            quoted = !quoted;
            keep = parser->word.length;
            continue;
        }
        if (letter == '\\' && parser->at + 1 < parser->end) {
            parser->at++;
            if (*parser->at == '\n')
                continue; /* the value goes on in the next line */
            letter = unescaped(*parser->at);
        }
        strbuf_add_char(&parser->word, letter);
        if (quoted || !strchr(BLANKS, letter))
            keep = parser->word.length;
    }
    strbuf_truncate(&parser->word, keep);
}

static void read_setting(struct parser *parser)
{
    char key[32];
    size_t length = 0;
    for (; more(parser) && !strchr("= \t\r\n#;", *parser->at); parser->at++) {
        if (length < sizeof(key) - 1)
            key[length] = *parser->at;
        length++;
    }
    key[length < sizeof(key) ? length : sizeof(key) - 1] = '\0';
    skip_blanks(parser);
    if (!more(parser) || *parser->at != '=') {
        skip_line(parser);
        return;
    }
    parser->at++;
    read_value(parser);
    if (parser->current == 0)
        return;
    struct submodule *submodule = vector_at(&parser->list, parser->current - 1);
    if (strcasecmp(key, "path") == 0)
        submodule->path = arena_text(parser->arena, parser->word.data);
    else if (strcasecmp(key, "url") == 0)
        submodule->url = arena_text(parser->arena, parser->word.data);
}

/* Of one path the first comes first, for sorting is stable. */
static int compare_paths(const void *left, const void *right)
{
    const struct submodule *const *a = left, *const *b = right;
    return strcmp((*a)->path, (*b)->path);
}

static void sort_by_path(struct submodule_list *list, struct arena *arena)
{
    list->by_path = arena_array(arena, list->count, sizeof(*list->by_path));
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].path)
            list->by_path[list->path_count++] = &list->items[i];
    sort_stable(list->by_path, list->path_count, sizeof(*list->by_path), compare_paths);
}

struct submodule_list submodules_parse(const char *text, size_t length, struct arena *arena)
{
    struct parser parser = {
        .arena = arena, .at = text, .end = text + length, .by_name = map_new(), .word = STRBUF_INIT
    };
    vector_init(&parser.list, sizeof(struct submodule));
    while (more(&parser)) {
        skip_blanks(&parser);
        if (!more(&parser))
            break;
        if (*parser.at == '\n')
            parser.at++;
        else if (*parser.at == '[')
            read_section(&parser);
        else if (*parser.at == '#' || *parser.at == ';')
            skip_line(&parser);
        else if (*parser.at == '=')
            skip_line(&parser);
        else
            read_setting(&parser);
    }
    struct submodule_list list = { .items = vector_to_arena(&parser.list, arena),
                                   .count = parser.list.count };
    sort_by_path(&list, arena);
    vector_release(&parser.list);
    map_free(&parser.by_name);
    strbuf_release(&parser.word);
    return list;
}

/* --- Of a commit ---------------------------------------------------------------------------- */

bool submodules_read(struct repository *repository, const struct object_id *commit,
                     struct arena *arena, struct submodule_list *out, struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    struct error failure = { 0 };
    *out = (struct submodule_list){ .count = 0 };
    bool ok = repository_read_file(repository, commit, FILE_NAME, FILE_LIMIT, &text, &failure);
    if (ok)
        *out = submodules_parse(text.data, text.length, arena);
    else if (failure.code != ERROR_NOT_FOUND && error)
        *error = failure;
    strbuf_release(&text);
    return ok || failure.code == ERROR_NOT_FOUND;
}

const struct submodule *submodules_at(const struct submodule_list *list, const char *path)
{
    size_t low = 0, high = list->path_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(list->by_path[middle]->path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < list->path_count && strcmp(list->by_path[low]->path, path) == 0;
    return found ? list->by_path[low] : NULL;
}

/* --- Where it is ---------------------------------------------------------------------------- */

static size_t without_ending(const char *url)
{
    size_t length = strlen(url);
    while (length > 0 && url[length - 1] == '/')
        length--;
    if (length > 4 && strncmp(url + length - 4, ".git", 4) == 0)
        length -= 4;
    return length;
}

bool submodule_same_url(const char *a, const char *b)
{
    size_t length = without_ending(a);
    return length == without_ending(b) && strncmp(a, b, length) == 0;
}

/* Takes the last part away: "host:a/b" becomes "host:a", then "host:". */
static void chop(struct strbuf *url)
{
    size_t length = url->length;
    while (length > 0 && url->data[length - 1] != '/' && url->data[length - 1] != ':')
        length--;
    if (length > 0 && url->data[length - 1] == '/')
        length--;
    strbuf_truncate(url, length);
}

/* Where the repository came from: as it is written, which is what git starts at, too.
 * (git_remote_lookup would ask for all settings of a pattern, for which libgit2 1.5 loses memory.)
 * Without one, where it is. */
static void add_origin(struct repository *repository, struct strbuf *out)
{
    git_config *config = NULL;
    git_config_entry *url = NULL;
    if (git_repository_config_snapshot(&config, repository->git) == 0 &&
        git_config_get_entry(&url, config, "remote.origin.url") == 0 && url->value && *url->value)
        strbuf_add(out, url->value);
    else
        strbuf_add(out, repository->work_tree ? repository->work_tree : repository->directory);
    git_config_entry_free(url);
    git_config_free(config);
}

const char *submodule_url(struct repository *repository, const char *url, struct arena *arena)
{
    struct strbuf base = STRBUF_INIT;
    if (strncmp(url, "./", 2) != 0 && strncmp(url, "../", 3) != 0)
        return arena_text(arena, url);
    add_origin(repository, &base);
    while (base.length > 1 && base.data[base.length - 1] == '/')
        strbuf_truncate(&base, base.length - 1);
    for (;;) {
        if (strncmp(url, "../", 3) == 0) {
            chop(&base);
            url += 3;
        } else if (strncmp(url, "./", 2) == 0) {
            url += 2;
        } else {
            break;
        }
    }
    if (base.length > 0 && base.data[base.length - 1] != ':')
        strbuf_add_char(&base, '/');
    strbuf_add(&base, url);
    const char *result = strbuf_to_arena(&base, arena);
    strbuf_release(&base);
    return result;
}

/* It stays below the folder that it is taken from. */
static bool leads_below(const char *name)
{
    if (*name == '/' || *name == '\0')
        return false;
    for (const char *part = name; *part;) {
        size_t length = strcspn(part, "/");
        if (length == 2 && strncmp(part, "..", 2) == 0)
            return false;
        part += length + (part[length] == '/');
    }
    return true;
}

/* The folder, if it is there and no link on the way leads elsewhere. */
static const char *folder_below(const char *base, const char *name, struct arena *arena)
{
    char *real_base = realpath(base, NULL);
    char *path = real_base ? path_join(real_base, name) : NULL;
    char *real = path ? realpath(path, NULL) : NULL;
    const char *found =
        real && strcmp(real, path) == 0 && file_is_directory(real) ? arena_text(arena, real) : NULL;
    free(real_base);
    free(path);
    free(real);
    return found;
}

const char *submodule_directory(const struct repository *repository,
                                const struct submodule *submodule, struct arena *arena)
{
    const char *found = NULL;
    if (leads_below(submodule->name)) {
        char *modules = path_join(git_repository_commondir(repository->git), "modules");
        found = folder_below(modules, submodule->name, arena);
        free(modules);
    }
    if (!found && repository->work_tree && submodule->path && leads_below(submodule->path)) {
        found = folder_below(repository->work_tree, submodule->path, arena);
        char *git = found ? path_join(found, ".git") : NULL;
        if (found && !file_is_directory(git))
            found = NULL;
        free(git);
    }
    return found;
}
