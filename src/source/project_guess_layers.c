#include <pilab/source/project_guess.h>

#include "path_below.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/array.h>
#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/schema/migration.h>

#define MARK "{env}"
/* More layers than a person would write down: then they are no layers. */
#define MOST_LAYERS 6

/* Where no environments are known yet. */
static const char *const usual_environments[] = {
    "dev",  "develop", "development", "sit",     "int",   "integration", "test",    "qa",
    "uat",  "acc",     "acceptance",  "staging", "stage", "stg",         "preprod", "pre-prod",
    "perf", "prod",    "production",  "prd",     "live",  "dr",
};

/* What lies below the others: the layer's file name with its mark, and what it is laid upon. */
static const struct {
    const char *layer, *base;
} bases[] = {
    {"-" MARK,              ""         },
    { "." MARK,             ""         },
    { "_" MARK,             ""         },
    { MARK "-",             ""         },
    { MARK ".",             ""         },
    { "/" MARK ".",         "/default."},
    { "/" MARK ".",         "/base."   },
    { "/" MARK ".",         "/common." },
    { "/" MARK ".",         "/values." },
    { "overlays/" MARK "/", "base/"    },
    { "/" MARK "/",         "/base/"   },
    { "/" MARK "/",         "/common/" },
    { "/" MARK "/",         "/default/"},
    { "/" MARK "/",         "/"        },
};

/* A pattern that some files follow. */
struct layer {
    char *pattern; /* "deploy/values-{env}.yaml" */
    size_t files;  /* how many environments have one */
};

static bool is_edge(char c)
{
    return strchr("-_./", c) != NULL; /* the NUL at the end is one, too */
}

/* Where a name stands in a path as a whole word; the last such place, since folders above may be
 * called so too. */
static const char *find_word(const char *path, const char *name)
{
    const char *found = NULL;
    size_t length = strlen(name);

    for (const char *at = path; *at != '\0'; at++) {
        if ((at == path || is_edge(at[-1])) && strncasecmp(at, name, length) == 0 &&
            is_edge(at[length]))
            found = at;
    }
    return found;
}

static void count_layer(struct map *layers, struct arena *arena, const char *path, const char *at,
                        size_t length)
{
    char *pattern = arena_printf(arena, "%.*s" MARK "%s", (int)(at - path), path, at + length);
    struct layer *layer = map_get(layers, pattern);

    if (layer == NULL) {
        layer = arena_alloc(arena, sizeof *layer);
        layer->pattern = pattern;
        map_put(layers, pattern, layer);
    }
    layer->files++;
}

/* The longest name wins: "pre-prod" is not "prod". */
static void take_path(struct map *layers, struct arena *arena, const char *path,
                      const char *const *environments, size_t count)
{
    const char *best = NULL, *name = NULL;

    for (size_t i = 0; i < count; i++) {
        const char *at = find_word(path, environments[i]);

        if (at != NULL && (name == NULL || strlen(environments[i]) > strlen(name))) {
            best = at;
            name = environments[i];
        }
    }
    if (best != NULL)
        count_layer(layers, arena, path, best, strlen(name));
}

static bool has_file(const struct path_list *files, const char *directory, const char *path)
{
    for (size_t i = 0; i < files->count; i++) {
        const char *rest = path_below(files->paths[i], directory);

        if (rest != NULL && strcmp(rest, path) == 0)
            return true;
    }
    return false;
}

/* The file that a layer is laid upon, or NULL. */
static const char *base_of(const struct path_list *files, const char *directory,
                           const char *pattern, struct arena *arena)
{
    for (size_t i = 0; i < COUNT(bases); i++) {
        const char *at = strstr(pattern, bases[i].layer);
        const char *path;

        if (at == NULL)
            continue;
        path = arena_printf(arena, "%.*s%s%s", (int)(at - pattern), pattern, bases[i].base,
                            at + strlen(bases[i].layer) -
                                (bases[i].layer[strlen(bases[i].layer) - 1] == '.' &&
                                 bases[i].base[0] == '\0'));
        if (path[0] == '.' && strncmp(pattern, MARK ".", strlen(MARK ".")) == 0)
            path++;
        if (has_file(files, directory, path))
            return path;
    }
    return NULL;
}

static int by_files(const void *a, const void *b)
{
    const struct layer *const *x = a, *const *y = b;

    return (*x)->files < (*y)->files ? 1 : (*x)->files > (*y)->files ? -1 : 0;
}

static void add_text(struct vector *out, const char *text)
{
    for (size_t i = 0; i < out->count; i++) {
        if (strcmp(*(const char **)vector_at(out, i), text) == 0)
            return;
    }
    *(const char **)vector_add(out) = text;
}

/* The usual single files, where nothing is laid upon them. */
static void add_plain(const struct path_list *files, const char *directory, struct vector *out)
{
    static const char *const plain[] = {
        "values.yaml",
        "deploy/values.yaml",
        "helm/values.yaml",
        "chart/values.yaml",
        "deploy/helm/values.yaml",
        "src/main/resources/application.yml",
        "src/main/resources/application.yaml",
        "src/main/resources/application.properties",
        "appsettings.json",
        "config/default.json",
        "config/config.yaml",
        ".env",
        "config.yaml",
    };

    for (size_t i = 0; out->count == 0 && i < COUNT(plain); i++) {
        if (has_file(files, directory, plain[i]))
            add_text(out, plain[i]);
    }
}

static const char **take_layers(const struct path_list *files, const char *directory,
                                struct map *layers, struct arena *arena, size_t *count)
{
    struct vector sorted, out;
    const char **texts;

    vector_init(&sorted, sizeof(struct layer *));
    vector_init(&out, sizeof(const char *));
    for (size_t i = 0; i < map_count(layers); i++) {
        struct layer *layer = map_value_at(layers, i);

        vector_push(&sorted, &layer);
    }
    vector_sort(&sorted, by_files);
    for (size_t i = 0; i < sorted.count && sorted.count <= MOST_LAYERS; i++) {
        const struct layer *layer = *(struct layer **)vector_at(&sorted, i);
        const char *base = base_of(files, directory, layer->pattern, arena);

        if (base != NULL)
            add_text(&out, base);
        add_text(&out, layer->pattern);
    }
    if (sorted.count == 0)
        add_plain(files, directory, &out);
    *count = out.count;
    texts = vector_to_arena(&out, arena);
    vector_release(&sorted);
    vector_release(&out);
    return texts;
}

const char **project_guess_config(const struct well_known *names, const struct path_list *files,
                                  const char *directory, const char *const *environments,
                                  size_t environment_count, struct arena *arena, size_t *count)
{
    struct map *layers = map_new();
    const char **out;

    if (environment_count == 0) {
        environments = usual_environments;
        environment_count = COUNT(usual_environments);
    }
    for (size_t i = 0; i < files->count; i++) {
        const char *path = path_below(files->paths[i], directory);

        if (path != NULL && well_known_config(names, files->paths[i]))
            take_path(layers, arena, path, environments, environment_count);
    }
    out = take_layers(files, directory, layers, arena, count);
    map_free(&layers);
    return out;
}

/* --- Migrations ------------------------------------------------------------------------------- */

static const struct {
    const char *word, *dialect;
} dialects[] = {
    {"postgresql", "postgresql"},
    { "postgres",  "postgresql"},
    { "pgsql",     "postgresql"},
    { "mysql",     "mysql"     },
    { "mariadb",   "mariadb"   },
    { "oracle",    "oracle"    },
    { "sqlserver", "sqlserver" },
    { "mssql",     "sqlserver" },
    { "sqlite",    "sqlite"    },
};

/* "…/<folder>/…" within a path: where the folder ends, or NULL. */
static const char *folder_end(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    for (const char *at = path; *at != '\0'; at++) {
        if ((at == path || at[-1] == '/') && strncasecmp(at, folder, length) == 0 &&
            at[length] == '/')
            return at + length;
    }
    return NULL;
}

static const char *dialect_in(const char *path)
{
    for (size_t i = 0; i < COUNT(dialects); i++) {
        if (find_word(path, dialects[i].word) != NULL)
            return dialects[i].dialect;
    }
    return NULL;
}

bool project_guess_migrations(const struct path_list *files, const char *directory,
                              struct arena *arena, const char **path, const char **dialect)
{
    const char *folder;

    for (size_t i = 0; (folder = migration_folder(i)) != NULL; i++) {
        for (size_t j = 0; j < files->count; j++) {
            const char *rest = path_below(files->paths[j], directory);
            const char *end = rest != NULL ? folder_end(rest, folder) : NULL;

            if (end == NULL || !migration_file_may_be(end))
                continue;
            *path = arena_bytes(arena, rest, (size_t)(end - rest));
            *dialect = dialect_in(rest);
            return true;
        }
    }
    return false;
}

/* --- Tags ------------------------------------------------------------------------------------- */

/* Words before a number that belong to every module. */
static const char *const common_prefixes[] = {
    "",         "v",        "version",   "version-",  "version/",   "release",
    "release-", "release/", "release-v", "release/v", "rel-",       "rel/",
    "r",        "ver-",     "V",         "releases/", "releases/v",
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Where the number of a version begins in a tag: at a digit that begins a word, or follows a 'v'
 * that does. NULL: none. */
static const char *number_of(const char *tag)
{
    const char *first = NULL;

    for (const char *at = tag; *at != '\0'; at++) {
        const char *before = at;

        if (!is_digit(*at))
            continue;
        if (before > tag && (before[-1] == 'v' || before[-1] == 'V'))
            before--;
        if (before == tag || strchr("-_/@.+", before[-1]) != NULL)
            return at;
        first = first == NULL ? at : first;
        while (is_digit(at[1]))
            at++;
    }
    return first;
}

/* Whether the prefix is the module's own ("charts/auth-v", "@bank/auth@"). */
static bool names_module(const char *prefix, const char *module)
{
    size_t length = strlen(module);

    for (const char *at = prefix; *at != '\0'; at++) {
        const char *rest;

        if ((at != prefix && strchr("/@-_", at[-1]) == NULL) ||
            strncasecmp(at, module, length) != 0)
            continue;
        rest = at + length;
        if (*rest != '\0' && strchr("-_/@", *rest) != NULL &&
            (rest[1] == '\0' || strcasecmp(rest + 1, "v") == 0))
            return true;
    }
    return false;
}

static bool is_common(const char *prefix)
{
    for (size_t i = 0; i < COUNT(common_prefixes); i++) {
        if (strcmp(prefix, common_prefixes[i]) == 0)
            return true;
    }
    return false;
}

struct tag_form {
    const char *prefix;
    size_t tags, hits;
    bool own;
};

static struct tag_form *form_of(struct vector *forms, struct arena *arena, const char *tag,
                                size_t length)
{
    struct tag_form *form;

    for (size_t i = 0; i < forms->count; i++) {
        form = vector_at(forms, i);
        if (strlen(form->prefix) == length && strncmp(form->prefix, tag, length) == 0)
            return form;
    }
    form = vector_add(forms);
    form->prefix = arena_bytes(arena, tag, length);
    return form;
}

/* How many of the versions have a tag of this form. */
static size_t count_hits(const char *prefix, const struct map *tags, const char *const *versions,
                         size_t count)
{
    struct strbuf tag = STRBUF_INIT;
    size_t hits = 0;

    for (size_t i = 0; i < count; i++) {
        strbuf_clear(&tag);
        strbuf_add(&tag, prefix);
        strbuf_add(&tag, versions[i]);
        hits += map_has(tags, tag.data);
    }
    strbuf_release(&tag);
    return hits;
}

/* Versions decide; then the module's own name; then what is usual. */
static bool is_better(const struct tag_form *a, const struct tag_form *b)
{
    if (b == NULL || a->hits != b->hits)
        return b == NULL || a->hits > b->hits;
    if (a->own != b->own)
        return a->own;
    return a->tags > b->tags;
}

const char *project_guess_tags(const char *module, const char *const *tags, size_t tag_count,
                               const char *const *versions, size_t version_count,
                               struct arena *arena)
{
    const struct tag_form *best = NULL;
    const char *pattern = NULL;
    struct map *known = map_new();
    struct vector forms;

    vector_init(&forms, sizeof(struct tag_form));
    for (size_t i = 0; i < tag_count; i++) {
        const char *number = number_of(tags[i]);

        map_put(known, tags[i], known);
        if (number != NULL)
            form_of(&forms, arena, tags[i], (size_t)(number - tags[i]))->tags++;
    }
    for (size_t i = 0; i < forms.count; i++) {
        struct tag_form *form = vector_at(&forms, i);

        form->own = names_module(form->prefix, module);
        form->hits = count_hits(form->prefix, known, versions, version_count);
        if ((form->own || is_common(form->prefix) || form->hits > 0) && is_better(form, best))
            best = form;
    }
    if (best != NULL)
        pattern = arena_printf(arena, "%s{version}", best->prefix);
    vector_release(&forms);
    map_free(&known);
    return pattern;
}
