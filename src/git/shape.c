#include <pilab/git/shape.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>

#include "internal.h"
#include "replaced.h"

/* Larger than anybody's list of grafts or alternates. */
#define FILE_LIMIT ((size_t)16 << 20)

/* A file below the folder that all work trees share; empty when there is none. */
static void read_shared(const struct repository *repository, const char *name, struct strbuf *out)
{
    char *path = path_join(git_repository_commondir(repository->git), name);
    if (!file_read(path, FILE_LIMIT, true, out, NULL))
        strbuf_clear(out);
    free(path);
}

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);
    return length > tail && strcmp(name + length - tail, end) == 0;
}

/* All settings are gone through: libgit2 1.5 loses memory for each that it compares with a pattern.
 */
static void look_at_remotes(struct repository *repository, struct arena *arena,
                            struct repository_shape *shape)
{
    git_config *config = NULL;
    git_config_iterator *iterator = NULL;
    git_config_entry *entry = NULL;
    if (git_repository_config_snapshot(&config, repository->git) < 0)
        return;
    if (git_config_iterator_new(&iterator, config) == 0) {
        while (git_config_next(&entry, iterator) == 0) {
            if (strncmp(entry->name, "remote.", 7) != 0)
                continue;
            if (ends_with(entry->name, ".promisor"))
                shape->partial =
                    shape->partial || !entry->value || strcmp(entry->value, "false") != 0;
            else if (ends_with(entry->name, ".partialclonefilter") && entry->value)
                shape->filter = arena_text(arena, entry->value);
        }
    }
    git_config_iterator_free(iterator);
    git_config_entry *extension = NULL;
    if (git_config_get_entry(&extension, config, "extensions.partialclone") == 0)
        shape->partial = true;
    git_config_entry_free(extension);
    git_config_free(config);
}

/* Lines are "commit parent…"; those that begin with # are none. */
static size_t count_grafts(const struct repository *repository)
{
    struct strbuf text = STRBUF_INIT;
    struct object_id id;
    size_t count = 0;
    read_shared(repository, "info/grafts", &text);
    for (const char *line = text.data; *line; line += *line == '\n') {
        size_t length = strcspn(line, "\n");
        count += object_id_parse_prefix(line, length, &id);
        line += length;
    }
    strbuf_release(&text);
    return count;
}

/* Paths that do not begin with a slash start at the folder of objects. */
static const char *find_lost_alternate(const struct repository *repository, struct arena *arena)
{
    struct strbuf text = STRBUF_INIT;
    const char *lost = NULL;
    char *objects = path_join(git_repository_commondir(repository->git), "objects");
    read_shared(repository, "objects/info/alternates", &text);
    for (const char *line = text.data; *line && !lost; line += *line == '\n') {
        size_t length = strcspn(line, "\n");
        if (length > 0 && *line != '#' && *line != '"') {
            char *name = arena_bytes(arena, line, length);
            char *path = *name == '/' ? NULL : path_join(objects, name);
            if (!file_is_directory(path ? path : name))
                lost = arena_text(arena, path ? path : name);
            free(path);
        }
        line += length;
    }
    free(objects);
    strbuf_release(&text);
    return lost;
}

struct repository_shape repository_shape(struct repository *repository, struct arena *arena)
{
    struct repository_shape shape = { .shallow = repository->shallow,
                                      .replaced = replaced_count(repository),
                                      .grafts = count_grafts(repository),
                                      .lost_alternate = find_lost_alternate(repository, arena) };
    look_at_remotes(repository, arena, &shape);
    return shape;
}
