#include "where_files.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/module_paths.h>
#include <pilab/base/glob.h>
#include <pilab/base/memory.h>
#include <pilab/document/diff.h>
#include <pilab/document/document.h>
#include <pilab/git/changes.h>

#include "where_question.h"

/* Counted up with every change of the words or of what they mean. */
#define FILES_FORM    "where files 2"
#define DOCUMENT_MOST ((size_t)4 << 20) /* a larger file is known by its name alone */
#define PROGRESS_STEP 64

/*
 * Words:
 *   k:env.SESSION_TIMEOUT   a key or a map of that path changed
 *   n:SESSION_TIMEOUT       one of that name
 *   f:deploy/values.yaml    a configuration file was touched
 *   m:43, m:V43__upi.sql    a migration was touched: its number, its file's name, its path
 */

/* One walk over the commits that are not in the index yet. */
struct walk {
    struct where_index *index;
    const struct where_files *files;
    struct arena *arena; /* the words' */
    struct vector words; /* struct cache_index_word */
    struct vector globs; /* struct glob *: what is configuration */
    char *paths, *home;  /* the module's, see app/module_paths.h */
    char *migrations;    /* their folder, NULL: there is none */
};

/* --- Which files ------------------------------------------------------------------------------ */

static void add_glob(struct walk *walk, const char *pattern)
{
    char *path = module_paths_from(walk->home, pattern);
    struct glob *glob = glob_new(path, '/', false);

    vector_push(&walk->globs, &glob);
    free(path);
}

/* "{env}" stands for every environment, in the three ways its name may be written. */
static void add_layer(struct walk *walk, const char *pattern)
{
    static const char mark_text[] = "{env}";
    const char *mark = strstr(pattern, mark_text);

    if (mark == NULL) {
        add_glob(walk, pattern);
        return;
    }
    for (size_t i = 0; i < 3 * walk->files->environment_count; i++) {
        char *name = memory_copy_text(walk->files->environments[i / 3].name);
        char *path;

        for (char *c = name; i % 3 != 0 && *c != '\0'; c++)
            *c = (char)(i % 3 == 1 ? tolower((unsigned char)*c) : toupper((unsigned char)*c));
        path = memory_printf("%.*s%s%s", (int)(mark - pattern), pattern, name,
                             mark + sizeof mark_text - 1);
        add_layer(walk, path);
        free(path);
        free(name);
    }
}

static bool is_config(const struct walk *walk, const char *path)
{
    if (walk->files->module->config_count == 0)
        return module_paths_hold(walk->paths, path) && well_known_config(walk->files->names, path);
    for (size_t i = 0; i < walk->globs.count; i++) {
        if (glob_test(*(struct glob **)vector_at(&walk->globs, i), path))
            return true;
    }
    return false;
}

static bool is_migration(const struct walk *walk, const char *path)
{
    return walk->migrations != NULL && module_paths_hold(walk->migrations, path);
}

/* --- Keys ------------------------------------------------------------------------------------- */

static void add_word(struct walk *walk, char kind, const char *text, const struct object_id *commit)
{
    char *word = memory_printf("%c:%s", kind, text);

    where_word_add(&walk->words, walk->arena, word, commit);
    free(word);
}

static const char *step_name(const struct path_step *step)
{
    return step->kind == STEP_KEY ? step->key : step->kind == STEP_NAMED ? step->name : NULL;
}

/* Whatever came or went with a map came or went as well. */
static void add_nested(struct walk *walk, const struct node *node, const char *path,
                       const struct object_id *commit)
{
    for (size_t i = 0; node != NULL && node->kind == NODE_MAP && i < node->count; i++) {
        const struct node *child = node->children[i];
        char *below = memory_printf("%s%s%s", path, *path != '\0' ? "." : "", child->key);

        add_word(walk, 'k', below, commit);
        add_word(walk, 'n', child->key, commit);
        add_nested(walk, child, below, commit);
        free(below);
    }
}

/* The key itself and every map that it stands in: who asks for a map means all below it. */
static void add_change(struct walk *walk, const struct tree_change *change,
                       const struct object_id *commit)
{
    struct strbuf path = STRBUF_INIT;

    for (size_t i = 1; i <= change->step_count; i++) {
        struct tree_change part = { .steps = change->steps, .step_count = i };
        const char *name = step_name(&change->steps[i - 1]);

        strbuf_clear(&path);
        tree_change_path(&path, &part);
        add_word(walk, 'k', path.data, commit);
        if (name != NULL)
            add_word(walk, 'n', name, commit);
    }
    if (change->previous == NULL || change->current == NULL) {
        add_nested(walk, change->previous, path.length > 0 ? path.data : "", commit);
        add_nested(walk, change->current, path.length > 0 ? path.data : "", commit);
    }
    strbuf_release(&path);
}

/* An empty document where there is no file, or none that can be understood. */
static struct document *read_side(const struct walk *walk, const char *path,
                                  const struct object_id *blob)
{
    bool helm = well_known_helm_values(walk->files->names, path);
    struct document_options options = { .schema = helm ? YAML_HELM : YAML_1_2,
                                        .allow_duplicate_keys = true };
    struct strbuf text = STRBUF_INIT;
    struct document *document = NULL;
    enum document_format format;

    if (document_format_of(path, &format) &&
        (object_id_is_zero(blob) ||
         repository_read_blob(walk->index->repository, blob, DOCUMENT_MOST, &text, NULL)))
        document = document_read(path, text.length > 0 ? text.data : "", text.length,
                                 object_id_is_zero(blob) ? DOCUMENT_YAML : format, &options, NULL);
    strbuf_release(&text);
    return document;
}

static void add_keys(struct walk *walk, const struct file_change *change,
                     const struct object_id *commit)
{
    const char *old_path = change->old_path != NULL ? change->old_path : change->path;
    struct document *previous = read_side(walk, old_path, &change->old_blob);
    struct document *current = read_side(walk, change->path, &change->new_blob);
    struct tree_diff *diff = NULL;

    if (previous != NULL && current != NULL)
        diff = tree_diff_documents(previous, current, NULL);
    for (size_t i = 0; diff != NULL && i < diff->count; i++)
        add_change(walk, &diff->changes[i], commit);
    tree_diff_free(&diff);
    document_free(&previous);
    document_free(&current);
}

static void add_migration(struct walk *walk, const char *path, const struct object_id *commit)
{
    const char *slash = strrchr(path, '/');
    const char *number = where_migration_number(path, walk->arena);

    add_word(walk, 'm', path, commit);
    add_word(walk, 'm', slash != NULL ? slash + 1 : path, commit);
    if (number != NULL)
        add_word(walk, 'm', number, commit);
}

static void add_file(struct walk *walk, const struct file_change *change,
                     const struct object_id *commit)
{
    if (is_migration(walk, change->path))
        add_migration(walk, change->path, commit);
    if (!is_config(walk, change->path) &&
        (change->old_path == NULL || !is_config(walk, change->old_path)))
        return;
    add_word(walk, 'f', change->path, commit);
    add_keys(walk, change, commit);
}

/* --- The walk --------------------------------------------------------------------------------- */

/* A commit whose files cannot be read says nothing; merges say what their branches say already. */
static void add_commit(struct walk *walk, const struct object_id *commit)
{
    struct arena *arena = arena_new();
    struct file_change_list files;

    if (changes_of_commit(walk->index->repository, commit, "", 0, arena, &files, NULL)) {
        for (size_t i = 0; i < files.count; i++)
            add_file(walk, &files.changes[i], commit);
    }
    arena_free(&arena);
}

static bool walk_from(struct call *call, struct walk *walk, size_t from, struct error *error)
{
    const struct commit_graph *graph = where_index_graph(walk->index);
    size_t count = commit_graph_count(graph);

    for (size_t i = from; i < count; i++) {
        if (i % PROGRESS_STEP == 0) {
            if (!progress_check(&call->progress, error))
                return false;
            progress_report(&call->progress, walk->files->module->name, i - from, count - from);
        }
        if (commit_graph_parent_count(graph, i) < 2)
            add_commit(walk, commit_graph_id(graph, i));
    }
    return true;
}

static void walk_start(struct walk *walk, struct where_index *index,
                       const struct where_files *files)
{
    const struct module_settings *module = files->module;

    *walk = (struct walk){ .index = index, .files = files, .arena = arena_new() };
    vector_init(&walk->words, sizeof(struct cache_index_word));
    vector_init(&walk->globs, sizeof(struct glob *));
    walk->paths = module_paths_clean(module->path);
    walk->home = module_paths_home(module->path);
    for (size_t i = 0; i < module->config_count; i++)
        add_layer(walk, module->config[i]);
    if (module->migrations_path != NULL)
        walk->migrations = module_paths_from(walk->home, module->migrations_path);
}

static void walk_end(struct walk *walk)
{
    for (size_t i = 0; i < walk->globs.count; i++) {
        struct glob *glob = *(struct glob **)vector_at(&walk->globs, i);

        glob_free(&glob);
    }
    vector_release(&walk->globs);
    vector_release(&walk->words);
    arena_free(&walk->arena);
    free(walk->paths);
    free(walk->home);
    free(walk->migrations);
}

/* --- The index -------------------------------------------------------------------------------- */

/* What the words depend on. */
static char *subject_of(const struct where_files *files)
{
    const struct module_settings *module = files->module;
    struct strbuf subject = STRBUF_INIT;

    strbuf_printf(&subject, "%s\n%s\n%s", FILES_FORM, module->path != NULL ? module->path : "",
                  module->migrations_path != NULL ? module->migrations_path : "");
    for (size_t i = 0; i < module->config_count; i++)
        strbuf_printf(&subject, "\n%s", module->config[i]);
    for (size_t i = 0; module->config_count > 0 && i < files->environment_count; i++)
        strbuf_printf(&subject, "\n%s", files->environments[i].name);
    return strbuf_steal(&subject);
}

/* The commits from 0 up to a number of the repository's index have been looked at: while that index
 * is the same one, they keep their numbers. */
static size_t already_done(int64_t index_number, const char *state)
{
    int64_t number;
    size_t count;

    return sscanf(state, "%" SCNd64 " %zu", &number, &count) == 2 && number == index_number ? count
                                                                                            : 0;
}

static void find_here(const struct walk *walk, const char *word, struct vector *commits)
{
    const struct cache_index_word *words = walk->words.items;

    for (size_t i = 0; i < walk->words.count; i++) {
        struct object_id id;

        if (strcmp(words[i].word, word) != 0)
            continue;
        memcpy(id.bytes, words[i].commit, sizeof id.bytes);
        vector_push(commits, &id);
    }
}

static void take_commit(void *context, const char *word, const unsigned char *commit, size_t length)
{
    struct object_id id;

    (void)word;
    if (length != sizeof id.bytes)
        return;
    memcpy(id.bytes, commit, sizeof id.bytes);
    vector_push(context, &id);
}

struct lookup {
    struct where_index *index;
    const struct where_files *files;
    const char *const *words; /* NULL-terminated */
};

/* Looks at the commits that nobody has looked at, keeps what they say, and finds the words. */
static bool find_words(struct call *call, const struct lookup *lookup, struct vector *commits,
                       struct error *error)
{
    struct where_index *index = lookup->index;
    size_t count = commit_graph_count(where_index_graph(index)), from = 0;
    char *subject = subject_of(lookup->files);
    char *state = memory_printf("%" PRId64 " %zu", index->number, count);
    struct cache_index key = { index->path, subject };
    struct strbuf before = STRBUF_INIT;
    int64_t number = 0;
    struct walk walk;
    bool ok = true;

    walk_start(&walk, index, lookup->files);
    if (index->number != 0)
        number = cache_index_find(index->cache, &key, &before);
    if (number != 0)
        from = already_done(index->number, before.data);
    if (from == 0)
        number = 0;
    if (from < count) {
        int64_t kept = 0;

        ok = walk_from(call, &walk, from, error);
        if (ok && index->number != 0)
            kept = cache_index_add(index->cache, &key, number, before.data, state, NULL, 0,
                                   walk.words.items, walk.words.count);
        number = kept != 0 ? kept : number;
    }
    for (size_t i = 0; ok && lookup->words[i] != NULL; i++) {
        if (number != 0)
            cache_index_words(index->cache, number, lookup->words[i], false, take_commit, commits);
        find_here(&walk, lookup->words[i], commits);
    }
    walk_end(&walk);
    strbuf_release(&before);
    free(subject);
    free(state);
    return ok;
}

bool where_files_find_key(struct call *call, struct where_index *index,
                          const struct where_files *files, const char *key, struct vector *commits,
                          struct error *error)
{
    char *path = memory_printf("k:%s", key), *name = memory_printf("n:%s", key);
    char *file = memory_printf("f:%s", key);
    struct lookup lookup = {
        index, files, (const char *const[]){path, name, file, NULL}
    };
    bool ok = find_words(call, &lookup, commits, error);

    free(path);
    free(name);
    free(file);
    return ok;
}

bool where_files_find_migration(struct call *call, struct where_index *index,
                                const struct where_files *files, const char *name,
                                struct vector *commits, struct error *error)
{
    struct arena *arena = arena_new();
    const char *number = where_migration_number(name, arena);
    bool whole = number != NULL && strpbrk(name, "_-/") == NULL;
    char *file = memory_printf("m:%s", name);
    struct lookup lookup = {
        index, files,
        (const char *const[]){file, whole ? arena_printf(arena, "m:%s", number) : NULL, NULL}
    };
    bool ok = find_words(call, &lookup, commits, error);

    free(file);
    arena_free(&arena);
    return ok;
}
