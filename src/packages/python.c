/*
 * poetry.lock, pdm.lock, uv.lock and Pipfile.lock, with what pyproject.toml (PEP 621, PEP 735,
 * Poetry's own tables) and Pipfile ask for.
 */
#include "reader.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

/* --- What a project asks for ------------------------------------------------------------------ */

/* Whom to tell, and as what. */
struct asking {
    struct package_reader *reader;
    void (*each)(struct package_reader *reader, void *context, const struct package *package);
    void *context;
};

static void ask(const struct asking *asking, struct package *package, enum package_scope scope,
                const char *word, unsigned line)
{
    package->scope = scope;
    package->scope_word = word;
    package->relation = PACKAGE_DIRECT;
    package->line = line;
    if (strcmp(package->name, "python") != 0)
        asking->each(asking->reader, asking->context, package);
}

/* A list of requirements as texts. */
static void ask_list(const struct asking *asking, const struct node *list, enum package_scope scope,
                     const char *word)
{
    for (size_t i = 0; list != NULL && list->kind == NODE_LIST && i < list->count; i++) {
        const char *text = node_scalar(list->children[i]);
        struct package package = { 0 };

        if (text != NULL && python_requirement(asking->reader->arena, text, &package))
            ask(asking, &package, scope, word, list->children[i]->line);
    }
}

/* What of a repository is asked for: Poetry's words, and Pipenv's. */
static const char *asked_commit(const struct node *entry)
{
    static const char *const keys[] = { "rev", "ref", "tag", "branch" };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (node_text(entry, keys[i]) != NULL)
            return node_text(entry, keys[i]);
    }
    return NULL;
}

/* A table of names and versions, as Poetry and Pipenv write them. */
static void ask_table(const struct asking *asking, const struct node *table,
                      enum package_scope scope, const char *word)
{
    for (size_t i = 0; table != NULL && table->kind == NODE_MAP && i < table->count; i++) {
        const struct node *entry = table->children[i];
        const char *version = node_scalar(entry);
        struct package package = { .range = true };

        if (version == NULL)
            version = node_text(entry, "version");
        if (version == NULL && node_get(entry, "path") != NULL)
            continue; /* a part of the project */
        if (version == NULL)
            version = node_text(entry, "git");
        package_repository(asking->reader, &package, node_text(entry, "git"), asked_commit(entry));
        package.name = python_name(asking->reader->arena, entry->key, strlen(entry->key));
        package.version = version;
        if (version != NULL && strncmp(version, "==", 2) == 0 && strpbrk(version, ",*") == NULL) {
            package.version = version + 2;
            package.range = false;
        }
        ask(asking, &package,
            scope == PACKAGE_RUNTIME && node_true(entry, "optional") ? PACKAGE_OPTIONAL : scope,
            word, entry->line);
    }
}

static void ask_groups(const struct asking *asking, const struct node *groups,
                       enum package_scope scope)
{
    for (size_t i = 0; groups != NULL && i < groups->count; i++)
        ask_list(asking, groups->children[i], scope, groups->children[i]->key);
}

void pyproject_each(struct package_reader *reader, const struct node *root,
                    void (*each)(struct package_reader *reader, void *context,
                                 const struct package *package),
                    void *context)
{
    const struct asking asking = { reader, each, context };
    const struct node *project = node_map(root, "project"), *tool = node_map(root, "tool");
    const struct node *poetry = node_map(tool, "poetry"), *groups = node_map(poetry, "group");

    ask_list(&asking, node_get(project, "dependencies"), PACKAGE_RUNTIME, NULL);
    ask_groups(&asking, node_map(project, "optional-dependencies"), PACKAGE_OPTIONAL);
    ask_groups(&asking, node_map(root, "dependency-groups"), PACKAGE_DEV);
    ask_list(&asking, node_get(node_map(tool, "uv"), "dev-dependencies"), PACKAGE_DEV, "dev");
    ask_groups(&asking, node_map(node_map(tool, "pdm"), "dev-dependencies"), PACKAGE_DEV);
    ask_table(&asking, node_map(poetry, "dependencies"), PACKAGE_RUNTIME, NULL);
    ask_table(&asking, node_map(poetry, "dev-dependencies"), PACKAGE_DEV, "dev");
    for (size_t i = 0; groups != NULL && i < groups->count; i++) {
        const char *name = groups->children[i]->key;

        ask_table(&asking, node_map(groups->children[i], "dependencies"),
                  strcmp(name, "main") == 0 ? PACKAGE_RUNTIME : PACKAGE_DEV, name);
    }
    ask_list(&asking, node_get(node_map(root, "build-system"), "requires"), PACKAGE_BUILD,
             "build-system");
}

static void add_asked(struct package_reader *reader, void *context, const struct package *package)
{
    (void)context;
    package_reader_add(reader, package);
}

bool pyproject_read(struct package_reader *reader)
{
    const struct node *root = package_reader_toml(reader);

    if (root == NULL)
        return false;
    pyproject_each(reader, root, add_asked, NULL);
    return true;
}

static void pipfile_each(struct package_reader *reader, const struct node *root,
                         void (*each)(struct package_reader *reader, void *context,
                                      const struct package *package),
                         void *context)
{
    const struct asking asking = { reader, each, context };

    ask_table(&asking, node_map(root, "packages"), PACKAGE_RUNTIME, NULL);
    ask_table(&asking, node_map(root, "dev-packages"), PACKAGE_DEV, "dev");
}

bool pipfile_read(struct package_reader *reader)
{
    const struct node *root = package_reader_toml(reader);

    if (root == NULL)
        return false;
    pipfile_each(reader, root, add_asked, NULL);
    return true;
}

/* --- Lock files ------------------------------------------------------------------------------ */

static void add_root(struct package_reader *reader, void *context, const struct package *package)
{
    (void)reader;
    if (package->scope != PACKAGE_BUILD)
        package_graph_root(context, package->name, package->scope);
}

/* uv names a package that stands there in several versions with the one that it needs. */
static const char *need_key(struct package_reader *reader, const struct node *need)
{
    const char *name = node_text(need, "name"), *version = node_text(need, "version");
    struct package package = { 0 };

    if (name == NULL) { /* pdm: "certifi>=2017.4.17" */
        const char *text = node_scalar(need);

        return text != NULL && python_requirement(reader->arena, text, &package) ? package.name
                                                                                 : NULL;
    }
    name = python_name(reader->arena, name, strlen(name));
    return version != NULL ? arena_printf(reader->arena, "%s@%s", name, version) : name;
}

static void add_list(struct package_reader *reader, struct package_graph *graph, size_t package,
                     const struct node *list, enum package_scope scope)
{
    for (size_t i = 0; list != NULL && list->kind == NODE_LIST && i < list->count; i++) {
        const char *key = need_key(reader, list->children[i]);

        if (package != SIZE_MAX)
            package_graph_need(graph, package, key);
        else
            package_graph_root(graph, key, scope);
    }
}

/* What an entry needs: a list (uv, pdm) or a table (Poetry). */
static void add_needs(struct package_reader *reader, struct package_graph *graph, size_t package,
                      const struct node *entry)
{
    const struct node *needs = node_get(entry, "dependencies");
    const struct node *optional = node_map(entry, "optional-dependencies");

    if (needs != NULL && needs->kind == NODE_MAP) {
        for (size_t i = 0; i < needs->count; i++)
            package_graph_need(graph, package,
                               python_name(reader->arena, needs->children[i]->key,
                                           strlen(needs->children[i]->key)));
    } else {
        add_list(reader, graph, package, needs, PACKAGE_RUNTIME);
    }
    for (size_t i = 0; optional != NULL && i < optional->count; i++)
        add_list(reader, graph, package, optional->children[i], PACKAGE_OPTIONAL);
}

/* uv: a part of the project, which is only a root. */
static bool is_own(const struct node *entry)
{
    static const char *const keys[] = { "virtual", "editable", "directory" };
    const struct node *source = node_map(entry, "source");

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (node_get(source, keys[i]) != NULL)
            return true;
    }
    return false;
}

static void add_own(struct package_reader *reader, struct package_graph *graph,
                    const struct node *entry)
{
    const struct node *groups = node_map(entry, "dev-dependencies");

    add_needs(reader, graph, SIZE_MAX, entry);
    for (size_t i = 0; groups != NULL && i < groups->count; i++)
        add_list(reader, graph, SIZE_MAX, groups->children[i], PACKAGE_DEV);
}

static bool in_group(const struct node *groups, const char *name)
{
    for (size_t i = 0; groups != NULL && i < groups->count; i++) {
        const char *group = node_scalar(groups->children[i]);

        if (group != NULL && strcmp(group, name) == 0)
            return true;
    }
    return false;
}

/* Poetry told it as a category, does not tell it between 1.5 and 2.0, and tells groups since. */
static enum package_scope scope_of(const struct node *entry)
{
    const char *category = node_text(entry, "category");
    const struct node *groups = node_list(entry, "groups");

    if (category != NULL && strcmp(category, "dev") == 0)
        return PACKAGE_DEV;
    if (groups != NULL && groups->count > 0 && !in_group(groups, "main") &&
        !in_group(groups, "default"))
        return PACKAGE_DEV;
    return node_true(entry, "optional") ? PACKAGE_OPTIONAL : PACKAGE_RUNTIME;
}

/* What has no source of its own comes from there. */
#define PYPI "pypi.org/simple"

/* Poetry tells it as a type and an address, uv as the one key "git", "registry" or "url", and pdm
 * beside the name. */
static void set_source(struct package_reader *reader, struct package *package,
                       const struct node *entry)
{
    const struct node *source = node_map(entry, "source");
    const struct node *from = source != NULL ? source : entry;
    const char *type = node_text(source, "type"), *url = node_text(from, "url");
    const char *git = node_text(from, "git"), *registry = node_text(source, "registry");

    if (git != NULL && source != NULL) {
        package_origin(reader, package, arena_printf(reader->arena, "git+%s", git));
    } else if (git != NULL) {
        package_repository(reader, package, git, node_text(entry, "revision"));
    } else if (type != NULL && strcmp(type, "git") == 0) {
        package_repository(reader, package, url, node_text(source, "resolved_reference"));
    } else if (type != NULL && strcmp(type, "legacy") == 0) {
        package_repository(reader, package, url, NULL);
    } else if (registry != NULL || url != NULL) {
        if (registry != NULL)
            package_repository(reader, package, registry, NULL);
        else
            package_origin(reader, package, url);
    } else if (source == NULL && node_get(entry, "path") == NULL) {
        package->origin = PYPI;
    }
}

static void add_digest(struct strbuf *out, const struct node *file)
{
    const char *name = node_text(file, "file"), *hash = node_text(file, "hash"), *slash;

    if (name == NULL)
        name = node_text(file, "url");
    if (name == NULL || hash == NULL || strpbrk(name, " \t") != NULL)
        return;
    slash = strrchr(name, '/');
    strbuf_printf(out, "%s%s#%s", out->length > 0 ? " " : "", slash != NULL ? slash + 1 : name,
                  hash);
}

/* A version has many files, of which more may come later: each has a sum of its own. */
static const char *digest_of(struct package_reader *reader, const struct node *entry)
{
    static const char *const lists[] = { "files", "wheels" };
    struct strbuf out = STRBUF_INIT;
    const char *result;

    add_digest(&out, node_map(entry, "sdist"));
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const struct node *list = node_list(entry, lists[i]);

        for (size_t k = 0; list != NULL && k < list->count; k++)
            add_digest(&out, list->children[k]);
    }
    result = strbuf_to_arena(&out, reader->arena);
    strbuf_release(&out);
    return result;
}

static void add_entry(struct package_reader *reader, struct package_graph *graph,
                      const struct node *entry)
{
    const char *name = node_text(entry, "name"), *version = node_text(entry, "version");
    struct package package = { .version = version, .line = entry->line };
    size_t index;

    if (is_own(entry)) {
        add_own(reader, graph, entry);
        return;
    }
    if (name != NULL)
        name = python_name(reader->arena, name, strlen(name));
    package.name = name;
    package.scope = scope_of(entry);
    package.digest = digest_of(reader, entry);
    set_source(reader, &package, entry);
    index = package_reader_add(reader, &package);
    if (index == SIZE_MAX)
        return;
    package_graph_key(graph, name, index);
    if (version != NULL)
        package_graph_key(graph, arena_printf(reader->arena, "%s@%s", name, version), index);
    add_needs(reader, graph, index, entry);
}

bool python_lock_read(struct package_reader *reader)
{
    const struct node *root = package_reader_toml(reader), *packages, *project;
    struct package_graph graph;

    if (root == NULL)
        return false;
    packages = node_list(root, "package");
    package_graph_start(&graph);
    for (size_t i = 0; packages != NULL && i < packages->count; i++)
        add_entry(reader, &graph, packages->children[i]);
    if (graph.roots.count == 0) { /* only uv names the project itself */
        project = package_sibling_toml(reader, "pyproject.toml");
        if (project != NULL)
            pyproject_each(reader, project, add_root, &graph);
    }
    package_graph_settle(&graph, reader, true);
    package_graph_release(&graph);
    return true;
}

static void add_name(struct package_reader *reader, void *context, const struct package *package)
{
    map_put(context, package->name, reader);
}

/* The index that an entry names, or the first of them all. */
static const char *pipfile_index(const struct node *root, const char *name)
{
    const struct node *sources = node_list(node_map(root, "_meta"), "sources");

    for (size_t i = 0; sources != NULL && i < sources->count; i++) {
        const char *own = node_text(sources->children[i], "name");

        if (name == NULL || (own != NULL && strcmp(own, name) == 0))
            return node_text(sources->children[i], "url");
    }
    return NULL;
}

static void set_pipfile_source(struct package_reader *reader, struct package *package,
                               const struct node *entry, const struct node *root)
{
    const char *git = node_text(entry, "git"), *index;
    const struct node *hashes = node_list(entry, "hashes");
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; hashes != NULL && i < hashes->count; i++) {
        const char *hash = node_scalar(hashes->children[i]);

        if (hash != NULL && strncmp(hash, "sha256:", 7) == 0)
            strbuf_printf(&out, "%ssha256-%s", out.length > 0 ? " " : "", hash + 7);
    }
    package->digest = strbuf_to_arena(&out, reader->arena);
    strbuf_release(&out);
    index = pipfile_index(root, node_text(entry, "index"));
    if (git != NULL)
        package_repository(reader, package, git, node_text(entry, "ref"));
    else if (index != NULL)
        package_repository(reader, package, index, NULL);
}

bool pipfile_lock_read(struct package_reader *reader)
{
    static const struct {
        const char *key;
        enum package_scope scope;
    } sections[] = {
        {"default",  PACKAGE_RUNTIME},
        { "develop", PACKAGE_DEV    },
    };
    const struct node *root = package_reader_json(reader), *manifest;
    struct map *direct = map_new();

    manifest = root != NULL ? package_sibling_toml(reader, "Pipfile") : NULL;
    if (manifest != NULL)
        pipfile_each(reader, manifest, add_name, direct);
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        const struct node *section = node_map(root, sections[i].key);

        for (size_t k = 0; section != NULL && k < section->count; k++) {
            const struct node *entry = section->children[k];
            const char *version = node_text(entry, "version");
            struct package package = {
                .name = python_name(reader->arena, entry->key, strlen(entry->key)),
                .version = version != NULL ? version + strspn(version, "=") : NULL,
                .scope = sections[i].scope,
                .scope_word = sections[i].key,
                .line = entry->line,
            };

            set_pipfile_source(reader, &package, entry, root);
            if (manifest != NULL)
                package.relation =
                    map_has(direct, package.name) ? PACKAGE_DIRECT : PACKAGE_TRANSITIVE;
            package_reader_add(reader, &package);
        }
    }
    map_free(&direct);
    return root != NULL;
}
